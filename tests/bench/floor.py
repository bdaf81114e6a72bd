"""The state of ``retail`` and its network, read with boto3 in as few calls as AWS allows, one after the other.

What a plan cannot do without: nothing is rendered, compared or shown here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import boto3

from tests.bench.measured import REGION

NAME = "retail-prod"
OWNER = {"pgfleet:suffix": ["prod"], "pgfleet:system": ["retail"]}
BUCKET = f"backup-{NAME}-123456789012"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:topic-{NAME}"
ROLES = [f"role-{what}-{NAME}" for what in ("monitoring", "backup")]
INSTANCE_LOGS = {"logGroupNamePrefix": f"/aws/rds/instance/db-{NAME}/"}

Asked = tuple[str, str, Mapping[str, Any]]


def of_network() -> Iterator[Asked]:
    ours = {"Filters": [{"Name": f"tag:{key}", "Values": values} for key, values in OWNER.items()]}
    for what in ("vpcs", "subnets", "route_tables", "vpc_endpoints", "security_groups"):
        yield "ec2", f"describe_{what}", ours


def of_keys() -> Iterator[Asked]:
    for alias in (f"alias/key-{NAME}", f"alias/topic-{NAME}"):
        key = {"KeyId": alias}
        yield "kms", "describe_key", key
    for role in ROLES:
        yield "iam", "get_role", {"RoleName": role}
        yield "iam", "list_attached_role_policies", {"RoleName": role}
        yield "iam", "list_role_policies", {"RoleName": role}
    for setting in ("encryption", "versioning", "policy", "lifecycle_configuration"):
        yield "s3", f"get_bucket_{setting}", {"Bucket": BUCKET}
    yield "s3", "get_public_access_block", {"Bucket": BUCKET}
    yield "secretsmanager", "describe_secret", {"SecretId": f"secret-{NAME}"}


def of_database() -> Iterator[Asked]:
    yield "rds", "describe_db_instances", {}
    yield "rds", "describe_db_subnet_groups", {}
    yield "rds", "describe_db_parameter_groups", {}
    group = f"parameter-group-{NAME}-postgres16"
    yield "rds", "describe_db_parameters", {"DBParameterGroupName": group, "Source": "user"}
    yield "rds", "describe_event_subscriptions", {}


def of_monitoring() -> Iterator[Asked]:
    yield "logs", "describe_log_groups", INSTANCE_LOGS
    yield "sns", "get_topic_attributes", {"TopicArn": TOPIC}
    yield "sns", "list_subscriptions_by_topic", {"TopicArn": TOPIC}
    yield "cloudwatch", "describe_alarms", {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    yield "cloudwatch", "get_dashboard", {"DashboardName": f"dashboard-{NAME}"}
    path = f"/pgfleet/{NAME.replace('-', '/')}"
    for _page in range(2):
        yield "ssm", "get_parameters_by_path", {"Path": path, "Recursive": True}
    filters = [{"Key": "Path", "Option": "Recursive", "Values": [path]}]
    yield "ssm", "describe_parameters", {"ParameterFilters": filters, "MaxResults": 50}
    tags = [{"Key": key, "Values": values} for key, values in OWNER.items()]
    yield "resourcegroupstaggingapi", "get_resources", {"TagFilters": tags, "ResourcesPerPage": 100}


def main() -> None:
    session = boto3.Session(region_name=REGION)
    session.client("sts").get_caller_identity()
    clients: dict[str, Any] = {}
    for service, method, arguments in (*of_network(), *of_keys(), *of_database(), *of_monitoring()):
        if service not in clients:
            clients[service] = session.client(service)  # type: ignore[call-overload]  # one overload per name
        getattr(clients[service], method)(**arguments)


if __name__ == "__main__":
    main()

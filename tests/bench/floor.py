"""The state of ``retail`` and its network, read with boto3 in as few calls as AWS allows, one after the other.

Every property that the documents name, and no more: what a plan cannot do without. Nothing is rendered, compared or
shown here. Tags come from one reading of the index of all resources, where the description does not have them.
"""

from __future__ import annotations

from typing import Any

import boto3

from tests.bench.measured import REGION

NAME = "retail-prod"
OWNER = {"pgfleet:suffix": ["prod"], "pgfleet:system": ["retail"]}
BUCKET = f"backup-{NAME}-123456789012"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:topic-{NAME}"
ROLES = [f"role-{what}-{NAME}" for what in ("monitoring", "backup")]
LOGS = f"/aws/rds/instance/db-{NAME}/postgresql"


class Reader:
    """Clients, each made when it is needed first."""

    def __init__(self) -> None:
        self._session = boto3.Session(region_name=REGION)
        self._clients: dict[str, Any] = {}

    def ask(self, service: str, method: str, **arguments: Any) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service)  # type: ignore[call-overload]  # one per name
        return getattr(self._clients[service], method)(**arguments)

    def pages(self, service: str, method: str, **arguments: Any) -> None:
        more: dict[str, str] | None = {}
        while more is not None:
            token = self.ask(service, method, **arguments, **more).get("NextToken")
            more = {"NextToken": token} if token else None


def read_network(aws: Reader) -> None:
    ours = [{"Name": f"tag:{key}", "Values": values} for key, values in OWNER.items()]
    (vpc,) = aws.ask("ec2", "describe_vpcs", Filters=ours)["Vpcs"]
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        aws.ask("ec2", "describe_vpc_attribute", VpcId=vpc["VpcId"], Attribute=attribute)
    for what in ("subnets", "route_tables", "vpc_endpoints", "security_groups"):
        aws.ask("ec2", f"describe_{what}", Filters=ours)


def read_keys(aws: Reader) -> None:
    for alias in (f"alias/key-{NAME}", f"alias/topic-{NAME}"):
        key = aws.ask("kms", "describe_key", KeyId=alias)["KeyMetadata"]["KeyId"]
        aws.ask("kms", "get_key_policy", KeyId=key, PolicyName="default")
        aws.ask("kms", "get_key_rotation_status", KeyId=key)
    for role in ROLES:
        aws.ask("iam", "get_role", RoleName=role)
        aws.ask("iam", "list_attached_role_policies", RoleName=role)
        for policy in aws.ask("iam", "list_role_policies", RoleName=role)["PolicyNames"]:
            aws.ask("iam", "get_role_policy", RoleName=role, PolicyName=policy)
    for setting in ("encryption", "versioning", "policy", "lifecycle_configuration"):
        aws.ask("s3", f"get_bucket_{setting}", Bucket=BUCKET)
    aws.ask("s3", "get_public_access_block", Bucket=BUCKET)
    aws.ask("secretsmanager", "describe_secret", SecretId=f"secret-{NAME}")


def read_database(aws: Reader) -> None:
    for what in ("db_instances", "db_subnet_groups", "db_parameter_groups", "event_subscriptions"):
        aws.ask("rds", f"describe_{what}")
    group = f"parameter-group-{NAME}-postgres16"
    aws.ask("rds", "describe_db_parameters", DBParameterGroupName=group, Source="user")


def read_monitoring(aws: Reader) -> None:
    aws.ask("logs", "describe_log_groups", logGroupNamePrefix=LOGS)
    aws.ask("logs", "describe_metric_filters", logGroupName=LOGS)
    aws.ask("sns", "get_topic_attributes", TopicArn=TOPIC)
    aws.ask("sns", "list_subscriptions_by_topic", TopicArn=TOPIC)
    aws.ask("cloudwatch", "describe_alarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    aws.ask("cloudwatch", "get_dashboard", DashboardName=f"dashboard-{NAME}")


def read_outputs(aws: Reader) -> None:
    path = f"/pgfleet/{NAME.replace('-', '/')}"
    aws.pages("ssm", "get_parameters_by_path", Path=path, Recursive=True)
    filters = [{"Key": "Path", "Option": "Recursive", "Values": [path]}]
    aws.pages("ssm", "describe_parameters", ParameterFilters=filters, MaxResults=50)


def main() -> None:
    aws = Reader()
    aws.ask("sts", "get_caller_identity")
    for read in (read_network, read_keys, read_database, read_monitoring, read_outputs):
        read(aws)
    tags = [{"Key": key, "Values": values} for key, values in OWNER.items()]
    aws.ask("resourcegroupstaggingapi", "get_resources", TagFilters=tags, ResourcesPerPage=100)


if __name__ == "__main__":
    main()

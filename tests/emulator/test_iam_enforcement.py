"""Calls of users and roles, with IAM enforced.

Resources, condition keys and actions: https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
ACCOUNT = "123456789012"
OWN = {"pgfleet:system": "retail"}

Client = Callable[..., Any]


def document(*statements: dict[str, Any]) -> str:
    numbered = [{"Sid": f"S{number}", **one} for number, one in enumerate(statements)]
    return json.dumps({"Version": "2012-10-17", "Statement": numbered})


def allow(action: Any, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def tags(**more: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in (OWN | more).items()]


def client(aws: Emulator, keys: dict[str, str], service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]  # types-boto3 has one overload per name
        region_name=REGION,
        endpoint_url=aws.endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def ann(aws: Emulator) -> Client:
    """Call it with what a new user may do; it returns a maker of her clients."""

    def make(*statements: dict[str, Any]) -> Any:
        iam = aws.client("iam")
        iam.create_user(UserName="ann")
        iam.put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=document(*statements))
        keys = iam.create_access_key(UserName="ann")["AccessKey"]
        aws.enforce_iam()
        return lambda service: client(aws, keys, service)

    return make


def denied(action: str, resource: str, code: str = "AccessDenied") -> Any:
    said = f"is not authorized to perform: {action} on resource: {resource} "
    return pytest.raises(ClientError, match=rf"\({code}\).*{said}".replace("*)", "*"))


def arn(service: str, resource: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def test_nothing_is_enforced_until_it_is_switched_on(aws: Emulator) -> None:
    iam = aws.client("iam")
    iam.create_user(UserName="ann")
    keys = iam.create_access_key(UserName="ann")["AccessKey"]
    rds = client(aws, keys, "rds")
    rds.describe_db_instances()
    aws.enforce_iam()
    with pytest.raises(ClientError, match="AccessDenied"):
        rds.describe_db_instances()
    aws.enforce_iam(False)
    rds.describe_db_instances()
    aws.enforce_iam()
    aws.reset()
    aws.client("rds").describe_db_instances()


def test_the_root_user_may_everything_and_an_unknown_key_nothing(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html"""
    aws.enforce_iam()
    aws.client("rds").describe_db_instances()
    nobody = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}
    for service, call, code in [
        ("rds", "describe_db_instances", "InvalidClientTokenId"),
        ("logs", "describe_log_groups", "UnrecognizedClientException"),
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("s3", "list_buckets", "InvalidAccessKeyId"),
    ]:
        with pytest.raises(ClientError, match=code):
            getattr(client(aws, nobody, service), call)()


def test_everybody_may_ask_who_he_is(ann: Client) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""
    said = ann({"Effect": "Deny", "Action": "*", "Resource": "*"})("sts").get_caller_identity()
    assert said["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ann"


def test_the_message_names_who_what_and_why(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    rds = ann(allow("rds:Describe*"))("rds")
    rds.describe_db_instances()
    with pytest.raises(ClientError) as refused:
        rds.create_db_instance(DBInstanceIdentifier="db-a", Engine="postgres", DBInstanceClass="db.t3.micro")
    assert refused.value.response["Error"]["Message"] == (
        f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: rds:CreateDBInstance on resource: "
        f"{arn('rds', 'db:db-a')} because no identity-based policy allows the rds:CreateDBInstance action"
    )
    last = aws.log()[-1]
    assert (last["status"], last["error"]) == (403, "AccessDenied")
    assert last["denied"] == f"rds:CreateDBInstance on {arn('rds', 'db:db-a')}"
    first = next(entry for entry in aws.log() if entry["action"] == "DescribeDBInstances")
    assert first["allowed"] == [{"action": "rds:DescribeDBInstances", "resource": arn("rds", "db:*"), "by": "S0"}]
    assert aws.client("rds", REGION).describe_db_instances()["DBInstances"] == []


@pytest.mark.parametrize(
    ("service", "call", "params", "code", "permission", "resource"),
    [
        ("ec2", "describe_vpcs", {}, "UnauthorizedOperation", "ec2:DescribeVpcs", r"\*"),
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, "UnauthorizedOperation", "ec2:CreateVpc", r"\S+:vpc/\*"),
        ("ec2", "delete_vpc", {"VpcId": "vpc-1"}, "UnauthorizedOperation", "ec2:DeleteVpc", arn("ec2", "vpc/vpc-1")),
        ("s3", "list_buckets", {}, "AccessDenied", "s3:ListAllMyBuckets", r"\*"),
        (
            "s3",
            "get_bucket_encryption",
            {"Bucket": "bucket"},
            "AccessDenied",
            "s3:GetEncryptionConfiguration",
            r"arn:aws:s3:::bucket",
        ),
        (
            "s3",
            "put_object",
            {"Bucket": "bucket", "Key": "k/l"},
            "AccessDenied",
            "s3:PutObject",
            "arn:aws:s3:::bucket/k/l",
        ),
        ("sns", "create_topic", {"Name": "t"}, "AuthorizationError", "sns:CreateTopic", arn("sns", "t")),
        ("kms", "create_key", {}, "AccessDeniedException", "kms:CreateKey", r"\*"),
        (
            "logs",
            "put_retention_policy",
            {"logGroupName": "/g", "retentionInDays": 7},
            "AccessDeniedException",
            "logs:PutRetentionPolicy",
            arn("logs", "log-group:/g:log-stream:"),
        ),
        (
            "logs",
            "list_tags_for_resource",
            {"resourceArn": arn("logs", "log-group:/g")},
            "AccessDeniedException",
            "logs:ListTagsForResource",
            arn("logs", "log-group:/g"),
        ),
        (
            "cloudwatch",
            "delete_alarms",
            {"AlarmNames": ["a"]},
            "AccessDenied",
            "cloudwatch:DeleteAlarms",
            arn("cloudwatch", "alarm:a"),
        ),
        (
            "cloudwatch",
            "put_composite_alarm",
            {"AlarmName": "a", "AlarmRule": "TRUE"},
            "AccessDenied",
            "cloudwatch:PutCompositeAlarm",
            r"\*",
        ),
        (
            "cloudwatch",
            "put_dashboard",
            {"DashboardName": "d", "DashboardBody": "{}"},
            "AccessDenied",
            "cloudwatch:PutDashboard",
            arn("cloudwatch", "dashboard/d", ""),
        ),
        (
            "ssm",
            "get_parameters_by_path",
            {"Path": "/a/b"},
            "AccessDeniedException",
            "ssm:GetParametersByPath",
            arn("ssm", "parameter/a/b"),
        ),
        (
            "secretsmanager",
            "create_secret",
            {"Name": "s", "SecretString": "x"},
            "AccessDeniedException",
            "secretsmanager:CreateSecret",
            arn("secretsmanager", "secret:s"),
        ),
        ("iam", "get_role", {"RoleName": "r"}, "AccessDenied", "iam:GetRole", arn("iam", "role/r", "")),
        (
            "lambda",
            "invoke",
            {"FunctionName": "f"},
            "AccessDeniedException",
            "lambda:InvokeFunction",
            arn("lambda", "function:f"),
        ),
        (
            "resourcegroupstaggingapi",
            "get_resources",
            {},
            "AccessDeniedException",
            "tag:GetResources",
            r"\*",
        ),
        (
            "rds",
            "add_tags_to_resource",
            {"ResourceName": arn("rds", "pg:p"), "Tags": [{"Key": "a", "Value": "b"}]},
            "AccessDenied",
            "rds:AddTagsToResource",
            arn("rds", "pg:p"),
        ),
        (
            "application-autoscaling",
            "describe_scalable_targets",
            {"ServiceNamespace": "rds"},
            "AccessDeniedException",
            "application-autoscaling:DescribeScalableTargets",
            r"\*",
        ),
    ],
)
def test_each_service_has_its_code_and_its_resources(
    ann: Client, service: str, call: str, params: dict[str, Any], code: str, permission: str, resource: str
) -> None:
    said = rf"\({code}\).*not authorized to perform: {permission} on resource: {resource} because no identity"
    with pytest.raises(ClientError, match=said):
        getattr(ann(allow("nothing:at-all"))(service), call)(**params)


def test_a_network_is_made_in_an_own_vpc_with_own_tags_alone(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html"""
    root = aws.client("ec2", REGION)
    foreign = root.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    new = {"StringEquals": {"aws:RequestTag/pgfleet:system": "retail"}}
    owned = {"StringEquals": {"aws:ResourceTag/pgfleet:system": "retail"}}
    ec2 = ann(
        allow(["ec2:CreateVpc", "ec2:CreateSubnet"], Condition=new),
        allow("ec2:CreateSubnet", Condition=owned),
        allow("ec2:CreateTags", Condition=new | {"StringLike": {"ec2:CreateAction": "Create*"}}),
        allow("ec2:DeleteVpc", Condition=owned),
    )("ec2")

    def named(kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": tags()}]

    with denied("ec2:CreateVpc", ".*vpc/.*", "UnauthorizedOperation"):
        ec2.create_vpc(CidrBlock="10.1.0.0/16")
    own = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=named("vpc"))["Vpc"]["VpcId"]
    ec2.create_subnet(VpcId=own, CidrBlock="10.1.1.0/24", TagSpecifications=named("subnet"))
    with denied("ec2:CreateSubnet", f".*vpc/{foreign}", "UnauthorizedOperation"):
        ec2.create_subnet(VpcId=foreign, CidrBlock="10.9.1.0/24", TagSpecifications=named("subnet"))
    with denied("ec2:DeleteVpc", f".*vpc/{foreign}", "UnauthorizedOperation"):
        ec2.delete_vpc(VpcId=foreign)
    with denied("ec2:CreateTags", f".*vpc/{foreign}", "UnauthorizedOperation"):
        ec2.create_tags(Resources=[foreign], Tags=tags())


def test_tags_on_creation_take_a_permission_of_their_own(ann: Client) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples-grant-permissions-tags-on-create.html"""
    rds = ann(allow("rds:CreateDBParameterGroup"))("rds")
    group = {"DBParameterGroupFamily": "postgres16", "Description": "d"}
    rds.create_db_parameter_group(DBParameterGroupName="plain", **group)
    with denied("rds:AddTagsToResource", arn("rds", "pg:tagged")):
        rds.create_db_parameter_group(DBParameterGroupName="tagged", Tags=tags(), **group)


def test_tag_keys_can_be_limited(ann: Client) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-tagkeys"""
    only = {"ForAllValues:StringEquals": {"aws:TagKeys": ["pgfleet:system"]}}
    sns = ann(allow("sns:CreateTopic"), allow("sns:TagResource", Condition=only))("sns")
    sns.create_topic(Name="a", Tags=tags())
    with denied("sns:TagResource", arn("sns", "b"), "AuthorizationError"):
        sns.create_topic(Name="b", Tags=tags(more="x"))


def test_default_groups_are_resources_of_a_new_database(ann: Client) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples.html"""
    rds = ann(allow("rds:CreateDBInstance", [arn("rds", "db:*"), arn("rds", "pg:*")]))("rds")
    with denied("rds:CreateDBInstance", arn("rds", "og:default:postgres-16")):
        rds.create_db_instance(
            DBInstanceIdentifier="db-a", Engine="postgres", EngineVersion="16.4", DBInstanceClass="db.t3.micro"
        )


def database(**more: Any) -> dict[str, Any]:
    """A request that IAM lets pass as far as it can be seen, and RDS then refuses for want of a password."""
    named = {"DBInstanceIdentifier": "db-a", "Engine": "postgres", "DBInstanceClass": "db.t3.micro"}
    return named | {"AllocatedStorage": 20, "MasterUsername": "master"} | more


RDS = allow(["rds:*", "iam:CreateServiceLinkedRole"])
UNPASSED = pytest.raises(ClientError, match="MasterUserPassword")


def test_a_role_is_passed_to_the_service_that_may_have_it(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"""
    role = f"arn:aws:iam::{ACCOUNT}:role/monitoring"
    to = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    rds = ann(RDS, allow("iam:PassRole", role, Condition=to))("rds")
    with denied("iam:PassRole", role):
        rds.create_db_instance(**database(MonitoringRoleArn=role, MonitoringInterval=60))
    to = {"StringEquals": {"iam:PassedToService": "monitoring.rds.amazonaws.com"}}
    may = document(RDS, allow("iam:PassRole", role, Condition=to))
    aws.client("iam").put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=may)
    with pytest.raises(ClientError) as refused:
        rds.create_db_instance(**database(MonitoringRoleArn=role, MonitoringInterval=60))
    assert "AccessDenied" not in str(refused.value)


def test_the_first_database_of_an_account_makes_the_role_of_rds(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html"""
    rds = ann(allow("rds:*"))("rds")
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"
    with denied("iam:CreateServiceLinkedRole", linked):
        rds.create_db_instance(**database())
    named = {"StringEquals": {"iam:AWSServiceName": "rds.amazonaws.com"}}
    for may in ([allow("iam:CreateServiceLinkedRole", linked, Condition=named)], []):
        policy = document(allow("rds:*"), *may)
        aws.client("iam").put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=policy)
        with pytest.raises(ClientError) as refused:
            rds.create_db_instance(**database())
        assert "AccessDenied" not in str(refused.value)
    assert aws.client("iam").get_role(RoleName="AWSServiceRoleForRDS")["Role"]["Arn"] == linked


@pytest.fixture
def key(aws: Emulator) -> str:
    made = aws.client("kms", REGION).create_key(Tags=[{"TagKey": "pgfleet:system", "TagValue": "retail"}])
    return str(made["KeyMetadata"]["Arn"])


def test_rds_uses_a_key_with_the_permissions_of_the_caller(aws: Emulator, ann: Client, key: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html"""
    encrypted = database(StorageEncrypted=True, KmsKeyId=key)
    via = {"kms:ViaService": f"rds.{REGION}.amazonaws.com", "aws:ResourceTag/pgfleet:system": "retail"}
    describe = allow("kms:DescribeKey")
    grant = allow("kms:CreateGrant", Condition={"StringEquals": via, "Bool": {"kms:GrantIsForAWSResource": True}})
    rds = ann(RDS, describe)("rds")
    with pytest.raises(ClientError, match=r"\(KMSKeyNotAccessibleFault\).*kms:CreateGrant"):
        rds.create_db_instance(**encrypted)
    policy = document(RDS, describe, grant)
    aws.client("iam").put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=policy)
    with pytest.raises(ClientError) as refused:
        rds.create_db_instance(**encrypted)
    assert "KMSKeyNotAccessible" not in str(refused.value)


def test_a_grant_that_somebody_makes_himself_is_for_no_resource_of_aws(ann: Client, key: str) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource"""
    kms = ann(allow("kms:CreateGrant", Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}))("kms")
    with denied("kms:CreateGrant", key, "AccessDeniedException"):
        kms.create_grant(KeyId=key, GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:user/ann", Operations=["Decrypt"])


def test_a_key_policy_may_keep_iam_out(aws: Emulator, ann: Client, key: str) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"""
    kms = ann(allow("kms:*"))("kms")
    kms.describe_key(KeyId=key)
    own = {"Sid": "Own", "Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    other = own | {"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"}, "Action": ["kms:Put*", "kms:Get*"]}
    aws.client("kms", REGION).put_key_policy(KeyId=key, Policy=document(other), BypassPolicyLockoutSafetyCheck=True)
    kms.get_key_policy(KeyId=key)
    with pytest.raises(ClientError, match="no resource-based policy allows the kms:DescribeKey action"):
        kms.describe_key(KeyId=key)


def test_the_content_of_a_secret_takes_its_key(ann: Client, aws: Emulator, key: str) -> None:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz"""
    root = aws.client("secretsmanager", REGION)
    made = root.create_secret(Name="s", SecretString="x", KmsKeyId=key)["ARN"]
    secrets = ann(allow("secretsmanager:*"))("secretsmanager")
    secrets.describe_secret(SecretId="s")
    with denied("kms:Decrypt", key, "AccessDeniedException"):
        secrets.get_secret_value(SecretId="s")
    via = {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}}
    may = document(allow("secretsmanager:GetSecretValue", made), allow("kms:Decrypt", key, Condition=via))
    aws.client("iam").put_user_policy(UserName="ann", PolicyName="may", PolicyDocument=may)
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "x"
    with denied("secretsmanager:PutSecretValue", made, "AccessDeniedException"):
        secrets.put_secret_value(SecretId=made, SecretString="y")


def test_a_resource_policy_lets_in_whom_no_identity_policy_does(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html"""
    make = ann(allow("nothing:at-all"))
    aws.client("s3").create_bucket(Bucket="bucket")
    arns = ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"]
    her = allow("s3:ListBucket", arns, Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"})
    aws.client("s3").put_bucket_policy(Bucket="bucket", Policy=document(her))
    make("s3").list_objects_v2(Bucket="bucket")
    with denied("s3:GetBucketVersioning", "arn:aws:s3:::bucket"):
        make("s3").get_bucket_versioning(Bucket="bucket")


def test_managed_policies_groups_and_boundaries_count(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"""
    make, iam = ann({"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}), aws.client("iam")
    with denied("rds:DescribeDBInstances", ".*"):
        make("rds").describe_db_instances()
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/AmazonRDSReadOnlyAccess")
    iam.add_user_to_group(GroupName="readers", UserName="ann")
    make("rds").describe_db_instances()
    iam.attach_user_policy(UserName="ann", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    make("s3").create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        make("s3").delete_bucket(Bucket="bucket")


def trust(*principals: str) -> str:
    return document({"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"})


def test_a_role_is_assumed_by_whom_it_trusts_and_its_session_may_what_the_role_may(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    make, iam = ann(allow("s3:*")), aws.client("iam")
    role = iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust(ACCOUNT))["Role"]["Arn"]
    iam.put_role_policy(RoleName="app", PolicyName="may", PolicyDocument=document(allow("rds:Describe*")))
    with denied("sts:AssumeRole", role):
        make("sts").assume_role(RoleArn=role, RoleSessionName="run")
    iam.update_assume_role_policy(RoleName="app", PolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:user/ann"))
    keys = make("sts").assume_role(RoleArn=role, RoleSessionName="run")["Credentials"]
    client(aws, keys, "rds").describe_db_instances()
    with pytest.raises(ClientError, match=f"User: arn:aws:sts::{ACCOUNT}:assumed-role/app/run is not authorized"):
        client(aws, keys, "s3").list_buckets()
    only = document(allow("rds:DescribeDBClusters"))
    keys = make("sts").assume_role(RoleArn=role, RoleSessionName="run", Policy=only)["Credentials"]
    with pytest.raises(ClientError, match="no session policy allows the rds:DescribeDBInstances action"):
        client(aws, keys, "rds").describe_db_instances()
    iam.delete_role_policy(RoleName="app", PolicyName="may")
    iam.delete_role(RoleName="app")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client(aws, keys, "rds").describe_db_instances()


def test_a_boundary_of_a_role_limits_its_sessions(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""
    make, iam = ann(allow("sts:AssumeRole")), aws.client("iam")
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document(allow("rds:*")))["Policy"]["Arn"]
    role = iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust(ACCOUNT), PermissionsBoundary=limit)
    iam.put_role_policy(RoleName="app", PolicyName="may", PolicyDocument=document(allow("*")))
    keys = make("sts").assume_role(RoleArn=role["Role"]["Arn"], RoleSessionName="run")["Credentials"]
    client(aws, keys, "rds").describe_db_instances()
    with pytest.raises(ClientError, match="no permissions boundary allows the s3:ListAllMyBuckets action"):
        client(aws, keys, "s3").list_buckets()


def test_tags_of_the_caller_are_variables_of_policies(aws: Emulator, ann: Client) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    own = arn("ssm", "parameter/${aws:PrincipalTag/system}/*")
    make = ann(allow("ssm:PutParameter", own))
    aws.client("iam").tag_user(UserName="ann", Tags=[{"Key": "system", "Value": "retail"}])
    make("ssm").put_parameter(Name="/retail/x", Value="1", Type="String")
    with denied("ssm:PutParameter", arn("ssm", "parameter/bank/x"), "AccessDeniedException"):
        make("ssm").put_parameter(Name="/bank/x", Value="1", Type="String")


def test_a_condition_key_that_the_emulator_lacks_is_told_rather_than_passed_over(ann: Client) -> None:
    ec2 = ann(allow("ec2:CreateVpc", Condition={"StringNotEquals": {"ec2:Ipv4IpamPoolId": "x"}}))("ec2")
    with pytest.raises(ClientError, match=r"\(NotImplemented\).*ec2:ipv4ipampoolid"):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")

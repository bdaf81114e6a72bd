"""What a call takes besides its own permission: to tag what it makes, to pass a role, to have AWS use a key.

AWS's reference lists hardly any of them; each is documented where it is here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from moto.iam.models import iam_backends

from emulator.iam import tagged
from emulator.operations import Asked
from emulator.services import kms, secretsmanager


@dataclass(frozen=True)
class Dependent:
    """A permission, with the keys that the request has not got itself.

    arn:  of the resource; None for the resources of a type that the request is about
    type: that type, if it is not the action's only one
    code: the error that the service answers instead of its own for a missing permission
    """

    action: str
    arn: str | None = None
    type: str | None = None
    keys: dict[str, list[str]] = field(default_factory=dict)
    code: str | None = None


# Operations that take tags for what they make: the permission to tag, and the type of what it is.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples-grant-permissions-tags-on-create.html
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html, and of the other operations
TAGGING: dict[tuple[str, str], tuple[str, str | None]] = {
    ("application-autoscaling", "RegisterScalableTarget"): ("application-autoscaling:TagResource", None),
    ("cloudwatch", "PutCompositeAlarm"): ("cloudwatch:TagResource", "alarm"),
    ("cloudwatch", "PutMetricAlarm"): ("cloudwatch:TagResource", "alarm"),
    ("iam", "CreatePolicy"): ("iam:TagPolicy", "policy"),
    ("iam", "CreateRole"): ("iam:TagRole", "role"),
    ("iam", "CreateUser"): ("iam:TagUser", "user"),
    ("kms", "CreateKey"): ("kms:TagResource", "key"),
    ("lambda", "CreateFunction"): ("lambda:TagResource", "function"),
    ("logs", "CreateLogGroup"): ("logs:TagResource", "log-group"),
    ("rds", "CopyDBClusterSnapshot"): ("rds:AddTagsToResource", "cluster-snapshot"),
    ("rds", "CopyDBSnapshot"): ("rds:AddTagsToResource", "snapshot"),
    ("rds", "CreateDBCluster"): ("rds:AddTagsToResource", "cluster"),
    ("rds", "CreateDBClusterParameterGroup"): ("rds:AddTagsToResource", "cluster-pg"),
    ("rds", "CreateDBClusterSnapshot"): ("rds:AddTagsToResource", "cluster-snapshot"),
    ("rds", "CreateDBInstance"): ("rds:AddTagsToResource", "db"),
    ("rds", "CreateDBInstanceReadReplica"): ("rds:AddTagsToResource", "db"),
    ("rds", "CreateDBParameterGroup"): ("rds:AddTagsToResource", "pg"),
    ("rds", "CreateDBSnapshot"): ("rds:AddTagsToResource", "snapshot"),
    ("rds", "CreateDBSubnetGroup"): ("rds:AddTagsToResource", "subgrp"),
    ("rds", "CreateEventSubscription"): ("rds:AddTagsToResource", "es"),
    ("rds", "RestoreDBClusterFromSnapshot"): ("rds:AddTagsToResource", "cluster"),
    ("rds", "RestoreDBClusterToPointInTime"): ("rds:AddTagsToResource", "cluster"),
    ("rds", "RestoreDBInstanceFromDBSnapshot"): ("rds:AddTagsToResource", "db"),
    ("rds", "RestoreDBInstanceToPointInTime"): ("rds:AddTagsToResource", "db"),
    ("secretsmanager", "CreateSecret"): ("secretsmanager:TagResource", "Secret"),
    ("sns", "CreateTopic"): ("sns:TagResource", "topic"),
    ("ssm", "PutParameter"): ("ssm:AddTagsToResource", "parameter"),
}

# Parameters with the role that a service is to take: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
PASSED: dict[tuple[str, str], str] = {
    ("lambda", "Role"): "lambda.amazonaws.com",
    ("rds", "MonitoringRoleArn"): "monitoring.rds.amazonaws.com",
    ("rds", "RoleArn"): "rds.amazonaws.com",
    ("ec2", "DeliverLogsPermissionArn"): "vpc-flow-logs.amazonaws.com",
}

# Service-linked roles that an operation makes if the account has not got them.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
# https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
LINKED: dict[tuple[str, str], tuple[str, str]] = {
    ("rds", "CreateDBInstance"): ("rds.amazonaws.com", "AWSServiceRoleForRDS"),
    ("rds", "CreateDBCluster"): ("rds.amazonaws.com", "AWSServiceRoleForRDS"),
    ("application-autoscaling", "RegisterScalableTarget"): (
        "rds.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_RDSCluster",
    ),
}

# RDS's answer when it cannot use a key for the caller: API_CreateDBInstance.html
_NO_KEY = "KMSKeyNotAccessibleFault"


def of(asked: Asked) -> Iterator[Dependent]:
    yield from _tagging(asked)
    yield from _passing(asked)
    yield from _linked(asked)
    yield from _keys_of_rds(asked)
    yield from _secret_of_rds(asked)
    yield from _final_snapshot(asked)
    yield from _keys_of_secrets(asked)
    yield from _others(asked)


def _tagging(asked: Asked) -> Iterator[Dependent]:
    call, params = asked.call, asked.params
    if call.service == "ec2" and not call.action.endswith("Tags"):
        # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
        for one in params.get("TagSpecifications", []):
            kind = one.get("ResourceType", "")
            arn = f"arn:aws:ec2:{asked.region}:{asked.account_id}:{kind}/*"
            yield Dependent("ec2:CreateTags", arn, kind, {"ec2:CreateAction": [call.action]})
    entry = TAGGING.get((call.service, call.action))
    if entry is not None and tagged.requested(params, ""):
        yield Dependent(entry[0], type=entry[1])


def _passing(asked: Asked) -> Iterator[Dependent]:
    for (service, parameter), principal in PASSED.items():
        arn = asked.params.get(parameter)
        if asked.call.service == service and isinstance(arn, str) and arn.startswith("arn:aws:iam:"):
            yield Dependent("iam:PassRole", arn, keys={"iam:PassedToService": [principal]})


def _linked(asked: Asked) -> Iterator[Dependent]:
    service, name = LINKED.get((asked.call.service, asked.call.action), ("", ""))
    if service and name not in _role_names(asked) and asked.params.get("ServiceNamespace", "rds") == "rds":
        arn = f"arn:aws:iam::{asked.account_id}:role/aws-service-role/{service}/{name}"
        yield Dependent("iam:CreateServiceLinkedRole", arn, keys={"iam:AWSServiceName": [service]})


def link(asked: Asked) -> None:
    """Make the service-linked role, now that the call is allowed to. moto's own way does not name it as RDS does."""
    for one in _linked(asked):
        assert one.arn is not None
        service, name = one.arn.split("/")[-2:]
        trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        iam_backends[asked.account_id]["aws"].create_role(
            name,
            json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            f"/aws-service-role/{service}/",
            permissions_boundary=None,
            description="",
            tags=[],
            max_session_duration="3600",
            linked_service=service,
        )


def _role_names(asked: Asked) -> set[str]:
    return {role.name for role in iam_backends[asked.account_id]["aws"].roles.values()}


def _own_key(asked: Asked, key_id: Any) -> str | None:
    """The ARN of a key of the customer: the policies of AWS's own let everybody in the account have them used."""
    key = kms.find_key(asked.account_id, asked.region, key_id) if key_id else None
    return None if key is None or key.key_manager == "AWS" else key.arn


def _via(asked: Asked, service: str, arn: str, *actions: str, code: str | None = None) -> Iterator[Dependent]:
    """Uses of a key that a service makes in the caller's name.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    keys = {
        "kms:ViaService": [f"{service}.{asked.region}.amazonaws.com"],
        "kms:GrantIsForAWSResource": ["true"],
        "aws:ViaAWSService": ["true"],
        "aws:CalledVia": [f"{service}.amazonaws.com"],
    }
    for action in actions:
        yield Dependent(f"kms:{action}", arn, keys=keys, code=code)


def _keys_of_rds(asked: Asked) -> Iterator[Dependent]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html: Authorizing use"""
    if asked.call.service != "rds":
        return
    names = ("KmsKeyId", "PerformanceInsightsKMSKeyId")
    for arn in sorted({arn for name in names if (arn := _own_key(asked, asked.params.get(name)))}):
        yield from _via(asked, "rds", arn, "DescribeKey", "CreateGrant", code=_NO_KEY)


def _secret_of_rds(asked: Asked) -> Iterator[Dependent]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-permissions"""
    if asked.call.service != "rds" or not asked.params.get("ManageMasterUserPassword"):
        return
    arn = f"arn:aws:secretsmanager:{asked.region}:{asked.account_id}:secret:rds!*"
    via = {"aws:ViaAWSService": ["true"], "aws:CalledVia": ["rds.amazonaws.com"]}
    actions = ("CreateSecret", "TagResource")
    rotating = ("RotateSecret",) if asked.call.action.startswith("Modify") else ()
    for action in (*actions, *rotating):
        yield Dependent(f"secretsmanager:{action}", arn, keys=via)
    key = _own_key(asked, asked.params.get("MasterUserSecretKmsKeyId"))
    if key is not None:
        yield from _via(asked, "secretsmanager", key, "DescribeKey", "Decrypt", "GenerateDataKey", "CreateGrant")


# What a database and its snapshots are called in ARNs, and what it takes to make one.
_SNAPSHOTS = {
    "DeleteDBInstance": ("DBInstanceIdentifier", "db", "snapshot", "rds:CreateDBSnapshot"),
    "DeleteDBCluster": ("DBClusterIdentifier", "cluster", "cluster-snapshot", "rds:CreateDBClusterSnapshot"),
}


def _final_snapshot(asked: Asked) -> Iterator[Dependent]:
    """Since 2024 AWS takes the permission to make one, on the database and on the snapshot.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
    Where its tags are copied to the snapshot, also to tag that; here, wherever it has any.
    """
    name = asked.params.get("FinalDBSnapshotIdentifier")
    if asked.call.service != "rds" or asked.call.action not in _SNAPSHOTS or not name:
        return
    parameter, kind, kept, action = _SNAPSHOTS[asked.call.action]
    database, snapshot = (
        f"arn:aws:rds:{asked.region}:{asked.account_id}:{what}"
        for what in (f"{kind}:{asked.params.get(parameter)}", f"{kept}:{name}")
    )
    yield Dependent(action, database)
    yield Dependent(action, snapshot)
    if tagged.of(asked, database):
        yield Dependent("rds:AddTagsToResource", snapshot)


# https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-authz
_SECRETS = {
    "CreateSecret": ("GenerateDataKey", "Decrypt"),
    "GetSecretValue": ("Decrypt",),
    "PutSecretValue": ("GenerateDataKey", "Decrypt"),
    "UpdateSecret": ("GenerateDataKey", "Decrypt"),
}


def _keys_of_secrets(asked: Asked) -> Iterator[Dependent]:
    call, params = asked.call, asked.params
    if call.service != "secretsmanager" or call.action not in _SECRETS:
        return
    secret = secretsmanager.find(asked.account_id, asked.region, params["SecretId"]) if "SecretId" in params else None
    arn = _own_key(asked, params.get("KmsKeyId") or getattr(secret, "kms_key_id", None))
    content = call.action == "GetSecretValue" or "SecretString" in params or "SecretBinary" in params
    if arn is not None and content:
        yield from _via(asked, "secretsmanager", arn, *_SECRETS[call.action])


def _others(asked: Asked) -> Iterator[Dependent]:
    call, params = asked.call, asked.params
    if (call.service, call.action) == ("ec2", "CreateVpcEndpoint") and params.get("PrivateDnsEnabled"):
        # https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-iam.html
        yield Dependent("route53:AssociateVPCWithHostedZone", "*")
    if (call.service, call.action) == ("application-autoscaling", "PutScalingPolicy"):
        # https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_service-with-iam.html
        # https://docs.aws.amazon.com/autoscaling/application/userguide/create-target-tracking-policy-cli.html
        of_target = f"alarm:TargetTracking-{params.get('ResourceId', '')}-*"
        for action in ("DescribeAlarms", "PutMetricAlarm", "DeleteAlarms"):
            alarms = f"arn:aws:cloudwatch:{asked.region}:{asked.account_id}:{of_target}"
            yield Dependent(f"cloudwatch:{action}", alarms)
    if call.service == "lambda" and (params.get("VpcConfig") or {}).get("SubnetIds"):
        # https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
        for action in ("DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"):
            yield Dependent(f"ec2:{action}", "*", keys={"aws:CalledVia": ["lambda.amazonaws.com"]})
    if (call.service, call.action) == ("ssm", "PutParameter") and params.get("Type") == "SecureString":
        key = _own_key(asked, params.get("KeyId"))
        if key is not None:
            yield from _via(asked, "ssm", key, "Encrypt")

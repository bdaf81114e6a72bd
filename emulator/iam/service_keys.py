"""Condition keys of single services, by their names in lower case, as the service reads them from the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.operations import Asked
from emulator.policies import as_list
from emulator.services import kms

Values = list[str] | None
Reader = Callable[[Asked, str], Values]


class NotModelled(Exception):
    """A policy asks for a condition key that AWS has for this action and the emulator has not; the message names it."""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _parameter(*names: str, default: str | None = None) -> Reader:
    """The first of these parameters that is in the request, as one value or several."""

    def read(asked: Asked, _: str) -> Values:
        for name in names:
            if asked.params.get(name) is not None:
                return [_text(one) for one in as_list(asked.params[name])]
        return None if default is None else [default]

    return read


def _constant(value: str) -> Reader:
    return lambda _asked, _arn: [value]


def _nothing(_asked: Asked, _arn: str) -> Values:
    return None


def _in(outer: str, name: str) -> Reader:
    """A parameter in a structure."""

    def read(asked: Asked, _: str) -> Values:
        value = (asked.params.get(outer) or {}).get(name)
        return None if value is None else [_text(one) for one in as_list(value)]

    return read


def _new_database(parameter: str) -> Reader:
    """A property of a database that the request makes. Those of present ones are not looked up."""

    def read(asked: Asked, _: str) -> Values:
        if not asked.call.action.startswith("Create"):
            raise NotModelled(f"The emulator knows {parameter} as a condition of new databases only.")
        value = asked.params.get(parameter)
        return None if value is None else [_text(value)]

    return read


def _aliases(asked: Asked, arn: str) -> Values:
    key = kms.find_key(asked.account_id, asked.region, arn)
    return sorted(key.aliases) if key is not None and key.aliases else None


def _request_alias(asked: Asked, _: str) -> Values:
    key_id = str(asked.params.get("KeyId", ""))
    alias = key_id.rpartition(":")[2]
    return [alias] if alias.startswith("alias/") else None


def _account(asked: Asked, _: str) -> Values:
    return [asked.account_id]


def _region(asked: Asked, _: str) -> Values:
    return [asked.region]


READERS: dict[str, Reader] = {
    "application-autoscaling:scalable-dimension": _parameter("ScalableDimension"),
    "application-autoscaling:service-namespace": _parameter("ServiceNamespace"),
    "cloudwatch:alarmactions": _parameter("AlarmActions"),
    "cloudwatch:namespace": _parameter("Namespace"),
    # Only where tags come with what is made: emulator.iam.dependents gives it there.
    "ec2:createaction": _nothing,
    "ec2:region": _region,
    "ec2:subnetid": lambda _, arn: [arn.rpartition("/")[2]],
    "ec2:vpcid": lambda _, arn: [arn.rpartition("/")[2]],
    "ec2:securitygroupid": lambda _, arn: [arn.rpartition("/")[2]],
    "iam:awsservicename": _parameter("AWSServiceName"),
    "iam:permissionsboundary": _parameter("PermissionsBoundary"),
    "iam:policyarn": _parameter("PolicyArn"),
    "kms:calleraccount": _account,
    "kms:grantisforawsresource": _constant("false"),
    "kms:grantoperations": _parameter("Operations"),
    "kms:granteeprincipal": _parameter("GranteePrincipal"),
    "kms:keyspec": _parameter("KeySpec"),
    "kms:requestalias": _request_alias,
    "kms:resourcealiases": _aliases,
    "kms:rotationperiodindays": _parameter("RotationPeriodInDays"),
    "kms:schedulekeydeletionpendingwindowindays": _parameter("PendingWindowInDays", default="30"),
    # Only in calls that AWS makes for somebody: emulator.iam.dependents gives it to those.
    "kms:viaservice": _nothing,
    "lambda:securitygroupids": _in("VpcConfig", "SecurityGroupIds"),
    "lambda:subnetids": _in("VpcConfig", "SubnetIds"),
    "lambda:principal": _parameter("Principal"),
    "rds:databaseclass": _new_database("DBInstanceClass"),
    "rds:databaseengine": _new_database("Engine"),
    "rds:databasename": _parameter("DBName", "DatabaseName"),
    "rds:managemasteruserpassword": _parameter("ManageMasterUserPassword"),
    "rds:multiaz": _new_database("MultiAZ"),
    "rds:piops": _parameter("Iops"),
    "rds:publiclyaccessible": _parameter("PubliclyAccessible"),
    "rds:storageencrypted": _new_database("StorageEncrypted"),
    "rds:storagesize": _parameter("AllocatedStorage"),
    "s3:delimiter": _parameter("Delimiter"),
    "s3:max-keys": _parameter("MaxKeys"),
    "s3:prefix": _parameter("Prefix"),
    "s3:versionid": _parameter("VersionId"),
    "s3:x-amz-acl": _parameter("ACL"),
    "s3:x-amz-server-side-encryption": _parameter("ServerSideEncryption"),
    "secretsmanager:description": _parameter("Description"),
    "secretsmanager:forcedeletewithoutrecovery": _parameter("ForceDeleteWithoutRecovery"),
    "secretsmanager:kmskeyid": _parameter("KmsKeyId"),
    "secretsmanager:name": _parameter("Name"),
    "secretsmanager:recoverywindowindays": _parameter("RecoveryWindowInDays"),
    "secretsmanager:secretid": lambda _, arn: [arn],
    "secretsmanager:versionid": _parameter("VersionId"),
    "secretsmanager:versionstage": _parameter("VersionStage", default="AWSCURRENT"),
    "sns:endpoint": _parameter("Endpoint"),
    "sns:protocol": _parameter("Protocol"),
    "ssm:overwrite": _parameter("Overwrite", default="false"),
    "ssm:recursive": _parameter("Recursive", default="false"),
}

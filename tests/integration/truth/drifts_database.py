"""Drifts of databases and of what belongs to them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.integration.truth.drift import Drift, Said, Target, put

REBOOT = {"parameter_apply_status": ("pending-reboot", "in-sync")}


def _has(name: str) -> Callable[[Target], bool]:
    return lambda it: name in it.wanted


def _modify(option: str) -> Any:
    def setter(it: Target, value: Any) -> None:
        it.aws("rds").modify_db_instance(DBInstanceIdentifier=it.name, ApplyImmediately=True, **{option: value})

    return setter


def default_group(it: Target) -> list[str]:
    """The default security group of the VPC that the database is in."""
    vpc = next(v["vpc_id"] for key, v in it.known.items() if key.startswith("network/"))
    filters = [{"Name": "group-name", "Values": ["default"]}, {"Name": "vpc-id", "Values": [vpc]}]
    return [it.aws("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]]


def _group_of_instance() -> Drift:
    """Another parameter group takes effect at a reboot, and the first one does when it is back."""

    def do(it: Target, name: str) -> Said:
        family = re.sub(r".*-prod-", "", it.wanted[name])
        other = f"default.{family}"
        _modify("DBParameterGroupName")(it, other)
        return {(it.key, name): (other, it.wanted[name])} | {(it.key, part): value for part, value in REBOOT.items()}

    def undo(it: Target, name: str) -> None:
        _modify("DBParameterGroupName")(it, it.wanted[name])
        it.aws("rds").reboot_db_instance(DBInstanceIdentifier=it.name)

    return Drift(do, undo, _has("db_parameter_group_name"))


def _log_exports(modify: Callable[[Target, dict[str, Any]], Any]) -> Drift:
    """RDS takes what to switch on and what to switch off."""

    def do(it: Target, name: str) -> Said:
        modify(it, {"DisableLogTypes": it.wanted[name]})
        return {(it.key, name): ([], it.wanted[name])}

    return Drift(do, lambda it, name: modify(it, {"EnableLogTypes": it.wanted[name]}))


def _monitoring_off() -> Drift:
    """Its role goes with it."""

    def do(it: Target, name: str) -> Said:
        _modify("MonitoringInterval")(it, 0)
        return {(it.key, name): (0, it.wanted[name]), (it.key, "monitoring_role_arn"): (None, _role(it))}

    def undo(it: Target, name: str) -> None:
        it.aws("rds").modify_db_instance(
            DBInstanceIdentifier=it.name,
            ApplyImmediately=True,
            MonitoringInterval=it.wanted[name],
            MonitoringRoleArn=_role(it),
        )

    return Drift(do, undo, _monitored)


def _monitored(it: Target) -> bool:
    return bool(it.wanted["monitoring_interval_seconds"])


def _role(it: Target) -> str:
    return str(it.wanted["monitoring_role_arn"])


def _other_role(it: Target) -> str:
    """A role that RDS may take for its monitoring, of somebody else."""
    role = it.aws("iam").get_role(RoleName=_role(it).rpartition("/")[2])["Role"]
    iam, name = it.aws("iam"), "other-monitoring"
    if name not in {found["RoleName"] for found in iam.list_roles()["Roles"]}:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(role["AssumeRolePolicyDocument"]))
    return _role(it).rpartition("/")[0] + "/" + name


def _insights_off() -> Drift:
    """Performance Insights switched off; the retention and the key that are wanted come back with it."""

    def do(it: Target, name: str) -> Said:
        _modify("EnablePerformanceInsights")(it, False)
        return {(it.key, name): (False, True)} | {
            (it.key, part): (None, it.wanted[part])
            for part in ("performance_insights_retention_days", "performance_insights_kms_key_id")
            if part in it.wanted
        }

    def undo(it: Target, _name: str) -> None:
        key = it.wanted.get("performance_insights_kms_key_id")
        it.aws("rds").modify_db_instance(
            DBInstanceIdentifier=it.name,
            ApplyImmediately=True,
            EnablePerformanceInsights=True,
            PerformanceInsightsRetentionPeriod=it.wanted["performance_insights_retention_days"],
            **({"PerformanceInsightsKMSKeyId": key} if key else {}),
        )

    return Drift(do, undo)


def _queued_class() -> Drift:
    """Asked for, for the maintenance window: what nobody wants is taken back."""

    def do(it: Target, name: str) -> Said:
        other = _CLASSES[it.wanted[name]]
        it.aws("rds").modify_db_instance(DBInstanceIdentifier=it.name, DBInstanceClass=other)
        return {(it.key, name): (other, it.wanted[name])}

    return Drift(do, lambda it, name: _modify("DBInstanceClass")(it, it.wanted[name]))


def _listed(drifts: Drift | list[Drift]) -> list[Drift]:
    return drifts if isinstance(drifts, list) else [drifts]


def _instance(option: str, to: Any) -> Drift:
    return put(_modify(option), to)


def _instance_tags() -> Drift:
    def arn(it: Target) -> str:
        found = it.aws("rds").describe_db_instances(DBInstanceIdentifier=it.name)["DBInstances"][0]
        return str(found["DBInstanceArn"])

    def do(it: Target, name: str) -> Said:
        rds, of = it.aws("rds"), arn(it)
        rds.add_tags_to_resource(ResourceName=of, Tags=[{"Key": "Other", "Value": "1"}])
        rds.remove_tags_from_resource(ResourceName=of, TagKeys=["ManagedBy"])
        return {
            (it.key, f"{name}.Other"): ("1", None),
            (it.key, f"{name}.ManagedBy"): (None, it.tags["ManagedBy"]),
        }

    def undo(it: Target, _name: str) -> None:
        rds, of = it.aws("rds"), arn(it)
        rds.remove_tags_from_resource(ResourceName=of, TagKeys=["Other"])
        rds.add_tags_to_resource(ResourceName=of, Tags=[{"Key": "ManagedBy", "Value": it.tags["ManagedBy"]}])

    return Drift(do, undo)


def _modify_cluster(option: str) -> Any:
    def setter(it: Target, value: Any) -> None:
        it.aws("rds").modify_db_cluster(DBClusterIdentifier=it.name, ApplyImmediately=True, **{option: value})

    return setter


def _cluster(option: str, to: Any) -> Drift:
    return put(_modify_cluster(option), to)


def _scaling(it: Target, value: Mapping[str, Any]) -> None:
    given = {"MinCapacity": value["min_acu"], "MaxCapacity": value["max_acu"]}
    _modify_cluster("ServerlessV2ScalingConfiguration")(it, given)


def _member(of: Drift) -> Drift:
    """The same done to the last member: the plan of the cluster has it under the member's name."""

    def as_instance(it: Target) -> Target:
        member = it.wanted["members"][-1]
        return Target(it.standing, it.host, it.kind, member["name"], member, member["tags"], it.known)

    def do(it: Target, name: str) -> Said:
        member = as_instance(it)
        seen = of.do(member, name.removeprefix("members."))
        return {(it.key, f"members.{member.name}.{part}"): value for (_key, part), value in seen.items()}

    return Drift(
        do,
        lambda it, name: of.undo(as_instance(it), name.removeprefix("members.")),
        lambda it: of.fits(as_instance(it)),
    )


def _of_database(
    modify: Callable[[str, Any], Drift], exports: Callable[[Target, dict[str, Any]], Any]
) -> dict[str, Drift]:
    """What instances and clusters have in common."""
    return {
        "vpc_security_group_ids": modify("VpcSecurityGroupIds", default_group),
        "backup_retention_days": modify("BackupRetentionPeriod", 3),
        "backup_window": modify("PreferredBackupWindow", "10:00-11:00"),
        "maintenance_window": modify("PreferredMaintenanceWindow", "wed:12:00-wed:13:00"),
        "log_exports": _log_exports(exports),
        "deletion_protection": modify("DeletionProtection", lambda it: not it.wanted["deletion_protection"]),
        "copy_tags_to_snapshot": modify("CopyTagsToSnapshot", False),
    }


_CLASSES = {
    "db.t3.micro": "db.t3.small",
    "db.r6g.large": "db.r6g.xlarge",
    "db.r5.large": "db.r5.xlarge",
    "db.serverless": "db.r5.large",
}
_OF_INSTANCE: dict[str, Drift | list[Drift]] = {
    "instance_class": _instance("DBInstanceClass", lambda it: _CLASSES[it.wanted["instance_class"]]),
    "publicly_accessible": _instance("PubliclyAccessible", True),
    "auto_minor_version_upgrade": _instance("AutoMinorVersionUpgrade", False),
    "performance_insights_enabled": _insights_off(),
    "performance_insights_retention_days": _instance("PerformanceInsightsRetentionPeriod", 31),
    "monitoring_interval_seconds": [put(_modify("MonitoringInterval"), 15, _monitored), _monitoring_off()],
    "monitoring_role_arn": put(_modify("MonitoringRoleArn"), _other_role, _monitored),
    "db_parameter_group_name": _group_of_instance(),
}

DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "rds_instance": {
        **_of_database(_instance, lambda it, types: _modify("CloudwatchLogsExportConfiguration")(it, types)),
        **_OF_INSTANCE,
        "instance_class": [*_listed(_OF_INSTANCE["instance_class"]), _queued_class()],
        "max_allocated_storage_gib": _instance("MaxAllocatedStorage", 1000),
        "storage_type": _instance("StorageType", "gp2"),
        "multi_az": _instance("MultiAZ", lambda it: not it.wanted["multi_az"]),
    },
    "aurora_cluster": {
        **_of_database(_cluster, lambda it, types: _modify_cluster("CloudwatchLogsExportConfiguration")(it, types)),
        "storage_type": _cluster("StorageType", "aurora-iopt1"),
        "iam_authentication": _cluster("EnableIAMDatabaseAuthentication", True),
        "serverless_v2_scaling": put(_scaling, {"min_acu": 1.0, "max_acu": 8.0}, _has("serverless_v2_scaling")),
        "db_cluster_parameter_group_name": _cluster("DBClusterParameterGroupName", "default.aurora-postgresql15"),
        "members.tags": _member(_instance_tags()),
        **{f"members.{name}": [_member(one) for one in _listed(of)] for name, of in _OF_INSTANCE.items()},
    },
}

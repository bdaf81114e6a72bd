"""Drifts of databases and of what belongs to them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY

from tests.integration.truth.drift import Drift, Said, Target, put

REBOOT = {"parameter_apply_status": ("pending-reboot", "in-sync")}


def _has(name: str) -> Callable[[Target], bool]:
    return lambda it: name in it.wanted


def _modify(option: str) -> Any:
    def setter(it: Target, value: Any) -> None:
        it.aws("rds").modify_db_instance(DBInstanceIdentifier=it.name, ApplyImmediately=True, **{option: value})

    return setter


def _default_group(it: Target) -> list[str]:
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


def _parameters(change: str) -> Drift:
    """A parameter changed, set by somebody else, or reset."""

    def call(it: Target, method: str, name: str, text: Any) -> None:
        cluster = it.kind == "db_cluster_parameter_group"
        group = {"DBClusterParameterGroupName" if cluster else "DBParameterGroupName": it.name}
        parameter = {"ParameterName": name, "ApplyMethod": "immediate"}
        everything = {"ResetAllParameters": False} if method == "reset" else {}
        if text is not None:
            parameter["ParameterValue"] = str(text)
        of = "db_cluster_parameter_group" if cluster else "db_parameter_group"
        getattr(it.aws("rds"), f"{method}_{of}")(**group, **everything, Parameters=[parameter])

    def parameter(it: Target) -> str:
        return next(name for name in OTHERS if name in it.wanted["parameters"])

    def do(it: Target, _name: str) -> Said:
        if change == "one more":
            call(it, "modify", MORE, 1)
            return {(it.key, f"parameters.{MORE}"): ("1", None)}
        name = parameter(it)
        after = str(it.wanted["parameters"][name])
        if change == "reset":
            call(it, "reset", name, None)
            return {(it.key, f"parameters.{name}"): (None, after)}
        call(it, "modify", name, OTHERS[name])
        return {(it.key, f"parameters.{name}"): (OTHERS[name], after)}

    def undo(it: Target, _name: str) -> None:
        if change == "one more":
            call(it, "reset", MORE, None)
        else:
            call(it, "modify", parameter(it), it.wanted["parameters"][parameter(it)])

    return Drift(do, undo)


# Parameters that take effect without a reboot, and other values than those wanted anywhere.
OTHERS = {"log_statement": "mod", "random_page_cost": "3"}
MORE = "log_disconnections"


def _subnets(it: Target, subnets: list[str]) -> None:
    it.aws("rds").modify_db_subnet_group(DBSubnetGroupName=it.name, SubnetIds=subnets)


def _one_subnet_more(it: Target) -> list[str]:
    ec2 = it.aws("ec2")
    (vpc,) = {subnet["VpcId"] for subnet in ec2.describe_subnets(SubnetIds=it.wanted["subnet_ids"])["Subnets"]}
    every = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return sorted(subnet["SubnetId"] for subnet in every)


def _group_description(it: Target, text: str) -> None:
    it.aws("rds").modify_db_subnet_group(
        DBSubnetGroupName=it.name, DBSubnetGroupDescription=text, SubnetIds=it.wanted["subnet_ids"]
    )


def _capacity(option: str) -> Any:
    return lambda it, value: it.aws("application-autoscaling").register_scalable_target(
        **_scalable(it), **{option: value}
    )


def _scalable(it: Target) -> dict[str, str]:
    return {
        "ServiceNamespace": "rds",
        "ResourceId": f"cluster:{it.name}",
        "ScalableDimension": "rds:cluster:ReadReplicaCount",
    }


DEFAULTS = {"scale_in_cooldown_seconds": 300, "scale_out_cooldown_seconds": 300, "scale_in_disabled": False}


def _policies(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Drift:
    def setter(it: Target, wanted: list[dict[str, Any]]) -> None:
        scaling = it.aws("application-autoscaling")
        found = scaling.describe_scaling_policies(ServiceNamespace="rds", ResourceId=f"cluster:{it.name}")
        names = {policy["name"] for policy in wanted}
        for policy in found["ScalingPolicies"]:
            if policy["PolicyName"] not in names:
                scaling.delete_scaling_policy(PolicyName=policy["PolicyName"], **_scalable(it))
        for policy in wanted:
            scaling.put_scaling_policy(
                PolicyName=policy["name"],
                PolicyType="TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration={
                    "TargetValue": policy["target_value"],
                    "PredefinedMetricSpecification": {"PredefinedMetricType": policy["metric"]},
                    "ScaleInCooldown": policy["scale_in_cooldown_seconds"],
                    "ScaleOutCooldown": policy["scale_out_cooldown_seconds"],
                    "DisableScaleIn": policy["scale_in_disabled"],
                },
                **_scalable(it),
            )

    def whole(it: Target) -> list[dict[str, Any]]:
        return [{**DEFAULTS, **policy} for policy in it.wanted["policies"]]

    def do(it: Target, name: str) -> Said:
        changed = change(whole(it))
        setter(it, changed)
        return {(it.key, name): (changed, whole(it))}

    return Drift(do, lambda it, _name: setter(it, whole(it)))


def _other_target(policies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**policies[0], "target_value": 33.0}]


def _one_policy_more(policies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    extra = {"name": "other", "metric": "RDSReaderAverageDatabaseConnections", "target_value": 10.0, **DEFAULTS}
    return [extra, *policies]


def _function(setter: Callable[[Target, Any], Any], to: Any, published: bool = True) -> Drift:
    return _published(put(setter, to)) if published else put(setter, to)


def _published(plain: Drift) -> Drift:
    """What a version is made of brings a new one, to which the alias goes."""

    def do(it: Target, name: str) -> Said:
        newest = _newest(it)
        seen = plain.do(it, name)
        alias = next(key for key in it.known if key.startswith("lambda_alias/"))
        version = (newest, KNOWN_AFTER_APPLY)
        return {**seen, (it.key, "version"): version, (alias, "version"): version}

    return Drift(do, plain.undo)


def _newest(it: Target) -> str:
    found = it.aws("lambda").list_versions_by_function(FunctionName=_function_name(it))["Versions"]
    return max((str(version["Version"]) for version in found if version["Version"] != "$LATEST"), key=int)


def _function_name(it: Target) -> str:
    return it.name.partition(":")[0]


def _other_role_of_function(it: Target) -> str:
    """One of somebody else, with the same rights."""
    iam, own, name = it.aws("iam"), it.wanted["role_arn"].rpartition("/")[2], "other-function"
    if name not in {found["RoleName"] for found in iam.list_roles()["Roles"]}:
        trust = iam.get_role(RoleName=own)["Role"]["AssumeRolePolicyDocument"]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        for policy in iam.list_role_policies(RoleName=own)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=own, PolicyName=policy)["PolicyDocument"]
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    return str(it.wanted["role_arn"]).rpartition("/")[0] + "/" + name


def _configure(option: str, wrap: Callable[[Target, Any], Any] = lambda _it, value: value) -> Any:
    def setter(it: Target, value: Any) -> None:
        it.aws("lambda").update_function_configuration(FunctionName=it.name, **{option: wrap(it, value)})

    return setter


def _variables(_it: Target, value: Mapping[str, str]) -> dict[str, Any]:
    return {"Variables": dict(value)}


def _logging(it: Target, key: str, value: str) -> dict[str, str]:
    return {"LogGroup": it.wanted["log_group"], "LogFormat": it.wanted["log_format"], key: value}


def _vpc(key: str) -> Any:
    def wrap(it: Target, value: list[str]) -> dict[str, list[str]]:
        whole = {"SubnetIds": it.wanted["subnet_ids"], "SecurityGroupIds": it.wanted["security_group_ids"]}
        return {**whole, key: value}

    return _configure("VpcConfig", wrap)


def _concurrency(it: Target, value: int) -> None:
    it.aws("lambda").put_function_concurrency(FunctionName=it.name, ReservedConcurrentExecutions=value)


def _other_code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("access_function/handler.py", "def handle(event, context): return 'other'\n")
    return packed.getvalue()


def _architecture(it: Target, value: str) -> None:
    package = it.standing.package.read_bytes()
    it.aws("lambda").update_function_code(FunctionName=it.name, ZipFile=package, Architectures=[value])


def _code() -> Drift:
    def do(it: Target, name: str) -> Said:
        made = it.aws("lambda").update_function_code(FunctionName=it.name, ZipFile=_other_code())
        return {(it.key, name): (made["CodeSha256"], it.wanted[name])}

    def undo(it: Target, _name: str) -> None:
        _architecture(it, it.wanted["architecture"])

    return Drift(do, undo)


def _alias_of_old(it: Target) -> str:
    """Let there be two versions of the same function, with the alias on the newest; returns the older."""
    aws, function = it.aws("lambda"), _function_name(it)
    older = _newest(it)
    memory = aws.get_function_configuration(FunctionName=function)["MemorySize"]
    for size in (memory + 64, memory):
        aws.update_function_configuration(FunctionName=function, MemorySize=size)
        aws.publish_version(FunctionName=function)
    _alias(it, _newest(it), {})
    return older


def _alias(it: Target, version: str, weights: Mapping[str, float]) -> None:
    it.aws("lambda").update_alias(
        FunctionName=_function_name(it),
        Name=it.name.partition(":")[2],
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": dict(weights)},
    )


def _alias_on_old() -> Drift:
    def do(it: Target, name: str) -> Said:
        older = _alias_of_old(it)
        _alias(it, older, {})
        return {(it.key, name): (older, _newest(it))}

    return Drift(do, lambda it, _name: _alias(it, _newest(it), {}))


def _weights() -> Drift:
    def do(it: Target, name: str) -> Said:
        older = _alias_of_old(it)
        _alias(it, _newest(it), {older: 0.25})
        return {(it.key, name): ({older: 0.25}, {})}

    return Drift(do, lambda it, _name: _alias(it, _newest(it), {}))


def _of_database(
    modify: Callable[[str, Any], Drift], exports: Callable[[Target, dict[str, Any]], Any]
) -> dict[str, Drift]:
    """What instances and clusters have in common."""
    return {
        "vpc_security_group_ids": modify("VpcSecurityGroupIds", _default_group),
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
_PARAMETERS = [_parameters(change) for change in ("changed", "reset", "one more")]

DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "db_subnet_group": {
        "description": put(_group_description, "Other"),
        "subnet_ids": put(_subnets, _one_subnet_more, lambda it: "finance" in it.name),
    },
    "db_parameter_group": {"parameters": _PARAMETERS},
    "db_cluster_parameter_group": {"parameters": _PARAMETERS},
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
    "reader_autoscaling": {
        "min_capacity": put(_capacity("MinCapacity"), 2),
        "max_capacity": put(_capacity("MaxCapacity"), 9),
        "policies": [_policies(_other_target), _policies(_one_policy_more), _policies(lambda _policies: [])],
    },
    "lambda_function": {
        "description": _function(_configure("Description"), "Other", published=False),
        "role_arn": _function(_configure("Role"), _other_role_of_function),
        "runtime": _function(_configure("Runtime"), "python3.12"),
        "handler": _function(_configure("Handler"), "access_function.handler.other"),
        "memory_mb": _function(_configure("MemorySize"), 256),
        "timeout_seconds": _function(_configure("Timeout"), 3),
        "environment": [
            _function(_configure("Environment", _variables), lambda it: {**it.wanted["environment"], "OTHER": "1"}),
            _function(_configure("Environment", _variables), {}),
        ],
        "subnet_ids": _function(_vpc("SubnetIds"), lambda it: it.wanted["subnet_ids"][1:]),
        "security_group_ids": _function(_vpc("SecurityGroupIds"), _default_group),
        "log_group": _function(
            _configure("LoggingConfig", lambda it, value: _logging(it, "LogGroup", value)), "/aws/lambda/other"
        ),
        "log_format": _function(
            _configure("LoggingConfig", lambda it, value: _logging(it, "LogFormat", value)), "JSON"
        ),
        "architecture": _function(_architecture, "x86_64"),
        "code_sha256": _published(_code()),
        "reserved_concurrency": _function(_concurrency, 3, published=False),
    },
    "lambda_alias": {"version": _alias_on_old(), "weights": _weights()},
}

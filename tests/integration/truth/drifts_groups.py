"""Drifts of what belongs to databases: groups of subnets and of parameters, and the autoscaling of readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integration.truth.drift import Drift, Said, Target, put


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


_PARAMETERS = [_parameters(change) for change in ("changed", "reset", "one more")]

DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "db_subnet_group": {
        "description": put(_group_description, "Other"),
        "subnet_ids": put(_subnets, _one_subnet_more, lambda it: "finance" in it.name),
    },
    "db_parameter_group": {"parameters": _PARAMETERS},
    "db_cluster_parameter_group": {"parameters": _PARAMETERS},
    "reader_autoscaling": {
        "min_capacity": put(_capacity("MinCapacity"), 2),
        "max_capacity": put(_capacity("MaxCapacity"), 9),
        "policies": [_policies(_other_target), _policies(_one_policy_more), _policies(lambda _policies: [])],
    },
}

"""What AWS lets nobody change: there the document wants something else than what stands, and the plan has to say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.integration.truth.drift import Said, Target


@dataclass(frozen=True)
class Otherwise:
    """``to`` is wanted instead. Where AWS cannot change it the plan refuses; else it says what it would change.

    ``follows`` is what changes with it: alarms at a share of what a database has.
    """

    to: Any
    refused: bool = True
    fits: Callable[[Target], bool] = lambda _target: True
    follows: Callable[[Target], Said] = lambda _target: {}

    def value(self, target: Target) -> Any:
        return self.to(target) if callable(self.to) else self.to


def _encrypted_without_a_key_of_its_own(it: Target) -> bool:
    return "kms_key_id" not in it.wanted


def _with_a_key(it: Target) -> bool:
    return "kms_key_id" in it.wanted


def _doubled_threshold(it: Target) -> Said:
    alarm = it.name.replace("db-", "alarm-transaction-logs-")
    quarter = it.wanted["allocated_storage_gib"] * 2**30 // 4
    return {(f"metric_alarm/{alarm}", "threshold"): (quarter, 2 * quarter)}


KEY = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html
_GROUP = {"description": Otherwise("Other")}

OTHERWISE: dict[str, dict[str, Otherwise]] = {
    # https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    "vpc": {"cidr_block": Otherwise(lambda it: it.wanted["cidr_block"].replace("/16", "/19"))},
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html
    "subnet": {
        "vpc_id": Otherwise("vpc-other", fits=lambda it: "public-b" in it.name),
        "cidr_block": Otherwise("10.70.2.0/24", fits=lambda it: "public-b" in it.name),
        "availability_zone": Otherwise("us-east-1c", fits=lambda it: "public-b" in it.name),
    },
    # Not while addresses are mapped: https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    "internet_gateway": {"vpc_id": Otherwise("vpc-other")},
    # https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
    "nat_gateway": {"subnet_id": Otherwise("subnet-other"), "allocation_id": Otherwise("eipalloc-other")},
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html: rules alone
    "security_group": {"vpc_id": Otherwise("vpc-other"), "description": Otherwise("Other")},
    # https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithRouteTables.html
    "route_table": {"vpc_id": Otherwise("vpc-other")},
    # https://docs.aws.amazon.com/vpc/latest/userguide/nacl-tasks.html
    "network_acl": {"vpc_id": Otherwise("vpc-other")},
    "db_parameter_group": {**_GROUP, "family": Otherwise("postgres14")},
    "db_cluster_parameter_group": {**_GROUP, "family": Otherwise("aurora-postgresql14")},
    # https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html: Type
    "ssm_parameter": {"type": Otherwise("StringList", fits=lambda it: it.wanted["type"] == "String")},
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
    "rds_instance": {
        "storage_encrypted": Otherwise(False, fits=_encrypted_without_a_key_of_its_own),
        "kms_key_id": Otherwise(KEY, fits=_with_a_key),
        "performance_insights_kms_key_id": Otherwise(KEY, fits=_with_a_key),
        "master_username": Otherwise("other"),
        # A newer minor version is what was wanted, and there is no way back to an older one.
        "engine_version": Otherwise(lambda it: {"16.13": "16.14"}[it.wanted["engine_version"]], False, _with_a_key),
        # Storage only grows, and what autoscaling has added stays.
        "allocated_storage_gib": Otherwise(
            lambda it: 2 * it.wanted["allocated_storage_gib"], False, _with_a_key, _doubled_threshold
        ),
        # Only to another VPC: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
        "db_subnet_group_name": Otherwise("subnet-group-other", False),
    },
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
    "aurora_cluster": {
        "storage_encrypted": Otherwise(False, fits=_encrypted_without_a_key_of_its_own),
        "kms_key_id": Otherwise(KEY, fits=_with_a_key),
        "master_username": Otherwise("other"),
        "db_name": Otherwise("other"),
        "db_subnet_group_name": Otherwise("subnet-group-other"),
        "engine_version": Otherwise("15.12", False),
        "members.performance_insights_kms_key_id": Otherwise(KEY, fits=_with_a_key),
    },
}

_LOOKED_UP = "a network is looked up and never planned: what is wrong with it is what differs in those that use it"
_STATE = "AWS's own state, which no call changes"
_IDENTITY = "what it is found by: with another one it is another resource, and this one is gone"
_ONE = "there is no other value that the collection takes"

EXCEPTIONS: dict[str, dict[str, str]] = {
    "network": dict.fromkeys(
        ("vpc_name", "tier", "zones", "security_group_names", "security_group_tags", "subnet_tags"), _LOOKED_UP
    ),
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html
    "nat_gateway": {"status": _STATE},
    # https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
    "interface_endpoint": {"status": _STATE, "vpc_id": _IDENTITY, "service": _IDENTITY},
    "gateway_endpoint": {"vpc_id": _IDENTITY, "service": _IDENTITY},
    "rds_instance": {"engine": _ONE},
    "aurora_cluster": {
        "engine": _ONE,
        "prune_members": "says what becomes of members that are not wanted: nothing in AWS",
        "members.name": _IDENTITY,
    },
}

# What a kind has and no document of the four systems names: tests/integration/modules changes it.
ELSEWHERE: dict[str, set[str]] = {
    "security_group": {"egress"},
    "network": {"security_group_ids", "subnet_ids", "vpc_id"},
    "rds_instance": {
        *("allow_major_version_upgrade", "availability_zone", "ca_certificate_identifier", "database_insights_mode"),
        *("db_name", "dedicated_log_volume", "iam_authentication", "iops", "manage_master_user_password"),
        *("master_user_secret_arn", "master_user_secret_kms_key_id", "network_type", "port"),
        *("source_db_instance_identifier", "storage_throughput"),
    },
    "aurora_cluster": {
        *("allow_major_version_upgrade", "auto_minor_version_upgrade", "ca_certificate_identifier"),
        *("database_insights_mode", "db_instance_parameter_group_name", "http_endpoint_enabled"),
        *("manage_master_user_password", "master_user_secret_arn", "master_user_secret_kms_key_id"),
        *("monitoring_interval_seconds", "monitoring_role_arn", "network_type", "performance_insights_enabled"),
        *("performance_insights_kms_key_id", "performance_insights_retention_days", "port"),
    },
    "reader_autoscaling": {"scale_in_suspended", "scale_out_suspended", "scheduled_scaling_suspended"},
    "log_group": {"kms_key_id", "log_group_class"},
    "lambda_alias": {"version"},
    "metric_alarm": {
        *("datapoints_to_alarm", "evaluate_low_sample_count_percentile", "extended_statistic", "metrics"),
        *("threshold_metric_id", "unit"),
    },
}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The order of a teardown, as data: one line per kind that can be taken away.

A further kind is a line here, a rule in ``rules_*.py`` if there is
more to decide than its deletion, a reader in ``look_*.py`` and a deleter in ``delete_*.py``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """A kind, what people call it, and the kinds that must be gone before it."""

    kind: str
    words: str
    after: tuple[str, ...] = ()


DATABASE = (
    Step("composite_alarm", "composite alarm"),
    Step("metric_alarm", "alarm", ("composite_alarm",)),
    Step("dashboard", "dashboard", ("metric_alarm",)),
    Step("lambda_function", "function"),
    Step("ssm_parameter", "parameter", ("lambda_function",)),
    Step("rds_instance", "database"),
    # A reader that goes while its scaling is on comes back.
    Step("reader_autoscaling", "reader autoscaling"),
    Step("aurora_member", "database", ("reader_autoscaling",)),
    Step("aurora_cluster", "cluster", ("aurora_member",)),
    Step("db_snapshot", "snapshot"),
    Step("db_cluster_snapshot", "snapshot"),
    Step("automated_backup", "retained backup"),
    Step("cluster_automated_backup", "retained backup"),
    Step("db_parameter_group", "parameter group", ("rds_instance", "aurora_cluster")),
    Step("db_cluster_parameter_group", "parameter group", ("aurora_cluster",)),
    Step("db_subnet_group", "subnet group", ("rds_instance", "aurora_cluster")),
    # RDS makes its log group again as long as the instance runs: https://github.com/hashicorp/terraform-provider-aws/issues/42858
    Step("log_group", "log group", ("rds_instance", "aurora_cluster", "lambda_function")),
    # After the databases, whose deletion it tells.
    Step("rds_event_subscription", "event subscription", ("rds_instance", "aurora_member", "aurora_cluster")),
    Step("sns_topic", "topic", ("metric_alarm", "composite_alarm", "rds_event_subscription")),
    Step("s3_bucket", "bucket", ("rds_instance",)),
    # Lambda deletes a function's network interfaces with the role of the function.
    Step("iam_role", "role", ("rds_instance", "aurora_cluster", "lambda_function")),
    Step("secret", "secret", ("rds_instance", "aurora_cluster", "lambda_function")),
    Step("kms_key", "key", ("rds_instance", "aurora_cluster", "log_group", "sns_topic", "s3_bucket", "secret")),
)

NETWORK = (
    Step("ssm_parameter", "parameter"),
    Step("gateway_endpoint", "gateway endpoint"),
    Step("interface_endpoint", "interface endpoint"),
    Step("nat_gateway", "NAT gateway"),
    Step("security_group", "security group", ("interface_endpoint",)),
    Step("route_table", "route table", ("gateway_endpoint", "nat_gateway")),
    Step("elastic_ip", "address", ("nat_gateway",)),
    Step("internet_gateway", "internet gateway", ("nat_gateway", "elastic_ip")),
    Step("network_acl", "network ACL"),
    Step("subnet", "subnet", ("route_table", "nat_gateway", "interface_endpoint")),
    Step(
        "vpc", "VPC", ("gateway_endpoint", "security_group", "route_table", "internet_gateway", "network_acl", "subnet")
    ),
)

SCOPES = {"database": DATABASE, "network": NETWORK}

WORDS = {step.kind: step.words for steps in SCOPES.values() for step in steps}


def words(kind: str) -> str:
    """What people call a kind: ``key`` for kms_key."""
    return WORDS.get(kind, kind.replace("_", " "))

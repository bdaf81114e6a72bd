# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The members of an Aurora cluster: DB instances that share its storage.

What a change costs, and which settings are the member's and not the cluster's, follows "Settings for Amazon Aurora":
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html#Aurora.Modifying.Settings
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import rds_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_windows import same_maintenance_window
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Effect,
    Kind,
    Observed,
    Property,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import same_key, same_text

SERVERLESS = "db.serverless"
WRITER, READER = "writer", "reader"
ANOTHER = "Add a member as wanted, and take this one off the list."

AURORA_MEMBER = Kind(
    "aurora_member",
    {
        "instance_class": Property(effect=Effect.DOWNTIME),
        "availability_zone": Property(immutable=ANOTHER),
        "promotion_tier": Property(),
        "publicly_accessible": Property(),
        "db_parameter_group_name": Property(same_text),
        "maintenance_window": Property(same_maintenance_window),
        "auto_minor_version_upgrade": Property(),
        "ca_certificate_identifier": Property(effect=Effect.REBOOT),
        "performance_insights_enabled": Property(),
        "performance_insights_retention_days": Property(),
        "performance_insights_kms_key_id": Property(same_key),
        "monitoring_interval_seconds": Property(),
        "monitoring_role_arn": Property(),
    },
)
# What a member takes from the cluster unless it names its own.
INHERITED = ("maintenance_window", "auto_minor_version_upgrade", "ca_certificate_identifier")
# Aurora's readers that come and go with the load:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
AUTOSCALED = "application-autoscaling-"


def members_of(cluster: Desired) -> list[Mapping[str, Any]]:
    """The wanted members as the options write them; none when they are left out."""
    members = cluster.properties.get("members")
    return list(members) if isinstance(members, (list, tuple)) else []


def wanted_member(cluster: Desired, member: Mapping[str, Any]) -> Desired:
    """A member as a desired resource, whose problems name the option of the cluster in which it stands."""
    name = member["name"]
    inherited = {key: cluster.properties.get(key) for key in INHERITED}
    own = {key: value for key, value in member.items() if key in AURORA_MEMBER.properties and value is not None}
    properties = {key: value for key, value in {**inherited, **own}.items() if value is not None}
    tags = cluster.tags if member.get("tags") is None else member["tags"]
    keys = {key: cluster.input_name(f"members.{name}.{key}") for key in (*AURORA_MEMBER.properties, "name")}
    return Desired("aurora_member", name, properties, tags, keys=keys)


def wanted_members(cluster: Desired) -> list[Desired]:
    return [wanted_member(cluster, member) for member in members_of(cluster)]


def from_aws(raw: Mapping[str, Any], role: Mapping[str, Any]) -> Observed:
    """``raw`` is AWS's description of the instance, ``role`` that of its membership, empty while it has none."""
    instance = rds_instance.from_aws(raw)
    properties = {name: instance.properties.get(name) for name in AURORA_MEMBER.properties}
    return replace(
        instance,
        kind="aurora_member",
        properties=properties | {"promotion_tier": raw.get("PromotionTier")},
        attributes={
            **instance.attributes,
            "role": WRITER if role.get("IsClusterWriter") else READER,
            "cluster_parameter_status": role.get("DBClusterParameterGroupStatus"),
        },
        pending={name: later for name, later in instance.pending.items() if name in AURORA_MEMBER.properties},
    )


def autoscaled(name: str) -> bool:
    return name.startswith(AUTOSCALED)


def in_order(members: Iterable[Observed]) -> list[Observed]:
    """Readers, then the writer: the order in which members are restarted, so that the fewest failovers happen."""
    return sorted(members, key=lambda member: (member.attributes["role"] == WRITER, member.name))

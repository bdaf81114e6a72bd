# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What a teardown finds, what it was asked to do, and what it decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._owner import SYSTEM_TAG, Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Observed, Plan, Problem, removal

# What a key of ours is for, where nothing that outlives a teardown is encrypted with it.
USE_TAG, FOR_TOPICS = "pgfleet:use", "topic"
PARTS_OF_CLUSTERS = ("aurora_member", "reader_autoscaling")


@dataclass(frozen=True, slots=True)
class Found:
    """Something that exists in AWS, ours or not.

    ``name`` is what people call it, ``id`` what AWS takes to delete it. ``facts`` by kind:
    what holds encrypted data: kms_key (id, ARN or alias of the key, or None)
    rds_instance: status, deletion_protection, storage_gib, replica_of, vpc_id, uses (names of groups and roles)
    aurora_member: as rds_instance, and cluster; aurora_cluster: status, replica_of, uses; reader_autoscaling: cluster
    db_snapshot: database, storage_gib; automated_backup: database
    db_cluster_snapshot, cluster_automated_backup: cluster
    s3_bucket: objects (versions that hold data), more (there are more than these); log_group: database or cluster
    secret, kms_key: deletes_on (datetime, or None); kms_key: aliases; sns_topic: kms_key
    everything in a VPC: vpc_id; network_interface: requester, interface_type, description, attached_to
    lambda_function: vpc_id, shared (another function has its network interfaces as well)
    nat_gateway, interface_endpoint: state, interfaces (ids of the network interfaces that go with it)
    ssm_parameter: in_our_place (its path is that of our outputs, so it is listed whoever's it is)
    """

    kind: str
    name: str
    id: str
    tags: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator asked for. ``databases_going``: databases and functions that the same run removes before."""

    now: datetime
    final_snapshot: bool = True
    final_snapshot_name: str = ""
    empty_bucket: bool = False
    delete_key: bool = False
    secret_recovery_days: int = 30
    key_pending_days: int = 30
    databases_going: frozenset[str] = frozenset()

    def problems(self) -> tuple[Problem, ...]:
        """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html,
        https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html"""
        days = {"secret_recovery_days": self.secret_recovery_days, "key_pending_days": self.key_pending_days}
        return tuple(Problem(name, n, "AWS takes 7 to 30 days.") for name, n in days.items() if not 7 <= n <= 30)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision rests on.

    ``names``: by kind, the names that the inventory gives. ``databases``, ``clusters``: those that were ours and may be
    gone by now; RDS makes log groups and snapshots for them that carry no tags. ``users``: whatever else is in a VPC of
    ours.
    """

    owner: Owner
    options: Options
    found: tuple[Found, ...]
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    databases: frozenset[str] = frozenset()
    clusters: frozenset[str] = frozenset()
    users: tuple[Found, ...] = ()

    def owns(self, found: Found) -> bool:
        """Tags decide. What RDS makes for a database of ours is ours as well, unless somebody else's tags are on it.

        So are the members of a cluster: the readers that Application Auto Scaling makes have tags of its own.
        """
        if self.owner.owns(found.tags):
            return True
        foreign = SYSTEM_TAG in found.tags if found.kind in PARTS_OF_CLUSTERS else bool(found.tags)
        made_for = (
            found.facts.get("database") in self.our_databases(),
            found.facts.get("cluster") in self.our_clusters(),
        )
        return not foreign and any(made_for)

    def going(self, kind: str) -> list[str]:
        """Those of ours that were asked to go before: by a run that was stopped, or by somebody else."""
        return [f.name for f in self._ours(kind) if f.facts.get("status") == "deleting"]

    def our_databases(self) -> frozenset[str]:
        return self.databases | {f.name for f in self._ours("rds_instance")}

    def our_clusters(self) -> frozenset[str]:
        return self.clusters | {f.name for f in self._ours("aurora_cluster")}

    def _ours(self, kind: str) -> list[Found]:
        return [f for f in self.found if f.kind == kind and self.owner.owns(f.tags)]


@dataclass(frozen=True, slots=True)
class Removal:
    """Something to delete, and how."""

    found: Found
    note: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def as_plan(self) -> Plan:
        return removal(Observed(self.found.kind, self.found.name, {"id": self.found.id}), self.note)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays, and why.

    ``until``: when AWS deletes it itself; ``kms_key``: the key without which it is unreadable.
    """

    kind: str
    name: str
    reason: str
    detail: str = ""
    until: datetime | None = None
    owned: bool = True
    kms_key: str | None = None

    def as_dict(self) -> dict[str, Any]:
        until = self.until.date().isoformat() if self.until else None
        shown = {"kind": self.kind, "name": self.name, "detail": self.detail, "reason": self.reason}
        return shown | {"until": until, "owned": self.owned}


@dataclass(frozen=True, slots=True)
class Teardown:
    """The decision: what goes, in this order; what stays; and what forbids the whole run."""

    removals: tuple[Removal, ...] = ()
    kept: tuple[Kept, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: Teardown) -> Teardown:
        return Teardown(self.removals + other.removals, self.kept + other.kept, self.problems + other.problems)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Everything that a teardown decides about, of either scope, in one pass of reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import (
    look_clusters,
    look_data,
    look_functions,
    look_network,
    look_notices,
    look_watch,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.arns import of_no_known_kind
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look, Reader, with_index
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Options, Situation

RUNNING = ("rds_instance", "aurora_cluster")
DATABASE: tuple[Reader, ...] = (
    look_watch.alarms,
    look_functions.functions,
    look_watch.dashboards,
    look_watch.database_parameters,
    look_clusters.reader_autoscaling,
    look_data.snapshots,
    look_clusters.snapshots,
    look_data.retained_backups,
    look_clusters.retained_backups,
    look_data.parameter_groups,
    look_clusters.parameter_groups,
    look_data.subnet_groups,
    look_watch.log_groups,
    look_notices.event_subscriptions,
    look_notices.topics,
    look_data.buckets,
    look_watch.roles,
    look_data.secrets,
    look_data.keys,
)


def survey(scope: str, look: Look, options: Options) -> Situation:
    """Read the account and region.

    Raises AwsError when something cannot be read: half a survey would leave things behind.
    """
    look = with_index(look)
    return _of_network(look, options) if scope == "network" else _of_database(look, options)


def _of_database(look: Look, options: Options) -> Situation:
    found = [*look_data.databases(look), *look_clusters.clusters(look)]
    ours = {kind: frozenset(f.name for f in found if f.kind == kind and look.owner.owns(f.tags)) for kind in RUNNING}
    databases, clusters = look.databases | ours["rds_instance"], look.clusters | ours["aurora_cluster"]
    look = replace(look, databases=databases, clusters=clusters)
    for read in DATABASE:
        found.extend(read(look))
    found.extend(of_no_known_kind("database", look.indexed))
    return Situation(look.owner, options, distinct(found), look.names, look.databases, look.clusters)


def _of_network(look: Look, options: Options) -> Situation:
    vpcs = look_network.vpcs(look)
    ids = [f.id for f in vpcs if look.owner.owns(f.tags)]
    found = [*vpcs, *look_network.contents(look, ids), *look_watch.network_parameters(look)]
    users = tuple(look_network.users(look, ids))
    seen = {f.id for f in (*found, *users)}
    found.extend(f for f in of_no_known_kind("network", look.indexed) if f.name not in seen)
    return Situation(look.owner, options, distinct(found), look.names, users=users)


def distinct(found: Iterable[Found]) -> tuple[Found, ...]:
    """Names in EC2 are tags, which several may share: those get their id as well."""
    every = tuple(found)
    count = Counter((f.kind, f.name) for f in every)
    return tuple(replace(f, name=f"{f.name} ({f.id})") if count[f.kind, f.name] > 1 else f for f in every)

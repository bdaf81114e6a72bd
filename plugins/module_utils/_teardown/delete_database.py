# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Takes the resources of a database away, all of a kind at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.dashboards import GONE as NO_DASHBOARD
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.event_subscriptions import SUBSCRIPTION_ABSENT
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_reads import (
    INSTANCE_ABSENT,
    PARAMETER_GROUP_ABSENT,
    SUBNET_GROUP_ABSENT,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.deletion import Deletion
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Removal
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

ALARMS_A_CALL = 100
PARAMETERS_A_CALL = 10
BUSY_INSTANCE = frozenset({"InvalidDBInstanceState", "InvalidDBInstanceStateFault"})

parameter_groups = Deletion(
    "rds",
    "delete_db_parameter_group",
    "DBParameterGroupName",
    PARAMETER_GROUP_ABSENT,
    frozenset({"InvalidDBParameterGroupState", "InvalidDBParameterGroupStateFault"}),
)
subnet_groups = Deletion(
    "rds",
    "delete_db_subnet_group",
    "DBSubnetGroupName",
    SUBNET_GROUP_ABSENT,
    frozenset({"InvalidDBSubnetGroupStateFault", "InvalidDBSubnetStateFault"}),
)
# With their metric filters: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html
log_groups = Deletion("logs", "delete_log_group", "logGroupName", frozenset({"ResourceNotFoundException"}))
event_subscriptions = Deletion(
    "rds",
    "delete_event_subscription",
    "SubscriptionName",
    SUBSCRIPTION_ABSENT,
    frozenset({"InvalidEventSubscriptionState", "InvalidEventSubscriptionStateFault"}),
)
# SNS deletes the subscriptions with it: https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html
topics = Deletion("sns", "delete_topic", "TopicArn", frozenset({"NotFound"}))


def _batches(group: Sequence[Removal], size: int) -> list[list[str]]:
    ids = iter([removal.found.id for removal in group])
    return list(iter(lambda: list(islice(ids, size)), []))


def alarms(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    """One that is missing fails its whole batch; the look that follows leaves it out of the next."""
    for names in _batches(group, ALARMS_A_CALL):
        call(clients("cloudwatch"), "delete_alarms", AlarmNames=names, absent={"ResourceNotFound"})


def composite_alarms(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """One a call: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html"""
    for removal in group:
        alarms(clients, [removal], patience)


def dashboards(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    """One a call, because one that is missing fails all of its call:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html"""
    for removal in group:
        name = removal.found.id
        call(clients("cloudwatch"), "delete_dashboards", DashboardNames=[name], subject=name, absent=NO_DASHBOARD)


def parameters(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    for names in _batches(group, PARAMETERS_A_CALL):
        call(clients("ssm"), "delete_parameters", Names=names)


def instances(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """Replicas before what they replicate: AWS promotes the replicas of an instance that goes before them.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html
    """
    replicas = [removal for removal in group if removal.found.facts.get("replica_of")]
    for wave in (replicas, [removal for removal in group if removal not in replicas]):
        _delete_instances(clients, wave, patience)


def _delete_instances(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """All are asked to go before any is waited for. One in the middle of something is asked again when it is done."""
    for removal in group:
        attempt = partial(_delete_instance, clients("rds"), removal)
        patience.while_busy(attempt, BUSY_INSTANCE, f"database {removal.found.name}")
    for removal in group:
        await_instance(clients, removal.found.id, patience)


def _delete_instance(client: Any, removal: Removal) -> None:
    name = removal.found.id
    if instance_status(client, name) in ("", "deleting"):
        return
    known = {"DBInstanceIdentifier": name}
    if removal.arguments["unprotect"]:
        call(client, "modify_db_instance", subject=name, DeletionProtection=False, ApplyImmediately=True, **known)
    snapshot = removal.arguments.get("snapshot")
    ending = {"FinalDBSnapshotIdentifier": snapshot} if snapshot else {}
    call(client, "delete_db_instance", subject=name, SkipFinalSnapshot=not snapshot, **ending, **known)


def instance_status(client: Any, name: str) -> str:
    """As RDS calls it; "" for an instance that is gone."""
    found = call(client, "describe_db_instances", subject=name, absent=INSTANCE_ABSENT, DBInstanceIdentifier=name)
    return str(found["DBInstances"][0]["DBInstanceStatus"]) if found else ""


def await_instance(clients: Clients, name: str, patience: Patience) -> None:
    patience.until(partial(instance_status, clients("rds"), name), f"database {name}")


def roles(clients: Clients, group: Sequence[Removal], _patience: Patience) -> None:
    """Policies first: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html"""
    client, gone = clients("iam"), {"NoSuchEntity"}
    for removal in group:
        name = removal.found.id
        attached = pages(client, "list_attached_role_policies", "AttachedPolicies", absent=gone, RoleName=name)
        for policy in attached:
            arn = policy["PolicyArn"]
            call(client, "detach_role_policy", subject=name, absent=gone, RoleName=name, PolicyArn=arn)
        for policy_name in pages(client, "list_role_policies", "PolicyNames", absent=gone, RoleName=name):
            call(client, "delete_role_policy", subject=name, absent=gone, RoleName=name, PolicyName=policy_name)
        call(client, "delete_role", subject=name, absent=gone, RoleName=name)

"""Who runs with the values of a parameter group, and the reboots that they wait for."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.db_parameter_group_members import (
    Member,
    members,
    reboot_member,
    rebooted,
    with_reboots,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_instance import session_for
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import Session
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import Parameter
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import CLUSTER, INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Effect,
    Observed,
    Plan,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout

from tests.unit.stubs import Exchange, answering

REBOOT = frozenset({Effect.REBOOT})
NOTHING: frozenset[Effect] = frozenset()


def cluster(name: str, group: str, **statuses: str) -> dict[str, Any]:
    """A cluster whose first member is the writer; `__` is a dash in a name."""
    found = [
        {
            "DBInstanceIdentifier": member.replace("__", "-"),
            "IsClusterWriter": place == 0,
            "DBClusterParameterGroupStatus": status,
        }
        for place, (member, status) in enumerate(statuses.items())
    ]
    return {"DBClusterIdentifier": name, "DBClusterParameterGroup": group, "DBClusterMembers": found}


def instance(name: str, group: str, status: str = "in-sync", **more: Any) -> dict[str, Any]:
    groups = [{"DBParameterGroupName": group, "ParameterApplyStatus": status}]
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:{name}",
        "DBInstanceStatus": "available",
        "DBParameterGroups": groups,
        **more,
    }


def clusters(*found: dict[str, Any]) -> Exchange:
    return Exchange("describe_db_clusters", {}, {"DBClusters": list(found)})


def instances(*found: dict[str, Any], **asked: str) -> Exchange:
    return Exchange("describe_db_instances", asked, {"DBInstances": list(found)})


def test_members_of_a_cluster_group_are_those_of_its_clusters_with_the_writer_last() -> None:
    asked = clusters(
        cluster("shop", "g", a="in-sync", c="in-sync", b="pending-reboot"),
        cluster("bank", "g", writer="pending-reboot"),
        cluster("other", "h", x="pending-reboot"),
    )
    with answering("rds", asked) as scope:
        found = members(scope.clients("rds"), CLUSTER, "g")
    assert found == [
        Member("writer", reader=False, pending=True, cluster="bank"),
        Member("b", reader=True, pending=True, cluster="shop"),
        Member("c", reader=True, pending=False, cluster="shop"),
        Member("a", reader=False, pending=False, cluster="shop"),
    ]


def test_instances_that_use_a_group_with_replicas_first() -> None:
    asked = instances(
        instance("primary", "g", "pending-reboot"),
        instance("replica", "g", ReadReplicaSourceDBInstanceIdentifier="primary"),
        instance("other", "h", "pending-reboot"),
        {"DBInstanceIdentifier": "without"},
    )
    with answering("rds", asked) as scope:
        found = members(scope.clients("rds"), INSTANCE, "g")
    assert found == [
        Member("replica", reader=True, pending=False),
        Member("primary", reader=False, pending=True),
    ]


def test_members_of_an_aurora_cluster_are_asked_of_their_cluster() -> None:
    asked = instances(
        instance("a", "g", DBClusterIdentifier="shop"),
        instance("b", "g", "pending-reboot", DBClusterIdentifier="shop"),
    )
    with answering("rds", asked, clusters(cluster("shop", "x", a="in-sync", b="in-sync"))) as scope:
        found = members(scope.clients("rds"), INSTANCE, "g")
    assert found == [
        Member("b", reader=True, pending=True, cluster="shop"),
        Member("a", reader=False, pending=False, cluster="shop"),
    ]


METADATA = {"work_mem": Parameter("work_mem"), "wal_buffers": Parameter("wal_buffers", static=True)}
GROUP = Observed("db_parameter_group", "g", {}, {}, {"_metadata": METADATA})
WAITS, DONE = Member("waits", reader=True, pending=True), Member("done", reader=False, pending=False)


def plan(*names: str, action: Action = Action.UPDATE) -> Plan:
    return Plan("db_parameter_group", "g", action, tuple(Change(name, "a", "b") for name in names))


@pytest.mark.parametrize(
    ("planned", "observed", "allow", "made", "waiting"),
    [
        (plan("parameters.work_mem"), GROUP, REBOOT, ["waits"], []),
        (plan("parameters.work_mem"), GROUP, NOTHING, [], ["waits"]),
        (plan("parameters.wal_buffers"), GROUP, REBOOT, ["waits", "done"], []),
        (plan("tags.Name"), GROUP, NOTHING, [], ["waits"]),
        (plan("parameters.unheard_of"), GROUP, NOTHING, [], ["waits"]),
        (plan("parameters.wal_buffers"), None, NOTHING, [], ["waits"]),
        (plan(action=Action.NONE), GROUP, REBOOT, ["waits"], []),
        (plan(action=Action.REFUSE), GROUP, REBOOT, [], []),
    ],
)
def test_reboots_are_planned_or_wait(
    planned: Plan, observed: Observed | None, allow: frozenset[Effect], made: list[str], waiting: list[str]
) -> None:
    found = with_reboots(planned, [WAITS, DONE], observed, allow)
    assert rebooted(found.changes) == made
    assert rebooted(found.waiting) == waiting
    assert found.changed is (planned.changed or bool(made))
    for change in (*found.changes, *found.waiting):
        assert (change.effect is Effect.REBOOT) is change.property.startswith("members.")


def test_without_members_nothing_is_added() -> None:
    assert with_reboots(plan("parameters.wal_buffers"), [DONE][:0], GROUP, REBOOT) == plan("parameters.wal_buffers")


def rebooting(name: str) -> Exchange:
    return Exchange("reboot_db_instance", {"DBInstanceIdentifier": name})


def session(scope: Any, *, wait: bool = True, timeout_seconds: float = 600) -> Session:
    return session_for(scope, "a", REBOOT, wait, timeout_seconds)


def test_a_member_is_back_when_its_cluster_says_that_nothing_waits_for_it() -> None:
    asked = {"DBInstanceIdentifier": "a"}
    with answering(
        "rds",
        rebooting("a"),
        instances(instance("a", "own"), **asked),
        clusters(cluster("shop", "g", a="in-sync", b="pending-reboot")),
    ) as scope:
        reboot_member(session(scope), CLUSTER, "g")


@pytest.mark.parametrize(
    ("own", "asked_of_cluster"),
    [
        ("in-sync", [clusters(cluster("shop", "g", a="pending-reboot"))]),
        ("pending-reboot", []),
    ],
)
def test_the_wait_names_the_member_and_its_last_status(own: str, asked_of_cluster: list[Exchange]) -> None:
    asked = {"DBInstanceIdentifier": "a"}
    seen = instances(instance("a", "own", own), **asked)
    with answering("rds", rebooting("a"), seen, *asked_of_cluster) as scope, pytest.raises(WaitTimeout) as late:
        reboot_member(session(scope, timeout_seconds=0), CLUSTER, "g")
    assert str(late.value).startswith("DB instance a is still available, before its reboot after 0 s, not available")


def test_a_member_of_a_db_parameter_group_is_asked_itself() -> None:
    asked = {"DBInstanceIdentifier": "a"}
    with answering("rds", rebooting("a"), instances(instance("a", "g"), **asked)) as scope:
        reboot_member(session(scope), INSTANCE, "g")


def test_without_a_wait_the_reboot_is_only_asked_for() -> None:
    asked = {"DBInstanceIdentifier": "a"}
    with answering("rds", rebooting("a"), instances(instance("a", "g"), **asked)) as scope:
        reboot_member(session(scope, wait=False), CLUSTER, "g")

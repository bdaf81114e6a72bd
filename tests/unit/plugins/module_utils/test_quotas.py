"""What plans take of quotas of RDS, and who wants more than there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_replica import REPLICAS, SOURCE
from ansible_collections.pgfleet.aws.plugins.module_utils._quotas import (
    QUOTAS,
    Place,
    Take,
    Usage,
    beyond,
    takes,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan

PLACE = Place("123456789012", "us-west-2")
SIZE = "allocated_storage_gib"


def made(kind: str, name: str = "x", **properties: Any) -> Plan:
    return Plan(kind, name, Action.CREATE, tuple(Change(key, None, value) for key, value in properties.items()))


def changed(kind: str, *changes: Change) -> Plan:
    return Plan(kind, "x", Action.UPDATE, changes)


@pytest.mark.parametrize(
    ("plan", "taken"),
    [
        (made("rds_event_subscription"), {("EventSubscriptions", 1)}),
        (made("db_parameter_group"), {("DBParameterGroups", 1)}),
        (made("db_cluster_parameter_group"), {("DBClusterParameterGroups", 1)}),
        (made("db_subnet_group"), {("DBSubnetGroups", 1)}),
        (made("rds_instance", allocated_storage_gib=20), {("DBInstances", 1), ("AllocatedStorage", 20)}),
        (made("rds_instance"), {("DBInstances", 1)}),
        (made("vpc"), set()),
        (changed("rds_event_subscription", Change("enabled", False, True)), set()),
        (changed("rds_instance", Change(SIZE, 20, 50)), {("AllocatedStorage", 30)}),
        (changed("rds_instance", Change("multi_az", False, True)), set()),
        (Plan("rds_instance", "x", waiting=(Change(SIZE, 20, 50),)), set()),
        (Plan("rds_event_subscription", "x", Action.DELETE), set()),
    ],
)
def test_what_a_plan_takes(plan: Plan, taken: set[tuple[str, int]]) -> None:
    found = list(takes(plan, {}))
    assert {(take.quota, take.amount) for take in found} == taken
    assert {take.resource for take in found} <= {plan.key}


def test_members_of_a_cluster_are_instances_without_storage_of_their_own() -> None:
    new = made("aurora_cluster", "c", engine="aurora-postgresql", **{"members.c-1": {}, "members.c-2": {}})
    assert list(takes(new, {})) == [
        Take("DBClusters", 1, "aurora_cluster/c"),
        Take("DBInstances", 1, "aurora_cluster/c member c-1"),
        Take("DBInstances", 1, "aurora_cluster/c member c-2"),
    ]
    another = Change("members.c-3", None, {"instance_class": "db.r6g.large"})
    gone, smaller = Change("members.c-1", {}, None), Change("members.c-2.promotion_tier", None, 1)
    assert list(takes(changed("aurora_cluster", gone, smaller, another), {})) == [
        Take("DBInstances", 1, "aurora_cluster/x member c-3")
    ]


@pytest.mark.parametrize(("own", "storage"), [({}, 40), ({SIZE: 60}, 60)])
def test_a_replica_has_the_storage_of_its_source(own: Mapping[str, int], storage: int) -> None:
    after = {"rds_instance/db": {SIZE: 40, REPLICAS: ["db-r1", "db-r2"]}}
    assert list(takes(made("rds_instance", "r", **{SOURCE: "DB", **own}), after)) == [
        Take("DBInstances", 1, "rds_instance/r"),
        Take("ReadReplicasPerMaster", 1, "rds_instance/r", "db", 2),
        Take("AllocatedStorage", storage, "rds_instance/r"),
    ]
    assert list(takes(made("rds_instance", "r", **{SOURCE: "new", **own}), {"rds_instance/new": {SIZE: 40}}))[1] == (
        Take("ReadReplicasPerMaster", 1, "rds_instance/r", "new", 0)
    )


def one(quota: str, amount: int = 1) -> list[Take]:
    return [Take(quota, amount, f"{quota}/x")]


def test_what_fits() -> None:
    wanted = {"a": one("EventSubscriptions"), "b": one("EventSubscriptions")}
    assert beyond(wanted, {"EventSubscriptions": Usage(18, 20)}, PLACE) == {}
    assert beyond(wanted, {"DBInstances": Usage(40, 40)}, PLACE) == {}
    assert beyond({"a": [Take("DBInstances", 1, "x")]}, {"DBInstances": Usage(40, 40)}, PLACE) != {}


def test_who_comes_too_late_hears_of_everything() -> None:
    wanted = {"a": one("EventSubscriptions"), "b": [*one("EventSubscriptions"), *one("EventSubscriptions")]}
    found = beyond(wanted, {"EventSubscriptions": Usage(18, 20)}, PLACE)
    (problem,) = found.pop("b")
    assert found == {}
    assert str(problem) == (
        "RDS quota EventSubscriptions: 18 of 20 used in us-west-2 of account 123456789012\n"
        "    this run wants 3 more (a 1, b 2), and there is room for 2. What does not fit here: EventSubscriptions/x,"
        " EventSubscriptions/x.\n"
        "    Ask AWS for more of what Service Quotas calls Event subscriptions, or delete what is no longer needed,"
        " or use --limit:\n"
        "    aws service-quotas request-service-quota-increase --service-code rds --quota-code L-A59F4C87"
        " --desired-value 21 --region us-west-2"
    )


def test_each_quota_is_told_by_itself() -> None:
    """So that whoever has asked for more of one is not told of the next one then."""
    wanted = {"a": [*one("DBInstances"), *one("AllocatedStorage", 100)], "b": one("DBInstances")}
    found = beyond(wanted, {"DBInstances": Usage(39, 40), "AllocatedStorage": Usage(99_950, 100_000)}, PLACE)
    assert {host: [problem.input for problem in problems] for host, problems in found.items()} == {
        "a": ["RDS quota AllocatedStorage"],
        "b": ["RDS quota DBInstances"],
    }
    (problem,) = found["a"]
    assert problem.value == "99950 of 100000 GiB used in us-west-2 of account 123456789012"
    assert "wants 100 GiB more (a 100), and there is room for 50." in problem.message
    assert problem.message.endswith("--desired-value 100050 --region us-west-2")
    assert "--limit" not in problem.message


def test_replicas_are_counted_for_each_source() -> None:
    wanted = {
        "a": [Take("ReadReplicasPerMaster", 1, f"rds_instance/r{n}", "db", 4) for n in range(2)],
        "b": [Take("ReadReplicasPerMaster", 1, "rds_instance/s", "other", 0)],
    }
    found = beyond(wanted, {"ReadReplicasPerMaster": Usage(15, 5)}, PLACE)
    assert list(found) == ["a"]
    assert found["a"][0].value == "4 of 5 used by db"


def test_a_quota_that_was_lowered_has_nothing_left() -> None:
    (problem,) = beyond({"a": one("DBClusters")}, {"DBClusters": Usage(50, 40)}, PLACE)["a"]
    assert "room for 0." in problem.message


def test_of_many_some_are_told() -> None:
    wanted = {f"h{n:02}": one("DBInstances") for n in range(12)}
    (problem,) = beyond(wanted, {"DBInstances": Usage(0, 11)}, PLACE)["h11"]
    assert "(h00 1, h01 1, h02 1, h03 1, h04 1, h05 1, h06 1, h07 1, h08 1, h09 1, and 2 more)" in problem.message


def test_every_quota_can_be_asked_for() -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"""
    assert len({quota.code for quota in QUOTAS.values()}) == len(QUOTAS)
    assert all(quota.code.startswith("L-") and len(quota.code) == 10 for quota in QUOTAS.values())

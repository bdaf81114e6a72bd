"""The reads and writes of pending_maintenance."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.pending_maintenance import (
    apply_maintenance,
    named,
    pending,
    resources,
    until_made,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.pending_maintenance import Resource
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused, WaitTimeout

from tests.unit.stubs import Exchange, answering

ARN = "arn:aws:rds:us-west-2:123456789012:"
RETAIL, ORDERS = f"{ARN}db:retail", f"{ARN}cluster:orders"
KNOWN = {RETAIL: Resource(RETAIL, True), ORDERS: Resource(ORDERS)}


def described(*actions: str, marker: str = "", asked: str = "") -> Exchange:
    details = [{"Action": action} for action in actions]
    found = [{"ResourceIdentifier": RETAIL, "PendingMaintenanceActionDetails": details}] if details else []
    answer: dict[str, Any] = {"PendingMaintenanceActions": found, **({"Marker": marker} if marker else {})}
    return Exchange("describe_pending_maintenance_actions", {"Marker": asked} if asked else {}, answer)


def test_all_pages_are_read() -> None:
    with answering("rds", described("db-upgrade", marker="m"), described("os-upgrade", asked="m")) as scope:
        assert [each["action"] for each in pending(scope.clients("rds"))] == ["db-upgrade", "os-upgrade"]


def test_resources() -> None:
    exchanges = (
        Exchange("describe_db_instances", {}, {"DBInstances": [{"DBInstanceArn": RETAIL, "MultiAZ": True}]}),
        Exchange("describe_db_clusters", {}, {"DBClusters": [{"DBClusterArn": ORDERS}]}),
    )
    with answering("rds", *exchanges) as scope:
        assert resources(scope.clients("rds")) == KNOWN


@pytest.mark.parametrize(
    ("wanted", "arns"),
    [
        ({"instance": ["Retail"], "cluster": []}, {RETAIL}),
        ({"instance": [RETAIL], "cluster": ["orders"]}, {RETAIL, ORDERS}),
        ({"instance": [], "cluster": []}, set()),
    ],
)
def test_names_and_arns(wanted: dict[str, list[str]], arns: set[str]) -> None:
    assert named(wanted, KNOWN) == arns


def test_all_that_are_not_there_are_named() -> None:
    with pytest.raises(Refused) as caught:
        named({"instance": ["orders", "retail", "x"], "cluster": ["y"]}, {RETAIL: KNOWN[RETAIL]})
    instances, clusters = caught.value.problems
    assert (instances.input, instances.value) == ("instances", "orders, x")
    assert instances.message.endswith("There are: retail.")
    assert clusters.input == "clusters"
    assert clusters.message.endswith("There are: none.")


def test_each_action_is_asked_for() -> None:
    changes = (Change("db-upgrade", "", "now"), Change("os-upgrade", "window", "now"))
    asked = [
        Exchange(
            "apply_pending_maintenance_action",
            {"ResourceIdentifier": RETAIL, "ApplyAction": change.property, "OptInType": "immediate"},
        )
        for change in changes
    ]
    plan = Plan("db_instance", "retail", Action.UPDATE, changes)
    with answering("rds", *asked) as scope:
        apply_maintenance(scope.clients("rds"), plan, {("db_instance", "retail"): RETAIL}, "now")


def test_the_wait_is_for_what_was_asked_for() -> None:
    with answering("rds", described("os-upgrade")) as scope:
        until_made(scope.clients("rds"), {(RETAIL, "db-upgrade")}, 0)
    late = pytest.raises(WaitTimeout, match=r"maintenance is still pending \(db-upgrade of retail\) after 0 s")
    with answering("rds", described("os-upgrade", "db-upgrade")) as scope, late:
        until_made(scope.clients("rds"), {(RETAIL, "db-upgrade")}, 0)

"""Pending maintenance, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.pending_maintenance import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import Exchange, account

ARN = "arn:aws:rds:us-west-2:123456789012:"
RETAIL, ORDERS = f"{ARN}db:retail", f"{ARN}cluster:orders"
KNOWN = (
    Exchange("describe_db_instances", {}, {"DBInstances": [{"DBInstanceArn": RETAIL, "MultiAZ": True}]}),
    Exchange("describe_db_clusters", {}, {"DBClusters": [{"DBClusterArn": ORDERS}]}),
)


def pending(retail: str | None = "os-upgrade", opt_in: str = "") -> Exchange:
    """What AWS has: an action of retail, or none, and an upgrade of orders."""
    actions = {RETAIL: {"Action": retail, **({"OptInStatus": opt_in} if opt_in else {})}} if retail else {}
    actions[ORDERS] = {"Action": "db-upgrade"}
    found = [{"ResourceIdentifier": arn, "PendingMaintenanceActionDetails": [each]} for arn, each in actions.items()]
    return Exchange("describe_pending_maintenance_actions", {}, {"PendingMaintenanceActions": found})


def apply(when: str) -> Exchange:
    request = {"ResourceIdentifier": RETAIL, "ApplyAction": "os-upgrade", "OptInType": when}
    return Exchange("apply_pending_maintenance_action", request)


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    with account({"rds": requests}) as scope:
        return ensure(asked(SPEC, check=check, **options), scope.clients)


def names(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entry["resource_name"], entry["action"]) for entry in result["pending"]]


def test_all_that_is_pending_is_one_request() -> None:
    result = ensured(pending())
    assert (result["changed"], result["plan"]) == (False, [])
    assert names(result) == [("retail", "os-upgrade"), ("orders", "db-upgrade")]


@pytest.mark.parametrize(
    ("options", "reads", "found"),
    [
        ({"instances": ["Retail"]}, KNOWN, [("retail", "os-upgrade")]),
        ({"clusters": ["orders"], "actions": ["os-upgrade"]}, KNOWN, []),
        ({"actions": ["db-upgrade"]}, (), [("orders", "db-upgrade")]),
    ],
)
def test_what_is_chosen(options: dict[str, Any], reads: tuple[Exchange, ...], found: list[tuple[str, str]]) -> None:
    assert names(ensured(*reads, pending(), **options)) == found


def test_what_is_made_now_is_awaited() -> None:
    looks = (pending(None), pending(None))
    result = ensured(*KNOWN, pending(), apply("immediate"), *looks, instances=["retail"], apply="now")
    assert (result["changed"], result["pending"]) == (True, [])
    [entry] = result["plan"]
    assert [(change["property"], change["after"]) for change in entry["changes"]] == [("os-upgrade", "now")]
    assert [change["effect"] for change in entry["changes"]] == ["failover"]


def test_check_mode_asks_for_nothing_and_waits_for_nothing() -> None:
    result = ensured(*KNOWN, pending(), check=True, apply="now")
    assert (result["changed"], len(result["plan"])) == (True, 2)
    assert names(result) == [("retail", "os-upgrade"), ("orders", "db-upgrade")]


@pytest.mark.parametrize(
    ("wait", "check", "looks"),
    [(True, False, [pending(None), pending(None)]), (False, False, [pending()]), (True, True, [pending()])],
)
def test_what_an_earlier_run_has_begun_is_awaited_as_well(wait: bool, check: bool, looks: list[Exchange]) -> None:
    begun = pending(opt_in="immediate")
    result = ensured(*KNOWN, begun, *looks, check=check, instances=["retail"], apply="now", wait=wait)
    assert (result["changed"], len(result["pending"])) == (False, 0 if len(looks) == 2 else 1)


def test_the_window_is_not_awaited() -> None:
    late = pending(opt_in="next-maintenance")
    result = ensured(*KNOWN, pending(), apply("next-maintenance"), late, instances=["retail"], apply="window")
    assert (result["changed"], [entry["opt_in"] for entry in result["pending"]]) == (True, ["window"])


def test_what_is_being_made_cannot_be_undone() -> None:
    with pytest.raises(Refused, match="os-upgrade of retail is being made, which AWS cannot undo"):
        ensured(*KNOWN, pending(opt_in="immediate"), apply="undo")


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match=r"is no DB instance in this account and region. There are: retail."):
        ensured(*KNOWN, instances=["retial"], apply="now")


def test_an_action_that_aws_does_not_know_is_refused() -> None:
    with pytest.raises(Refused, match=r"is no maintenance action. Allowed: ca-certificate-rotation, db-upgrade"):
        ensured(pending(), actions=["upgrade"])

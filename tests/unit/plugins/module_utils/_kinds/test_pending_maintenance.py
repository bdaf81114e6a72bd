"""Pending maintenance: what AWS says, what is chosen of it, what asking for it changes and costs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.pending_maintenance import (
    ACTIONS,
    OPT_IN,
    Resource,
    action_problems,
    asked_for,
    chosen,
    effect_of,
    from_aws,
    plans,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Effect, Plan
from hypothesis import given
from hypothesis import strategies as st

ARN = "arn:aws:rds:us-west-2:123456789012:"
RETAIL, ORDERS = f"{ARN}db:retail", f"{ARN}cluster:orders"


def entry(action: str = "system-update", opt_in: str = "", arn: str = RETAIL, **more: Any) -> dict[str, Any]:
    resource = Resource(arn)
    return {
        "resource_arn": arn,
        "resource_type": resource.kind,
        "resource_name": resource.name,
        "action": action,
        "description": "",
        "opt_in": opt_in,
        "auto_applied_after": None,
        "forced_on": None,
        "applied_on": None,
        **more,
    }


def test_what_aws_describes() -> None:
    time = datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC)
    details = [
        {"Action": "db-upgrade", "OptInStatus": "next-maintenance", "CurrentApplyDate": time, "Description": "x"},
        {"Action": "system-update", "AutoAppliedAfterDate": time, "ForcedApplyDate": time},
    ]
    assert from_aws({"ResourceIdentifier": ORDERS, "PendingMaintenanceActionDetails": details}) == [
        entry("db-upgrade", "window", ORDERS, description="x", applied_on="2030-01-01T00:00:00+00:00"),
        entry(arn=ORDERS, auto_applied_after="2030-01-01T00:00:00+00:00", forced_on="2030-01-01T00:00:00+00:00"),
    ]
    other = {"ResourceIdentifier": f"{ARN}integration:x", "PendingMaintenanceActionDetails": details}
    assert from_aws(other) == []


@pytest.mark.parametrize(
    ("status", "asked"), [("immediate", "now"), ("next-maintenance", "window"), ("undo-opt-in", ""), (None, "")]
)
def test_what_was_asked_for(status: str | None, asked: str) -> None:
    assert asked_for(status) == asked


def test_what_is_chosen() -> None:
    pending = [entry(), entry("db-upgrade"), entry("db-upgrade", arn=ORDERS)]
    assert chosen(pending, [], []) == pending
    assert chosen(pending, [RETAIL], ["db-upgrade"]) == pending[1:2]


def test_strange_actions_are_named_and_new_ones_taken() -> None:
    pending = [entry("serverless-platform-version-update")]
    assert list(action_problems([*ACTIONS, "serverless-platform-version-update"], pending)) == []
    (problem,) = action_problems(["update", "reboot", "db-upgrade"], [])
    assert problem.value == "reboot, update"
    assert problem.message == f"is no maintenance action. Allowed: {', '.join(sorted(ACTIONS))}."


@pytest.mark.parametrize(
    ("action", "standby", "effect"),
    [
        ("ca-certificate-rotation", True, Effect.REBOOT),
        ("db-upgrade", True, Effect.DOWNTIME),
        ("system-update", True, Effect.FAILOVER),
        ("system-update", False, Effect.DOWNTIME),
    ],
)
def test_costs(action: str, standby: bool, effect: Effect) -> None:
    assert effect_of(action, Resource(RETAIL, standby)) is effect
    (plan,) = plans([entry(action)], "now", {RETAIL: Resource(RETAIL, standby)})
    assert plan.changes[0].effect is effect


@pytest.mark.parametrize(
    ("before", "when", "action"),
    [
        ("", "now", Action.UPDATE),
        ("", "window", Action.UPDATE),
        ("", "undo", Action.NONE),
        ("window", "now", Action.UPDATE),
        ("window", "window", Action.NONE),
        ("window", "undo", Action.UPDATE),
        ("now", "now", Action.NONE),
        ("now", "window", Action.NONE),
        ("now", "undo", Action.REFUSE),
    ],
)
def test_transitions(before: str, when: str, action: Action) -> None:
    (plan,) = plans([entry(opt_in=before)], when, {})
    assert (plan.key, plan.action) == ("db_instance/retail", action)
    assert bool(plan.refusals) == (action is Action.REFUSE)


def test_a_refusal_refuses_the_resource_and_leaves_the_others() -> None:
    found = plans([entry(opt_in="now"), entry("os-upgrade", "window"), entry(opt_in="window", arn=ORDERS)], "undo", {})
    assert [(plan.key, plan.action, len(plan.changes)) for plan in found] == [
        ("db_instance/retail", Action.REFUSE, 0),
        ("db_cluster/orders", Action.UPDATE, 1),
    ]


@pytest.mark.parametrize(
    ("when", "more", "note"),
    [
        ("window", {}, "made in the next maintenance window"),
        ("undo", {}, ""),
        ("undo", {"auto_applied_after": "A"}, "AWS makes it nevertheless, after A"),
        ("undo", {"auto_applied_after": "A", "forced_on": "F"}, "AWS makes it nevertheless, after F"),
        ("now", {"forced_on": "F"}, ""),
    ],
)
def test_notes(when: str, more: dict[str, str], note: str) -> None:
    (plan,) = plans([entry(opt_in="" if when != "undo" else "window", **more)], when, {})
    assert plan.changes[0].note == note


entries = st.lists(
    st.builds(
        entry, st.sampled_from(ACTIONS), st.sampled_from(["", "window", "now"]), st.sampled_from([RETAIL, ORDERS])
    ),
    unique_by=lambda each: (each["resource_arn"], each["action"]),
)


@given(pending=entries, when=st.sampled_from(list(OPT_IN)))
def test_what_was_asked_for_is_not_asked_for_again(pending: list[dict[str, Any]], when: str) -> None:
    found = {plan.name: plan for plan in plans(pending, when, {})}

    def after(each: dict[str, Any], plan: Plan) -> dict[str, Any]:
        asked = {change.property: change.after for change in plan.changes}
        return {**each, "opt_in": asked.get(each["action"], each["opt_in"])}

    later = [after(each, found[each["resource_name"]]) for each in pending]
    assert not any(plan.changed for plan in plans(later, when, {}))
    assert all(change.before != change.after for plan in found.values() for change in plan.changes)
    wanted = "" if when == "undo" else when
    refused = {plan.name for plan in found.values() if plan.refusals}
    assert all(each["opt_in"] in (wanted, "now") for each in later if each["resource_name"] not in refused)

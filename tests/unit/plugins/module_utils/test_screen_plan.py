"""The plan of a fleet as a person reads it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Effect,
    Observed,
    Plan,
    removal,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._screen_plan import (
    change_lines,
    cost_parts,
    plan_screen,
    resource_lines,
    shown,
    total_line,
    waiting_parts,
)

BIGGER = Change("instance_class", "db.t3.micro", "db.t3.small", Effect.DOWNTIME)
GROWN = Change("max_allocated_storage_gib", 100, 200)
REBOOT = Change("parameters.shared_preload_libraries", None, "pg_stat_statements", Effect.REBOOT)
IDENTITY = {"account_id": "123456789012"}
LONG = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def host(name: str, *plans: Plan, in_sync: int = 0) -> dict[str, Any]:
    count = {action: sum(p.action is action for p in plans) for action in Action}
    totals = {
        "add": count[Action.CREATE],
        "change": count[Action.UPDATE],
        "delete": count[Action.DELETE],
        "in_sync": count[Action.NONE] + in_sync,
        "waiting": sum(len(p.waiting) for p in plans),
    }
    stack = {"plan": [p.as_dict() for p in plans], "totals": totals}
    return {
        "inventory_hostname": name,
        "env_suffix": "prod",
        "region": "us-west-2",
        "identity": IDENTITY,
        "stack": stack,
    }


def test_a_fleet() -> None:
    busy = host(
        "retail",
        Plan("rds_instance", "retail-prod", Action.UPDATE, (GROWN,), (BIGGER,)),
        Plan("metric_alarm", "alarm-lag", Action.CREATE, (Change("threshold", None, 1.0),)),
        removal(Observed("metric_alarm", "alarm-old", {"threshold": 1.0})),
        Plan("db_parameter_group", "retail-16", Action.NONE, (), (REBOOT,)),
        in_sync=4,
    )
    assert (
        plan_screen([busy, host("finance", in_sync=43)])
        == """\
retail (prod, us-west-2, 123456789012)
  ~ rds_instance retail-prod
      max_allocated_storage_gib     100 → 200
      instance_class                db.t3.micro → db.t3.small
          downtime, -e allow=downtime to make it now
  + metric_alarm alarm-lag
  - metric_alarm alarm-old   ours, no longer wanted
    db_parameter_group retail-16
      parameters.shared_preload_libraries (none) → pg_stat_statements
          reboot, -e allow=reboot to make it now
finance (prod, us-west-2, 123456789012)            in sync (43 resources)

Plan: 1 to add, 1 to change, 1 to delete, 48 in sync.
Waiting: 1 needs -e allow=downtime, 1 needs -e allow=reboot.
Nothing was written."""
    )


def test_no_host_at_all() -> None:
    assert plan_screen([]) == "\nPlan: 0 to add, 0 to change, 0 to delete, 0 in sync.\nNothing was written."


def test_what_is_made_is_not_listed_property_by_property() -> None:
    made = Plan("vpc", "one", Action.CREATE, (Change("cidr_block", None, "10.60.0.0/16"),))
    assert list(resource_lines(made.as_dict())) == ["  + vpc one"]


@pytest.mark.parametrize(
    ("change", "made", "waiting"),
    [
        (BIGGER, ["downtime"], ["downtime", "-e allow=downtime to make it now"]),
        (
            Change("a", 1, 2, Effect.DOWNTIME, waits="the maintenance window"),
            ["downtime"],
            ["downtime", "waits for the maintenance window"],
        ),
        (
            Change("a", 1, 2, Effect.REBOOT, note="static"),
            ["reboot", "static"],
            ["reboot", "static", "-e allow=reboot to make it now"],
        ),
    ],
)
def test_what_there_is_to_say_about_a_change(change: Change, made: list[str], waiting: list[str]) -> None:
    assert cost_parts(change.as_dict()) == made
    assert waiting_parts(change.as_dict()) == waiting


@pytest.mark.parametrize(
    ("change", "about", "lines"),
    [
        pytest.param(GROWN, [], ["      max_allocated_storage_gib     100 → 200"], id="nothing to say"),
        pytest.param(
            GROWN, ["static"], ["      max_allocated_storage_gib     100 → 200   static"], id="on the same line"
        ),
        pytest.param(
            GROWN,
            ["x" * 24],
            [f"      max_allocated_storage_gib     100 → 200   {'x' * 24}"],
            id="on the same line, which it fills",
        ),
        pytest.param(
            GROWN,
            ["x" * 25],
            ["      max_allocated_storage_gib     100 → 200", f"          {'x' * 25}"],
            id="on the next line",
        ),
        pytest.param(
            Change("performance_insights_retention_days", 7, 31),
            [],
            ["      performance_insights_retention_days 7 → 31"],
            id="a name beyond its column",
        ),
        pytest.param(
            Change("description", "x" * 16, "y" * 17),
            [],
            [f"      description{' ' * 19}{'x' * 16} → {'y' * 17}"],
            id="as long as a line may be",
        ),
        pytest.param(
            Change("description", "x" * 17, "y" * 17),
            [],
            ["      description", f"          {'x' * 17}", f"        → {'y' * 17}"],
            id="longer",
        ),
        pytest.param(
            Change("kms_key_id", LONG, None),
            [],
            [
                "      kms_key_id",
                "          arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-5…",
                "        → (none)",
            ],
            id="values that need lines of their own",
        ),
        pytest.param(
            Change("kms_key_id", None, LONG),
            ["replacement"],
            [
                "      kms_key_id",
                "          (none)",
                "        → arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-5…",
                "          replacement",
            ],
            id="and what there is to say on another",
        ),
    ],
)
def test_change_lines(change: Change, about: list[str], lines: list[str]) -> None:
    assert list(change_lines(change.as_dict(), about)) == lines
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "(none)"),
        ("text", "text"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        (7, "7"),
        (False, "false"),
        ([1, "ü"], '[1, "ü"]'),
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
    ],
)
def test_shown(value: Any, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("totals", "waiting", "line"),
    [
        ({}, [], "Plan: 0 to add, 0 to change, 0 to delete, 0 in sync."),
        (
            {"add": 1},
            [Change("a", 1, 2, Effect.REBOOT, waits="sun:04:00-sun:05:00")],
            "Plan: 1 to add, 0 to change, 0 to delete, 0 in sync.\nWaiting: 1 waits for sun:04:00-sun:05:00.",
        ),
        (
            {"in_sync": 3},
            [REBOOT, REBOOT, Change("a", 1, 2, waits="noon"), Change("b", 1, 2, waits="noon")],
            "Plan: 0 to add, 0 to change, 0 to delete, 3 in sync.\nWaiting: 2 need -e allow=reboot, 2 wait for noon.",
        ),
    ],
)
def test_total_line(totals: dict[str, int], waiting: list[Change], line: str) -> None:
    assert total_line(totals, [change.as_dict() for change in waiting]) == line

"""The plan of a fleet as a person reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _screen_plan
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
    host_lines,
    plan_screen,
    resource_lines,
    shown,
    total_line,
    waiting_parts,
)

DOCS = Path(_screen_plan.__file__).resolve().parents[2] / "docs"
BIGGER = Change("instance_class", "db.t3.micro", "db.t3.small", Effect.DOWNTIME)
GROWN = Change("max_allocated_storage_gib", 100, 200)
REBOOT = Change("parameters.shared_preload_libraries", None, "pg_stat_statements", Effect.REBOOT)
IDENTITY = {"account_id": "123456789012"}
ROOT = {"Action": "kms:*", "Principal": {"AWS": f"arn:{'x' * 60}:1234567890ff"}}
LOGS = {"Action": "kms:Decrypt", "Principal": {"Service": "logs.us-west-2.amazonaws.com"}}
BACKUPS = {
    "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
    "Principal": {"Service": "backup.us-west-2.amazonaws.com"},
}
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Id": "key-policy-1",
        "Statement": [ROOT | {"Principal": {"AWS": f"arn:{'x' * 60}:1234567890ab"}}, LOGS],
    }
)
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


def fleet(*hosts: dict[str, Any], acts: bool = True, **failures: str) -> dict[str, Any]:
    cost = {"accounts": 1, "regions": 2, "calls": 51, "seconds": 2.04}
    named = {found["inventory_hostname"]: found for found in hosts}
    return {"hosts": named, "failures": failures, "acts": acts, "cost": cost}


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
        plan_screen(fleet(busy, host("finance", in_sync=43), sales="rds:DescribeDBInstances failed: no\nmore"))
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
finance (prod, us-west-2, 123456789012)                 in sync (43)
! sales: not planned: rds:DescribeDBInstances failed: no

Plan: 1 to add, 1 to change, 1 to delete, 48 in sync.
Waiting: 1 needs -e allow=downtime, 1 needs -e allow=reboot.
Not planned: 1 host. What stands above is not all that a run would do.
Read 1 account, 2 regions, 51 calls, 2.0 s. Nothing was written."""
    )


@pytest.mark.parametrize(
    ("acts", "writing", "end"),
    [
        (True, True, "Nothing was written yet."),
        (False, True, "Nothing was written."),
        (True, False, "Nothing was written."),
    ],
)
def test_no_host_at_all(acts: bool, writing: bool, end: str) -> None:
    plan, read = plan_screen(fleet(acts=acts), writing).split("\n")[1:]
    assert plan == "Plan: 0 to add, 0 to change, 0 to delete, 0 in sync."
    assert read == f"Read 1 account, 2 regions, 51 calls, 2.0 s. {end}"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("n" * 29, [f"  - ssm_parameter {'n' * 29}   ours, no longer wanted"]),
        ("n" * 30, [f"  - ssm_parameter {'n' * 30}", "      ours, no longer wanted"]),
    ],
)
def test_what_goes_says_why(name: str, lines: list[str]) -> None:
    assert list(resource_lines(removal(Observed("ssm_parameter", name)).as_dict())) == lines


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
        pytest.param(
            Change("kms_key_id", LONG, LONG.replace("567890ab", "567890ff")),
            [],
            [
                "      kms_key_id",
                "          …est-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "        → …est-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ff",
            ],
            id="long values from where they begin to differ",
        ),
        pytest.param(
            Change("kms_key_id", LONG, LONG + "ff"),
            [],
            [
                "      kms_key_id",
                "          …t-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "        → …t-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890abff",
            ],
            id="where one goes on",
        ),
        pytest.param(
            Change("policy", POLICY, json.dumps({"Statement": [ROOT, LOGS, BACKUPS], "Version": "2012-10-17"})),
            ["reboot"],
            [
                "      policy",
                "        - Id                        key-policy-1",
                "          Statement[0].Principal.AWS",
                f"            …{'x' * 46}:1234567890ab",
                f"          → …{'x' * 46}:1234567890ff",
                "        + Statement[2]",
                '            {"Action": ["kms:Decrypt", "kms:GenerateDataKey"],',
                '            "Principal": {"Service": "backup.us-west-2.amazonaws.com"}}',
                "          reboot",
            ],
            id="a policy part by part",
        ),
        pytest.param(
            Change("ingress", [{"port": 5432, "description": "x" * 40}], [{"port": 5433, "description": "x" * 40}]),
            ["downtime"],
            ["      ingress", "          [0].port                  5432 → 5433   downtime"],
            id="what there is to say behind a part",
        ),
        pytest.param(
            Change("widgets", [{"title": f"{n} {'x' * 20}"} for n in range(9)], [{"title": str(n)} for n in range(9)]),
            [],
            [
                "      widgets",
                *(f"          [{n}].title{' ' * 16} {n} {'x' * 20} → {n}" for n in range(7)),
                "          and 2 more differences; --diff shows all of them",
            ],
            id="a dashboard that is another",
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
        ("", "(empty)"),
        ("two\nlines", "two lines"),
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


NOON = Change("a", 1, 2, waits="noon")
GROWING = Plan("rds_instance", "one", Action.UPDATE, (GROWN,))
REBOOTING = Plan("rds_instance", "one", Action.UPDATE, (REBOOT, REBOOT, GROWN))
DOWN = Plan("rds_instance", "two", Action.UPDATE, (BIGGER, REBOOT))
WAITING = Plan("rds_instance", "one", Action.NONE, (), (REBOOT, REBOOT, NOON, NOON))
IN_WINDOW = Plan("rds_instance", "one", Action.NONE, (), (Change("a", 1, 2, Effect.REBOOT, "sun:04:00-sun:05:00"),))


@pytest.mark.parametrize(
    ("totals", "plans", "line"),
    [
        ({}, [], "Plan: 0 to add, 0 to change, 0 to delete, 0 in sync."),
        ({"change": 1}, [GROWING], "Plan: 0 to add, 1 to change, 0 to delete, 0 in sync."),
        ({"change": 1}, [REBOOTING], "Plan: 0 to add, 1 to change, 0 to delete, 0 in sync; 1 reboot."),
        (
            {"change": 2},
            [REBOOTING, DOWN],
            "Plan: 0 to add, 2 to change, 0 to delete, 0 in sync; 1 downtime, 2 reboots.",
        ),
        (
            {"add": 1},
            [IN_WINDOW],
            "Plan: 1 to add, 0 to change, 0 to delete, 0 in sync.\nWaiting: 1 waits for sun:04:00-sun:05:00.",
        ),
        (
            {"in_sync": 3},
            [WAITING],
            "Plan: 0 to add, 0 to change, 0 to delete, 3 in sync.\nWaiting: 2 need -e allow=reboot, 2 wait for noon.",
        ),
    ],
)  # fmt: skip
def test_total_line(totals: dict[str, int], plans: list[Plan], line: str) -> None:
    assert total_line(totals, [plan.as_dict() for plan in plans]) == line


STATEMENT = {
    "Sid": "Somebody",
    "Effect": "Allow",
    "Principal": {"Service": "logs.us-west-2.amazonaws.com"},
    "Action": ["kms:Decrypt", "kms:Encrypt"],
    "Resource": "*",
}


def test_what_the_documentation_shows_is_what_is_shown() -> None:
    key = Change("policy", {"Statement": [1, 2, 3, STATEMENT]}, {"Statement": [1, 2, 3]})
    threshold = Change("threshold", 99.0, 80.0)
    network = host("retail_network", Plan("ssm_parameter", "/pgfleet/retail/prod/network/vpc_id", Action.CREATE))
    retail = host(
        "retail",
        Plan("kms_key", "alias/key-retail-prod", Action.UPDATE, (key,)),
        Plan("rds_instance", "db-retail-prod", Action.UPDATE, (GROWN,), (BIGGER,)),
        removal(Observed("metric_alarm", "alarm-old-retail-prod")),
        in_sync=54,
    )
    finance = host("finance", in_sync=43) | {"region": "us-east-1"}
    denied = "rds:DescribeDBInstances failed: AccessDenied: User: arn:aws:iam::123456789012:user/me is not"
    shown = fleet(network, retail, finance, sales=denied)
    shown["cost"] = {"accounts": 1, "regions": 2, "calls": 61, "seconds": 2.4}
    assert f"```\n{plan_screen(shown)}\n```" in (DOCS / "plan.md").read_text()
    alarm = Plan("metric_alarm", "alarm-cpu-retail-prod", Action.UPDATE, (threshold,))
    drift = "\n".join(host_lines(host("retail", alarm)))
    assert f"```\n{drift}\n```" in (DOCS / "runbooks" / "drift-found.md").read_text()

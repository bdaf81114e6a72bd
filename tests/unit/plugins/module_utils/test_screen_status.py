"""The status of a fleet as a person reads it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._screen_status import status_screen
from ansible_collections.pgfleet.aws.plugins.module_utils._status import absent

STATES: dict[str, list[str]] = {"ok": [], "alarm": [], "insufficient_data": [], "missing": []}


def host(name: str, **changed: Any) -> dict[str, Any]:
    well = {
        "engine": "postgres",
        "engine_version": "16.13",
        "state": "available",
        "members": [{"instance_class": "db.t3.micro"}],
        "capacity_acu": None,
        "connections": 4,
        "storage_used_percent": 38,
        "restorable_seconds_ago": 190,
        "certificate_valid_till": "2061-05-25T00:00:00+00:00",
        "alarms": STATES | {"ok": ["a", "b"], "insufficient_data": ["c"]},
        "pending": [],
        "maintenance": [],
        "trouble": [],
    }
    return {"inventory_hostname": name, "database_status": {"status": well | changed}}


def test_a_fleet() -> None:
    maintenance = {"resource_name": "member-1", "action": "system-update", "opt_in": "window", "applied_on": None}
    screen = status_screen(
        [
            host("retail"),
            host(
                "transactions",
                engine="aurora-postgresql",
                engine_version="15.10",
                members=[{"instance_class": "db.serverless"}] * 2,
                capacity_acu={"min": 0.5, "max": 1.0},
                connections=None,
                storage_used_percent=None,
                restorable_seconds_ago=None,
                certificate_valid_till="2030-01-02T00:00:00+00:00",
                alarms=STATES | {"ok": ["a"], "alarm": ["b"]},
                trouble=["alarm b"],
                pending=[{"resource": "member-1", "what": "parameters", "waits_for": "reboot"}],
                maintenance=[
                    maintenance | {"auto_applied_after": "2030-01-01T00:00:00+00:00", "forced_on": None},
                    maintenance | {"opt_in": "", "auto_applied_after": None, "forced_on": None},
                ],
            ),
            {"inventory_hostname": "finance", "database_status": {"status": absent("db-finance-prod")}},
        ]
    )
    assert screen.splitlines() == [
        "database     engine       state     size        conns used backup alarms",
        "retail       16.13        available t3.micro        4 38 %  3 min 2 OK",
        "transactions aurora 15.10 available 2×0.5–1 ACU     –    –      – 1 ALARM",
        "finance      –            absent    –               –    –      – –",
        "",
        "transactions",
        "  ! alarm b",
        "  ~ member-1: parameters waits for reboot",
        "  ~ member-1: system-update in the next window, 2030-01-01T00:00Z",
        "  ~ member-1: system-update announced",
        "",
        "finance",
        "  ! db-finance-prod does not exist",
        "",
        "3 databases, 2 in trouble. The first certificate to expire is that of transactions, 2030-01-02.",
    ]
    assert max(map(len, screen.splitlines()[:4])) <= 80


def test_one_that_has_no_member_and_no_alarm() -> None:
    lines = status_screen([host("orders", members=[], alarms=STATES, certificate_valid_till=None)]).splitlines()
    assert lines[1].split() == ["orders", "16.13", "available", "–", "4", "38", "%", "3", "min", "–"]
    assert lines[-1] == "1 database, 0 in trouble."


@pytest.mark.parametrize(
    ("seconds", "shown"), [(-2, "0 s"), (59, "59 s"), (60, "1 min"), (7300, "2 h"), (200000, "2 d")]
)
def test_how_long_ago(seconds: int, shown: str) -> None:
    assert f" {shown} " in status_screen([host("retail", restorable_seconds_ago=seconds)]).splitlines()[1]


def test_members_of_several_classes() -> None:
    members = [{"instance_class": size} for size in ("db.r5.large", "db.r5.xlarge", "db.r5.large")]
    assert "2×r5.large, r5.xlarge" in status_screen([host("orders", members=members)])

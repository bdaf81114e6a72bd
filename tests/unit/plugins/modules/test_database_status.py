"""database_status as a module: its options and its result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._status import Reads
from ansible_collections.pgfleet.aws.plugins.modules import database_status

from tests.unit.modules import asked, returned
from tests.unit.plugins.module_utils.test_status import instance
from tests.unit.stubs import account


def test_it_reads_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[Any] = []

    def read(*arguments: Any) -> Reads:
        got.extend(arguments[1:5])
        return Reads(instances=[instance()], alarms={"cpu": "OK"}, answer="")

    monkeypatch.setattr(database_status, "read", read)
    module = asked(database_status.SPEC, instance="db-retail", alarms=["cpu"], probe_timeout_seconds=2)
    with account({}) as scope:
        result = database_status.ensure(module, scope.clients)
    assert got == [None, "db-retail", ["cpu"], 2.0]
    assert (result["changed"], result["status"]["state"], result["status"]["trouble"]) == (False, "available", [])


def test_without_a_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_status, "read", lambda *arguments: None if arguments[4] is None else Reads())
    with account({}) as scope:
        result = database_status.ensure(asked(database_status.SPEC, cluster="orders", probe=False), scope.clients)
    assert result["status"] == {"identifier": "orders", "state": "absent", "trouble": ["orders does not exist"]}


def test_one_database_at_a_time(capsys: pytest.CaptureFixture[str]) -> None:
    assert returned(capsys, database_status.main)["msg"] == "one of the following is required: instance, cluster"

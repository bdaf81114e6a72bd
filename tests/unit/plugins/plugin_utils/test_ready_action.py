"""The action that waits for the databases of all hosts of a play. With AWS and Ansible: tests/integration/site."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.action.stack_ready import ActionModule
from ansible_collections.pgfleet.aws.plugins.module_utils import _waiters
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.plugin_utils import _fleet_action, _processes, _ready_action
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import CannotConnect
from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import InvalidArguments
from ansible_collections.pgfleet.aws.plugins.plugin_utils._in_process import LocalModule

from tests.unit.plugins.plugin_utils.test_fleet_action import FakeHost, variables

Look = Mapping[str, str] | Exception


class Account:
    """Hosts, and what each look at a region finds. It notes what is asked for together, and what people see."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, hosts: Mapping[str, Mapping[str, Any]], *looks: Look) -> None:
        self.hosts = {name: variables(name, **{**self._usual(), **own}) for name, own in hosts.items()}
        self.asked: list[dict[str, list[str]]] = []
        self.shown: list[str] = []
        self._looks: Iterator[Look] = iter(looks)
        for variable in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(variable)
        monkeypatch.setattr(_fleet_action, "Host", FakeHost)
        monkeypatch.setattr(_fleet_action, "Renderer", lambda *_: None)
        monkeypatch.setattr(_fleet_action, "load_extra_vars", lambda _loader: {})
        monkeypatch.setattr(_processes, "processors", lambda: 1)
        monkeypatch.setattr(_ready_action, "statuses", self._statuses)
        monkeypatch.setattr(_waiters, "FIRST_PAUSE_SECONDS", 0.0)
        monkeypatch.setattr(LocalModule, "client", lambda *_a, **_k: None)
        monkeypatch.setattr(ActionModule, "_find_needle", lambda _self, _where, name: name)

    @staticmethod
    def _usual() -> dict[str, Any]:
        return {"pgfleet_database": "rds_postgres", "rds_postgres_wait_timeout_seconds": 3600}

    def _statuses(self, _clients: Any, wanted: dict[str, list[str]]) -> dict[tuple[str, str], str]:
        self.asked.append(wanted)
        look = next(self._looks)
        if isinstance(look, Exception):
            raise look
        kinds = {name: kind for kind, names in wanted.items() for name in names}
        return {(kinds[name], name): status for name, status in look.items() if name in kinds}

    def run(self, awaited: Any, check_mode: bool = False) -> dict[str, Any]:
        task = SimpleNamespace(
            args={"awaited": awaited}, check_mode=check_mode, action="pgfleet.aws.stack_ready", async_val=0
        )
        connection = SimpleNamespace(transport="local", _shell=SimpleNamespace(tmpdir=None))
        loader = SimpleNamespace(load_from_file=lambda *_a, **_k: {})
        plugin = ActionModule(task, connection, SimpleNamespace(), loader, SimpleNamespace(), None)
        plugin._display = SimpleNamespace(display=self.shown.append)

        class HostVars(dict[str, Any]):
            def raw_get(self, name: str) -> Any:
                return self[name]

        names = list(self.hosts)
        magic = {"ansible_play_batch": names, "ansible_play_hosts": names, "ansible_check_mode": check_mode}
        result: dict[str, Any] = plugin.run(task_vars={**magic, "hostvars": HostVars(self.hosts)})
        return result


def db(name: str) -> dict[str, list[str]]:
    return {"rds_instance": [name]}


def test_one_request_for_all_hosts_until_all_are_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = (
        {"db-a": "creating", "db-b": "creating"},
        {"db-a": "creating", "db-b": "creating"},
        {"db-a": "available", "db-b": "backing-up"},
        {"db-b": "available"},
    )
    account = Account(monkeypatch, {"a": {}, "b": {}, "not awaited": {}}, *looks)
    assert account.run({"a": db("db-a"), "b": db("db-b")})["failures"] == {}
    both = ("db-a", "db-b")
    assert account.asked == [{"rds_instance": names} for names in ([*both], [*both], [*both], ["db-b"])]
    assert account.shown == [
        "waiting for 2 · 00:00 of usually 8 min   db-a creating · db-b creating",
        "waiting for 1 · 00:00 of usually 8 min   db-b backing-up",
    ]


def test_accounts_and_regions_are_looked_at_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    everywhere = {"db-a": "available", "c": "available"}
    east = {"pgfleet_connection": {"region": "us-east-1"}}
    account = Account(monkeypatch, {"a": {}, "b": east}, everywhere, everywhere)
    assert account.run({"a": db("db-a"), "b": {"aurora_cluster": ["c"]}})["failures"] == {}
    assert sorted(map(str, account.asked)) == ["{'aurora_cluster': ['c']}", "{'rds_instance': ['db-a']}"]
    assert account.shown == []


def test_a_place_where_nobody_waits_any_more_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    east = {"pgfleet_connection": {"region": "us-east-1"}}
    first = {"db-a": "available", "db-b": "creating"}
    account = Account(monkeypatch, {"a": {}, "b": east}, first, first, {"db-b": "available"})
    assert account.run({"a": db("db-a"), "b": db("db-b")})["failures"] == {}
    assert account.asked[-1] == db("db-b")


def test_what_fails_is_the_failure_of_its_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = ({"db-a": "incompatible-parameters", "db-b": "creating"}, {"db-b": "available"})
    account = Account(monkeypatch, {"a": {}, "b": {}, "late": {"rds_postgres_wait_timeout_seconds": 0}}, *looks)
    failures = account.run({"a": db("db-a"), "b": db("db-b"), "late": db("db-late")})["failures"]
    assert {name: failure.split(".")[0] for name, failure in failures.items()} == {
        "a": "DB instance db-a is incompatible-parameters",
        "late": "DB instance db-late is still absent after 0 s, not available or stopped or storage-full or "
        "storage-optimization",
    }


@pytest.mark.parametrize(
    "error", [AwsError("rds", "DescribeDBInstances", "", "AccessDenied", "no"), CannotConnect("no credentials")]
)
def test_an_account_that_does_not_answer_fails_its_hosts(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    account = Account(monkeypatch, {"a": {}}, {"db-a": "creating"}, error)
    assert account.run({"a": db("db-a")})["failures"] == {"a": str(error)}


def test_a_host_that_cannot_be_reached_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, {"a": {}})
    del account.hosts["a"]["rds_postgres_wait_timeout_seconds"]
    failures = account.run({"a": db("db-a")})["failures"]
    assert failures == {"a": str(InvalidArguments("rds_postgres_wait_timeout_seconds is not set."))}
    assert account.asked == []


def test_check_mode_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, {"a": {}})
    assert account.run({"a": db("db-a")}, check_mode=True)["failures"] == {}
    assert account.asked == []


def test_bad_options(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Account(monkeypatch, {}).run(5)["failed"]


def test_a_cluster_takes_longer() -> None:
    assert _ready_action.usual_minutes([db("a"), {"aurora_cluster": ["c"], "rds_instance": ["c-1"]}]) == 11
    assert _ready_action.usual_minutes([]) == 0

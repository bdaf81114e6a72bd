"""The action that plans all hosts of a play. What it does with AWS and Ansible: tests/integration/site."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.action.stack_fleet import ActionModule
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._quotas import Take
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._roles import document
from ansible_collections.pgfleet.aws.plugins.module_utils._saved_plan import plan_document
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan
from ansible_collections.pgfleet.aws.plugins.plugin_utils import _fleet_action, _member, _processes
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import EVERY_SERVICE, CannotConnect, Connection
from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import InvalidArguments
from ansible_collections.pgfleet.aws.plugins.plugin_utils._in_process import LocalModule
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
GROW = Plan("key", "one", Action.UPDATE, (Change("size", 1, 2),))
IN_SYNC = Plan("key", "one", Action.NONE)


META = SimpleNamespace(
    service_model=SimpleNamespace(service_name="sts"),
    method_to_api_mapping={"assume_role": "AssumeRole"},
    # Each client sends one request as soon as it is made.
    events=SimpleNamespace(register=lambda _event, handler: handler(request=None)),
)


class FakeHost:
    """Variables that need no rendering."""

    def __init__(self, own: Mapping[str, Any], inputs: Mapping[str, Any], extra: Mapping[str, Any], _: Any) -> None:
        self.variables = {**own, **inputs, **extra}

    def value(self, name: str) -> Any:
        if name not in self.variables:
            raise InvalidArguments(f"{name} is not set.")
        return self.variables[name]

    def has(self, name: str) -> bool:
        return name in self.variables

    def given(self, name: str, default: Any) -> Any:
        return self.variables.get(name, default)

    def set(self, name: str, value: Any) -> None:
        self.variables[name] = value
        if name == "assumed":
            self.variables["pgfleet_connection"] = {"region": "us-west-2", **value["sts_creds"]}

    def use(self, _roles: list[str]) -> None: ...

    def document(self, role: str) -> list[dict[str, Any]]:
        return document(self.variables.get("wanted", {}).get(role), role, {})


def variables(name: str, **different: Any) -> dict[str, Any]:
    usual = {
        "system": name.removesuffix("_network"),
        "env_suffix": "prod",
        "env": "prod",
        "project": "Shop",
        "cost_center": "shop",
        "extra_tags": {},
        "allowed_account_ids": [ACCOUNT],
        "group_names": ["networks" if name.endswith("_network") else "rds_postgres"],
        "pgfleet_connection": {"region": "us-west-2"},
        "pgfleet_roles": ["shop"],
        "pgfleet_manages": [],
        "pgfleet_outputs_path": f"outputs/{name}.json",
        "outputs_document": {"system": name, "outputs": {"id": {"ref": "key/one", "get": "id"}}},
    }
    return usual | different


class Fleet:
    """A play over hosts, and what their plans are. It notes who is planned together."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, hosts: Mapping[str, Mapping[str, Any]]) -> None:
        self.hosts = hosts
        self.plans: dict[str, Any] = {name: StackPlan((IN_SYNC,), {"key/one": {"id": "k-1"}}, ()) for name in hosts}
        self.read: list[tuple[str, list[str]]] = []
        self.assumed: list[dict[str, Any]] = []
        for variable in [name for name in os.environ if name.startswith("AWS_")]:
            monkeypatch.delenv(variable)
        monkeypatch.setattr(_fleet_action, "Host", FakeHost)
        monkeypatch.setattr(_fleet_action, "Renderer", lambda *_: None)
        monkeypatch.setattr(_fleet_action, "load_extra_vars", lambda _loader: {})
        # Hosts are rendered here, where a test sees it.
        monkeypatch.setattr(_processes, "processors", lambda: 1)
        monkeypatch.setattr(_fleet_action, "plan_fleet", self._plan)
        monkeypatch.setattr(LocalModule, "client", self._client)
        monkeypatch.setattr(ActionModule, "_find_needle", lambda _self, _where, name: name)

    def _plan(self, scope: Any, deployments: Mapping[str, Any], _registry: Any) -> dict[str, Any]:
        self.read.append((f"{scope.account_id} {scope.region}", list(deployments)))
        return {name: self.plans[name] for name in deployments}

    def _client(self, service: str, **_: Any) -> Any:
        assert service == "sts"
        caller = {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/me"}
        return SimpleNamespace(get_caller_identity=lambda: caller, assume_role=self._assume, meta=META)

    def _assume(self, **asked: Any) -> Any:
        self.assumed.append(asked)
        if asked["RoleArn"].endswith("/closed"):
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole")
        return {"Credentials": {"AccessKeyId": "a", "SecretAccessKey": "secret", "SessionToken": "token"}}

    def run(self, check_mode: bool = False, networks: tuple[str, ...] = (), **args: Any) -> dict[str, Any]:
        task = SimpleNamespace(args=args, check_mode=check_mode, action="pgfleet.aws.stack_fleet", async_val=0)
        connection = SimpleNamespace(transport="local", _shell=SimpleNamespace(tmpdir=None))
        loader = SimpleNamespace(load_from_file=lambda *_a, **_k: {})
        plugin = ActionModule(task, connection, SimpleNamespace(), loader, SimpleNamespace(), None)
        batch = [name for name in self.hosts if not self.hosts[name].get("away")]

        class HostVars(dict[str, Any]):
            def raw_get(self, name: str) -> Any:
                return self[name]

        magic = {"ansible_play_batch": batch, "ansible_play_hosts": batch, "ansible_check_mode": check_mode}
        groups = {"networks": list(networks)} if networks else {}
        result: dict[str, Any] = plugin.run(task_vars={**magic, "hostvars": HostVars(self.hosts), "groups": groups})
        return result


def fleet(monkeypatch: pytest.MonkeyPatch, *names: str, **different: Mapping[str, Any]) -> Fleet:
    return Fleet(monkeypatch, {name: variables(name, **different.get(name, {})) for name in names})


def test_hosts_of_one_place_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    east = {"pgfleet_connection": {"region": "us-east-1"}}
    made = fleet(monkeypatch, "a", "b", "c", b=east)
    result = made.run()
    assert sorted(made.read) == [(f"{ACCOUNT} us-east-1", ["b"]), (f"{ACCOUNT} us-west-2", ["a", "c"])]
    assert (result["failures"], result["acts"], result["changed"], result["diff"]) == ({}, False, False, [])
    assert result["cost"].pop("seconds") >= 0
    assert result["cost"] == {"accounts": 1, "regions": 2, "calls": 2}
    host = result["hosts"]["a"]
    assert host["identity"]["account_id"] == ACCOUNT
    assert host["stack"]["in_sync"]
    assert host["outputs_outputs"] == {"id": "k-1"}
    assert host["output_file"] == {"path": "outputs/a.json", "content": {"system": "a", "outputs": {"id": "k-1"}}}
    assert (host["documents"], host["stack"]["known"]) == ({}, {})


def test_hosts_are_rendered_side_by_side_while_clients_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    without = variables("b")
    del without["pgfleet_manages"]
    made = Fleet(monkeypatch, {"a": variables("a"), "b": without, "c": variables("c")})
    monkeypatch.setattr(_processes, "processors", lambda: 2)
    services: list[str] = []

    def client(_self: Any, service: str, **more: Any) -> Any:
        services.append(service)
        if service == "ssm":
            raise CannotConnect("no such endpoint")
        return made._client("sts", **more)

    monkeypatch.setattr(LocalModule, "client", client)
    result = made.run()
    assert sorted(services) == sorted({*EVERY_SERVICE, "sts"})
    assert list(result["hosts"]) == ["a", "c"]
    assert result["hosts"]["c"]["output_file"]["path"] == "outputs/c.json"
    assert result["failures"] == {"b": "pgfleet_manages is not set."}


def test_hosts_of_one_place_share_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Mapping[str, Any]] = []

    class Counted(Connection):
        def __init__(self, params: Mapping[str, Any], action: str) -> None:
            made.append(params)
            super().__init__(params, action)

    monkeypatch.setattr(_member, "Connection", Counted)
    names = [f"host{number}" for number in range(10)]
    east = {"pgfleet_connection": {"region": "us-east-1"}}
    fleet(monkeypatch, *names, **dict.fromkeys(names[:5], east)).run()
    assert sorted(params["region"] for params in made) == ["us-east-1", "us-west-2"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_host_with_something_to_do_has_its_documents(monkeypatch: pytest.MonkeyPatch, check_mode: bool) -> None:
    wanted = {"wanted": {"shop": [{"kind": "key", "name": "one"}]}}
    made = fleet(monkeypatch, "a", "b", a=wanted)
    made.plans["a"] = StackPlan((GROW,), {"key/one": {"id": "k-1"}}, ())
    result = made.run(check_mode)
    assert (result["acts"], result["changed"]) == (True, check_mode)
    assert [host["acts"] for host in result["hosts"].values()] == [True, False]
    assert [entry["name"] for entry in result["hosts"]["a"]["documents"]["shop"]] == ["one"]
    assert result["hosts"]["a"]["stack"]["known"] == {"key/one": {"id": "k-1"}}
    assert [diff["after_header"] for diff in result["diff"]] == ["key/one"]


def test_full_has_every_host_act(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fleet(monkeypatch, "a").run(full=True)["hosts"]["a"]["acts"]


def test_what_is_wrong_with_one_host_is_its_failure_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    different: dict[str, Mapping[str, Any]] = {
        "account": {"allowed_account_ids": ["999999999999"]},
        "name": {"env_suffix": "pr-42"},
        "list": {"allowed_account_ids": 1.5, "extra_tags": "none"},
        "nowhere": {
            "pgfleet_connection": {"region": "us-west-2", "profile": "me", "access_key": "a", "secret_key": "b"}
        },
    }
    made = fleet(monkeypatch, *different, "aws", "fine", **different)
    made.plans["aws"] = AwsError("rds", "DescribeDBInstances", "", "AccessDenied", "no")
    result = made.run()
    assert list(result["hosts"]) == ["fine"]
    assert {name: failure.splitlines()[-1][:40] for name, failure in result["failures"].items()} == {
        "account": "    these credentials are of account 123",
        "name": "    allowed: 1 to 12 lower-case letters ",
        "list": "argument 'extra_tags' is of type str and",
        "nowhere": "Passing both a profile and access tokens",
        "aws": "rds:DescribeDBInstances failed: AccessDe",
    }


def test_when_nobody_is_who_they_should_be_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    made = fleet(monkeypatch, "a", a={"allowed_account_ids": []})
    assert list(made.run()["failures"]) == ["a"]
    assert made.read == []


def test_a_role_is_taken_and_its_credentials_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    different: dict[str, Mapping[str, Any]] = {
        "a": {"region": "us-west-2", "aws_assume_role_arn": "r/open", "aws_assume_role_external_id": "x"},
        "b": {"region": "us-west-2", "aws_assume_role_arn": "r/closed"},
        "c": {"region": "us-west-2", "aws_assume_role_arn": "r/closed", "aws_profile": "me"},
    }
    made = fleet(monkeypatch, "a", "b", "c", **different)
    result = made.run()
    assert list(result["hosts"]) == ["a"]
    assert (result["cost"]["regions"], result["cost"]["calls"]) == (1, 4)
    assert made.assumed[0] == {"RoleArn": "r/open", "RoleSessionName": "pgfleet-a-prod", "ExternalId": "x"}
    assert "aws_assume_role_arn: r/closed\n    cannot be assumed: sts:AssumeRole" in result["failures"]["b"]
    assert "cannot be assumed with the profile me" in result["failures"]["c"]
    assert "secret" not in json.dumps(result)


def test_options_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    result = fleet(monkeypatch, "a").run(allow=["explosions"])
    assert result["failed"]
    assert "explosions" in result["msg"]


NETWORK = {"kind": "network", "name": "vpc", "properties": {"tier": "private", "security_group_names": ["db"]}}


def test_a_database_without_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    different: dict[str, Mapping[str, Any]] = {
        "a": {"wanted": {"shop": [NETWORK]}},
        "a_network": {"away": True},
        "b_network": {"env_suffix": "pr-42"},
    }
    names = ("a", "a_network", "b", "b_network", "c_network")
    made = fleet(monkeypatch, *names, **different)
    result = made.run(require_networks=True, networks=("a_network", "b_network", "c_network"))
    assert list(result["failures"]) == ["a", "b_network"]
    assert "Add its host to the run: --limit a,b,b_network,c_network,a_network" in result["failures"]["a"]
    assert "No host of the group networks makes it" in made.run(require_networks=True)["failures"]["a"]
    assert list(made.run()["failures"]) == ["b_network"]


def save(path: Path, result: Mapping[str, Any]) -> str:
    path.write_text(json.dumps(plan_document(result)))
    return str(path)


def test_a_saved_plan_that_still_is_the_plan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = fleet(monkeypatch, "a", "b")
    made.plans["a"] = StackPlan((GROW,), {}, ())
    saved = save(tmp_path / "plan.json", made.run())
    assert made.run(plan_file=saved)["failures"] == {}
    made.plans["a"] = StackPlan((IN_SYNC,), {}, ())
    failures = made.run(plan_file=saved)["failures"]
    assert list(failures) == ["a"]
    assert "~ key one: is saved, and is not planned now" in failures["a"]


@pytest.mark.parametrize("names", ["a", "abc"])
def test_a_saved_plan_of_other_hosts_fails_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, names: str) -> None:
    saved = save(tmp_path / "plan.json", fleet(monkeypatch, *names).run())
    failures = fleet(monkeypatch, "a", "b").run(plan_file=saved)["failures"]
    assert list(failures) == ["a", "b"]
    assert f"saved for: {', '.join(names)}\n  in this run: a, b" in failures["a"]


def test_a_host_that_has_failed_says_that_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    saved = save(tmp_path / "plan.json", fleet(monkeypatch, "a", "b").run())
    failures = fleet(monkeypatch, "a", "b", b={"env_suffix": "pr-42"}).run(plan_file=saved)["failures"]
    assert list(failures) == ["b"]
    assert "pr-42" in failures["b"]


@pytest.mark.parametrize("content", [None, b"no plan", b"[]", b'{"format": 0}', b"\xff"])
def test_what_is_no_saved_plan(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_bytes(content)
    failures = fleet(monkeypatch, "a", "b").run(plan_file=str(path))["failures"]
    assert list(failures) == ["a", "b"]
    assert failures["a"].startswith(f"{path} cannot be used as a saved plan; nothing was changed anywhere.\n  ")


def test_what_all_want_in_one_place_is_held_to_its_quotas_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ways lead there; and of those that have a plan alone."""
    other_way = {"pgfleet_connection": {"region": "us-west-2", "access_key": "k", "secret_key": "s"}}
    east = {"pgfleet_connection": {"region": "us-east-1"}}
    made = fleet(monkeypatch, "a", "b", "c", "d", b=other_way, c=east)
    taken = {name: (Take("DBInstances", 1, name),) for name in "abc"}
    made.plans |= {name: StackPlan((GROW,), {}, (), takes) for name, takes in taken.items()}
    made.plans["d"] = AwsError("ec2", "DescribeVpcs", "", "Throttling", "no")
    asked: list[tuple[str, dict[str, Any]]] = []

    def refuse(scope: Any, wanted: dict[str, Any]) -> dict[str, Exception]:
        asked.append((scope.region, wanted))
        too_much = AwsError("rds", "CreateDBInstance", "", "InstanceQuotaExceeded", "one too many")
        return {name: too_much for name in wanted if name == "b"}

    monkeypatch.setattr(_fleet_action, "beyond_quotas", refuse)
    result = made.run()
    assert sorted(asked) == [("us-east-1", {"c": taken["c"]}), ("us-west-2", {name: taken[name] for name in "ab"})]
    assert sorted(result["hosts"]) == ["a", "c"]
    assert "one too many" in result["failures"]["b"]
    assert "Throttling" in result["failures"]["d"]

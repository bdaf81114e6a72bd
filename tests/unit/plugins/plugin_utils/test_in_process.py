"""What the action plugins do around a module's own code. Their results: tests/integration/test_in_process.py."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _waiters
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec
from ansible_collections.pgfleet.aws.plugins.plugin_utils import _in_process
from ansible_collections.pgfleet.aws.plugins.plugin_utils._in_process import InProcess, no_log_values
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json

PLUGINS = Path(_in_process.__file__).parents[1]
# Actions without a module: what they do is for all hosts of a play, or for the person at the terminal.
WITHOUT_MODULE = {"stack_fleet", "stack_ready", "stack_screen"}
MODULES = sorted({path.stem for path in (PLUGINS / "modules").glob("*.py")} - WITHOUT_MODULE)
REGION = {"region": "us-west-2"}


class Thing:
    """Stands for a file of plugins/modules."""

    SPEC = Spec(
        {"name": {"type": "str", "required": True}, "word": {"type": "str", "no_log": True}, "act": {"type": "str"}}
    )

    @staticmethod
    def ensure(module: Module, clients: Clients) -> Mapping[str, Any]:
        if module.params["act"] == "warn":
            module.warn(f"Careful with {module.params['word']}.")
        if module.params["act"] == "hide":
            module.no_log_values.add("found")
        if module.params["act"] == "call":
            clients("kms")
        found = {"said": f"word {module.params['word']}, found", "at": datetime(2026, 11, 20, tzinfo=UTC)}
        return {"changed": not module.check_mode, "region": module.region, **found}


class Action(InProcess):
    module = Thing()
    services = ("sts",)


def task(**different: Any) -> SimpleNamespace:
    usual = {"async_val": 0, "delegate_to": None, "environment": None, "check_mode": False, "args": REGION}
    return SimpleNamespace(**{**usual, "action": "pgfleet.aws.thing", **different})


def action(transport: str = "local", *, become: bool = False, **of_task: Any) -> Action:
    connection = SimpleNamespace(transport=transport, _shell=SimpleNamespace(tmpdir=None))
    templar = SimpleNamespace(template=lambda value: value)
    play_context = SimpleNamespace(become=become)
    return Action(task(**of_task), connection, play_context, None, templar, None)


def here(**args: Any) -> dict[str, Any]:
    task_vars = {"ansible_python_interpreter": sys.executable, "ansible_inject_invocation": True}
    result: dict[str, Any] = action(args={**REGION, **args}).run(task_vars=task_vars)
    return result


@pytest.mark.parametrize("name", MODULES)
def test_every_module_has_an_action_plugin(name: str) -> None:
    plugin = importlib.import_module(f"ansible_collections.pgfleet.aws.plugins.action.{name}").ActionModule
    assert plugin.module.__name__.rpartition(".")[2] == name
    assert issubclass(plugin, InProcess)


@pytest.mark.parametrize(
    ("task_vars", "different", "reasons"),
    [
        ({}, {}, []),
        ({"ansible_python_interpreter": sys.executable}, {"environment": [{}, None]}, []),
        ({"ansible_python_interpreter": "auto_legacy"}, {}, []),
        ({"ansible_python_interpreter": "/opt/python"}, {}, ["the interpreter is /opt/python"]),
        ({}, {"transport": "ssh"}, ["the connection is ssh"]),
        ({}, {"become": True}, ["become"]),
        ({}, {"async_val": 5, "delegate_to": "other"}, ["async", "delegate_to"]),
        ({}, {"environment": [{"A": "b"}]}, ["environment"]),
        ({}, {"args": {"debug_botocore_endpoint_logs": True}}, ["debug_botocore_endpoint_logs"]),
    ],
)
def test_elsewhere(task_vars: dict[str, Any], different: dict[str, Any], reasons: list[str]) -> None:
    assert list(action(**different)._elsewhere(task_vars)) == reasons


def test_elsewhere_without_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_in_process, "HAS_BOTO3", False)

    class NotWarmed(InProcess):
        module = Thing()
        services = ("no such service",)

    assert list(action()._elsewhere({})) == ["Ansible's own Python has no boto3"]


def test_what_runs_elsewhere_is_left_to_ansible(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def get(name: str, **given: Any) -> Any:
        asked.update(given, name=name)
        return SimpleNamespace(run=lambda task_vars: {"vars": task_vars})

    monkeypatch.setattr(_in_process, "action_loader", SimpleNamespace(get=get))
    plugin = action("ssh")
    assert plugin.run(task_vars={"a": 1}) == {"vars": {"a": 1}}
    assert (asked["name"], asked["task"], asked["connection"]) == (
        "ansible.legacy.normal",
        plugin._task,
        plugin._connection,
    )


def test_a_result() -> None:
    result = here(name="one", word="hush")
    module_args = result.pop("invocation")["module_args"]
    assert result == {
        "changed": True,
        "region": "us-west-2",
        "said": "word ********, found",
        "at": "2026-11-20T00:00:00+00:00",
    }
    assert (module_args["name"], module_args["word"]) == ("one", "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")


@pytest.mark.parametrize(
    ("defined", "configured", "shown"),
    [((), False, True), (("INJECT_INVOCATION",), False, False), (("INJECT_INVOCATION",), True, True)],
)
def test_arguments_in_results(
    monkeypatch: pytest.MonkeyPatch, defined: tuple[str, ...], configured: bool, shown: bool
) -> None:
    config = SimpleNamespace(
        get_configuration_definitions=lambda: dict.fromkeys(defined),
        get_config_value=lambda name, variables: configured and name == "INJECT_INVOCATION" and variables == {"a": 1},
    )
    monkeypatch.setattr(_in_process, "constants", SimpleNamespace(config=config))
    assert _in_process.shows_invocation({"a": 1}) is shown


def test_warnings_and_values_hidden_later() -> None:
    assert here(name="one", act="warn", word="hush")["warnings"] == ["Careful with ********."]
    assert "warnings" not in here(name="one")
    assert here(name="one", act="hide")["said"] == "word None, ********"


def test_a_hidden_word_does_not_touch_flags() -> None:
    assert here(name="one", word="True")["changed"] is True


NO_PROFILE = "There is no such profile. There are: mine, yours."


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "missing required arguments: name"),
        ({"name": "a", "nam": "b"}, "Unsupported parameters for (pgfleet.aws.thing) module: nam. Supported parameters"),
        ({"name": "a", "profile": "p", "access_key": "k"}, "Passing both a profile and access tokens is not supported"),
        (
            {"name": "a", "act": "call", "profile": "none of these"},
            f"profile (aws_profile of the inventory): none of these\n    {NO_PROFILE}",
        ),
        (
            {"name": "a", "profile": "none of these", "region": None},
            "profile (aws_profile of the inventory): none of these",
        ),
        ({"name": "a", "act": "call", "endpoint_url": "nowhere"}, "Couldn't connect to AWS: Invalid endpoint: nowhere"),
    ],
)
def test_failures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, args: dict[str, Any], message: str) -> None:
    (tmp_path / "config").write_text("[profile mine]\n[profile yours]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    result = here(**args)
    assert result["failed"] is True
    assert result["msg"].startswith(message)


def test_no_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "EC2_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    result = here(name="a", act="call", region=None)
    assert result["msg"].startswith("The pgfleet.aws.thing module requires a region and none was found")


def test_as_json() -> None:
    assert as_json({"a": date(2026, 11, 20), "b": (1, None), "c": [True]}) == {
        "a": "2026-11-20",
        "b": [1, None],
        "c": [True],
    }


@pytest.mark.parametrize(
    ("params", "hidden"),
    [
        ({}, []),
        ({"word": "hush", "name": "one"}, ["hush"]),
        ({"word": {"a": "b", "c": ["d", 5, None, True, ""]}}, ["b", "d", "5"]),
        ({"inner": {"key": "deep"}}, ["deep"]),
        ({"inner": [{"key": "one"}, {"key": "two"}]}, ["one", "two"]),
        ({"inner": "no mapping"}, []),
        ({"inner": ["none", {"key": "two"}]}, ["two"]),
    ],
)
def test_values_that_are_not_shown(params: dict[str, Any], hidden: list[str]) -> None:
    inner = {"type": "list", "options": {"key": {"no_log": True}}}
    assert list(no_log_values({"word": {"no_log": True}, "name": {}, "inner": inner}, params)) == hidden


def test_what_is_awaited_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    def ensure(_module: Module, _clients: Clients) -> dict[str, Any]:
        for listener in _waiters._listeners:
            listener("DB instance db", "creating", 5.0)
            listener("DB instance db", "creating", 15.0)
        return {"changed": False}

    monkeypatch.setattr(Thing, "ensure", staticmethod(ensure))
    plugin = action(args={**REGION, "name": "one"})
    plugin._display = SimpleNamespace(display=shown.append)
    plugin.run(task_vars={"inventory_hostname": "retail", "ansible_python_interpreter": sys.executable})
    assert shown == ["waiting · 00:15   retail: DB instance db creating"]
    assert _waiters._listeners == []

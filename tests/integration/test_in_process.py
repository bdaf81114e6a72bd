"""A module run in Ansible's own worker and as a process of its own: the same results, and when it is which."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import read_answer
from tests.integration.playbook import ROOT, environment

GROUP = "pgfleet.aws.cloudwatch_log_group"
SECRET = "pgfleet.aws.db_credentials"
PROGRAM = Path(sys.executable).with_name("ansible-playbook")
ELSEWHERE = {"environment": {"ANYTHING": "1"}}
PLUGINS = ROOT / "tests/integration/plugins"
OWN_PROCESS = "runs as a module of its own process: "
VAULTED = "vaulted0password"

TASKS: dict[str, dict[str, Any]] = {
    "no change": {GROUP: {"name": "/aws/one", "retention_days": 7}},
    "check mode": {GROUP: {"name": "/aws/new", "tags": {"a": 1}}, "check_mode": True, "diff": True},
    "module defaults": {
        GROUP: {"name": "/aws/one"},
        "module_defaults": {"group/pgfleet.aws.aws": {"region": "eu-west-1"}},
        "check_mode": True,
    },
    "a warning": {SECRET: {"name": "login", "username": "dbadmin", "password": "another0password"}},
    "a vaulted option": {
        SECRET: {"name": "fresh", "username": "dbadmin", "password": "{{ vaulted }}"},
        "check_mode": True,
    },
    "refused": {GROUP: {"name": "/aws/one", "retention_days": 31}},
    "unknown option": {GROUP: {"name": "/aws/one", "retention": 7}},
    "missing option": {GROUP: {"retention_days": 7}},
    "bad choice": {GROUP: {"name": "/aws/one", "state": "gone"}},
    "bad type of a list with options": {
        "pgfleet.aws.cloudwatch_alarms": {"system": "a", "suffix": "b", "alarms": "none"},
    },
    "bad type": {GROUP: {"name": "/aws/one", "retention_days": "a week"}},
    "options that exclude each other": {
        SECRET: {
            "name": "login",
            "host": "h",
            "port": 1,
            "db_instance_identifier": "one",
            "db_cluster_identifier": "other",
        }
    },
    "refused by AWS": {GROUP: {"name": "/aws/one", "kms_key_id": "arn:aws:kms:us-east-1:123456789012:key/none"}},
    "profile and keys": {GROUP: {"name": "/aws/one", "profile": "some", "access_key": "a", "secret_key": "b"}},
}
# What amazon.aws adds of its own, to failures and to warnings.
OF_AMAZON = ("boto3_version", "botocore_version", "exception", "deprecations")


def ask(name: str, task: dict[str, Any]) -> list[dict[str, Any]]:
    """Tasks that keep the result of one, also of one that fails, under its name."""
    kept = {"ansible.builtin.set_fact": {"results": "{{ results | combine({name: result}) }}"}, "vars": {"name": name}}
    failed = {"ansible.builtin.set_fact": {"result": "{{ ansible_failed_result }}"}}
    return [{"block": [{**task, "register": "result"}], "rescue": [failed], "always": [kept]}]


def play(tasks: list[dict[str, Any]], **variables: Any) -> dict[str, Any]:
    shown = {"ansible.builtin.debug": {"msg": "answer={{ results | to_json | b64encode }}"}}
    return {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", "results": {}, **variables},
        "tasks": [*tasks, shown],
    }


def run(aws: Emulator, directory: Path, tasks: list[dict[str, Any]], *arguments: str, **variables: Any) -> str:
    playbook = directory / "play.json"
    playbook.write_text(json.dumps([play(tasks, **variables)]))
    finished = subprocess.run(
        [str(PROGRAM), str(playbook), "-i", "localhost,", "-vvv", *arguments],
        cwd=ROOT,
        env=environment(aws)
        | {f"ANSIBLE_{kind.upper()}_PLUGINS": str(PLUGINS / kind) for kind in ("become", "connection")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return finished.stdout


def vaulted(directory: Path) -> tuple[Path, list[str]]:
    """A file of variables with a vaulted one, and the arguments that open it."""
    key, variables = directory / "key", directory / "vaulted.yml"
    key.write_text("the key")
    encrypt = [str(PROGRAM.with_name("ansible-vault")), "encrypt_string", VAULTED, "--name", "vaulted"]
    done = subprocess.run([*encrypt, "--vault-password-file", str(key)], capture_output=True, text=True, check=True)
    variables.write_text(done.stdout)
    return variables, ["-e", f"@{variables}", "--vault-password-file", str(key)]


def plain(result: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in OF_AMAZON and not name.startswith("_ansible")}


def test_results_are_the_same(aws: Emulator, tmp_path: Path) -> None:
    aws.client("logs").create_log_group(logGroupName="/aws/one")
    aws.client("logs").put_retention_policy(logGroupName="/aws/one", retentionInDays=7)
    secret = json.dumps({"username": "dbadmin", "password": "first0password"})
    aws.client("secretsmanager").create_secret(Name="login", SecretString=secret)
    _, opened = vaulted(tmp_path)
    tasks = [task for name, body in TASKS.items() for task in ask(f"here, {name}", body)]
    tasks += [task for name, body in TASKS.items() for task in ask(f"there, {name}", body | ELSEWHERE)]
    output = run(aws, tmp_path, tasks, *opened, "-c", "local")
    results = read_answer(output)
    for name in TASKS:
        assert plain(results[f"here, {name}"]) == plain(results[f"there, {name}"])
    # They are what they are meant to be.
    assert results["here, no change"]["changed"] is False
    assert results["here, check mode"]["diff"][0]["after"] == {"tags": {"a": "1"}}
    assert results["here, a warning"]["warnings"]
    assert results["here, a vaulted option"]["changed"] is True
    assert "Unsupported parameters for (pgfleet.aws.cloudwatch_log_group)" in results["here, unknown option"]["msg"]
    failed = [name for name in TASKS if results[f"here, {name}"]["failed"]]
    assert failed == list(TASKS)[list(TASKS).index("refused") :]
    assert output.count(OWN_PROCESS) == len(TASKS)
    assert not any(password in output for password in (VAULTED, "another0password", "first0password"))


@pytest.mark.parametrize(
    ("reason", "keywords"),
    [
        ("async", {"async": 30, "poll": 1}),
        ("become", {"become": True, "become_method": "nobody_else"}),
        ("delegate_to", {"delegate_to": "localhost"}),
        ("environment", ELSEWHERE),
        ("the interpreter is", {"vars": {"ansible_python_interpreter": f"{PROGRAM.parent}/./python"}}),
        ("the connection is elsewhere", {"connection": "elsewhere", "vars": {"ansible_connection": "elsewhere"}}),
        ("debug_botocore_endpoint_logs", {"module_defaults": {GROUP: {"debug_botocore_endpoint_logs": True}}}),
    ],
)
def test_what_runs_as_a_process_of_its_own(
    aws: Emulator, tmp_path: Path, reason: str, keywords: dict[str, Any]
) -> None:
    task = {GROUP: {"name": "/aws/two", "retention_days": 7}, **keywords}
    output = run(aws, tmp_path, ask("result", task), "-c", "local")
    assert f"{OWN_PROCESS}{reason}" in output
    assert read_answer(output)["result"]["changed"] is True
    [group] = aws.client("logs").describe_log_groups(logGroupNamePrefix="/aws/two")["logGroups"]
    assert group["retentionInDays"] == 7


def test_the_rest_runs_in_ansibles_own_process(aws: Emulator, tmp_path: Path) -> None:
    """Also where the interpreter is left to Ansible to find."""
    output = run(
        aws,
        tmp_path,
        ask("result", {GROUP: {"name": "/aws/three"}}),
        "-c",
        "local",
        ansible_python_interpreter="auto_silent",
    )
    assert read_answer(output)["result"]["changed"] is True
    assert OWN_PROCESS not in output
    assert "AnsiballZ" not in output

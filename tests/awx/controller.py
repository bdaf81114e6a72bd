"""What AWX does between a launch and ansible-runner: survey, slice, inventory script, private data directory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from emulator.testing import Emulator
from tests.awx.reading import ROOT
from tools import awx_import

CONFIG = awx_import.load()
TEMPLATES = {each["name"]: CONFIG["awx_job_template_defaults"] | each for each in CONFIG["awx_job_templates"]}


class Refused(Exception):
    """AWX does not start the job."""


@dataclass(frozen=True)
class Job:
    """A job that has ended: its status and its standard output, as in the artifacts."""

    status: int
    output: str
    events: list[dict[str, Any]]

    @property
    def text(self) -> str:
        return " ".join(self.output.split())

    def hosts(self) -> set[str]:
        """Hosts that a task ran on."""
        return {each["event_data"]["host"] for each in self.events if each["event"] == "runner_on_start"}


class _Unsafe(str):
    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_Unsafe, lambda dumper, value: dumper.represent_scalar("!unsafe", str(value)))


def answers(template: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    """Extra variables of a launch: those of the template, the defaults of its survey, what was answered.

    Only what a template says itself is rendered; what people type is not (ALLOW_JINJA_IN_EXTRA_VARS, "template").
    """
    survey = {each["variable"]: each for each in (CONFIG["awx_questions"][key] for key in template["survey"])}
    if set(given) - set(survey):
        raise Refused(f"Variables {sorted(set(given) - set(survey))} are not allowed on launch.")
    answered = {name: each["default"] for name, each in survey.items() if "default" in each} | given
    for name, question in survey.items():
        check(question, answered.get(name))
    own: dict[str, Any] = json.loads(json.dumps(template["extra_vars"]))
    return own | {name: _unsafe(value) for name, value in answered.items()}


def check(question: Mapping[str, Any], value: Any) -> None:
    if value is None:
        if question["required"]:
            raise Refused(f"'{question['variable']}' value missing")
    elif question["type"] == "text":
        if not question["min"] <= len(value) <= question["max"]:
            raise Refused(f"'{question['variable']}' value {value} is too small or too large")
    elif not set(value if question["type"] == "multiselect" else [value]) <= set(question["choices"]):
        raise Refused(f"Value {value} for '{question['variable']}' expected to be one of {question['choices']}.")


def _unsafe(value: Any) -> Any:
    return [_Unsafe(each) for each in value] if isinstance(value, list) else _Unsafe(value)


@cache
def imported(source_path: str) -> dict[str, Any]:
    """An inventory as AWX imports it from the project."""
    exporter = Path(sys.executable).with_name("ansible-inventory")
    listed = subprocess.run(
        [exporter, "-i", source_path, "--list", "--export"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    inventory: dict[str, Any] = json.loads(listed.stdout)
    return inventory


def sliced(inventory: Mapping[str, Any], number: int, count: int) -> dict[str, Any]:
    """Every so many hosts, by name; groups stay, with the hosts that are left
    (https://github.com/ansible/awx/blob/devel/awx/main/models/inventory.py, get_script_data)."""
    kept = set(sorted(inventory["_meta"]["hostvars"])[number - 1 :: count])
    groups = {
        name: group | {"hosts": [each for each in group["hosts"] if each in kept]} if "hosts" in group else group
        for name, group in inventory.items()
        if name != "_meta"
    }
    hostvars = {host: values for host, values in inventory["_meta"]["hostvars"].items() if host in kept}
    return groups | {"_meta": {"hostvars": hostvars}}


def check_out(folder: Path) -> Path:
    """The project as git has it: links stay links, and what make set up is not in it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if not name.startswith(("tests/", "emulator/", "molecule/", "docs/")) and os.path.lexists(ROOT / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    return folder


@dataclass(frozen=True)
class Controller:
    """Launches job templates of awx/config in private data directories below ``folder``, with the emulator as AWS."""

    aws: Emulator
    folder: Path
    project: Path

    def launch(
        self,
        name: str,
        environment: str = "dev",
        *,
        slice_number: int = 0,
        job_type: str = "run",
        limit: str = "",
        **given: Any,
    ) -> Job:
        template = TEMPLATES[name]
        private = self.folder / f"{len(list(self.folder.iterdir()))}"
        shutil.copytree(self.project, private / "project", symlinks=True, copy_function=os.link)
        inventory = imported(f"inventories/{environment}/hosts.yml")
        if slice_number:
            inventory = sliced(inventory, slice_number, template["job_slice_count"])
        self._inventory(private / "inventory", inventory)
        self._environment(private, answers(template, **given))
        command = [sys.executable, "-m", "ansible_runner", "run", str(private), "--ident", "1"]
        command += ["--playbook", template["playbook"], "--inventory", "inventory/hosts"]
        command += ["--forks", str(template["forks"])]
        command += ["--limit", limit or template["limit"]] if limit or template["limit"] else []
        command += ["--cmdline=--check"] if job_type == "check" else []
        finished = subprocess.run(
            command, cwd=private, env=self._around(private), capture_output=True, text=True, check=False
        )
        artifacts = private / "artifacts" / "1"
        assert (artifacts / "rc").is_file(), finished.stdout + finished.stderr
        return Job(int((artifacts / "rc").read_text()), (artifacts / "stdout").read_text(), list(_events(artifacts)))

    def _inventory(self, folder: Path, inventory: Mapping[str, Any]) -> None:
        folder.mkdir()
        script = folder / "hosts"
        script.write_text(f"#! /usr/bin/env python3\n# -*- coding: utf-8 -*-\nprint({json.dumps(inventory)!r})\n")
        script.chmod(0o700)

    def _environment(self, private: Path, variables: Mapping[str, Any]) -> None:
        """AWX's own path of collections hides that of ansible.cfg."""
        (private / "env").mkdir()
        collections = f"{private}/requirements_collections:~/.ansible/collections:/usr/share/ansible/collections"
        settings = {"ANSIBLE_COLLECTIONS_PATH": collections, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_NOCOLOR": "1"}
        (private / "env/envvars").write_text(yaml.safe_dump(self.aws.env | settings))
        (private / "env/extravars").write_text(yaml.dump(dict(variables), Dumper=_Dumper))

    def _around(self, private: Path) -> dict[str, str]:
        """An execution environment knows nothing of the machine."""
        tools = str(Path(sys.executable).parent)
        return {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(private), "LANG": "C.UTF-8"}


def _events(artifacts: Path) -> Iterator[dict[str, Any]]:
    for path in (artifacts / "job_events").glob("*.json"):
        yield json.loads(path.read_text())

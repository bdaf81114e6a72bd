"""Which variables a playbook reads: in it, in tasks and files of variables that it names, in roles that it includes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.plugin_utils._fleet_action import INPUTS
from ansible_collections.pgfleet.aws.plugins.plugin_utils._member import IDENTITY
from jinja2 import Environment, nodes

from tools.awx_import import Loader

ROOT = Path(__file__).parents[2]
JINJA = Environment(extensions=["jinja2.ext.loopcontrols"], autoescape=True)
# Where Ansible takes an expression without braces.
EXPRESSIONS = {"when", "that", "failed_when", "changed_when", "until"}
TASKS = {"import_tasks", "include_tasks", "import_playbook"}
ROLES = {"include_role", "import_role"}


@cache
def variables(playbook: str) -> frozenset[str]:
    """Every variable whose value may come from elsewhere, the roles' own included."""
    return frozenset(_file(ROOT / playbook, set()))


def _file(path: Path, seen: set[Path]) -> Iterator[str]:
    if path in seen:
        return
    seen.add(path)
    if path.suffix == ".j2":
        yield from _names(path.read_text())
    else:
        yield from _value(Loader(path.read_text()).get_single_data(), path, seen)


def _value(value: Any, path: Path, seen: set[Path]) -> Iterator[str]:
    if isinstance(value, str):
        yield from _names(value)
    elif isinstance(value, list):
        for item in value:
            yield from _value(item, path, seen)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _keyword(str(key).rpartition(".")[2], item, path, seen)
            yield from _value(item, path, seen)


def _keyword(key: str, item: Any, path: Path, seen: set[Path]) -> Iterator[str]:
    if key in EXPRESSIONS:
        for each in item if isinstance(item, list) else [item]:
            yield from _names("{{ " + str(each) + " }}")
    elif key in TASKS:
        name = item["file"] if isinstance(item, dict) else item
        yield from _file(path.parent / name, seen)
    elif key == "include_vars":
        yield from _file(ROOT / "playbooks/vars" / item, seen)
    elif key in ROLES:
        yield from _roles(item["name"], seen)
    elif key == "stack_fleet":
        # It plans every host by the inventory, what the play hands to the roles, and the roles.
        yield from IDENTITY.values()
        yield from _file(ROOT / "playbooks/vars" / INPUTS, seen)
        yield from _roles("{{ any }}", seen)


def _roles(name: str, seen: set[Path]) -> Iterator[str]:
    """A name that is known only in a run may be any role."""
    pattern = "*" if "{{" in name else name.rpartition(".")[2]
    for folder in sorted((ROOT / "roles").glob(pattern)):
        for path in sorted([*folder.glob("tasks/*.yml"), *folder.glob("defaults/*.yml"), *folder.glob("vars/*.yml")]):
            yield from _file(path, seen)
        for path in sorted(folder.glob("templates/*.j2")):
            yield from _file(path, seen)


def _names(text: str) -> Iterator[str]:
    if "{{" in text or "{%" in text:
        yield from (each.name for each in JINJA.parse(text).find_all(nodes.Name) if each.ctx == "load")


def awx_modules() -> ModuleSpec | None:
    """The collection awx.awx, if it is installed."""
    with suppress(ModuleNotFoundError):
        return importlib.util.find_spec("ansible_collections.awx.awx")
    return None

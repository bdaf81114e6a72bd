"""What awx/apply.yml gives to each module of awx.awx against what the module's documentation says it takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from tests.awx.controller import CONFIG, TEMPLATES
from tests.awx.reading import ROOT, awx_modules

FOUND = awx_modules()
pytestmark = pytest.mark.skipif(FOUND is None, reason="`ansible` from PyPI has awx.awx up to 13, for Python 3.11")

WORKFLOWS = [CONFIG["awx_workflow_job_template_defaults"] | each for each in CONFIG["awx_workflow_job_templates"]]
OBJECTS: dict[str, list[dict[str, Any]]] = {
    "organization": [CONFIG["awx_organization"]],
    "execution_environment": [CONFIG["awx_execution_environment"]],
    "credential": [
        *CONFIG["awx_credentials"],
        *(CONFIG[f"awx_{name}_credential"] for name in ("vault", "scm", "registry")),
    ],
    "notification_template": [*CONFIG["awx_notification_templates"], CONFIG["awx_slack_notification_template"]],
    "project": [CONFIG["awx_project"]],
    "inventory": CONFIG["awx_inventories"],
    "inventory_source": CONFIG["awx_inventory_sources"],
    "job_template": [{key: each[key] for key in each if key != "survey"} for each in TEMPLATES.values()],
    "workflow_job_template": [
        {key: each[key] for key in each if key not in ("survey", "credentials")} for each in WORKFLOWS
    ],
    "schedule": CONFIG["awx_schedules"],
}
TASKS: list[dict[str, Any]] = yaml.safe_load((ROOT / "awx/apply.yml").read_text())[0]["tasks"]


@cache
def options(module: str) -> dict[str, Any]:
    assert FOUND is not None
    assert FOUND.submodule_search_locations
    path = Path(FOUND.submodule_search_locations[0]) / "plugins/modules" / f"{module}.py"
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            target = node.targets[0]
            if isinstance(target, ast.Name) and target.id == "DOCUMENTATION":
                documented: dict[str, Any] = yaml.safe_load(str(node.value.value))["options"]
                return documented
    raise AssertionError(path)


def tasks() -> Iterator[tuple[str, Any]]:
    for task in TASKS:
        (module,) = [key for key in task if key.startswith("awx.awx.")]
        yield module.removeprefix("awx.awx."), task[module]


def complaints(module: str, arguments: dict[str, Any]) -> list[str]:
    keys = ("type", "elements", "choices", "required")
    specification = {
        name: {key: option[key] for key in keys if key in option} for name, option in options(module).items()
    }
    messages: list[str] = ArgumentSpecValidator(specification).validate(arguments).error_messages
    return messages


@pytest.mark.parametrize(("module", "arguments"), list(tasks()), ids=[module for module, _ in tasks()])
def test_a_task_names_options_that_there_are(module: str, arguments: Any) -> None:
    assert set(arguments) <= set(options(module))


@pytest.mark.parametrize(("module", "objects"), OBJECTS.items(), ids=OBJECTS)
def test_what_is_configured_is_what_the_module_takes(module: str, objects: list[dict[str, Any]]) -> None:
    for each in objects:
        assert complaints(module, each) == []


def test_an_argument_that_is_wrong_is_noticed() -> None:
    assert complaints("job_template", {"name": "x", "job_type": "dry"})
    assert complaints("project", {"name": "x", "scm": "git"})
    assert complaints("schedule", {"enabled": True})


def test_what_is_configured_reaches_its_module() -> None:
    """Every field is an argument of a task, and none is forgotten."""
    arguments: dict[str, set[str]] = {}
    for module, given in tasks():
        arguments.setdefault(module, set()).update(given)
    for module, objects in OBJECTS.items():
        for each in objects:
            assert set(each) <= arguments[module]

"""Every role is what it says: options, defaults, uses and examples agree. A new role is tested by being there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from tests.unit.documented import EXPRESSION, ROOT, filled

ROLES = ROOT / "roles"
NAMES = sorted(path.parent.name for path in ROLES.glob("*/tasks"))
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Types whose values a template may be.
TEXTS = ("str", "path")
# How a description tells what an option without a value means.
WITHOUT = re.compile(r"\bwithout\b|\binstead of O\(")
BY_DEFAULT = re.compile(r"\bby default\b|\bdefault set\b", re.IGNORECASE)
# What a role publishes for others to read.
PUBLISHED = ("outputs", "resources")
# What begins like the options of a role and is none: names of AWS's, and names under which something is published.
OTHERS = {
    "network_acl",
    "network_acl_ids",
    "access_function_arn",
    "access_function_alias_arn",
    "access_function_role_arn",
}


@cache
def entry_points(role: str) -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text())["argument_specs"])


def options(role: str) -> dict[str, dict[str, Any]]:
    return dict(entry_points(role)["main"]["options"])


@cache
def defaults(role: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROLES / role / "defaults" / "main.yml").read_text()))


@cache
def examples(role: str) -> list[Any]:
    return [yaml.safe_load(block) for block in BLOCK.findall((ROLES / role / "README.md").read_text())]


def plays(role: str) -> list[dict[str, Any]]:
    """The examples that are whole playbooks."""
    return [play for example in examples(role) if isinstance(example, list) for play in example]


def included(role: str) -> Iterator[dict[str, Any]]:
    """The variables that the plays give to the role."""
    for play in plays(role):
        for task in play["tasks"]:
            if task.get("ansible.builtin.include_role", {}).get("name") == f"pgfleet.aws.{role}":
                yield task["vars"]


def undescribed(documented: Mapping[str, Any], place: str = "") -> Iterator[str]:
    for name, option in documented.items():
        if not option.get("description"):
            yield f"{place}{name}"
        yield from undescribed(option.get("options") or {}, f"{place}{name}.")


def refused(role: str, given: Mapping[str, Any], *, whole: bool) -> list[str]:
    """What Ansible says of these variables; those that only a run knows are filled in."""
    spec = {}
    for name, option in options(role).items():
        facts = {key: value for key, value in option.items() if key != "default"}
        spec[name] = facts if whole else {**facts, "required": False}
    values = {name: filled(value, spec.get(name, {})) for name, value in given.items()}
    return list(ArgumentSpecValidator(spec).validate(values).error_messages)


def computed(value: Any, option: Mapping[str, Any]) -> bool:
    """Whether a run makes the default, which is no value of the option's type: documentation cannot hold it."""
    return isinstance(value, str) and bool(EXPRESSION.search(value)) and option["type"] not in TEXTS


def test_the_roles_are_found() -> None:
    assert {"network", "rds_postgres", "aurora_serverless", "monitoring"} <= set(NAMES)


@pytest.mark.parametrize("role", NAMES)
def test_every_default_is_documented_as_it_is(role: str) -> None:
    documented = {name: option["default"] for name, option in options(role).items() if "default" in option}
    values = {name: value for name, value in defaults(role).items() if not computed(value, options(role)[name])}
    assert documented == {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize("role", NAMES)
def test_of_every_other_default_the_description_tells(role: str) -> None:
    for name, value in defaults(role).items():
        description = str(options(role)[name]["description"])
        if value is None:
            assert WITHOUT.search(description), name
        if computed(value, options(role)[name]):
            assert BY_DEFAULT.search(description), name
            assert [read for read in re.findall(rf"\b{role}_\w+", value) if f"O({read})" not in description] == [], name


@pytest.mark.parametrize("role", NAMES)
def test_every_option_has_the_name_of_its_role_and_a_description(role: str) -> None:
    assert [name for name in options(role) if not name.startswith(f"{role}_")] == []
    assert list(undescribed(options(role))) == []


@pytest.mark.parametrize("role", NAMES)
def test_every_entry_point_has_a_task_file_and_the_same_options(role: str) -> None:
    for name, entry in entry_points(role).items():
        assert (ROLES / role / "tasks" / f"{name}.yml").is_file()
        assert entry["short_description"]
        assert entry["description"]
        assert entry["options"] == options(role)


@pytest.mark.parametrize("role", NAMES)
def test_no_option_is_required_and_has_a_default(role: str) -> None:
    assert [name for name, option in options(role).items() if option.get("required") and name in defaults(role)] == []


@pytest.mark.parametrize("role", NAMES)
def test_what_the_role_reads_is_an_option_and_every_option_is_read(role: str) -> None:
    files = [path for part in ("tasks", "templates", "vars", "defaults") for path in (ROLES / role / part).glob("*")]
    text = "\n".join(path.read_text() for path in files)
    used = set(re.findall(rf"(?<![\w./]){role}_\w+", text))
    published = {f"{role}_{name}" for name in PUBLISHED}
    assert used - published - OTHERS - options(role).keys() == set()
    assert options(role).keys() - used == set()


@pytest.mark.parametrize("role", NAMES)
def test_its_defaults_are_values_that_it_takes(role: str) -> None:
    given = {name: value for name, value in defaults(role).items() if value is not None}
    assert refused(role, given, whole=False) == []


@pytest.mark.parametrize("role", NAMES)
def test_its_readme_begins_with_a_play_that_it_takes(role: str) -> None:
    found = list(included(role))
    assert found
    assert [problem for given in found for problem in refused(role, given, whole=True)] == []


@pytest.mark.parametrize("role", NAMES)
def test_the_other_examples_are_options_that_it_takes(role: str) -> None:
    fragments = [example for example in examples(role) if isinstance(example, dict)]
    assert [problem for given in fragments for problem in refused(role, given, whole=False)] == []


@pytest.mark.parametrize("role", NAMES)
def test_what_its_readme_names_is_an_option(role: str) -> None:
    text = (ROLES / role / "README.md").read_text()
    named = set(re.findall(rf"(?<![\w./]){role}_\w+\b(?!\.)", text))
    assert named - options(role).keys() == set()


def test_playbooks_hand_a_role_none_of_its_own_variables() -> None:
    """Which of the two Ansible would take depends on where a playbook reads them: in a play, or in a task."""
    handed = {name for path in sorted((ROOT / "playbooks/vars").iterdir()) for name in yaml.safe_load(path.read_text())}
    own = {name for path in sorted(ROLES.glob("*/vars/main.yml")) for name in yaml.safe_load(path.read_text())}
    assert handed
    assert own
    assert not handed & own

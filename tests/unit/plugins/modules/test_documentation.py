"""Every module is documented as it is. A new module is tested by being there."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Spec

from tests.unit.documented import (
    COMMON,
    NAMES,
    ROOT,
    Results,
    differences,
    documentation,
    examples,
    filled,
    module,
    returns,
)

GAPS = ROOT / "tests" / "integration" / "upstream_gaps"
# What every module returns: https://docs.ansible.com/ansible/latest/reference_appendices/common_return_values.html
USUAL = {"changed", "diff"}
# A deployment as a whole: no module upstream is anything like them.
OF_STACKS = re.compile(r"stack_\w+")
every_module = pytest.mark.parametrize("name", NAMES)
# Of the others there is only an action.
every_one_with_code = pytest.mark.parametrize("name", [name for name in NAMES if hasattr(module(name), "ensure")])


def common(options: Any) -> dict[str, Any]:
    """Options but for those that all modules for AWS have."""
    return {name: option for name, option in options.items() if name not in COMMON}


@every_module
def test_options_are_documented_as_they_are(name: str) -> None:
    documented = documentation(name)
    assert list(differences(module(name).SPEC.arguments, common(documented["options"]))) == []
    assert COMMON.keys() <= documented["options"].keys()
    assert documented["module"] == name


@every_module
def test_examples_are_tasks_that_the_module_takes(name: str) -> None:
    tasks = examples(name)
    assert f"pgfleet.aws.{name}" in {key for task in tasks for key in task}
    for task in tasks:
        [used] = [key for key in task if "." in key]
        collection, _, other = used.rpartition(".")
        assert collection == "pgfleet.aws"
        assert task["name"][0].isupper()
        spec: Spec = module(other).SPEC
        arguments = {**COMMON, **spec.arguments}
        given = {key: filled(value, arguments.get(key, {})) for key, value in (task[used] or {}).items()}
        checked = ArgumentSpecValidator(arguments, **spec.constraints).validate(given)
        assert checked.error_messages == [], task["name"]


@every_one_with_code
def test_what_it_returns_is_documented(name: str) -> None:
    documented = returns(name)
    assert Results(name).keys - USUAL <= documented.keys()
    for key, entry in documented.items():
        assert {"description", "type", "returned"} <= entry.keys(), key
        assert ("elements" in entry) == (entry["type"] == "list"), key


@every_one_with_code
def test_check_and_diff_mode_are_as_the_attributes_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is run by ``run`` supports check mode; whether it has a diff is for its result to say."""
    tested = module(name)
    made: list[tuple[Spec, Any]] = []
    monkeypatch.setattr(tested, "run", lambda *arguments: made.append(arguments))
    tested.main()
    assert made == [(tested.SPEC, tested.ensure)]
    results = Results(name)
    diff = "diff" in results.keys or {"converge", "carry_out"} & results.calls
    support = {key: attribute["support"] for key, attribute in documentation(name)["attributes"].items()}
    assert support.keys() == {"check_mode", "diff_mode"}
    assert support["check_mode"] == "full"
    assert support["diff_mode"] in (("full",) if diff else ("none", "N/A"))


@every_module
def test_it_says_which_gap_upstream_it_fills(name: str) -> None:
    said = documentation(name)["description"]
    assert any(re.search(r"\b(amazon|community)\.aws\b", sentence) for sentence in said)


@every_module
def test_the_gap_upstream_is_shown(name: str) -> None:
    """A test in upstream_gaps names the module that closes the gap it shows."""
    shown = {path.name for path in GAPS.glob("test_*.py") if re.search(rf"\b{name}\b", path.read_text())}
    assert shown or OF_STACKS.fullmatch(name)


def test_module_defaults_reach_every_module() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert runtime["action_groups"]["aws"] == NAMES

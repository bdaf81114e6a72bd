"""Filters: named like their file, documented as they are, and usable in a template."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.pgfleet.aws.plugins.module_utils import _roles
from jinja2.nativetypes import NativeEnvironment

DIRECTORY = Path(_roles.__file__).parents[1] / "filter"
NAMES = sorted(path.stem for path in DIRECTORY.glob("*.py"))


def module(name: str) -> Any:
    return importlib.import_module(f"ansible_collections.pgfleet.aws.plugins.filter.{name}")


def function(name: str) -> Callable[..., Any]:
    filters: dict[str, Callable[..., Any]] = module(name).FilterModule().filters()
    assert list(filters) == [name]
    return filters[name]


@pytest.mark.parametrize("name", NAMES)
def test_documentation_names_the_arguments(name: str) -> None:
    documented = yaml.safe_load(module(name).DOCUMENTATION)
    _, *parameters = inspect.signature(function(name)).parameters.values()
    named = [p for p in parameters if p.kind is not inspect.Parameter.VAR_KEYWORD]
    options = {key: option for key, option in documented["options"].items() if key != "_input"}
    assert documented["name"] == name
    assert list(options) == [p.name for p in named]
    assert documented.get("positional", "").split(", ") == ([p.name for p in named] or [""])
    required = [p.name for p in named if p.default is inspect.Parameter.empty]
    assert [key for key, option in options.items() if option.get("required")] == required
    for parameter in named[len(required) :]:
        assert options[parameter.name].get("default") == parameter.default


@pytest.mark.parametrize("name", NAMES)
def test_examples_use_the_filter_by_its_whole_name(name: str) -> None:
    assert f"pgfleet.aws.{name}" in str(yaml.safe_load(module(name).EXAMPLES))


@pytest.mark.parametrize("name", NAMES)
def test_descriptions_are_text(name: str) -> None:
    """A colon makes YAML take a description for a mapping."""
    documented = yaml.safe_load(module(name).DOCUMENTATION)
    described = [documented, *documented["options"].values(), yaml.safe_load(module(name).RETURN)["_value"]]
    for part in described:
        lines = part["description"]
        assert all(isinstance(line, str) for line in (lines if isinstance(lines, list) else [lines]))


STACK = {
    "plan": [
        {"kind": "subnet", "name": "a", "action": "create", "changes": [], "waiting": []},
        {"kind": "alarm", "name": "old", "action": "delete", "changes": [], "waiting": []},
    ],
    "totals": {"add": 1, "delete": 1},
    "in_sync": False,
    "known": {"vpc/v": {"id": "vpc-1"}},
}
VARIABLES: dict[str, Any] = {
    "stack": STACK,
    "resources": [
        {"kind": "vpc", "name": "v", "outputs": {"vpc_id": "id"}},
        {"kind": "subnet", "name": "a", "properties": {"vpc_id": {"ref": "vpc/v", "get": "id"}}},
    ],
    "made": {"results": [{"item": "a", "subnet": {"id": "subnet-1"}}]},
    "items": {"role": {"properties": {"policies": {"new": {}}}, "known": {"names": ["old"]}}},
    "hosts": [
        {
            "inventory_hostname": "shop",
            "env_suffix": "prod",
            "region": "us-west-2",
            "identity": {"account_id": "123456789012"},
            "unfinished": {"task": "Cluster", "messages": ["no"]},
            "stack": STACK,
            "outputs_outputs": {},
            "acts": False,
        }
    ],
}
COST = {"accounts": 1, "regions": 1, "calls": 1, "seconds": 0.1}
VARIABLES["fleet"] = {"hosts": {"shop": VARIABLES["hosts"][0]}, "failures": {}, "acts": False, "cost": COST}


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        (
            "[{'kind': 'vpc', 'name': 'v'}] | pgfleet.aws.document('shop', {'A': '1'})",
            [{"kind": "vpc", "name": "v", "role": "shop", "tags": {"A": "1", "Name": "v"}}],
        ),
        ("{'ref': 'vpc/v', 'get': 'id'} | pgfleet.aws.known(stack)", "vpc-1"),
        ("(stack | pgfleet.aws.learn(made, 'subnet', id='subnet.id')).known['subnet/a']", {"id": "subnet-1"}),
        ("resources | pgfleet.aws.missing_network(stack, 'us-west-2', [], ['shop'])", ""),
        ("resources | pgfleet.aws.todo(stack, 'subnet') | pgfleet.aws.options", [{"name": "a", "vpc_id": "vpc-1"}]),
        ("resources | pgfleet.aws.todo(stack, 'vpc', full=true) | list", ["v"]),
        ("{'shop': hosts[0]} | pgfleet.aws.awaited(['shop'])", {}),
        ("stack | pgfleet.aws.orphans('alarm')", ["old"]),
        ("resources | pgfleet.aws.outputs", {"vpc_id": {"ref": "vpc/v", "get": "id"}}),
        ("items | pgfleet.aws.parts('policies', 'names') | list", ["role: new", "role: old"]),
        ("(fleet | pgfleet.aws.plan_screen).splitlines()[1]", "  + subnet a"),
        ("(fleet | pgfleet.aws.plan_document).hosts.shop.region", "us-west-2"),
        ("(hosts | pgfleet.aws.latest({}) | first).region", "us-west-2"),
        ("resources | pgfleet.aws.reference('vpc', 'id')", {"ref": "vpc/v", "get": "id"}),
        ("(hosts | pgfleet.aws.summary_screen).splitlines()[0]", "shop · prod · us-west-2"),
        ("stack | pgfleet.aws.touches('subnet')", True),
        ("(hosts | pgfleet.aws.unfinished_screen).splitlines()[0]", "Not finished: shop"),
        ("{'msg': 'no'} | pgfleet.aws.why('Cluster')", {"task": "Cluster", "messages": ["no"]}),
    ],
)
def test_in_a_template(expression: str, result: Any) -> None:
    environment = NativeEnvironment()
    environment.filters |= {f"pgfleet.aws.{name}": function(name) for name in NAMES}
    assert environment.from_string(f"{{{{ {expression} }}}}").render(VARIABLES) == result

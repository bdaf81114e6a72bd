"""Documentation of modules as `ansible-doc` has it, and what their code says about options and results."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from ansible.utils.plugin_docs import get_docstring
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.pgfleet.aws.plugins.module_utils import _run

ROOT = Path(_run.__file__).resolve().parents[2]
NAMES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
COMMON: dict[str, Any] = aws_argument_spec()
SAMPLES: dict[str, Any] = {"int": 1, "float": 1.0, "bool": True, "list": [], "dict": {}}
EXPRESSION = re.compile(r"{{.*?}}")


class Fragments:
    """Fragments by their full names, without Ansible's loader, which would take over how this process imports."""

    def get(self, name: str) -> Any:
        namespace, collection, *rest = name.split(".")
        try:
            found = importlib.import_module(
                ".".join(["ansible_collections", namespace, collection, "plugins.doc_fragments", *rest])
            )
        except ModuleNotFoundError:
            return None
        return type("Fragment", (found.ModuleDocFragment,), {"ansible_name": name})()


def module(name: str) -> ModuleType:
    return importlib.import_module(f"ansible_collections.pgfleet.aws.plugins.modules.{name}")


def documentation(name: str) -> dict[str, Any]:
    """DOCUMENTATION with its fragments."""
    path = ROOT / "plugins" / "modules" / f"{name}.py"
    documented, _, _, _ = get_docstring(str(path), Fragments(), is_module=True)
    return dict(documented)


def returns(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load(module(name).RETURN))


def examples(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load(module(name).EXAMPLES))


def differences(spec: Mapping[str, Any], documented: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Where the options of the code and those of the documentation are not the same."""
    for name in sorted(spec.keys() ^ documented.keys()):
        yield f"{place}{name} is {'not documented' if name in spec else 'no option'}"
    for name in sorted(spec.keys() & documented.keys()):
        coded, told = _facts(spec[name]), _facts(documented[name])
        yield from (
            f"{place}{name}: {fact} is {coded[fact]!r}, not {told[fact]!r}"
            for fact in coded
            if coded[fact] != told[fact]
        )
        if not documented[name].get("description"):
            yield f"{place}{name} has no description"
        suboptions = spec[name].get("options"), documented[name].get("suboptions")
        yield from differences(suboptions[0] or {}, suboptions[1] or {}, f"{place}{name}.")


def _facts(option: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": option.get("type", "str"),
        "elements": option.get("elements"),
        "required": bool(option.get("required")),
        "default": option.get("default"),
        "choices": list(option.get("choices") or ()),
        "aliases": sorted(option.get("aliases") or ()),
    }


def filled(value: Any, option: Mapping[str, Any]) -> Any:
    """The value of an example with something fitting in the place of each template."""
    suboptions = option.get("options") or {}
    match value:
        case str() if EXPRESSION.fullmatch(value.strip()):
            return _sample(option)
        case str():
            return EXPRESSION.sub("x", value)
        case dict():
            return {key: filled(inner, suboptions.get(key, {})) for key, inner in value.items()}
        case list():
            return [filled(inner, {**option, "type": option.get("elements", "str")}) for inner in value]
        case _:
            return value


def _sample(option: Mapping[str, Any]) -> Any:
    kind, choices = option.get("type", "str"), option.get("choices")
    if choices:
        return [choices[0]] if kind == "list" else choices[0]
    return SAMPLES.get(kind, "x")


class Results:
    """The keys that a module's code says it returns; those that only a run decides are not among them."""

    def __init__(self, name: str) -> None:
        source = Path(str(module(name).__file__)).read_text()
        functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
        self._functions = {function.name: function for function in functions}
        self._waits = "allow" in module(name).SPEC.arguments
        self.calls: set[str] = set()
        self.keys = frozenset(self._returned("ensure"))

    def _returned(self, name: str) -> Iterator[str]:
        function = self._functions[name]
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value is not None:
                yield from self._of(node.value, function)

    def _of(self, value: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
        match value:
            case ast.Dict():
                for key, inner in zip(value.keys, value.values, strict=True):
                    if key is None:
                        yield from self._of(inner, function)
                    elif isinstance(key, ast.Constant):
                        yield str(key.value)
            case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
                yield from self._of(left, function)
                yield from self._of(right, function)
            case ast.Name(id=name):
                yield from self._assigned(name, function)
            case ast.Call(func=ast.Name(id=name)):
                self.calls.add(name)
                yield from self._called(name, value)

    def _called(self, name: str, call: ast.Call) -> Iterator[str]:
        if name in self._functions:
            yield from self._returned(name)
        if name in ("converge", "carry_out"):
            yield from ("plan", "waiting") if self._waits else ("plan",)
        if name == "carry_out":
            yield from ("name", *(str(given.value) for given in call.args if isinstance(given, ast.Constant)))

    def _assigned(self, name: str, function: ast.FunctionDef) -> Iterator[str]:
        """What a variable is made of: ``name = ...``, ``name |= ...`` and ``name["key"] = ...``."""
        for node in ast.walk(function):
            if not isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) or node.value is None:
                continue
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                match target:
                    case ast.Name(id=assigned) if assigned == name:
                        yield from self._of(node.value, function)
                    case ast.Subscript(value=ast.Name(id=assigned), slice=ast.Constant(value=key)) if assigned == name:
                        yield str(key)

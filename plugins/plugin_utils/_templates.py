# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What a template names, read from its syntax, once for all hosts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.filters import FILTERS

# Reads templates, and renders none.
SYNTAX = Environment(keep_trailing_newline=True, autoescape=True)

Path = tuple[str, ...]
STATEMENTS = ("{%", "{#", "#jinja2")
# What has none of these is no template.
MARKS = ("{{", *STATEMENTS)
# Functions of Jinja whose results depend on nothing but their arguments.
PURE = frozenset({"dict", "range"})
PURE_FILTERS = frozenset(FILTERS) - {"random"}
LOOKUPS = frozenset({"lookup", "query", "q"})


@dataclass(frozen=True, slots=True)
class Template:
    """``parts`` are the texts and variables (``a.b``: a, b) of one that does no more than name variables.

    names:   every variable that it may need, and what is none: a loop's own, a function
    by_name: it looks variables up by names that it makes up
    pure:    it makes the same of the same values every time
    """

    names: frozenset[str] = frozenset()
    parts: tuple[str | Path, ...] | None = None
    by_name: bool = False
    pure: bool = False


@cache
def read(text: str) -> Template:
    try:
        tree = SYNTAX.parse(text)
    except TemplateSyntaxError:
        # Ansible's to tell; or a statement that only its Jinja knows.
        return Template(names=frozenset({"lookup"}))
    calls = list(tree.find_all(nodes.Call))
    harmless = [call.node for call in calls if _of_variables(call)]
    names = {name.name for name in tree.find_all(nodes.Name) if name not in harmless} - PURE
    filters = {each.name for each in tree.find_all(nodes.Filter)}
    plain = not any(mark in text for mark in STATEMENTS)
    return Template(
        names=frozenset(names),
        parts=_parts(tree) if plain else None,
        by_name=bool(harmless) or not plain,
        pure=plain and not calls and filters <= PURE_FILTERS,
    )


def _of_variables(call: nodes.Call) -> bool:
    """A lookup that reads variables and fails where there is none."""
    if not (isinstance(call.node, nodes.Name) and call.node.name in LOOKUPS and call.args):
        return False
    plugin = call.args[0]
    return isinstance(plugin, nodes.Const) and plugin.value == "ansible.builtin.vars" and not call.kwargs


def _parts(tree: nodes.Template) -> tuple[str | Path, ...] | None:
    parts: list[str | Path] = []
    for output in tree.body:
        for node in output.iter_child_nodes():
            part = node.data if isinstance(node, nodes.TemplateData) else tuple(_path(node))
            if not part:
                return None
            parts.append(part)
    return tuple(parts)


def _path(node: Any) -> Iterator[str]:
    """``a.b.c`` as a, b, c; nothing where it is anything else."""
    if isinstance(node, nodes.Name):
        yield node.name
    elif isinstance(node, nodes.Getattr):
        before = tuple(_path(node.node))
        if before:
            yield from (*before, node.attr)


def names_in(value: Any) -> Iterator[str]:
    """The names of all templates in a value."""
    if isinstance(value, str):
        if "{" in value:
            yield from read(str(value)).names
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from names_in(one)


def follow(path: Path, variables: dict[str, Any]) -> Any:
    """What a path leads to. Raises LookupError where that is for Jinja to say, such as a method of a mapping."""
    value = variables[path[0]]
    for step in path[1:]:
        if not isinstance(value, dict) or hasattr(dict, step):
            raise LookupError(step)
        value = value[step]
    return value


def joined(parts: tuple[str | Path, ...], variables: dict[str, Any]) -> Any:
    """What the parts make, as Ansible joins them. Raises LookupError for what it does in a way of its own."""
    values = [part if isinstance(part, str) else follow(part, variables) for part in parts]
    if len(values) == 1:
        return values[0]
    if any(type(value) not in {str, int, float} for value in values):
        raise LookupError(parts)
    return "".join(map(str, values))

"""What is read from the syntax of a template, without rendering it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.plugin_utils._templates import Template, follow, joined, names_in, read

VARIABLES = {
    "a": {"b": {"c": 1}, "keys": 2},
    "text": "x",
    "number": 3,
    "half": 0.5,
    "yes": True,
    "no": None,
    "all": [],
}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("{{ text }}", (("text",),)),
        ("{{ a.b.c }}", (("a", "b", "c"),)),
        ("db-{{ text }}-{{ a.b }}\n", ("db-", ("text",), "-", ("a", "b"), "\n")),
        ("{ only text }", ("{ only text }",)),
        ("{{ text | lower }}", None),
        ("{{ text() }}", None),
        ("{{ text().name }}", None),
        ("{{ a['b'] }}", None),
        ("{{ 'text' }}", None),
        ("{% if text %}x{% endif %}", None),
        ("{# why #}{{ text }}", None),
        ("#jinja2: trim_blocks: False\n{{ text }}", None),
    ],
)
def test_a_template_that_only_names_variables(text: str, parts: Any) -> None:
    assert read(text).parts == parts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ text | default(other.name) if yes else [no] }}", {"text", "other", "yes", "no"}),
        ("{{ dict(a | zip(range(number))) }}", {"a", "number"}),
        ("{{ lookup('ansible.builtin.vars', text ~ '_x') }}", {"text"}),
        ("{{ query('ansible.builtin.vars', text) }}", {"text"}),
        # May give something else later, or do something.
        ("{{ lookup('ansible.builtin.vars', text, default='') }}", {"lookup", "text"}),
        ("{{ lookup('ansible.builtin.file', text) }}", {"lookup", "text"}),
        ("{{ lookup(text) }}", {"lookup", "text"}),
        ("{{ lookup() }}", {"lookup"}),
        ("{{ text | default(omit) }}", {"text", "omit"}),
        # Ansible's to tell.
        ("{{ text", {"lookup"}),
    ],
)
def test_the_names_in_a_template(text: str, names: set[str]) -> None:
    assert read(text).names == names


def test_the_names_in_whatever_holds_templates() -> None:
    value = {"one": ["{{ a }}", "{ }", "no template", 1, None], "two": {"three": "{{ b.c }}"}}
    assert set(names_in(value)) == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "pure", "by_name"),
    [
        ("{{ text | lower ~ (number | float * 2) }}", True, False),
        ("{{ all | random }}", False, False),
        ("{{ all | pgfleet.aws.outputs }}", False, False),
        ("{{ now() }}", False, False),
        ("{{ lookup('ansible.builtin.vars', text) }}", False, True),
        ("{% set x = 1 %}{{ x }}", False, True),
    ],
)
def test_what_makes_the_same_of_the_same(text: str, pure: bool, by_name: bool) -> None:
    assert (read(text).pure, read(text).by_name) == (pure, by_name)


def test_what_cannot_be_read_is_neither() -> None:
    assert read("{{ text") == Template(names=frozenset({"lookup"}))


@pytest.mark.parametrize(
    ("parts", "made"),
    [
        ((("a", "b"),), {"c": 1}),
        ((("no",),), None),
        ((("yes",),), True),
        (("db-", ("text",), ("number",), ("half",)), "db-x30.5"),
    ],
)
def test_parts_are_joined(parts: Any, made: Any) -> None:
    assert joined(parts, VARIABLES) == made


@pytest.mark.parametrize("parts", [("x", ("no",)), ("x", ("yes",)), ("x", ("all",))])
def test_what_ansible_makes_a_text_of_in_a_way_of_its_own(parts: Any) -> None:
    with pytest.raises(LookupError):
        joined(parts, VARIABLES)


@pytest.mark.parametrize("path", [("a", "nothing"), ("a", "keys"), ("text", "upper"), ("nothing",)])
def test_a_path_that_is_for_jinja_to_follow(path: tuple[str, ...]) -> None:
    with pytest.raises(LookupError):
        follow(path, VARIABLES)

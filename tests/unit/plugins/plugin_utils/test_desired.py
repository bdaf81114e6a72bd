"""Documents of roles, rendered for any host in one process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.pgfleet.aws.plugins.plugin_utils import _desired
from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import Host, InvalidArguments, Renderer

FILES = {
    "meta/argument_specs.yml": """
argument_specs:
  desired:
    options:
      shop_size: {type: int}
      shop_name: {type: str, required: true}
      shop_left_out: {type: str}
""",
    "templates/more.yml.j2": "# {{ shop_text }}",
    "templates/resources.yml.j2": """
{% include 'more.yml.j2' %}

- kind: key
  name: {{ shop_name | to_json }}
  properties: {size: {{ shop_size }}, text: {{ shop_text | to_json }}, own: {{ shop_own | to_json }}}
""",
    "defaults/main.yml": """
shop_size: 1
shop_name: "shop-{{ shop_size }}-{{ suffix }}"
shop_text: "{{ shop_name }}"
shop_left_out: "{{ nothing | default(omit) }}"
""",
    "vars/main.yml": "shop_own: ours",
}


@pytest.fixture(autouse=True)
def role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "shop" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(_desired, "ROLES", tmp_path)
    _desired.specification.cache_clear()
    return tmp_path / "shop"


def trusted(values: dict[str, Any]) -> dict[str, Any]:
    return {name: trust_as_template(value) if isinstance(value, str) else value for name, value in values.items()}


def host(own: dict[str, Any], extra: dict[str, Any] | None = None, **inputs: Any) -> Host:
    loader = DataLoader()
    renderer = Renderer(Templar(loader=loader), loader)
    usual = {"shop_tags": {"Team": "dba"}, "suffix": "prod"}
    return Host(trusted(own), trusted(usual | inputs), trusted(extra or {}), renderer)


def document(made: Host) -> dict[str, Any]:
    made.use(["shop"])
    [entry] = made.document("shop")
    return entry


def test_a_document_has_what_the_role_would_render() -> None:
    assert document(host({})) == {
        "kind": "key",
        "name": "shop-1-prod",
        "properties": {"size": 1, "text": "shop-1-prod", "own": "ours"},
        "role": "shop",
        "tags": {"Team": "dba", "Name": "shop-1-prod"},
    }


def test_the_stronger_variable_counts() -> None:
    inventory, extra = {"shop_name": "inventory"}, {"shop_name": "extra"}
    assert document(host(inventory))["name"] == "inventory"
    assert document(host(inventory, shop_name="play"))["name"] == "play"
    assert document(host(inventory, extra, shop_name="play"))["name"] == "extra"


def test_the_roles_own_variables_yield_only_to_the_command_line() -> None:
    assert document(host({}, shop_own="play"))["properties"]["own"] == "ours"
    assert document(host({}, {"shop_own": "extra"}))["properties"]["own"] == "extra"


def test_the_roles_own_variables_count_also_over_what_was_rendered_before() -> None:
    made = host({"shop_own": "{{ suffix }}"})
    assert made.value("shop_own") == "prod"
    assert document(made)["properties"]["own"] == "ours"


def test_a_role_without_files_of_its_own(role: Path) -> None:
    for name in ("vars/main.yml", "defaults/main.yml"):
        (role / name).unlink()
    made = host({"shop_size": 2, "shop_name": "a", "shop_text": "b", "shop_own": "c"})
    assert document(made)["properties"] == {"size": 2, "text": "b", "own": "c"}
    (role / "vars/main.yml").write_text("---\n")
    assert document(host({"shop_size": 2, "shop_name": "a", "shop_text": "b", "shop_own": "c"}))["name"] == "a"


def test_what_was_made_before_is_there_by_name() -> None:
    made = host({"seen": "{{ shop_resources[0].name }}"})
    document(made)
    assert made.value("seen") == "shop-1-prod"


def test_what_a_value_holds_is_not_rendered_again() -> None:
    made = host({})
    made.set("account", "{{ suffix }}")
    made.set("plain", "x")
    assert made.value("account") == "{{ suffix }}"


def test_invalid_arguments_are_told_as_ansible_tells_them() -> None:
    with pytest.raises(InvalidArguments, match=r"Validation of arguments failed:\n.*shop_size.*unable to convert"):
        document(host({"shop_size": "many"}))


def test_what_is_not_set_is_named() -> None:
    with pytest.raises(InvalidArguments, match=r"^project is not set"):
        host({}).value("project")
    with pytest.raises(AnsibleError, match="undefined"):
        host({"system": "{{ nobody }}"}).value("system")


def test_a_role_is_compiled_once_and_rendered_for_each_host_and_its_files_found() -> None:
    loader = DataLoader()
    renderer = Renderer(Templar(loader=loader), loader)
    usual = {"shop_tags": {}, "shop_text": "{{ role_path | basename }}"}
    made = [Host({}, trusted(usual | {"suffix": suffix}), {}, renderer) for suffix in ("prod", "pr42")]
    assert [(document(each)["name"], document(each)["properties"]["text"]) for each in made] == [
        ("shop-1-prod", "shop"),
        ("shop-1-pr42", "shop"),
    ]


def test_what_is_given_and_what_is_not() -> None:
    made = host({"allow": "{{ suffix }}"})
    assert (made.given("allow", []), made.given("full", False)) == ("prod", False)


class Counted(Renderer):
    """Notes what Ansible's template engine is asked for."""

    def __init__(self) -> None:
        loader = DataLoader()
        super().__init__(Templar(loader=loader), loader)
        self.asked: list[str] = []

    def render(self, value: Any, variables: dict[str, Any]) -> Any:
        self.asked.append(value)
        return super().render(value, variables)


def counted(own: dict[str, Any], renderer: Counted) -> Host:
    return Host({name: trust(value) for name, value in own.items()}, {}, {}, renderer)


def trust(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: trust(each) for key, each in value.items()}
    if isinstance(value, list):
        return [trust(each) for each in value]
    return trust_as_template(value) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("given", "value", "asked"),
    [
        ("plain", "plain", 0),
        ("{{ name }}", "shop", 0),
        ("{{ tags.Team }}", "dba", 0),
        ("db-{{ name }}-{{ number }}", "db-shop-2", 0),
        ("db-{{ nothing }}", "db-", 1),
        ("{{ tags.keys() | list }}", ["Team"], 1),
        ("{{ name | upper }}", "SHOP", 1),
        ("{{ upper }}", "SHOP", 1),
        ("{{ upper if number > 1 else broken }}", "SHOP", 3),
        ("{% if number > 1 %}{{ upper }}{% endif %}", "SHOP", 2),
        ("{{ missing | default('none') }}", "none", 1),
        ({"a": ["{{ name }}", "{{ omit }}"], "b": "{{ omit }}", 3: None}, {"a": ["shop"], "3": None}, 2),
        ({"a": {"{": "}"}}, {"a": {"{": "}"}}, 0),
        (2.5, 2.5, 0),
        ((1, 2), [1, 2], 1),
    ],
)
def test_what_only_names_variables_needs_no_engine(given: Any, value: Any, asked: int) -> None:
    renderer = Counted()
    own = {
        "name": "{{ system }}",
        "system": "shop",
        "number": 2,
        "nothing": None,
        "tags": {"Team": "dba"},
        "upper": "{{ name | upper }}",
        "broken": "{{ name | fail_here }}",
        "given": given,
    }
    assert counted(own, renderer).value("given") == value
    assert len(renderer.asked) == asked, renderer.asked


def test_what_leads_back_to_itself_is_ansibles_to_tell() -> None:
    with pytest.raises(AnsibleError, match="ecursi"):
        counted({"circle": "{{ round }}", "round": "{{ circle }}"}, Counted()).value("circle")


def test_text_that_nobody_trusts_stays_text() -> None:
    renderer = Counted()
    for text in ("{{ name }}", "{{ name | upper }}"):
        assert counted({"name": "shop", "given": text}, renderer).value("given").lower() == "shop"
        assert Host({"name": "shop", "given": text}, {}, {}, renderer).value("given") == text


def test_what_is_not_complete_yet_is_rendered_again() -> None:
    """``early`` names ``late``, which there is not yet: only what a host is asked for stays as it was."""
    own = {"early": "{{ late | default('none') }}", "first": "{{ early }}", "second": "{{ early }}"}
    made = counted(own, Counted())
    assert made.value("first") == "none"
    made.set("late", "here")
    assert made.value("second") == "here"


def test_what_a_role_says_of_itself_is_not_kept_for_the_next() -> None:
    own = {"place": "{{ role_path }}/x", "first": "{{ place }}", "second": "{{ place }}"}
    made = counted({**own, "role_path": "one"}, Counted())
    assert made.value("first") == "one/x"
    made.set("role_path", "two")
    assert made.value("second") == "two/x"


def test_hosts_with_the_same_values_share_what_is_made_of_them() -> None:
    renderer = Counted()
    own = {"given": "{{ (number | float * 2) | int }}"}
    values = [counted(own | {"number": number}, renderer).value("given") for number in (1, 2, 1, 2, 1)]
    assert values == [2, 4, 2, 4, 2]
    assert len(renderer.asked) == 2


def test_what_may_differ_each_time_is_not_shared() -> None:
    renderer = Counted()
    own = {"given": "{{ [number] | random }}", "number": 1}
    assert [counted(own, renderer).value("given") for _ in range(3)] == [1, 1, 1]
    assert len(renderer.asked) == 3

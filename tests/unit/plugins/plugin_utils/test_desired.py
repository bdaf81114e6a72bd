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

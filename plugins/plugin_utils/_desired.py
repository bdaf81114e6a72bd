# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What a host should have, rendered in Ansible's own process for any host of a play.

The same files as when a role renders its document in a task of its own (``tasks_from: desired``): its defaults, its
argument specification, ``templates/resources.yml.j2``. A task for each role and host would cost more than everything
else that a run with nothing to do does. Ansible compiles a template each time it meets it: so every variable is
rendered once, and what refers to it finds a value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError, AnsibleValueOmittedError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.yaml import yaml_load
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, is_trusted_as_template, trust_as_template
from ansible_collections.pgfleet.aws.plugins.module_utils._roles import document
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json
from ansible_collections.pgfleet.aws.plugins.plugin_utils._templates import MARKS, joined, names_in, read

ROLES = Path(__file__).parents[2] / "roles"
TEMPLATE, SPECIFICATION = "resources.yml.j2", "meta/argument_specs.yml"
# What Ansible has for one role after the other.
CHANGING = frozenset({"role_path"})
MISSING = object()
SETTLED = (str, int, float, list, dict, type(None))


class InvalidArguments(Exception):
    """What a role is given is not what it takes."""


@cache
def specification(role: str) -> dict[str, Any]:
    """The options of a role's entry point ``desired``."""
    loaded = yaml_load((ROLES / role / SPECIFICATION).read_text(encoding="utf-8"))
    return dict(loaded["argument_specs"]["desired"]["options"])


class Renderer:
    """Ansible's templates over the variables of one host after the other. Role templates are compiled once for all."""

    def __init__(self, templar: Templar, loader: DataLoader) -> None:
        self._templar = templar.copy_with_new_env()
        self._of_roles: dict[str, Templar] = {}
        self._known: dict[tuple[str, str], Any] = {}
        self._loader = loader

    def render(self, value: Any, variables: dict[str, Any]) -> Any:
        """Raises AnsibleError."""
        self._templar.available_variables = variables
        return as_json(self._templar.template(value))

    def once(self, text: str, variables: dict[str, Any]) -> Any:
        """Like ``render``, for hosts that have the same values for a template that does nothing else with them."""
        key = text, json.dumps(variables, sort_keys=True)
        if key not in self._known:
            self._known[key] = self.render(text, variables)
        return self._known[key]

    def document(self, role: str, variables: dict[str, Any]) -> Any:
        if role not in self._of_roles:
            self._of_roles[role] = self._templar.copy_with_new_env(searchpath=[str(ROLES / role / "templates")])
        self._of_roles[role].available_variables = variables
        return yaml_load(self._of_roles[role].template(trust_as_template(f"{{% include '{TEMPLATE}' %}}")))

    def role_variables(self, role: str, name: str) -> dict[str, Any]:
        path = ROLES / role / name / "main.yml"
        if not path.exists():
            return {}
        return dict(self._loader.load_from_file(str(path), unsafe=True, trusted_as_template=True) or {})


class Host:
    """A host's variables as a role sees them in a play: by precedence, the first the weakest.

    1. the defaults of the roles
    2. ``own``: inventory, facts
    3. ``inputs``: what the play hands to the roles (vars/inputs.yml); none of it is a variable of 4
    4. the roles' own variables (vars/main.yml)
    5. ``extra``: -e
    """

    def __init__(
        self, own: Mapping[str, Any], inputs: Mapping[str, Any], extra: Mapping[str, Any], renderer: Renderer
    ) -> None:
        self._renderer = renderer
        self._variables = {**own, **inputs, **extra}
        self._extra = extra
        self._rendered: set[str] = set()
        self._settling: set[str] = set()

    def value(self, name: str) -> Any:
        """A variable, rendered. Raises InvalidArguments, AnsibleError."""
        if name not in self._variables:
            raise InvalidArguments(f"{name} is not set. Give it a value in the inventory.")
        if name not in self._rendered:
            self.set(name, self._render(self._variables[name]))
        return self._variables[name]

    def _render(self, value: Any) -> Any:
        if not isinstance(value, SETTLED):
            return self._renderer.render(value, self._variables)
        plain = as_json(value)
        text = json.dumps(plain)
        if not any(mark in text for mark in MARKS):
            return plain
        return self._text(value) if isinstance(value, str) else self._container(value)

    def _container(self, value: Any) -> Any:
        """A list or a mapping, without what ``omit`` leaves out."""
        kept: dict[Any, Any] = {}
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            with suppress(AnsibleValueOmittedError):
                kept[key] = self._render(each)
        return as_json(kept if isinstance(value, dict) else list(kept.values()))

    def _text(self, text: str) -> Any:
        if not is_trusted_as_template(text):
            return self._renderer.render(text, self._variables)
        template = read(str(text))
        settled = {name for name in template.names if self._settle(name)} == template.names
        if settled and template.parts:
            with suppress(LookupError):
                return joined(template.parts, self._variables)
        if not settled or template.by_name:
            return self._renderer.render(text, self._variables)
        named = {name: self._variables[name] for name in template.names}
        return self._renderer.once(text, named) if template.pure else self._renderer.render(text, named)

    def _settle(self, name: str) -> bool:
        """Render a variable that a template names, if that can be done now, and would give the same later."""
        if name in self._rendered:
            return True
        value = self._variables.get(name, MISSING)
        if name in self._settling or name in CHANGING or not isinstance(value, SETTLED):
            return False
        self._settling.add(name)
        try:
            if all(self._settle(named) for named in names_in(value)):
                self.value(name)
        except AnsibleError:
            # It may never be needed, or be complete only later.
            return False
        finally:
            self._settling.remove(name)
        return name in self._rendered

    def has(self, name: str) -> bool:
        return name in self._variables

    def given(self, name: str, default: Any) -> Any:
        return self.value(name) if self.has(name) else default

    def set(self, name: str, value: Any) -> None:
        """What only this run knows, such as the account."""
        self._variables[name] = value
        self._rendered.add(name)

    def use(self, roles: Sequence[str]) -> None:
        """Bring in the variables of the roles that the host is in."""
        defaults: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for role in roles:
            defaults |= self._renderer.role_variables(role, "defaults")
            own |= self._renderer.role_variables(role, "vars")
        self._variables = {**defaults, **self._variables, **own, **self._extra_of(own)}
        self._rendered -= own.keys()

    def _extra_of(self, own: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in self._extra.items() if name in own}

    def document(self, role: str) -> list[dict[str, Any]]:
        """The role's document of desired resources, remembered as ``<role>_resources``.

        Raises InvalidArguments, AnsibleError.
        """
        self._variables["role_path"] = str(ROLES / role)
        self._validate(role)
        for name in self._renderer.role_variables(role, "vars"):
            self._settle(name)
        made = document(self._renderer.document(role, self._variables), role, self.value(f"{role}_tags"))
        self.set(f"{role}_resources", made)
        return made

    def _validate(self, role: str) -> None:
        """As Ansible does when it includes a role."""
        options = specification(role)
        given: dict[str, Any] = {}
        for name in filter(self.has, options):
            with suppress(AnsibleValueOmittedError):
                given[name] = self.value(name)
        checked = ArgumentSpecValidator(options).validate(given, validate_role_argument_spec=True)
        if checked.error_messages:
            raise InvalidArguments("Validation of arguments failed:\n" + "\n".join(checked.error_messages))

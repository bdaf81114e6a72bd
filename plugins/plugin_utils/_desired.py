# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What a host should have, rendered in Ansible's own process for any host of a play.

The same files as when a role renders its document in a task of its own (``tasks_from: desired``): its defaults, its
argument specification, ``templates/resources.yml.j2``. A task for each role and host would cost more than everything
else that a run with nothing to do does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.yaml import yaml_load
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template
from ansible_collections.pgfleet.aws.plugins.module_utils._roles import document
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json

ROLES = Path(__file__).parents[2] / "roles"
TEMPLATE, SPECIFICATION = "templates/resources.yml.j2", "meta/argument_specs.yml"


class InvalidArguments(Exception):
    """What a role is given is not what it takes."""


@cache
def _text(role: str, name: str) -> str:
    return (ROLES / role / name).read_text(encoding="utf-8")


@cache
def specification(role: str) -> dict[str, Any]:
    """The options of a role's entry point ``desired``."""
    loaded = yaml_load(_text(role, SPECIFICATION))
    return dict(loaded["argument_specs"]["desired"]["options"])


class Host:
    """A host's variables as a role sees them in a play: by precedence, the first the weakest.

    1. the defaults of the roles
    2. ``own``: inventory, facts
    3. ``inputs``: what the play hands to the roles (its vars_files)
    4. the roles' own variables (vars/main.yml)
    5. ``extra``: -e
    """

    def __init__(
        self, own: Mapping[str, Any], inputs: Mapping[str, Any], extra: Mapping[str, Any], loader: DataLoader
    ) -> None:
        self._loader = loader
        self._stronger = {**own, **inputs, **extra}
        self._extra = extra
        self._defaults: dict[str, Any] = {}
        self._roles: dict[str, Any] = {}
        self._set: dict[str, Any] = {}

    def value(self, name: str) -> Any:
        """A variable, rendered. Raises AnsibleError."""
        return as_json(self._templar().template(self.variables()[name]))

    def given(self, name: str, default: Any) -> Any:
        return self.value(name) if name in self.variables() else default

    def variables(self) -> dict[str, Any]:
        return {**self._defaults, **self._stronger, **self._roles, **self._extra, **self._set}

    def set(self, name: str, value: Any) -> None:
        """What only this run knows, such as the account."""
        self._set[name] = value

    def use(self, role: str) -> None:
        self._defaults |= self._loaded(role, "defaults/main.yml")
        self._roles |= self._loaded(role, "vars/main.yml")

    def _loaded(self, role: str, name: str) -> dict[str, Any]:
        path = ROLES / role / name
        if not path.exists():
            return {}
        return dict(self._loader.load_from_file(str(path), cache="all", unsafe=True, trusted_as_template=True) or {})

    def _templar(self) -> Templar:
        return Templar(loader=self._loader, variables=self.variables())

    def document(self, role: str) -> list[dict[str, Any]]:
        """The role's document of desired resources, remembered as ``<role>_resources``.

        Raises InvalidArguments, AnsibleError.
        """
        self._validate(role)
        text = self._templar().template(trust_as_template(_text(role, TEMPLATE)), escape_backslashes=False)
        made = document(yaml_load(text), role, self.value(f"{role}_tags"))
        self.set(f"{role}_resources", made)
        return made

    def _validate(self, role: str) -> None:
        """As Ansible does when it includes a role."""
        options = specification(role)
        given = {name: value for name, value in self.variables().items() if name in options}
        checked = ArgumentSpecValidator(options).validate(
            as_json(self._templar().template(given)), validate_role_argument_spec=True
        )
        if checked.error_messages:
            raise InvalidArguments("Validation of arguments failed:\n" + "\n".join(checked.error_messages))

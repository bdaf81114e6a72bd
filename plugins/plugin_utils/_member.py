# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. A host of a play, from its variables to its plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._document import resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._fleet import Deployment, Failure
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Effect, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan
from ansible_collections.pgfleet.aws.plugins.modules import stack_identity
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import CannotConnect, Connection
from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import Host, InvalidArguments
from ansible_collections.pgfleet.aws.plugins.plugin_utils._in_process import LocalModule
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json

# Options of stack_identity, by the variables of the inventory.
IDENTITY = {
    "system": "system",
    "suffix": "env_suffix",
    "environment": "env",
    "project": "project",
    "cost_center": "cost_center",
    "extra_tags": "extra_tags",
    "allowed_account_ids": "allowed_account_ids",
}


class Connections:
    """One for all hosts that ask for the same: account, region and how to get there."""

    def __init__(self, common: Mapping[str, Any], action: str) -> None:
        self._common, self._action = common, action
        self._made: dict[str, Connection] = {}

    def to(self, given: Mapping[str, Any]) -> tuple[str, Connection]:
        """A connection, and what it has in common with all equal ones. Raises InvalidArguments, CannotConnect."""
        checked = _checked(aws_argument_spec(), {**self._common, **given})
        place = json.dumps(checked, sort_keys=True, default=str)
        if place not in self._made:
            self._made[place] = Connection(checked, self._action)
        return place, self._made[place]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a host should have, rendered. ``documents`` are by role, ``published`` goes to the file of outputs."""

    documents: dict[str, list[dict[str, Any]]]
    published: dict[str, Any]
    output_path: str
    manages: list[str]
    networks: bool

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [entry for document in self.documents.values() for entry in document]


class Member:
    """A host of the play on its way to its plan, or to ``failure``."""

    def __init__(self, name: str, host: Host, connections: Connections) -> None:
        self.name, self.host = name, host
        self._connections = connections
        self.failure = ""
        self.module: LocalModule
        self.identity: dict[str, Any] = {}
        self.wanted: Wanted
        self.stack: StackPlan
        self.taking: Clients | None = None

    def attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except (AnsibleError, InvalidArguments, CannotConnect, AwsError, Refused) as error:
            self.failure = str(error)

    def connect(self) -> None:
        if self.host.given("aws_assume_role_arn", ""):
            self.host.set("assumed", {"sts_creds": self._role_credentials()})
        self.place, connection = self._connections.to(self.host.value("pgfleet_connection"))
        options = {option: self.host.value(variable) for option, variable in IDENTITY.items()}
        params = {**connection.params, **_checked(stack_identity.SPEC.arguments, options)}
        self.module = LocalModule(params, check_mode=True, hidden=set(), connection=connection)

    def _role_credentials(self) -> dict[str, str]:
        """Of the role that the host names, as tasks/credentials.yml takes it. They stay in this process."""
        arn, profile = self.host.value("aws_assume_role_arn"), self.host.given("aws_profile", None)
        names = {"ExternalId": "aws_assume_role_external_id", "DurationSeconds": "aws_assume_role_duration_seconds"}
        optional = {option: self.host.value(name) for option, name in names.items() if self.host.has(name)}
        session = f"pgfleet-{self.host.value('system')}-{self.host.value('env_suffix')}"
        _, connection = self._connections.to({"region": self.host.value("region"), "profile": profile})
        self.taking = Clients(LocalModule({}, True, set(), connection).client)
        try:
            taken = call(self.taking("sts"), "assume_role", RoleArn=arn, RoleSessionName=session, **optional)[
                "Credentials"
            ]
        except AwsError as error:
            using = f" with the profile {profile}" if profile else ""
            message = f"cannot be assumed{using}: {error}"
            raise Refused([Problem("aws_assume_role_arn", arn, message)]) from error
        return {
            "access_key": taken["AccessKeyId"],
            "secret_key": taken["SecretAccessKey"],
            "session_token": taken["SessionToken"],
        }

    def identify(self, clients: Clients) -> None:
        self.identity = as_json(stack_identity.ensure(self.module, clients))
        self.host.set("identity", self.identity)

    def render(self) -> None:
        roles = self.host.value("pgfleet_roles")
        self.host.use([*roles, "outputs"])
        documents = {role: self.host.document(role) for role in roles}
        self.host.set("pgfleet_role_resources", [entry for document in documents.values() for entry in document])
        documents["outputs"] = self.host.document("outputs")
        self.wanted = Wanted(
            documents=documents,
            published=self.host.value("outputs_document"),
            output_path=self.host.value("pgfleet_outputs_path"),
            manages=self.host.value("pgfleet_manages"),
            networks="networks" in self.host.value("group_names"),
        )

    def deployment(self, allow: Iterable[str]) -> Deployment:
        owner = Owner(self.module.params["system"], self.module.params["suffix"])
        return Deployment(owner, self.wanted.entries, self.wanted.manages, frozenset(Effect(name) for name in allow))

    def settle(self, planned: StackPlan | Failure) -> None:
        if isinstance(planned, StackPlan):
            self.stack = planned
        else:
            self.failure = str(planned)

    def result(self, full: bool) -> dict[str, Any]:
        """What later tasks need of the host; what it wants, and what there is, only where they are going to act."""
        acts = full or not self.stack.in_sync
        published = resolve(self.wanted.published, self.stack.known)
        return {
            "inventory_hostname": self.name,
            "env_suffix": self.module.params["suffix"],
            "region": self.module.region,
            "identity": self.identity,
            "acts": acts,
            "stack": self.stack.as_dict() | ({} if acts else {"known": {}}),
            "outputs_outputs": published["outputs"],
            "output_file": {"path": self.wanted.output_path, "content": published},
            "documents": self.wanted.documents if acts else {},
        }


def rendering(member: Member) -> tuple[str, Wanted | None]:
    member.attempt(member.render)
    return member.failure, None if member.failure else member.wanted


def _checked(spec: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    checked = ArgumentSpecValidator(dict(spec)).validate(dict(given))
    if checked.error_messages:
        raise InvalidArguments("\n".join(checked.error_messages))
    return dict(checked.validated_parameters)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The action that plans all hosts of a play at once (stack_fleet).

One task instead of a dozen per host: it renders what each host should have, reads each account and region once for all
hosts there, and plans host by host. What is wrong with one host is its failure alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import Any

from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._document import resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._fleet import Deployment, Failure, plan_fleet
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_quotas import beyond_quotas
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Effect, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._roles import missing_network
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan
from ansible_collections.pgfleet.aws.plugins.modules import stack_fleet, stack_identity
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import CannotConnect, Connection
from ansible_collections.pgfleet.aws.plugins.plugin_utils._desired import Host, InvalidArguments, Renderer
from ansible_collections.pgfleet.aws.plugins.plugin_utils._in_process import LocalModule
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json
from ansible_collections.pgfleet.aws.plugins.plugin_utils._required_plan import objections

INPUTS = "inputs.yml"
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
# Accounts and regions that are read at the same time.
PLACES = 8


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


class Member:
    """A host of the play on its way to its plan, or to ``failure``."""

    def __init__(self, name: str, host: Host, connections: Connections) -> None:
        self.name, self.host = name, host
        self._connections = connections
        self.failure = ""
        self.module: LocalModule
        self.identity: dict[str, Any] = {}
        self.documents: dict[str, list[dict[str, Any]]] = {}
        self.published: dict[str, Any] = {}
        self.stack: StackPlan
        self.networks = False
        self.taking: Clients | None = None

    def attempt(self, step: Callable[[], None]) -> None:
        if self.failure:
            return
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
        self.documents = {role: self.host.document(role) for role in roles}
        self.host.set("pgfleet_role_resources", self.entries)
        self.documents["outputs"] = self.host.document("outputs")
        self.published = self.host.value("outputs_document")
        self.networks = "networks" in self.host.value("group_names")

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [entry for document in self.documents.values() for entry in document]

    def deployment(self, allow: Iterable[str]) -> Deployment:
        owner = Owner(self.module.params["system"], self.module.params["suffix"])
        return Deployment(
            owner, self.entries, self.host.value("pgfleet_manages"), frozenset(Effect(name) for name in allow)
        )

    def settle(self, planned: StackPlan | Failure) -> None:
        if isinstance(planned, StackPlan):
            self.stack = planned
        else:
            self.failure = str(planned)

    def result(self, full: bool) -> dict[str, Any]:
        """What later tasks need of the host; what it wants, and what there is, only where they are going to act."""
        acts = full or not self.stack.in_sync
        published = resolve(self.published, self.stack.known)
        return {
            "inventory_hostname": self.name,
            "env_suffix": self.module.params["suffix"],
            "region": self.module.region,
            "identity": self.identity,
            "acts": acts,
            "stack": self.stack.as_dict() | ({} if acts else {"known": {}}),
            "outputs_outputs": published["outputs"],
            "output_file": {"path": self.host.value("pgfleet_outputs_path"), "content": published},
            "documents": self.documents if acts else {},
        }


def _checked(spec: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    checked = ArgumentSpecValidator(dict(spec)).validate(dict(given))
    if checked.error_messages:
        raise InvalidArguments("\n".join(checked.error_messages))
    return dict(checked.validated_parameters)


class FleetAction(ActionBase):
    BYPASS_HOST_LOOP = True
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        started = monotonic()
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        arguments = as_json(self._task.args)
        checked = ArgumentSpecValidator({**aws_argument_spec(), **stack_fleet.ARGUMENTS}).validate(arguments)
        if checked.error_messages:
            return result | {"failed": True, "msg": "\n".join(checked.error_messages)}
        params = checked.validated_parameters
        members = self._members(variables, {key: arguments[key] for key in aws_argument_spec() if key in arguments})
        reads = self._plan(members, params)
        if params["require_networks"]:
            self._require_networks(members, variables)
        if params["plan_file"]:
            self._require_plan(members, params["plan_file"])
        planned: dict[str, Any] = as_json(outcome(members, params["full"]))
        planned["cost"] = cost(members, reads) | {"seconds": round(monotonic() - started, 3)}
        return result | planned | {"changed": self._task.check_mode and bool(planned["diff"])}

    def _members(self, variables: Mapping[str, Any], common: Mapping[str, Any]) -> list[Member]:
        inputs = self._loader.load_from_file(self._find_needle("vars", INPUTS), trusted_as_template=True)
        extra = load_extra_vars(self._loader)
        renderer = Renderer(self._templar, self._loader)
        magic = {name: variables[name] for name in ("hostvars", "ansible_play_hosts", "ansible_check_mode")}
        every, connections = variables["hostvars"], Connections(common, self._task.action)
        return [
            Member(name, Host({**every.raw_get(name), **magic}, inputs, extra, renderer), connections)
            for name in variables["ansible_play_batch"]
        ]

    def _plan(self, members: list[Member], params: Mapping[str, Any]) -> list[Clients]:
        """Plan what can be planned. The clients that have read for it tell what that took."""
        places: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            member.attempt(member.connect)
            if not member.failure:
                places[member.place].append(member)
        clients = {place: Clients(theirs[0].module.client) for place, theirs in places.items()}
        for place, theirs in places.items():
            for member in theirs:
                member.attempt(partial(member.identify, clients[place]))
        for member in members:
            member.attempt(member.render)
        with ThreadPoolExecutor(PLACES) as pool:
            list(pool.map(partial(read_place, params["allow"]), clients.values(), places.values()))
            list(pool.map(partial(hold_to_quotas, clients), regions(members)))
        return [*clients.values(), *(member.taking for member in members if member.taking)]

    def _require_networks(self, members: list[Member], variables: Mapping[str, Any]) -> None:
        playing = [member.name for member in members]
        networks = variables["groups"].get("networks", [])
        for member in members:
            if member.failure or member.networks:
                continue
            system = member.module.params["system"]
            makers = [name for name in networks if variables["hostvars"][name]["system"] == system]
            member.failure = missing_network(
                member.entries, {"known": member.stack.known}, member.module.region, makers, playing
            )

    def _require_plan(self, members: list[Member], path: str) -> None:
        planned = {member.name: member for member in members if not member.failure}
        results = {name: member.result(False) for name, member in planned.items()}
        for name, objection in objections(path, results, [member.name for member in members]).items():
            planned[name].failure = objection


def read_place(allow: Iterable[str], clients: Clients, members: list[Member]) -> None:
    """Plan those members that are in one account and region."""
    able = {member.name: member for member in members if not member.failure}
    if not able:
        return
    scope = scope_of(clients, next(iter(able.values())))
    plans = plan_fleet(scope, {name: member.deployment(allow) for name, member in able.items()}, HANDLERS)
    for name, member in able.items():
        member.settle(plans[name])


def scope_of(clients: Clients, member: Member) -> Scope:
    owner = Owner(member.module.params["system"], member.module.params["suffix"])
    identity = member.identity
    return Scope(clients, owner, identity["account_id"], identity["region"], identity["partition"], indexed=True)


def regions(members: Iterable[Member]) -> list[list[Member]]:
    """Those that have a plan, by account and region, whatever way leads there."""
    found: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member in members:
        if not member.failure:
            found[member.identity["account_id"], member.identity["region"]].append(member)
    return list(found.values())


def hold_to_quotas(clients: Mapping[str, Clients], members: list[Member]) -> None:
    """Refuse what one account may not have in one region, of all that is wanted there."""
    scope = scope_of(clients[members[0].place], members[0])
    refused = beyond_quotas(scope, {member.name: member.stack.takes for member in members})
    for member in members:
        if member.name in refused:
            member.settle(refused[member.name])


def cost(members: Iterable[Member], reads: Iterable[Clients]) -> dict[str, int]:
    """What was read for the plans."""
    identities = [member.identity for member in members if member.identity]
    return {
        "accounts": len({identity["account_id"] for identity in identities}),
        "regions": len({identity["region"] for identity in identities}),
        "calls": sum(clients.requests for clients in reads),
    }


def outcome(members: list[Member], full: bool) -> dict[str, Any]:
    planned = [member for member in members if not member.failure]
    hosts = {member.name: member.result(full) for member in planned}
    return {
        "hosts": hosts,
        "failures": {member.name: member.failure for member in members if member.failure},
        "acts": any(host["acts"] for host in hosts.values()),
        "diff": [plan.diff() for member in planned for plan in member.stack.plans if plan.changed],
    }

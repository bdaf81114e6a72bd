# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What the modules rds_instance and aurora_cluster share: a run, its waits, its secrets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Effect,
    Observed,
    Problem,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Refused, allowed
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import (
    ABSENT,
    Awaited,
    wait,
)

KEYS = ("kms_key_id", "performance_insights_kms_key_id", "master_user_secret_kms_key_id")

Look = Callable[[], "tuple[str, Observed | None]"]


@dataclass(frozen=True, slots=True)
class FinalSnapshot:
    """What becomes of the data of what is deleted. ``name`` None is no snapshot."""

    name: str | None
    delete_automated_backups: bool

    def request(self, key: str) -> dict[str, Any]:
        """The part of a delete request that says so; ``key`` is how that request calls the snapshot."""
        named = {key: self.name} if self.name else {}
        return {
            "SkipFinalSnapshot": self.name is None,
            "DeleteAutomatedBackups": self.delete_automated_backups,
            **named,
        }


def final_snapshot(name: str, options: Mapping[str, Any]) -> FinalSnapshot:
    """As the options have it; a name of our own has the time in it, so that it collides with no earlier one."""
    stamp = datetime.now(UTC).strftime("%Y%m%dt%H%Mz")
    snapshot = options["final_snapshot_identifier"] or f"{name}-final-{stamp}"
    return FinalSnapshot(snapshot if options["final_snapshot"] else None, options["delete_automated_backups"])


def _nothing_to_hide(_secret: str) -> None:
    """For sessions that read no secret."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run for one instance or cluster, which ``noun`` calls by AWS's name for it.

    ``hide`` makes a secret value unprintable; ``timeout_seconds`` is for each wait.
    """

    scope: Scope
    handler: Handler
    noun: str
    desired: Desired
    allow: frozenset[Effect]
    wait: bool
    timeout_seconds: float
    hide: Callable[[str], None] = _nothing_to_hide

    @property
    def client(self) -> Any:
        return self.scope.clients("rds")

    @property
    def subject(self) -> str:
        return f"{self.noun} {self.desired.name}"

    def observe(self) -> Observed | None:
        return next(iter(self.handler.observe(self.scope, [self.desired])), None)

    def look(self) -> tuple[str, Observed | None]:
        observed = self.observe()
        return (observed.attributes["status"] if observed else ABSENT), observed

    def until(self, awaited: Awaited, look: Look | None = None) -> Observed | None:
        """What there is once it is as awaited, as it was seen then."""
        seen: Observed | None = None

        def status() -> str:
            nonlocal seen
            found, seen = (look or self.look)()
            return found

        wait(self.subject, status, awaited, self.timeout_seconds)
        return seen


def session_of(module: Module, clients: Clients, handler: Handler, noun: str, desired: Desired) -> Session:
    """The run that the options ask for. Nothing is awaited in check mode."""
    options = module.params
    waits = options["wait"] and not module.check_mode
    scope = Scope(clients, Owner("", ""), "", module.region)
    hide = module.no_log_values.add
    return Session(scope, handler, noun, desired, allowed(module), waits, options["wait_timeout"], hide)


def with_key_arns(clients: Clients, desired: Desired) -> Desired:
    """Aliases of keys replaced by the ARNs that AWS reports, so that they can be compared."""
    found: dict[str, str] = {}
    for name in KEYS:
        key = desired.properties.get(name)
        if isinstance(key, str) and "alias/" in key and not unknown(key):
            described = call(clients("kms"), "describe_key", subject=key, KeyId=key, absent={"NotFoundException"})
            if described is None:
                raise Refused([desired.problem(name, "is no key in this account and region.")])
            found[name] = described["KeyMetadata"]["Arn"]
    return replace(desired, properties={**desired.properties, **found})


def credentials(session: Session) -> dict[str, str]:
    """User and password of the secret. They go from one AWS service to the other and nowhere else."""
    desired = session.desired
    arn = desired.properties["master_user_secret_arn"]
    answer = call(session.scope.clients("secretsmanager"), "get_secret_value", subject=arn, SecretId=arn)
    try:
        secret: Mapping[str, str] = json.loads(answer["SecretString"])
        username, password = secret["username"], secret["password"]
    except (KeyError, TypeError, ValueError):
        form = 'holds no JSON of the form {"username": ..., "password": ...}'
        raise Refused([desired.problem("master_user_secret_arn", f"{form}. db_credentials makes one.")]) from None
    session.hide(password)
    wanted = desired.properties.get("master_username")
    if wanted not in (None, username):
        raise Refused([desired.problem("master_username", f"is not the user of the secret, which is {username}.")])
    return {"MasterUsername": username, "MasterUserPassword": password}


def with_password(session: Session, request: dict[str, Any], changed: set[str]) -> dict[str, Any]:
    """The request that changes something, with the password that takes over from the one that RDS manages."""
    name = "manage_master_user_password"
    if name in changed and not session.desired.properties[name]:
        return request | {"MasterUserPassword": credentials(session)["MasterUserPassword"]}
    return request


def protected(desired: Desired, observed: Observed) -> list[Problem]:
    if observed.properties["deletion_protection"]:
        advice = "Switch deletion_protection off with a run of its own first"
        return [desired.problem("state", f"is refused: {observed.name} has deletion protection. {advice}.", "absent")]
    return []

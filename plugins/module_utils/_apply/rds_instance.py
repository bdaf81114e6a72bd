# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module rds_instance, and its waits."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import REBOOT_CHANGE, needs_reboot
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_requests import creation, modification
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_instances import (
    chosen_version,
    observe_instances,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Observed,
    Plan,
    Problem,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import ABSENT, INSTANCE_GONE, INSTANCE_SETTLED, wait

KEYS = ("kms_key_id", "performance_insights_kms_key_id", "master_user_secret_kms_key_id")


@dataclass(frozen=True, slots=True)
class FinalSnapshot:
    """What becomes of the data of an instance that is deleted. ``name`` None is no snapshot."""

    name: str | None
    delete_automated_backups: bool


@dataclass(frozen=True, slots=True)
class Session:
    """One run for one instance. ``hide`` makes a secret value unprintable; ``timeout_seconds`` is for each wait."""

    scope: Scope
    desired: Desired
    allow: frozenset[Effect]
    wait: bool
    timeout_seconds: float
    hide: Callable[[str], None]

    @property
    def client(self) -> Any:
        return self.scope.clients("rds")

    @property
    def subject(self) -> str:
        return f"DB instance {self.desired.name}"

    def observe(self) -> Observed | None:
        return next(iter(observe_instances(self.scope, [self.desired])), None)

    def status(self) -> str:
        observed = self.observe()
        return observed.attributes["status"] if observed else ABSENT


def settle(session: Session) -> Observed | None:
    """The instance once it can be changed: what a killed run has left in creation, change or deletion is awaited."""
    observed = session.observe()
    if observed is None or not session.wait:
        return observed
    if observed.attributes["status"] == "deleting":
        wait(session.subject, session.status, INSTANCE_GONE, session.timeout_seconds)
        return None
    if observed.attributes["status"] in INSTANCE_SETTLED.ready | INSTANCE_SETTLED.failed:
        return observed
    wait(session.subject, session.status, INSTANCE_SETTLED, session.timeout_seconds)
    return session.observe()


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


def apply_create(session: Session) -> None:
    version, _offered = chosen_version(session.client, session.desired, None)
    request = creation(session.desired, version)
    if "MasterUserPassword" not in request and session.desired.properties.get("master_user_secret_arn"):
        request |= _credentials(session)
    call(session.client, "create_db_instance", subject=session.desired.name, **request)
    if session.wait:
        wait(session.subject, session.status, INSTANCE_SETTLED, session.timeout_seconds)


def _credentials(session: Session) -> dict[str, str]:
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


def apply_update(session: Session, observed: Observed, plan: Plan) -> None:
    """All changes in one request, then tags, then the reboot if one is due and allowed."""
    changed = {change.property for change in plan.changes}
    version = None
    if "engine_version" in changed:
        version, _offered = chosen_version(session.client, session.desired, observed)
    request = modification(session.desired, observed, plan.changes, version)
    if "manage_master_user_password" in changed and not session.desired.properties["manage_master_user_password"]:
        request["MasterUserPassword"] = _credentials(session)["MasterUserPassword"]
    if request:
        call(session.client, "modify_db_instance", subject=observed.name, **request)
        if session.wait:
            _await_changes(session, plan)
    apply_tags(session.client, observed.attributes["arn"], plan.changes)
    if Effect.REBOOT in session.allow and (session.wait or not request):
        _reboot_if_due(session)


def _await_changes(session: Session, plan: Plan) -> None:
    """Until the instance is as the plan says: AWS goes on reporting 'available' for a while after a request."""

    def status() -> str:
        observed = session.observe()
        if observed is None:
            return ABSENT
        unfinished = [change.property for change in plan.changes if not _made(change, observed)]
        if observed.attributes.get(REBOOT_CHANGE) == "applying":
            unfinished.append("all parameters")
        seen: str = observed.attributes["status"]
        return f"{seen}, without {', '.join(unfinished)}" if unfinished and seen in INSTANCE_SETTLED.ready else seen

    wait(session.subject, status, INSTANCE_SETTLED, session.timeout_seconds)


def _made(change: Change, observed: Observed) -> bool:
    rule = RDS_INSTANCE.properties.get(change.property)
    return rule is None or (
        change.property not in observed.pending
        and rule.satisfied(observed.properties.get(change.property), change.after)
    )


def _reboot_if_due(session: Session) -> None:
    """Also after a change to another parameter group; not when a restart for another change has done it already."""
    observed = session.observe()
    if observed is not None and needs_reboot(observed):
        reboot(session.client, session.scope, observed.name, session.timeout_seconds if session.wait else None)


def reboot(client: Any, scope: Scope, name: str, timeout_seconds: float | None) -> None:
    """Reboot one instance, and wait for it unless ``timeout_seconds`` is None."""
    call(client, "reboot_db_instance", subject=name, DBInstanceIdentifier=name)
    if timeout_seconds is None:
        return
    desired = Desired("rds_instance", name)

    def status() -> str:
        observed = next(iter(observe_instances(scope, [desired])), None)
        if observed is None:
            return ABSENT
        seen: str = observed.attributes["status"]
        return "available, before its reboot" if seen == "available" and needs_reboot(observed) else seen

    wait(f"DB instance {name}", status, INSTANCE_SETTLED, timeout_seconds)


def apply_delete(session: Session, observed: Observed, final: FinalSnapshot) -> None:
    """Delete the instance; one that a killed run is deleting already is only awaited."""
    if observed.attributes["status"] != "deleting":
        snapshot = {"FinalDBSnapshotIdentifier": final.name} if final.name else {}
        call(
            session.client,
            "delete_db_instance",
            subject=observed.name,
            DBInstanceIdentifier=observed.name,
            SkipFinalSnapshot=final.name is None,
            DeleteAutomatedBackups=final.delete_automated_backups,
            **snapshot,
        )
    if session.wait:
        wait(session.subject, session.status, INSTANCE_GONE, session.timeout_seconds)


def protected(desired: Desired, observed: Observed) -> list[Problem]:
    if observed.properties["deletion_protection"]:
        advice = "Switch deletion_protection off with a run of its own first"
        return [desired.problem("state", f"is refused: {observed.name} has deletion protection. {advice}.", "absent")]
    return []

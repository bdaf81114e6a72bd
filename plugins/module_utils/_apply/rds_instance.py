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
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import (
    ABSENT,
    INSTANCE_GONE,
    INSTANCE_SETTLED,
    Awaited,
    wait,
)

KEYS = ("kms_key_id", "performance_insights_kms_key_id", "master_user_secret_kms_key_id")


@dataclass(frozen=True, slots=True)
class FinalSnapshot:
    """What becomes of the data of an instance that is deleted. ``name`` None is no snapshot."""

    name: str | None
    delete_automated_backups: bool


def _nothing_to_hide(_secret: str) -> None:
    """For runs that read no secret."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run for one instance. ``hide`` makes a secret value unprintable; ``timeout_seconds`` is for each wait."""

    scope: Scope
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
        return f"DB instance {self.desired.name}"

    def observe(self) -> Observed | None:
        return next(iter(observe_instances(self.scope, [self.desired])), None)

    def look(self) -> tuple[str, Observed | None]:
        observed = self.observe()
        return (observed.attributes["status"] if observed else ABSENT), observed

    def until(self, awaited: Awaited, look: Callable[[], tuple[str, Observed | None]] | None = None) -> Observed | None:
        """The instance once it is as awaited, as it was seen then."""
        seen: Observed | None = None

        def status() -> str:
            nonlocal seen
            found, seen = (look or self.look)()
            return found

        wait(self.subject, status, awaited, self.timeout_seconds)
        return seen


def settle(session: Session) -> Observed | None:
    """The instance once it can be changed: what a killed run has left in creation, change or deletion is awaited."""
    observed = session.observe()
    if observed is None or not session.wait:
        return observed
    if observed.attributes["status"] == "deleting":
        return session.until(INSTANCE_GONE)
    if observed.attributes["status"] in INSTANCE_SETTLED.ready | INSTANCE_SETTLED.failed:
        return observed
    return session.until(INSTANCE_SETTLED)


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


def apply_create(session: Session) -> Observed | None:
    """Returns the instance as it was seen last."""
    version, _offered = chosen_version(session.client, session.desired, None)
    request = creation(session.desired, version)
    if "MasterUserPassword" not in request and session.desired.properties.get("master_user_secret_arn"):
        request |= _credentials(session)
    call(session.client, "create_db_instance", subject=session.desired.name, **request)
    return session.until(INSTANCE_SETTLED) if session.wait else session.observe()


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


def apply_update(session: Session, observed: Observed, plan: Plan) -> Observed | None:
    """All changes in one request, then tags, then the reboot if one is due and allowed.

    Returns the instance as it was seen last.
    """
    changed = {change.property for change in plan.changes}
    version = None
    if "engine_version" in changed:
        version, _offered = chosen_version(session.client, session.desired, observed)
    request = modification(session.desired, observed, plan.changes, version)
    if "manage_master_user_password" in changed and not session.desired.properties["manage_master_user_password"]:
        request["MasterUserPassword"] = _credentials(session)["MasterUserPassword"]
    if request:
        call(session.client, "modify_db_instance", subject=observed.name, **request)
    apply_tags(session.client, observed.attributes["arn"], plan)
    if not session.wait:
        seen = session.observe()
        return _rebooted(session, seen) if not request else seen
    return _rebooted(session, _changed(session, plan))


def _changed(session: Session, plan: Plan) -> Observed | None:
    """The instance once it is as the plan says: AWS goes on reporting 'available' for a while after a request."""

    def look() -> tuple[str, Observed | None]:
        status, observed = session.look()
        if observed is None:
            return status, None
        unfinished = [change.property for change in plan.changes if not _made(change, observed)]
        if observed.attributes.get(REBOOT_CHANGE) == "applying":
            unfinished.append("all parameters")
        if unfinished and status in INSTANCE_SETTLED.ready:
            status = f"{status}, without {', '.join(unfinished)}"
        return status, observed

    return session.until(INSTANCE_SETTLED, look)


def _made(change: Change, observed: Observed) -> bool:
    rule = RDS_INSTANCE.properties.get(change.property)
    return rule is None or (
        change.property not in observed.pending
        and rule.satisfied(observed.properties.get(change.property), change.after)
    )


def _rebooted(session: Session, observed: Observed | None) -> Observed | None:
    """The instance after the reboot that is due (also because its parameter group is another now), where allowed."""
    if observed is None or Effect.REBOOT not in session.allow or not needs_reboot(observed):
        return observed
    return reboot(session)


def reboot(session: Session, pending: Callable[[Observed], bool] = needs_reboot) -> Observed | None:
    """Reboot the instance and, if the session waits, see it back with its parameters in force.

    ``pending`` says whether an available instance still has parameters that wait for the reboot.
    """
    name = session.desired.name
    call(session.client, "reboot_db_instance", subject=name, DBInstanceIdentifier=name)

    def look() -> tuple[str, Observed | None]:
        status, observed = session.look()
        if observed is not None and status == "available" and pending(observed):
            status = "available, before its reboot"
        return status, observed

    return session.until(INSTANCE_SETTLED, look) if session.wait else session.observe()


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
        session.until(INSTANCE_GONE)


def protected(desired: Desired, observed: Observed) -> list[Problem]:
    if observed.properties["deletion_protection"]:
        advice = "Switch deletion_protection off with a run of its own first"
        return [desired.problem("state", f"is refused: {observed.name} has deletion protection. {advice}.", "absent")]
    return []

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module rds_instance, and its waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import (
    FinalSnapshot,
    Session,
    credentials,
    with_password,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import (
    REBOOT_CHANGE,
    needs_reboot,
    plan_rds_instance,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_requests import (
    creation,
    modification,
    replica_creation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds import RDS_INSTANCE as RDS_INSTANCE_HANDLER
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_catalogue import chosen_version
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_instances import ENGINE, observe_source
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Observed,
    Plan,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import (
    INSTANCE_GONE,
    INSTANCE_SETTLED,
)

NOUN = "DB instance"


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


def apply_create(session: Session) -> Observed | None:
    """Returns the instance as it was seen last."""
    version, _offered = chosen_version(session.client, ENGINE, session.desired, None)
    request = creation(session.desired, version)
    if "MasterUserPassword" not in request and session.desired.properties.get("master_user_secret_arn"):
        request |= credentials(session)
    call(session.client, "create_db_instance", subject=session.desired.name, **request)
    return session.until(INSTANCE_SETTLED) if session.wait else session.observe()


def apply_create_replica(session: Session) -> Observed | None:
    """Returns the replica as it was seen last.

    What it cannot be made with is changed once it is there, whatever that costs: nobody uses it yet.
    """
    source = observe_source(session.scope, session.desired)
    request = replica_creation(session.desired, source.properties if source else {})
    call(session.client, "create_db_instance_read_replica", subject=session.desired.name, **request)
    made = session.until(INSTANCE_SETTLED) if session.wait else None
    if made is None:
        return session.observe()
    everything = replace(session, allow=frozenset(Effect))
    rest = plan_rds_instance(RDS_INSTANCE, session.desired, made, everything.allow)
    return apply_update(everything, made, rest) if rest.changes else made


def apply_update(session: Session, observed: Observed, plan: Plan) -> Observed | None:
    """All changes in one request, then tags, then the reboot if one is due and allowed.

    Returns the instance as it was seen last.
    """
    changed = {change.property for change in plan.changes}
    version = None
    if "engine_version" in changed:
        version, _offered = chosen_version(session.client, ENGINE, session.desired, observed)
    request = modification(session.desired, observed, plan.changes, version)
    request = with_password(session, request, changed)
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


def session_for(scope: Scope, name: str, allow: frozenset[Effect], wait: bool, timeout_seconds: float) -> Session:
    """A run for an instance of which nothing is wanted but a reboot."""
    return Session(scope, RDS_INSTANCE_HANDLER, NOUN, Desired("rds_instance", name), allow, wait, timeout_seconds)


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
        call(
            session.client,
            "delete_db_instance",
            subject=observed.name,
            DBInstanceIdentifier=observed.name,
            **final.request("FinalDBSnapshotIdentifier"),
        )
    if session.wait:
        session.until(INSTANCE_GONE)

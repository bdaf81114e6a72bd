# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The kinds of a database about which more than their deletion is to be decided."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import (
    FOR_TOPICS,
    USE_TAG,
    Found,
    Kept,
    Removal,
    Situation,
    Teardown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import words

Rule = Callable[[Found, Situation, Teardown], Teardown]

# RDS takes no final snapshot in these states: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
WITHOUT_SNAPSHOT = {"failed", "incompatible-restore", "incompatible-network"}
# What holds data, and its snapshots.
SNAPSHOTS = {"rds_instance": "db_snapshot", "aurora_cluster": "db_cluster_snapshot"}
LAST_COPIES = (*SNAPSHOTS.values(), "automated_backup", "cluster_automated_backup")
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
SNAPSHOT_NAME = re.compile(r"(?=.{1,255}$)[a-zA-Z](?:-?[a-zA-Z0-9])*")


def takes_snapshot(found: Found, situation: Situation) -> bool:
    """Whether this run asks for a final snapshot: not of a replica, and not of a database that is already going."""
    if found.kind not in SNAPSHOTS or not situation.owns(found) or not situation.options.final_snapshot:
        return False
    return not found.facts.get("replica_of") and found.facts.get("status") != "deleting"


def snapshot_problems(situation: Situation) -> tuple[Problem, ...]:
    """Why a snapshot name that the operator gave cannot be used."""
    name = situation.options.final_snapshot_name
    takers = [f.name for f in situation.found if takes_snapshot(f, situation)]
    if not name or not takers:
        return ()
    if not SNAPSHOT_NAME.fullmatch(name):
        message = "RDS takes letters, digits and single hyphens between them, a letter first, 255 at most."
    elif name in _snapshot_names(situation):
        message = "a snapshot of this name exists. Choose another name, or leave it out."
    elif len(takers) > 1:
        message = f"is one name for {len(takers)} databases ({', '.join(takers)}). Leave it out."
    else:
        return ()
    return (Problem("final_snapshot_name", name, message),)


def final_snapshot_name(database: str, situation: Situation) -> str:
    """``<database>-final-<UTC minute>``, numbered should that minute have seen one already."""
    stamped = f"{database}-final-{situation.options.now:%Y%m%dt%H%Mz}"
    taken = _snapshot_names(situation)
    name, number = situation.options.final_snapshot_name or stamped, 2
    while name in taken:
        name, number = f"{stamped}-{number}", number + 1
    return name


def _snapshot_names(situation: Situation) -> set[str]:
    return {f.name for f in situation.found if f.kind in SNAPSHOTS.values()}


def database(found: Found, situation: Situation, _decided: Teardown) -> Teardown:
    status = found.facts.get("status", "")
    if status == "deleting":
        # Seen in check mode only: a run waits for it before it plans, so that it knows of its final snapshot.
        return Teardown(kept=(Kept(found.kind, found.name, "is being deleted", kms_key=found.facts.get("kms_key")),))
    others = [f.name for f in situation.found if f.facts.get("replica_of") == found.name and not situation.owns(f)]
    if others:
        message = f"replicate {found.name} and are not ours. AWS would promote them: let others delete or promote them"
        return Teardown(problems=(Problem(f"{found.kind}/{found.name}", _enumerated(others), f"{message} first."),))
    arguments: dict[str, Any] = {"unprotect": bool(found.facts.get("deletion_protection"))}
    if not takes_snapshot(found, situation):
        return Teardown((Removal(found, "without a final snapshot", arguments),))
    if status in WITHOUT_SNAPSHOT:
        way = "Repair it, or give up its data: -e final_snapshot=false"
        message = f"RDS takes no snapshot of {found.name} while it is {status}. {way}"
        return Teardown(problems=(Problem("final_snapshot", True, message),))
    name = final_snapshot_name(found.name, situation)
    snapshot = Found(SNAPSHOTS[found.kind], name, name, found.tags, found.facts)
    going = Removal(found, f"final snapshot {name}", arguments | {"snapshot": name})
    return Teardown((going,)) + stays(snapshot, situation, Teardown())


def member(found: Found, situation: Situation, _decided: Teardown) -> Teardown:
    """The data is its cluster's, which is touched only if it is ours: a member may be tagged as ours by mistake."""
    cluster = found.facts.get("cluster")
    return Teardown((Removal(found, "", {"cluster": cluster if cluster in situation.our_clusters() else ""}),))


def unless_used(found: Found, situation: Situation, _decided: Teardown) -> Teardown:
    """Groups and roles stay while a database of others, such as one restored from a backup of ours, has them."""
    users = [f.name for f in situation.found if found.name in f.facts.get("uses", ()) and not situation.owns(f)]
    if not users:
        return Teardown((Removal(found),))
    reason = f"used by {_enumerated([f'database {name}' for name in users])}, not ours"
    return Teardown(kept=(Kept(found.kind, found.name, reason),))


def stays(found: Found, situation: Situation, _decided: Teardown) -> Teardown:
    """Snapshots and retained backups: the last copies of data. No teardown deletes them."""
    size = found.facts.get("storage_gib")
    key = next((f.name for f in situation.found if f.kind == "kms_key" and uses(found.facts.get("kms_key"), f)), None)
    facts = [f"{size} GiB" if size else "", f"encrypted with {key}" if key else ""]
    reason = "stays until you delete it"
    detail = ", ".join(fact for fact in facts if fact)
    return Teardown(kept=(Kept(found.kind, found.name, reason, detail, kms_key=found.facts.get("kms_key")),))


def bucket(found: Found, situation: Situation, _decided: Teardown) -> Teardown:
    count, more = found.facts.get("objects", 0), found.facts.get("more", False)
    holds = f"{'more than ' if more else ''}{count} object version{'' if count == 1 else 's'}"
    if not count or situation.options.empty_bucket:
        note = f"with {holds}" if count else ""
        return Teardown((Removal(found, note, {"versions": situation.options.empty_bucket}),))
    reason = "-e empty_bucket=true deletes it with them"
    return Teardown(kept=(Kept(found.kind, found.name, reason, holds, kms_key=found.facts.get("kms_key")),))


def secret(found: Found, situation: Situation, _decided: Teardown) -> Teardown:
    """Deleted after a recovery window: https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"""
    days = situation.options.secret_recovery_days
    going: datetime | None = found.facts.get("deletes_on")
    until = going or situation.options.now + timedelta(days=days)
    kept = Kept(found.kind, found.name, "recoverable", until=until, kms_key=found.facts.get("kms_key"))
    return Teardown(() if going else (Removal(found, f"recoverable for {days} days", {"days": days}),), (kept,))


def key(found: Found, situation: Situation, decided: Teardown) -> Teardown:
    """A key goes only when asked for, and only when nothing that stays is unreadable without it.

    That of a topic goes unasked: what it encrypts is not stored.
    A secret that AWS deletes before the key is no obstacle: until then cancelling the key's deletion brings both back.
    https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    going: datetime | None = found.facts.get("deletes_on")
    if going:
        return Teardown(kept=(_scheduled(found, going),))
    days = situation.options.key_pending_days
    until = situation.options.now + timedelta(days=days)
    needs = [k for k in decided.kept if uses(k.kms_key, found) and not (k.until and k.until <= until)]
    unasked = found.tags.get(USE_TAG) == FOR_TOPICS and not needs
    if not (situation.options.delete_key or unasked):
        return Teardown(kept=(Kept(found.kind, found.name, _why_kept(needs)),))
    if needs:
        return Teardown(problems=(_undeletable(found, needs),))
    going_now = Removal(found, f"deleted after {days} days", {"days": days, "aliases": found.facts.get("aliases", ())})
    return Teardown((going_now,), (_scheduled(found, until),))


def _scheduled(found: Found, until: datetime) -> Kept:
    return Kept(found.kind, found.name, "recoverable", f"id {key_id(found.id)}", until)


def _why_kept(needs: Sequence[Kept]) -> str:
    if not needs:
        return "nothing needs it; -e delete_key=true deletes it"
    counts = Counter(words(k.kind) for k in needs)
    who = _enumerated([f"the {kind}" if n == 1 else f"{n} {kind}s" for kind, n in counts.items()])
    verb, pronoun = ("needs", f"{who} is") if len(needs) == 1 else ("need", "these are")
    return f"{who} {verb} it; -e delete_key=true after {pronoun} gone"


def _undeletable(found: Found, needs: Sequence[Kept]) -> Problem:
    names = _enumerated([f"{words(k.kind)} {k.name}" for k in needs])
    message = f"without {found.name}, {names} would be unreadable. {_way_out(needs)}"
    return Problem("delete_key", True, message)


def _enumerated(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _way_out(needs: Sequence[Kept]) -> str:
    ways = []
    if any(k.kind in LAST_COPIES for k in needs):
        ways.append("delete the snapshots and backups yourself, or take none (-e final_snapshot=false)")
    if any(k.kind == "s3_bucket" and k.owned for k in needs):
        ways.append("empty the bucket (-e empty_bucket=true)")
    if any(k.kind == "secret" and k.until for k in needs):
        ways.append("let the key wait as long as the secret (key_pending_days)")
    if any(not k.owned for k in needs):
        ways.append("let others move what is theirs to another key")
    return f"Run without delete_key, or {'; '.join(ways)}." if ways else "Run without delete_key."


def uses(kms_key: str | None, key: Found) -> bool:
    """Whether a resource's key, given by ARN, id or alias, is this key."""
    if not kms_key:
        return False
    names = {key.id, key_id(key.id), key.name, *key.facts.get("aliases", ())}
    return kms_key in names or kms_key.rpartition(":")[2] in names


def key_id(arn: str) -> str:
    return arn.rpartition("/")[2]


RULES: dict[str, Rule] = {
    "rds_instance": database,
    "aurora_member": member,
    "aurora_cluster": database,
    **dict.fromkeys(LAST_COPIES, stays),
    "db_parameter_group": unless_used,
    "db_cluster_parameter_group": unless_used,
    "db_subnet_group": unless_used,
    "iam_role": unless_used,
    "s3_bucket": bucket,
    "secret": secret,
    "kms_key": key,
}

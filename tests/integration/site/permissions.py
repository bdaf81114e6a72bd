"""The permissions that docs/iam/policies.yml gives, and what logged requests needed and were allowed by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.iam import actions
from tools import iam_policies


def documented() -> tuple[set[str], set[str]]:
    """The actions of the policy for planning, and of those for the life cycle, which add to it."""
    listed = {
        name: {action for entry in statements for action in iam_policies.actions_of(entry)}
        for name, statements in iam_policies.entries().items()
    }
    return listed["read-only"], set().union(*listed.values())


def needed(requests: Iterable[Mapping[str, Any]]) -> set[str]:
    return {action for entry in requests for action in actions.of_operation(entry["service"], entry["action"])}


def allowed(requests: Iterable[Mapping[str, Any]]) -> Iterator[tuple[set[str], str]]:
    """What IAM allowed: the Sids of the statements that did, and the action."""
    for entry in requests:
        for one in entry["allowed"]:
            yield set(one["by"].split()), one["action"]


def denied(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    return [entry["denied"] for entry in requests if entry["denied"]]


def unexpected(requests: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What requests took although the data say that no run does."""
    also = {
        (entry["sid"], action)
        for found in iam_policies.entries().values()
        for entry in found
        for action in entry.get("also", {})
    }
    taken = {(sid, action) for by, action in allowed(requests) for sid in by}
    yield from (f"{sid}: this took {action} also" for sid, action in sorted(also & taken))


def unneeded(requests: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Permissions that no request took, and statements without which each would have been allowed as well."""
    taken = list(allowed(requests))
    for entry in _statements():
        sid = entry["sid"]
        here = {action for by, action in taken if sid in by}
        yield from (f"{sid}: nothing took {action}" for action in entry["actions"] if action not in here)
        if entry["actions"] and all(by != {sid} for by, _ in taken):
            yield f"{sid}: nothing would have been denied without it"


def _statements() -> list[iam_policies.Statement]:
    return [entry for found in iam_policies.entries().values() for entry in found]

"""Things that a teardown finds, and what it decides about them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import (
    Found,
    Kept,
    Options,
    Situation,
    Teardown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.plan import plan
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

OWNER = Owner("retail", "prod")
NOW = datetime(2026, 11, 20, 23, 15, tzinfo=UTC)
KEY_ARN = "arn:aws:kms:us-west-2:123456789012:key/1234abcd"
KEY = Found("kms_key", "alias/key-retail-prod", KEY_ARN, OWNER.tags(), {"aliases": ("alias/key-retail-prod",)})
DATABASE_FACTS = {"status": "available", "storage_gib": 20, "kms_key": KEY_ARN, "deletion_protection": True}
DATABASE = Found("rds_instance", "db-retail-prod", "db-retail-prod", OWNER.tags(), DATABASE_FACTS)
NEIGHBOUR = {"pgfleet:system": "retail", "pgfleet:suffix": "prod2"}


def ours(kind: str, name: str, **facts: Any) -> Found:
    return Found(kind, name, name, OWNER.tags(), facts)


def theirs(kind: str, name: str, **facts: Any) -> Found:
    return Found(kind, name, name, NEIGHBOUR, facts)


def decide(*found: Found, scope: str = "database", names: Any = None, users: Any = (), **options: Any) -> Teardown:
    return plan(scope, Situation(OWNER, Options(NOW, **options), found, names or {}, users=tuple(users)))


def removed(decided: Teardown) -> list[str]:
    return [f"{r.found.kind}/{r.found.name}" for r in decided.removals]


def kept(decided: Teardown, kind: str) -> Kept:
    (only,) = [k for k in decided.kept if k.kind == kind]
    return only


def problem(decided: Teardown) -> tuple[str, str]:
    (only,) = decided.problems
    return only.input, only.message


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def patience(timeout: float = 100) -> Patience:
    clock = Clock()
    return Patience(timeout, clock, clock.sleep)

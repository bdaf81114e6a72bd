"""A teardown from its options to its result; what there is to decide has tests of its own."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Options, Situation
from ansible_collections.pgfleet.aws.plugins.modules import stack_teardown
from ansible_collections.pgfleet.aws.plugins.modules.stack_teardown import SPEC, ensure

from tests.unit.modules import Asked, asked
from tests.unit.stubs import OWNER, Exchange, answering

GROUP = Found("log_group", "/ours", "/ours", OWNER.tags())
TOPIC = Found("sns_topic", "topic-retail-prod", "arn:topic")
GOING = Found("rds_instance", "one", "one", OWNER.tags(), {"status": "deleting"})
DELETE = Exchange("delete_log_group", {"logGroupName": "/ours"})
GOING_CLUSTER = Found("aurora_cluster", "two", "two", OWNER.tags(), {"status": "deleting"})
GONE = Exchange("describe_db_instances", {"DBInstanceIdentifier": "one"}, refusal="DBInstanceNotFound")
NAMES = {"sns_topic": frozenset({TOPIC.name})}


def given(**options: Any) -> Asked:
    resources = [{"kind": TOPIC.kind, "name": TOPIC.name}]
    return asked(SPEC, system="retail", suffix="prod", scope="database", resources=resources, **options)


def seen(monkeypatch: pytest.MonkeyPatch, *founds: tuple[Found, ...]) -> list[Look]:
    """Let survey after survey find these, and no survey be made beyond; returns what they were given."""
    answers = iter(founds)
    looks: list[Look] = []

    def survey(scope: str, look: Look, options: Options) -> Situation:
        assert scope == "database"
        looks.append(look)
        found = next(answers)
        return Situation(OWNER, options, found, look.names, look.databases | {"one"}, look.clusters | {"two"})

    monkeypatch.setattr(stack_teardown, "survey", survey)
    return looks


def test_what_goes_and_what_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second survey tells whether it has gone; it knows the databases that the first one found."""
    looks = seen(monkeypatch, (GROUP, TOPIC), (TOPIC,))
    with answering("logs", DELETE) as scope:
        result = ensure(given(), scope.clients)
    assert result["changed"] is True
    assert result["removed"] == [{"kind": "log_group", "name": "/ours", "note": ""}]
    assert [(kept["name"], kept["owned"]) for kept in result["kept"]] == [(TOPIC.name, False)]
    assert [entry["name"] for entry in result["plan"]] == ["/ours"]
    assert [(look.names, look.databases) for look in looks] == [(NAMES, frozenset()), (NAMES, {"one"})]


def test_check_mode_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is going is not waited for either."""
    seen(monkeypatch, (GOING, GROUP))
    with answering("logs") as scope:
        result = ensure(given(check=True), scope.clients)
    assert result["changed"] is True
    assert [entry["name"] for entry in result["removed"]] == ["/ours"]
    assert [entry["reason"] for entry in result["kept"]] == ["is being deleted"]


def test_a_database_that_is_going_is_waited_for_before_anything_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = Found("db_snapshot", "one-final", "one-final", facts={"database": "one"})
    looks = seen(monkeypatch, (GOING,), (snapshot,))
    with answering("rds", GONE) as scope:
        result = ensure(given(), scope.clients)
    assert (result["changed"], result["removed"]) == (False, [])
    assert [(kept["kind"], kept["name"]) for kept in result["kept"]] == [("db_snapshot", "one-final")]
    assert [look.databases for look in looks] == [frozenset(), {"one"}]


def test_a_cluster_that_is_going_is_waited_for_too(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = seen(monkeypatch, (GOING_CLUSTER,), ())
    gone = Exchange("describe_db_clusters", {"DBClusterIdentifier": "two"}, refusal="DBClusterNotFoundFault")
    with answering("rds", gone) as scope:
        result = ensure(given(), scope.clients)
    assert (result["changed"], result["removed"], result["kept"]) == (False, [], [])
    assert [look.clusters for look in looks] == [frozenset(), {"two"}]


def test_options_that_aws_refuses_are_refused_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = seen(monkeypatch)
    with answering("logs") as scope, pytest.raises(Refused, match="secret_recovery_days: 6"):
        ensure(given(secret_recovery_days=6), scope.clients)
    assert looks == []


def test_what_forbids_the_teardown_forbids_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = Found("rds_instance", "stuck", "stuck", OWNER.tags(), {"status": "failed"})
    seen(monkeypatch, (stuck, GROUP))
    with answering("logs") as scope, pytest.raises(Refused, match="RDS takes no snapshot of stuck while it is failed"):
        ensure(given(), scope.clients)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"final_snapshot": True, "final_snapshot_name": "", "empty_bucket": False, "delete_key": False}),
        ({"final_snapshot": False}, {"final_snapshot": False}),
        ({"final_snapshot_name": "last"}, {"final_snapshot_name": "last"}),
        ({"empty_bucket": True}, {"empty_bucket": True}),
        ({"delete_key": True}, {"delete_key": True}),
        ({}, {"secret_recovery_days": 30, "key_pending_days": 30, "databases_going": frozenset()}),
        ({"secret_recovery_days": 7, "key_pending_days": 8}, {"secret_recovery_days": 7, "key_pending_days": 8}),
        ({"databases_going": ["one"]}, {"databases_going": frozenset({"one"})}),
    ],
)
def test_options(options: dict[str, Any], expected: dict[str, Any]) -> None:
    decided = stack_teardown.options(given(**options).params)
    assert {name: getattr(decided, name) for name in expected} == expected
    assert decided.now.tzinfo is not None

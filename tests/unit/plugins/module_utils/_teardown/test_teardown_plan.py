"""What a teardown decides, case by case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Options, Situation, Teardown
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.plan import plan

from tests.unit.plugins.module_utils._teardown.cases import (
    DATABASE,
    KEY,
    KEY_ARN,
    NOW,
    OWNER,
    decide,
    kept,
    ours,
    problem,
    removed,
    theirs,
)


def test_the_order_of_a_database() -> None:
    found = [
        KEY,
        ours("secret", "s"),
        ours("iam_role", "r"),
        ours("s3_bucket", "b"),
        ours("sns_topic", "t"),
        ours("rds_event_subscription", "e"),
        ours("dashboard", "d"),
        ours("log_group", "l"),
        ours("db_subnet_group", "sg"),
        ours("db_parameter_group", "pg"),
        DATABASE,
        ours("ssm_parameter", "p"),
        ours("metric_alarm", "a"),
        ours("composite_alarm", "c"),
    ]
    decided = decide(*found, delete_key=True, final_snapshot=False)
    assert [r.found.kind for r in decided.removals] == [
        "composite_alarm",
        "metric_alarm",
        "dashboard",
        "ssm_parameter",
        "rds_instance",
        "db_parameter_group",
        "db_subnet_group",
        "log_group",
        "rds_event_subscription",
        "sns_topic",
        "s3_bucket",
        "iam_role",
        "secret",
        "kms_key",
    ]


def test_replicas_go_before_the_database_they_follow_and_have_no_snapshot() -> None:
    replica = ours("rds_instance", "zz-replica", replica_of="db-retail-prod", status="available")
    decided = decide(DATABASE, replica)
    assert removed(decided) == ["rds_instance/zz-replica", "rds_instance/db-retail-prod"]
    assert [r.arguments.get("snapshot") for r in decided.removals] == [None, "db-retail-prod-final-20261120t2315z"]


def test_replicas_of_others_would_be_promoted_so_their_source_stays() -> None:
    decided = decide(DATABASE, theirs("rds_instance", "reports", replica_of="db-retail-prod"))
    (found,) = decided.problems
    assert (found.input, found.value) == ("rds_instance/db-retail-prod", "reports")
    assert found.message.startswith("replicate db-retail-prod and are not ours. AWS would promote them")


def test_a_final_snapshot_is_taken_and_kept_with_the_key() -> None:
    decided = decide(DATABASE, KEY)
    (going,) = decided.removals
    assert going.arguments == {"unprotect": True, "snapshot": "db-retail-prod-final-20261120t2315z"}
    snapshot = kept(decided, "db_snapshot")
    assert (snapshot.name, snapshot.detail) == (
        "db-retail-prod-final-20261120t2315z",
        "20 GiB, encrypted with alias/key-retail-prod",
    )
    assert kept(decided, "kms_key").reason == ("the snapshot needs it; -e delete_key=true after the snapshot is gone")


def test_without_a_final_snapshot_nothing_is_kept_of_the_database() -> None:
    decided = decide(DATABASE, final_snapshot=False)
    assert "snapshot" not in decided.removals[0].arguments
    assert decided.kept == ()


@pytest.mark.parametrize(
    ("existing", "expected"),
    [
        ((), "db-retail-prod-final-20261120t2315z"),
        (("",), "db-retail-prod-final-20261120t2315z-2"),
        (("", "-2"), "db-retail-prod-final-20261120t2315z-3"),
    ],
)
def test_final_snapshots_do_not_collide(existing: tuple[str, ...], expected: str) -> None:
    there = [theirs("db_snapshot", f"db-retail-prod-final-20261120t2315z{end}") for end in existing]
    assert decide(DATABASE, *there).removals[0].arguments["snapshot"] == expected


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("before-2027", ""),
        ("b" * 255, ""),
        ("b" * 256, "255 at most"),
        ("1st", "a letter first"),
        ("last-", "letters, digits and single hyphens"),
        ("double--hyphen", "letters, digits and single hyphens"),
        ("under_score", "letters, digits and single hyphens"),
        ("taken", "a snapshot of this name exists"),
    ],
)
def test_a_given_snapshot_name_is_checked(name: str, message: str) -> None:
    decided = decide(DATABASE, theirs("db_snapshot", "taken"), final_snapshot_name=name)
    if message:
        given, text = problem(decided)
        assert given == "final_snapshot_name"
        assert message in text
    else:
        assert decided.removals[0].arguments["snapshot"] == name
        assert decided.problems == ()


def test_one_snapshot_name_is_not_enough_for_two_databases() -> None:
    other = ours("rds_instance", "db-second", status="available")
    assert "2 databases (db-retail-prod, db-second)" in problem(decide(DATABASE, other, final_snapshot_name="x"))[1]


def test_a_snapshot_name_without_a_database_to_take_is_no_problem() -> None:
    assert decide(ours("iam_role", "r"), theirs("db_snapshot", "taken"), final_snapshot_name="taken").problems == ()


@pytest.mark.parametrize("status", ["failed", "incompatible-restore", "incompatible-network"])
def test_no_final_snapshot_of_a_broken_database(status: str) -> None:
    broken = ours("rds_instance", "db-retail-prod", status=status)
    given, text = problem(decide(broken))
    assert given == "final_snapshot"
    assert status in text
    assert "-e final_snapshot=false" in text
    assert removed(decide(broken, final_snapshot=False)) == ["rds_instance/db-retail-prod"]


def test_a_database_that_is_going_already_is_only_listed() -> None:
    decided = decide(ours("rds_instance", "db-retail-prod", status="deleting"))
    assert removed(decided) == []
    assert kept(decided, "rds_instance").reason == "is being deleted"


@pytest.mark.parametrize(
    ("facts", "empty", "goes", "holds"),
    [
        ({"objects": 0}, False, True, ""),
        ({"objects": 1}, False, False, "1 object version"),
        ({"objects": 3}, False, False, "3 object versions"),
        ({"objects": 1000, "more": True}, False, False, "more than 1000 object versions"),
        ({"objects": 3}, True, True, ""),
    ],
)
def test_a_bucket_goes_when_it_is_empty_or_may_be_emptied(
    facts: dict[str, Any], empty: bool, goes: bool, holds: str
) -> None:
    decided = decide(ours("s3_bucket", "backup", **facts), empty_bucket=empty)
    assert bool(decided.removals) == goes
    assert [k.detail for k in decided.kept] == ([] if goes else [holds])


@pytest.mark.parametrize("kind", ["db_parameter_group", "db_subnet_group", "iam_role"])
def test_groups_and_roles_that_a_database_of_others_has_stay(kind: str) -> None:
    user = theirs("rds_instance", "restored", uses=frozenset({"shared"}))
    mine = ours("rds_instance", "db-retail-prod", uses=frozenset({"shared", "own"}), replica_of="x")
    decided = decide(user, mine, ours(kind, "shared"), ours(kind, "own"))
    assert removed(decided) == ["rds_instance/db-retail-prod", f"{kind}/own"]
    assert kept(decided, kind).reason == "used by database restored, not ours"


def test_a_secret_is_removed_and_listed_as_recoverable() -> None:
    decided = decide(ours("secret", "s"), secret_recovery_days=7)
    assert [r.arguments for r in decided.removals] == [{"days": 7}]
    assert kept(decided, "secret").until == NOW + timedelta(days=7)


def test_a_secret_pending_deletion_is_only_listed() -> None:
    on = NOW + timedelta(days=3)
    decided = decide(ours("secret", "s", deletes_on=on))
    assert decided.removals == ()
    assert kept(decided, "secret").as_dict() == {
        "kind": "secret",
        "name": "s",
        "detail": "",
        "reason": "recoverable",
        "until": "2026-11-23",
        "owned": True,
    }


def test_log_groups_that_rds_made_for_our_database_are_ours() -> None:
    group = Found("log_group", "/aws/rds/instance/db-retail-prod/postgresql", "id", {}, {"database": "db-retail-prod"})
    assert removed(decide(DATABASE, group)) == [
        "rds_instance/db-retail-prod",
        "log_group//aws/rds/instance/db-retail-prod/postgresql",
    ]
    gone = Situation(OWNER, Options(NOW), (group,), databases=frozenset({"db-retail-prod"}))
    assert len(plan("database", gone).removals) == 1
    assert plan("database", Situation(OWNER, Options(NOW), (group,))).removals == ()
    claimed = Found("log_group", group.name, "id", {"owner": "audit"}, group.facts)
    assert len(decide(DATABASE, claimed).removals) == 1


def test_what_has_our_name_and_not_our_tags_is_left_and_listed() -> None:
    decided = decide(theirs("iam_role", "role-retail-prod"), names={"iam_role": frozenset({"role-retail-prod"})})
    left = kept(decided, "iam_role")
    assert decided.removals == ()
    assert left.owned is False
    assert left.reason == "not tagged pgfleet:system=retail and pgfleet:suffix=prod, so not ours: left alone"


def test_what_is_not_ours_and_not_named_is_not_mentioned() -> None:
    assert decide(theirs("iam_role", "role-retail-prod2"), theirs("sns_topic", "t")) == Teardown()


def test_a_kind_that_cannot_be_removed_is_listed_and_holds_the_key() -> None:
    decided = decide(ours("rds:cluster", "aurora", kms_key=KEY_ARN), KEY)
    assert "has to be removed by hand" in kept(decided, "rds:cluster").reason
    assert "the rds:cluster needs it" in kept(decided, "kms_key").reason


@pytest.mark.parametrize(
    ("options", "refused"),
    [
        ({}, []),
        ({"secret_recovery_days": 7, "key_pending_days": 30}, []),
        ({"secret_recovery_days": 6}, ["secret_recovery_days"]),
        ({"secret_recovery_days": 31, "key_pending_days": 0}, ["secret_recovery_days", "key_pending_days"]),
    ],
)
def test_days_are_those_that_aws_takes(options: dict[str, Any], refused: list[str]) -> None:
    assert [p.input for p in Options(NOW, **options).problems()] == refused


def test_databases_that_are_going_are_ours_and_deleting() -> None:
    found = (
        DATABASE,
        ours("rds_instance", "going", status="deleting"),
        theirs("rds_instance", "theirs", status="deleting"),
    )
    assert Situation(OWNER, Options(NOW), found).going("rds_instance") == ["going"]


def test_what_stands_in_the_place_of_our_outputs_is_listed_whoevers_it_is() -> None:
    decided = decide(theirs("ssm_parameter", "/pgfleet/retail/prod/x", in_our_place=True))
    assert kept(decided, "ssm_parameter").owned is False

"""What a teardown decides, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import (
    Found,
    Kept,
    Options,
    Situation,
    Teardown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.plan import plan
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.rules_database import uses

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


def test_the_order_of_a_database() -> None:
    found = [
        KEY,
        ours("secret", "s"),
        ours("iam_role", "r"),
        ours("s3_bucket", "b"),
        ours("sns_topic", "t"),
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
        "ssm_parameter",
        "rds_instance",
        "db_parameter_group",
        "db_subnet_group",
        "log_group",
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


@pytest.mark.parametrize(
    ("holder", "options"),
    [
        (ours("db_snapshot", "manual", kms_key=KEY_ARN), {}),
        (ours("automated_backup", "db-retail-prod", kms_key=KEY_ARN), {}),
        (ours("s3_bucket", "backup", objects=1, kms_key="alias/key-retail-prod"), {}),
        (ours("secret", "s", kms_key="1234abcd"), {"key_pending_days": 7}),
        (theirs("secret", "s", kms_key=KEY_ARN), {}),
        (theirs("db_snapshot", "theirs", kms_key=KEY_ARN), {}),
        (theirs("rds_instance", "theirs", kms_key=KEY_ARN), {}),
        (DATABASE, {}),
    ],
)
def test_a_key_stays_while_something_that_stays_needs_it(holder: Found, options: dict[str, Any]) -> None:
    decided = decide(holder, KEY, **options)
    assert "kms_key/alias/key-retail-prod" not in removed(decided)
    assert " needs it; -e delete_key=true after the " in kept(decided, "kms_key").reason
    given, text = problem(decide(holder, KEY, delete_key=True, **options))
    assert given == "delete_key"
    assert "would be unreadable. Run without delete_key" in text


@pytest.mark.parametrize(
    "harmless",
    [
        ours("s3_bucket", "backup", objects=0, kms_key=KEY_ARN),
        # Both can be brought back as long as the key is only scheduled for deletion.
        ours("secret", "s", kms_key=KEY_ARN),
        ours("secret", "s", kms_key=KEY_ARN, deletes_on=NOW + timedelta(days=30)),
        theirs("db_snapshot", "theirs", kms_key="arn:aws:kms:us-west-2:123456789012:key/other"),
        theirs("db_snapshot", "theirs", kms_key=None),
    ],
)
def test_a_key_that_nothing_lasting_needs_goes_when_asked_for(harmless: Found) -> None:
    assert kept(decide(harmless, KEY), "kms_key").reason == "nothing needs it; -e delete_key=true deletes it"
    decided = decide(harmless, KEY, delete_key=True)
    assert decided.removals[-1].found == KEY
    assert decided.removals[-1].arguments == {"days": 30, "aliases": ("alias/key-retail-prod",)}
    assert kept(decided, "kms_key").until == NOW + timedelta(days=30)


def test_a_refusal_to_delete_the_key_names_every_way_out() -> None:
    holders = (
        DATABASE,
        ours("s3_bucket", "backup", objects=2, kms_key=KEY_ARN),
        ours("secret", "s", kms_key=KEY_ARN, deletes_on=NOW + timedelta(days=31)),
        theirs("db_snapshot", "theirs", kms_key=KEY_ARN),
    )
    text = problem(decide(*holders, KEY, delete_key=True))[1]
    for way in ("final_snapshot=false", "empty_bucket=true", "key_pending_days", "move what is theirs"):
        assert way in text
    for name in ("db-retail-prod-final-20261120t2315z", "bucket backup", "secret s", "snapshot theirs"):
        assert name in text


def test_a_key_pending_deletion_is_only_listed_even_with_delete_key() -> None:
    pending = Found("kms_key", "1234abcd", KEY_ARN, OWNER.tags(), {"deletes_on": NOW + timedelta(days=9)})
    decided = decide(pending, ours("db_snapshot", "manual", kms_key=KEY_ARN), delete_key=True)
    assert decided.removals == ()
    assert decided.problems == ()
    assert kept(decided, "kms_key").as_dict()["until"] == "2026-11-29"


@pytest.mark.parametrize(
    ("named", "same"),
    [
        (KEY_ARN, True),
        ("1234abcd", True),
        ("alias/key-retail-prod", True),
        ("arn:aws:kms:us-west-2:123456789012:alias/key-retail-prod", True),
        ("arn:aws:kms:us-west-2:123456789012:key/1234abcd2", False),
        ("alias/key-retail-prod2", False),
        ("alias/aws/s3", False),
        ("", False),
        (None, False),
    ],
)
def test_a_key_is_recognised_in_each_spelling(named: str | None, same: bool) -> None:
    assert uses(named, KEY) is same


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


def test_all_that_needs_a_key_is_counted() -> None:
    holders = [ours("db_snapshot", name, kms_key=KEY_ARN) for name in ("one", "two")]
    decided = decide(*holders, ours("s3_bucket", "backup", objects=1, kms_key=KEY_ARN), KEY)
    assert kept(decided, "kms_key").reason == (
        "2 snapshots and the bucket need it; -e delete_key=true after these are gone"
    )


VPC = ours("vpc", "vpc-retail-prod")
NETWORK = (
    VPC,
    ours("subnet", "subnet-a", vpc_id=VPC.id),
    ours("route_table", "table-a", vpc_id=VPC.id),
    ours("security_group", "database", vpc_id=VPC.id),
    ours("gateway_endpoint", "s3", vpc_id=VPC.id),
)


def test_the_order_of_a_network() -> None:
    kinds = ["gateway_endpoint", "security_group", "route_table", "subnet", "vpc"]
    assert [r.found.kind for r in decide(*NETWORK, scope="network").removals] == kinds


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        (theirs("rds_instance", "db-other", vpc_id=VPC.id, status="available"), "database db-other (available)"),
        (ours("rds_instance", "db-retail-prod", vpc_id=VPC.id, status="deleting"), "db-retail-prod (deleting)"),
        (theirs("rds_cluster", "cluster", vpc_id=VPC.id, status="available"), "rds cluster cluster (available)"),
        (
            Found(
                "network_interface",
                "eni-1",
                "eni-1",
                {},
                {"vpc_id": VPC.id, "description": "web", "attached_to": "i-1"},
            ),
            "network interface eni-1 (web, i-1)",
        ),
        (ours("nat_gateway", "nat-1", vpc_id=VPC.id), "nat gateway nat-1"),
        (Found("internet_gateway", "main", "igw-1", {}, {"vpc_id": VPC.id}), "internet gateway main (igw-1)"),
        (theirs("security_group", "web", vpc_id=VPC.id), "security group web"),
        (theirs("subnet", "web-a", vpc_id=VPC.id), "subnet web-a"),
    ],
)
def test_a_network_in_use_is_refused_naming_who_uses_it(user: Found, shown: str) -> None:
    decided = decide(*NETWORK, scope="network", users=(user,))
    given, text = problem(decided)
    assert given == "network vpc-retail-prod"
    assert shown in text


@pytest.mark.parametrize(
    "user",
    [
        theirs("rds_instance", "db-other", vpc_id="vpc-other"),
        theirs("rds_instance", "db-going", vpc_id=VPC.id),
        Found("network_interface", "eni-1", "eni-1", {}, {"vpc_id": VPC.id, "requester": "amazon-rds"}),
    ],
)
def test_what_does_not_keep_a_network(user: Found) -> None:
    decided = decide(*NETWORK, scope="network", users=(user,), databases_going=frozenset({"db-going"}))
    assert decided.problems == ()
    assert len(decided.removals) == len(NETWORK)


def test_things_of_ours_in_a_network_of_others_go_and_do_not_ask_about_it() -> None:
    group = ours("security_group", "database", vpc_id="vpc-shared")
    other = theirs("rds_instance", "db-other", vpc_id="vpc-shared")
    decided = decide(group, scope="network", users=(other,))
    assert decided.problems == ()
    assert removed(decided) == ["security_group/database"]

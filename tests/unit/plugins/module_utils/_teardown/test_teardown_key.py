"""When a key may go: not while anything that stays is unreadable without it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import FOR_TOPICS, USE_TAG, Found
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.rules_database import uses

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


def test_all_that_needs_a_key_is_counted() -> None:
    holders = [ours("db_snapshot", name, kms_key=KEY_ARN) for name in ("one", "two")]
    decided = decide(*holders, ours("s3_bucket", "backup", objects=1, kms_key=KEY_ARN), KEY)
    assert kept(decided, "kms_key").reason == (
        "2 snapshots and the bucket need it; -e delete_key=true after these are gone"
    )


TOPIC_KEY_ARN = "arn:aws:kms:us-west-2:123456789012:key/topic"
TOPIC_KEY = Found(
    "kms_key",
    "alias/topic-retail-prod",
    TOPIC_KEY_ARN,
    OWNER.tags() | {USE_TAG: FOR_TOPICS},
    {"aliases": ("alias/topic-retail-prod",)},
)


@pytest.mark.parametrize("options", [{}, {"delete_key": True}])
def test_the_key_of_a_topic_goes_unasked_and_is_listed_until_it_is_gone(options: dict[str, Any]) -> None:
    topic = ours("sns_topic", "t", kms_key=TOPIC_KEY_ARN)
    decided = decide(topic, ours("db_snapshot", "manual", kms_key=KEY_ARN), TOPIC_KEY, key_pending_days=7, **options)
    assert removed(decided) == ["sns_topic/t", "kms_key/alias/topic-retail-prod"]
    assert decided.removals[1].arguments == {"days": 7, "aliases": ("alias/topic-retail-prod",)}
    listed = kept(decided, "kms_key")
    assert (listed.reason, listed.detail, listed.until) == ("recoverable", "id topic", NOW + timedelta(days=7))


def test_the_keys_of_a_database_and_of_its_topic_are_decided_by_themselves() -> None:
    decided = decide(KEY, ours("db_snapshot", "manual", kms_key=KEY_ARN), TOPIC_KEY)
    assert removed(decided) == ["kms_key/alias/topic-retail-prod"]
    assert {k.name: k.reason for k in decided.kept if k.kind == "kms_key"} == {
        "alias/key-retail-prod": "the snapshot needs it; -e delete_key=true after the snapshot is gone",
        "alias/topic-retail-prod": "recoverable",
    }


def test_the_key_of_a_topic_stays_while_a_topic_of_others_needs_it() -> None:
    decided = decide(theirs("sns_topic", "theirs", kms_key=TOPIC_KEY_ARN), TOPIC_KEY)
    assert removed(decided) == []
    assert kept(decided, "kms_key").reason == "the topic needs it; -e delete_key=true after the topic is gone"

"""An event subscription, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.rds_event_subscription import SPEC, ensure

from tests.unit.modules import Asked, asked
from tests.unit.stubs import Exchange, account

ARN = "arn:aws:rds:us-west-2:123456789012:es:a"
TOPIC = "arn:aws:sns:us-west-2:123456789012:alerts"
NAMED = {"SubscriptionName": "a"}
TAGS = Exchange("list_tags_for_resource", {"ResourceName": ARN}, {"TagList": []})
GONE = Exchange("describe_event_subscriptions", NAMED, refusal="SubscriptionNotFound")
DISABLED = Exchange("modify_event_subscription", {**NAMED, "Enabled": False})


def raw(status: str = "active", **members: Any) -> dict[str, Any]:
    needed = {"CustSubscriptionId": "a", "SnsTopicArn": TOPIC, "Enabled": True, "EventSubscriptionArn": ARN}
    return {**needed, "Status": status, **members}


def described(status: str = "active", **members: Any) -> Exchange:
    return Exchange("describe_event_subscriptions", NAMED, {"EventSubscriptionsList": [raw(status, **members)]})


CREATED = Exchange("create_event_subscription", {**NAMED, "SnsTopicArn": TOPIC}, {"EventSubscription": raw("creating")})


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> tuple[dict[str, Any], Asked]:
    module = asked(SPEC, check=check, name="a", **options)
    with account({"rds": requests}) as scope:
        return ensure(module, scope.clients), module


def test_a_new_subscription() -> None:
    result, module = ensured(GONE, CREATED, described(), described(), sns_topic_arn=TOPIC)
    assert (result["changed"], result["name"], result["arn"], result["status"]) == (True, "a", ARN, "active")
    assert module.warnings == []


def test_check_mode_of_a_new_subscription_knows_nothing_of_it() -> None:
    result, _ = ensured(GONE, check=True, sns_topic_arn=TOPIC)
    assert (result["changed"], result["arn"]) == (True, KNOWN_AFTER_APPLY)
    assert "status" not in result


def test_a_new_subscription_needs_a_topic() -> None:
    with pytest.raises(Refused, match="is needed for a subscription that does not exist yet"):
        ensured(GONE)


def test_a_subscription_as_wanted() -> None:
    result, _ = ensured(described(), TAGS, enabled=True)
    assert (result["changed"], result["plan"], result["status"]) == (False, [], "active")


def test_one_that_posts_nothing_is_warned_of() -> None:
    result, module = ensured(described("topic-not-exist"), TAGS)
    assert (result["changed"], result["status"]) == (False, "topic-not-exist")
    assert module.warnings == [
        "The event subscription a posts nothing: its topic does not exist any more: give another sns_topic_arn."
    ]


def test_what_a_killed_run_has_begun_is_awaited_before_a_change() -> None:
    looks = (described(), described(), TAGS)
    result, _ = ensured(described("creating"), TAGS, *looks, DISABLED, described(), described(), enabled=False)
    assert (result["changed"], result["status"]) == (True, "active")


@pytest.mark.parametrize("topic", [TOPIC, f"{TOPIC}-old"])
def test_what_a_killed_run_has_deleted_is_made_anew(topic: str) -> None:
    going = described("deleting", SnsTopicArn=topic)
    result, _ = ensured(going, TAGS, GONE, GONE, CREATED, described(), described(), sns_topic_arn=TOPIC)
    assert (result["changed"], [entry["action"] for entry in result["plan"]]) == (True, ["create"])


def test_without_wait_nothing_is_awaited() -> None:
    result, _ = ensured(described("modifying"), TAGS, DISABLED, described("modifying"), enabled=False, wait=False)
    assert (result["changed"], result["status"]) == (True, "modifying")


@pytest.mark.parametrize("check", [False, True])
def test_deletion(check: bool) -> None:
    delete = [] if check else [Exchange("delete_event_subscription", NAMED), GONE]
    result, _ = ensured(described(), TAGS, *delete, check=check, state="absent")
    assert (result["changed"], [entry["action"] for entry in result["plan"]]) == (True, ["delete"])
    assert not {"arn", "status"} & result.keys()


def test_one_that_is_being_deleted_is_deleted_no_second_time() -> None:
    assert ensured(described("deleting"), TAGS, GONE, GONE, state="absent")[0]["changed"] is False

"""Reads of topics, with their subscriptions and tags."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.sns import (
    observe_topics,
    verify_planned_topic,
    verify_topic,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

from tests.unit.stubs import OWNER, Exchange, account, answering

NAME = "topic-retail-prod"
ARN = f"arn:aws:sns:us-west-2:123456789012:{NAME}"
EMAIL = {"Protocol": "email", "Endpoint": "dba@example.com", "SubscriptionArn": "PendingConfirmation"}
HTTPS = {"Protocol": "https", "Endpoint": "https://example.com", "SubscriptionArn": f"{ARN}:1"}
ATTRIBUTES = Exchange(
    "get_topic_attributes", {"TopicArn": ARN}, {"Attributes": {"TopicArn": ARN, "DisplayName": "Retail"}}
)


def subscriptions(*found: dict[str, str], token: str = "", more: str = "") -> Exchange:
    asked = {"TopicArn": ARN} | ({"NextToken": token} if token else {})
    return Exchange(
        "list_subscriptions_by_topic", asked, {"Subscriptions": list(found)} | ({"NextToken": more} if more else {})
    )


def test_a_topic_with_all_pages_of_its_subscriptions() -> None:
    tags = [{"Key": key, "Value": value} for key, value in OWNER.tags().items()]
    tagged = Exchange("list_tags_for_resource", {"ResourceArn": ARN}, {"Tags": tags})
    pages = [subscriptions(EMAIL, more="next"), subscriptions(HTTPS, token="next")]
    with answering("sns", ATTRIBUTES, *pages, tagged) as scope:
        (found,) = observe_topics(scope, [Desired("sns_topic", NAME), Desired("sns_topic", NAME)])
    assert (found.name, found.tags, found.properties["display_name"]) == (NAME, OWNER.tags(), "Retail")
    assert found.properties["subscriptions"] == [
        {"protocol": "email", "endpoint": "dba@example.com"},
        {"protocol": "https", "endpoint": "https://example.com"},
    ]
    assert found.attributes == {
        "arn": ARN,
        "pending_subscriptions": [{"protocol": "email", "endpoint": "dba@example.com"}],
        "_subscription_arns": {
            ("email", "dba@example.com"): "PendingConfirmation",
            ("https", "https://example.com"): f"{ARN}:1",
        },
    }


def test_no_topic() -> None:
    with answering("sns", Exchange("get_topic_attributes", {"TopicArn": ARN}, refusal="NotFound")) as scope:
        assert list(observe_topics(scope, [Desired("sns_topic", NAME)])) == []


def test_a_topic_that_cannot_be_read() -> None:
    refused = Exchange("get_topic_attributes", {"TopicArn": ARN}, refusal="AuthorizationError")
    with answering("sns", refused) as scope, pytest.raises(AwsError, match=NAME):
        list(observe_topics(scope, [Desired("sns_topic", NAME)]))


def test_subscriptions_of_several_topics_are_read_at_once() -> None:
    other = f"{ARN}-b"
    more = {"TopicArn": other}
    both = [EMAIL | {"TopicArn": ARN}, HTTPS | {"TopicArn": other}]
    asked = [
        ATTRIBUTES,
        Exchange("list_subscriptions", {}, {"Subscriptions": both}),
        Exchange("list_tags_for_resource", {"ResourceArn": ARN}, {"Tags": []}),
        Exchange("get_topic_attributes", more, {"Attributes": more}),
        Exchange("list_tags_for_resource", {"ResourceArn": other}, {"Tags": []}),
    ]
    with answering("sns", *asked) as scope:
        found = list(observe_topics(scope, [Desired("sns_topic", NAME), Desired("sns_topic", f"{NAME}-b")]))
    assert [[one["protocol"] for one in topic.properties["subscriptions"]] for topic in found] == [["email"], ["https"]]


KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
TOPIC_POLICY = {
    "Statement": {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish"}
}
OURS = [{"TagKey": key, "TagValue": value} for key, value in OWNER.tags().items()]


def described(**more: str) -> Exchange:
    metadata = {"KeyId": "1", "Arn": KEY, "KeyState": "Enabled", "KeyManager": "CUSTOMER"} | more
    return Exchange("describe_key", {"KeyId": KEY}, {"KeyMetadata": metadata})


def tagged(tags: list[dict[str, str]]) -> Exchange:
    return Exchange("list_resource_tags", {"KeyId": "1"}, {"Tags": tags})


def key_policy(refusal: str = "") -> Exchange:
    asked = {"KeyId": "1", "PolicyName": "default"}
    return Exchange("get_key_policy", asked, {"Policy": '{"Statement": []}'}, refusal)


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        ([described(), tagged([]), key_policy()], ["does not let cloudwatch.amazonaws.com use it"]),
        ([described(), tagged(OURS)], []),
        ([described(KeyState="Disabled"), tagged(OURS)], ["is Disabled"]),
        ([described(KeyManager="AWS")], ["alarms are lost silently"]),
        ([described(), tagged([]), key_policy("AccessDeniedException")], []),
        ([Exchange("describe_key", {"KeyId": KEY}, refusal="NotFoundException")], ["is no key that can be read here"]),
        ([Exchange("describe_key", {"KeyId": KEY}, refusal="AccessDeniedException")], ["kms:DescribeKey on it"]),
    ],
)
def test_the_key_of_a_topic_is_looked_into(requests: list[Exchange], said: list[str]) -> None:
    """But for what is in the policy of a key of ours, which is planned by itself."""
    wanted = Desired("sns_topic", NAME, {"kms_key_id": KEY, "policy": TOPIC_POLICY})
    with account({"kms": requests}) as scope:
        problems = [str(problem) for problem in verify_topic(scope, wanted, None)]
    assert len(problems) == len(said)
    for problem, part in zip(problems, said, strict=True):
        assert part in problem


@pytest.mark.parametrize(("tags", "said"), [(OURS, 0), ([], 2)])
def test_a_key_of_ours_is_enabled_by_its_own_plan(tags: list[dict[str, str]], said: int) -> None:
    wanted = Desired("sns_topic", NAME, {"kms_key_id": KEY, "policy": TOPIC_POLICY})
    requests = [described(KeyState="Disabled"), tagged(tags), *([] if tags else [key_policy()])]
    with account({"kms": requests}) as scope:
        assert len(list(verify_planned_topic(scope, wanted, None))) == said


@pytest.mark.parametrize("key", [None, "", "(known after apply)"])
def test_no_key_and_one_that_is_yet_to_be_made_need_no_look(key: str | None) -> None:
    with account({}) as scope:
        assert list(verify_topic(scope, Desired("sns_topic", NAME, {"kms_key_id": key}), None)) == []

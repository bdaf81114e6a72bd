"""The writes of sns_topic."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.topic import apply_topic
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.sns_topic import SNS_TOPIC, from_aws, plan_sns_topic
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, removal

from tests.unit.stubs import Exchange, answering

NAME = "topic-retail-prod"
ARN = f"arn:aws:sns:us-west-2:123456789012:{NAME}"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
POLICY = {"Version": "2012-10-17", "Statement": []}
DBA = {"protocol": "email", "endpoint": "dba@example.com"}
OPS = {"protocol": "email", "endpoint": "ops@example.com"}
PAGES = {"protocol": "sqs", "endpoint": "arn:aws:sqs:us-west-2:123456789012:pages"}


def seen(tags: dict[str, str] | None = None, **attributes: str) -> Observed:
    """A topic that DBA waits to confirm, and OPS has."""
    subscriptions = [
        {"Protocol": "email", "Endpoint": DBA["endpoint"], "SubscriptionArn": "PendingConfirmation"},
        {"Protocol": "email", "Endpoint": OPS["endpoint"], "SubscriptionArn": f"{ARN}:ops"},
    ]
    return from_aws(ARN, attributes, subscriptions, tags or {})


def wanted(name: str = NAME, tags: dict[str, str] | None = None, **properties: Any) -> Desired:
    return Desired("sns_topic", name, properties, tags or {})


def applied(desired: Desired, observed: Observed | None, *exchanges: Exchange) -> str | None:
    plan = plan_sns_topic(SNS_TOPIC, desired, observed)
    with answering("sns", *exchanges) as scope:
        return apply_topic(scope.clients("sns"), desired, observed, plan)


def subscribe(subscription: dict[str, str]) -> Exchange:
    asked = {"Protocol": subscription["protocol"], "Endpoint": subscription["endpoint"]}
    return Exchange("subscribe", {"TopicArn": ARN, **asked}, {"SubscriptionArn": "pending confirmation"})


def unsubscribe(arn: str, refusal: str = "") -> Exchange:
    return Exchange("unsubscribe", {"SubscriptionArn": arn}, refusal=refusal)


def attribute(name: str, value: str) -> Exchange:
    return Exchange("set_topic_attributes", {"TopicArn": ARN, "AttributeName": name, "AttributeValue": value})


def test_a_new_topic_is_encrypted_and_shut_before_anybody_subscribes() -> None:
    desired = wanted(tags={"a": "b"}, display_name="Alerts", kms_key_id=KEY, policy=POLICY, subscriptions=[DBA, PAGES])
    asked = {
        "Name": NAME,
        "Attributes": {"DisplayName": "Alerts", "KmsMasterKeyId": KEY, "Policy": json.dumps(POLICY)},
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    create = Exchange("create_topic", asked, {"TopicArn": ARN})
    assert applied(desired, None, create, subscribe(DBA), subscribe(PAGES)) == ARN


@pytest.mark.parametrize(("name", "more"), [("plain", {}), ("orders.fifo", {"FifoTopic": "true"})])
def test_what_is_empty_is_left_to_aws(name: str, more: dict[str, str]) -> None:
    create = Exchange("create_topic", {"Name": name, "Attributes": more, "Tags": []}, {"TopicArn": ARN})
    assert applied(wanted(name, display_name="", kms_key_id="", subscriptions=[]), None, create) == ARN


@pytest.mark.parametrize(
    ("attributes", "properties", "request_"),
    [
        ({"DisplayName": "Old"}, {"display_name": "New"}, attribute("DisplayName", "New")),
        ({}, {"kms_key_id": KEY}, attribute("KmsMasterKeyId", KEY)),
        ({"KmsMasterKeyId": KEY}, {"kms_key_id": ""}, attribute("KmsMasterKeyId", "")),
        ({"Policy": "{}"}, {"policy": POLICY}, attribute("Policy", json.dumps(POLICY))),
    ],
)
def test_each_attribute_is_changed_by_itself(
    attributes: dict[str, str], properties: dict[str, Any], request_: Exchange
) -> None:
    assert applied(wanted(**properties), seen(None, **attributes), request_) == ARN


def test_new_subscribers_come_before_old_ones_go() -> None:
    assert applied(wanted(subscriptions=[PAGES]), seen(), subscribe(PAGES), unsubscribe(f"{ARN}:ops")) == ARN
    gone = unsubscribe(f"{ARN}:ops", refusal="NotFound")
    assert applied(wanted(subscriptions=[DBA]), seen(), gone) == ARN


def test_tags_by_themselves() -> None:
    tags = Exchange("tag_resource", {"ResourceArn": ARN, "Tags": [{"Key": "a", "Value": "2"}]})
    untag = Exchange("untag_resource", {"ResourceArn": ARN, "TagKeys": ["b"]})
    assert applied(wanted(tags={"a": "2"}), seen({"a": "1", "b": "1"}), tags, untag) == ARN


@pytest.mark.parametrize("refusal", ["", "NotFound"])
def test_deletion(refusal: str) -> None:
    observed = seen()
    with answering("sns", Exchange("delete_topic", {"TopicArn": ARN}, refusal=refusal)) as scope:
        assert apply_topic(scope.clients("sns"), wanted(), observed, removal(observed)) is None

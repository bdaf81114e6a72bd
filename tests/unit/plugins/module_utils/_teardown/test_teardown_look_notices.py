"""What a teardown reads of topics and of the subscriptions of RDS events to them."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import look_notices
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

from tests.unit.stubs import OWNER, Exchange, answering

TAGS = OWNER.tags()
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"


def look(scope: Scope, **known: Any) -> Look:
    return Look(scope.clients, OWNER, **known)


def arn(name: str) -> str:
    return f"arn:aws:service:us-west-2:123456789012:{name}"


def test_topics_with_their_keys() -> None:
    def read(name: str, attributes: dict[str, str], refusal: str = "") -> list[Exchange]:
        return [
            Exchange("list_tags_for_resource", {"ResourceArn": arn(name)}, {"Tags": TAG_LIST}),
            Exchange("get_topic_attributes", {"TopicArn": arn(name)}, {"Attributes": attributes}, refusal),
        ]

    listed = [{"TopicArn": arn(name)} for name in ("with-prod", "of-others", "bare-prod", "went-prod")]
    exchanges = (
        Exchange("list_topics", {}, {"Topics": listed}),
        *read("with-prod", {"KmsMasterKeyId": KEY}),
        *read("bare-prod", {"KmsMasterKeyId": ""}),
        *read("went-prod", {}, "NotFound"),
    )
    with answering("sns", *exchanges) as scope:
        found = list(look_notices.topics(look(scope)))
    keys = {"with-prod": KEY, "bare-prod": None, "went-prod": None}
    assert found == [Found("sns_topic", name, arn(name), TAGS, {"kms_key": key}) for name, key in keys.items()]


def test_event_subscriptions() -> None:
    listed = [
        {"CustSubscriptionId": name, "EventSubscriptionArn": arn(name)}
        for name in ("events-prod", "of-others", "went-prod")
    ]
    exchanges = (
        Exchange("describe_event_subscriptions", {}, {"EventSubscriptionsList": listed}),
        Exchange("list_tags_for_resource", {"ResourceName": arn("events-prod")}, {"TagList": TAG_LIST}),
        Exchange("list_tags_for_resource", {"ResourceName": arn("went-prod")}, refusal="SubscriptionNotFound"),
    )
    with answering("rds", *exchanges) as scope:
        found = list(look_notices.event_subscriptions(look(scope)))
    assert found == [Found("rds_event_subscription", "events-prod", "events-prod", TAGS)]

"""Reads of event subscriptions, and of the categories that AWS has."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._observers.event_subscriptions import (
    EVENT_SUBSCRIPTION,
    observe_event_subscriptions,
    verify_event_subscription,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import Exchange, answering

ARN = "arn:aws:rds:us-west-2:123456789012:es:"
CATEGORIES = Exchange(
    "describe_event_categories",
    {"SourceType": "db-instance"},
    {"EventCategoriesMapList": [{"SourceType": "db-instance", "EventCategories": ["failure", "failover"]}]},
)


def wanted(name: str, **properties: Any) -> Desired:
    return Desired(EVENT_SUBSCRIPTION.kind.name, name, properties)


def raw(name: str, **members: Any) -> dict[str, Any]:
    needed = {"SnsTopicArn": "arn", "Status": "active", "Enabled": True, "EventSubscriptionArn": ARN + name}
    return {"CustSubscriptionId": name, **needed, **members}


def tags(name: str) -> Exchange:
    return Exchange("list_tags_for_resource", {"ResourceName": ARN + name}, {"TagList": [{"Key": "A", "Value": name}]})


def observed(*exchanges: Exchange, asked: list[Desired]) -> list[Observed]:
    with answering("rds", *exchanges) as scope:
        return list(observe_event_subscriptions(scope, asked))


def test_one_is_asked_for_by_name() -> None:
    answer = {"EventSubscriptionsList": [raw("retail")]}
    described = Exchange("describe_event_subscriptions", {"SubscriptionName": "Retail"}, answer)
    (found,) = observed(described, tags("retail"), asked=[wanted("Retail")])
    assert (found.name, found.tags) == ("Retail", {"A": "retail"})


def test_one_that_is_not_there() -> None:
    gone = Exchange("describe_event_subscriptions", {"SubscriptionName": "retail"}, refusal="SubscriptionNotFound")
    assert observed(gone, asked=[wanted("retail")]) == []


def test_several_are_found_in_the_pages_of_all() -> None:
    pages = (
        Exchange("describe_event_subscriptions", {}, {"EventSubscriptionsList": [raw("a"), raw("x")], "Marker": "m"}),
        Exchange("describe_event_subscriptions", {"Marker": "m"}, {"EventSubscriptionsList": [raw("b")]}),
    )
    found = observed(*pages, tags("a"), tags("b"), asked=[wanted("a"), wanted("b"), wanted("c")])
    assert [each.name for each in found] == ["a", "b"]


def test_all_categories_are_asked_for_only_where_all_are_wanted() -> None:
    narrow = raw("a", SourceType="db-instance", EventCategoriesList=["failover", "failure"])
    described = Exchange(
        "describe_event_subscriptions", {"SubscriptionName": "a"}, {"EventSubscriptionsList": [narrow]}
    )
    (found,) = observed(described, tags("a"), CATEGORIES, asked=[wanted("a", event_categories=[])])
    assert found.properties["event_categories"] == []
    (found,) = observed(described, tags("a"), asked=[wanted("a", event_categories=["failure"])])
    assert found.properties["event_categories"] == ["failover", "failure"]


def test_verification_asks_for_the_categories_once() -> None:
    bad = wanted("a", sns_topic_arn="arn", source_type="db-instance", event_categories=["fail"])
    with answering("rds", CATEGORIES) as scope:
        for _ in range(2):
            (problem,) = verify_event_subscription(scope, bad, None)
            assert "Allowed: failover, failure; [] is all." in problem.message
        assert [p.input for p in verify_event_subscription(scope, wanted("a"), None)] == ["sns_topic_arn"]
        present = Observed(EVENT_SUBSCRIPTION.kind.name, "a")
        assert list(verify_event_subscription(scope, wanted("a"), present)) == []

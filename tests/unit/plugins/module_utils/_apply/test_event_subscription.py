"""The writes of rds_event_subscription: one after the other, each awaited before the next."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.event_subscription import (
    Patience,
    apply_event_subscription,
    status_of,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.event_subscription import (
    EVENT_SUBSCRIPTION,
    from_aws,
    plan_event_subscription,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, removal

from tests.unit.stubs import Exchange, answering

ARN = "arn:aws:rds:us-west-2:123456789012:es:a"
NAMED = {"SubscriptionName": "a"}
RAW = {
    "CustSubscriptionId": "a",
    "SnsTopicArn": "arn",
    "Status": "active",
    "Enabled": True,
    "EventSubscriptionArn": ARN,
    "SourceType": "db-instance",
    "SourceIdsList": ["db1"],
    "EventCategoriesList": ["failure"],
}
ACTIVE = Exchange("describe_event_subscriptions", NAMED, {"EventSubscriptionsList": [RAW]})
GONE = Exchange("describe_event_subscriptions", NAMED, refusal="SubscriptionNotFound")
CREATED = Exchange("create_event_subscription", {**NAMED, "SnsTopicArn": "arn"}, {"EventSubscription": RAW})


def wanted(**properties: Any) -> Desired:
    return Desired(EVENT_SUBSCRIPTION.name, "a", properties)


def run(desired: Desired, observed: Observed | None, *exchanges: Exchange, wait: bool = True) -> str | None:
    plan = plan_event_subscription(EVENT_SUBSCRIPTION, desired, observed)
    with answering("rds", *exchanges) as scope:
        return apply_event_subscription(scope, desired, observed, plan, Patience(wait, 5))


@pytest.mark.parametrize(("wait", "looks"), [(True, [ACTIVE]), (False, [])])
def test_creation(wait: bool, looks: list[Exchange]) -> None:
    assert run(wanted(sns_topic_arn="arn"), None, CREATED, *looks, wait=wait) == ARN


@pytest.mark.parametrize(("wait", "looks"), [(True, [GONE]), (False, [])])
def test_deletion(wait: bool, looks: list[Exchange]) -> None:
    found = from_aws("a", RAW, {})
    with answering("rds", Exchange("delete_event_subscription", NAMED), *looks) as scope:
        assert apply_event_subscription(scope, wanted(), found, removal(found), Patience(wait, 5)) is None


@pytest.mark.parametrize(("wait", "looks"), [(True, [ACTIVE]), (False, [])])
def test_each_change_is_awaited_before_the_next(wait: bool, looks: list[Exchange]) -> None:
    """Also without wait; a source that is gone from RDS is gone from the subscription."""
    source = {**NAMED, "SourceIdentifier": "db2"}
    exchanges = (
        Exchange("modify_event_subscription", {**NAMED, "Enabled": False}),
        ACTIVE,
        Exchange("add_source_identifier_to_subscription", source),
        ACTIVE,
        Exchange(
            "remove_source_identifier_from_subscription",
            {**NAMED, "SourceIdentifier": "db1"},
            refusal="SourceNotFound",
        ),
        *looks,
    )
    assert run(wanted(enabled=False, source_ids=["db2"]), from_aws("a", RAW, {}), *exchanges, wait=wait) == ARN


def test_back_to_all_categories_names_them() -> None:
    offered = {"EventCategoriesMapList": [{"SourceType": "db-instance", "EventCategories": ["failure", "backup"]}]}
    exchanges = (
        Exchange("describe_event_categories", {"SourceType": "db-instance"}, offered),
        Exchange(
            "modify_event_subscription",
            {**NAMED, "SourceType": "db-instance", "EventCategories": ["backup", "failure"]},
        ),
    )
    assert run(wanted(event_categories=[]), from_aws("a", RAW, {}), *exchanges, wait=False) == ARN


def test_status_of_none() -> None:
    with answering("rds", GONE) as scope:
        assert status_of(scope, "a") == "absent"

"""Event subscriptions: which events RDS posts to which SNS topic.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from moto.sns.models import Topic, sns_backends

from emulator.rds import quotas
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.notices import EventSubscription
from emulator.rds.paging import page
from emulator.rds.state import Event, Params, Region, Result, now, tag_dict
from emulator.services.notifications import Publisher, may_publish, publish

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
CATEGORIES: dict[str, list[str]] = json.loads(
    Path(__file__).with_name("data").joinpath("event_categories.json").read_text()
)
LONGEST_NAME = 254
MINUTES = 1.0
PUBLISHER = "events.rds.amazonaws.com"


def create(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html"""
    name = params["SubscriptionName"]
    if not 0 < len(name) <= LONGEST_NAME:
        raise invalid_value(f"The parameter SubscriptionName must have 1 to {LONGEST_NAME} characters.")
    if name.lower() in region.event_subscriptions:
        raise RdsError("SubscriptionAlreadyExist", f"Event Subscription {name} already exists.")
    quotas.check(region, "EventSubscriptions")
    kind, ids = params.get("SourceType", ""), params.get("SourceIds") or []
    categories = params.get("EventCategories") or []
    _check_topic(region, params["SnsTopicArn"])
    _check_categories(kind, categories)
    if ids and not kind:
        raise invalid_combination("If SourceIds are supplied, SourceType must also be provided.")
    for identifier in ids:
        _check_source(region, kind, identifier)
    subscription = EventSubscription(
        name=name,
        arn=region.arn("es", name.lower()),
        topic_arn=params["SnsTopicArn"],
        source_type=kind,
        source_ids=list(dict.fromkeys(identifier.lower() for identifier in ids)),
        categories=list(dict.fromkeys(categories)),
        enabled=params.get("Enabled", True),
        created=now(),
        tags=tag_dict(params.get("Tags")),
    )
    region.event_subscriptions[name.lower()] = subscription
    return _begun(region, subscription, "creating")


def modify(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyEventSubscription.html

    Categories without a type are refused: https://github.com/hashicorp/terraform-provider-aws/issues/1817
    """
    subscription = _settled(region, params["SubscriptionName"])
    kind, categories = params.get("SourceType", ""), params.get("EventCategories") or []
    _check_categories(kind, categories)
    if "SnsTopicArn" in params:
        _check_topic(region, params["SnsTopicArn"])
    if kind and kind != subscription.source_type:
        _check_categories(kind, categories or subscription.categories)
    subscription.topic_arn = params.get("SnsTopicArn", subscription.topic_arn)
    subscription.source_type = kind or subscription.source_type
    subscription.categories = list(dict.fromkeys(categories)) or subscription.categories
    subscription.enabled = params.get("Enabled", subscription.enabled)
    return _begun(region, subscription, "modifying")


def add_source(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddSourceIdentifierToSubscription.html"""
    subscription = _settled(region, params["SubscriptionName"])
    identifier = params["SourceIdentifier"].lower()
    if not subscription.source_type:
        raise invalid_combination("The subscription is for sources of all types.")
    _check_source(region, subscription.source_type, identifier)
    if identifier not in subscription.source_ids:
        subscription.source_ids.append(identifier)
    return _begun(region, subscription, "modifying")


def remove_source(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RemoveSourceIdentifierFromSubscription.html"""
    subscription = _settled(region, params["SubscriptionName"])
    identifier = params["SourceIdentifier"].lower()
    if identifier not in subscription.source_ids:
        raise RdsError("SourceNotFound", f"Source {identifier} not found.")
    subscription.source_ids.remove(identifier)
    return _begun(region, subscription, "modifying")


def delete(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteEventSubscription.html"""
    subscription = _settled(region, params["SubscriptionName"])
    del region.event_subscriptions[subscription.name.lower()]
    return {"EventSubscription": _document(region, subscription) | {"Status": "deleting"}}


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEventSubscriptions.html"""
    name = params.get("SubscriptionName")
    found: Iterable[EventSubscription] = [_find(region, name)] if name else region.event_subscriptions.values()
    documents = [_document(region, each) for each in sorted(found, key=lambda each: each.name)]
    return page(params, "EventSubscriptionsList", documents)


def categories(_region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEventCategories.html"""
    kind = params.get("SourceType")
    if kind:
        _check_type(kind)
    maps = [
        {"SourceType": name, "EventCategories": found} for name, found in CATEGORIES.items() if kind in (None, name)
    ]
    return {"EventCategoriesMapList": maps}


def _find(region: Region, name: str) -> EventSubscription:
    subscription = region.event_subscriptions.get(name.lower())
    if subscription is None:
        raise RdsError("SubscriptionNotFound", f"Event Subscription {name} not found.")
    return subscription


def _settled(region: Region, name: str) -> EventSubscription:
    """The subscription, which must not be busy. Raises InvalidEventSubscriptionState."""
    subscription = _find(region, name)
    status = _status(region, subscription)
    if status in ("creating", "modifying"):
        raise RdsError("InvalidEventSubscriptionState", f"Event Subscription {name} is {status}.")
    return subscription


def _begun(region: Region, subscription: EventSubscription, status: str) -> Result:
    subscription.busy = status
    subscription.ready_at = region.service.context.ready_at(MINUTES)
    return {"EventSubscription": _document(region, subscription) | {"Status": status}}


def _status(region: Region, subscription: EventSubscription) -> str:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EventSubscription.html"""
    if time.monotonic() < subscription.ready_at:
        return subscription.busy
    topic = _topic(region, subscription.topic_arn)
    if topic is None:
        return "topic-not-exist"
    return "active" if _may_publish(region, topic) else "no-permission"


def _document(region: Region, subscription: EventSubscription) -> dict[str, Any]:
    shown: Mapping[str, Any] = {
        "CustomerAwsId": region.account_id,
        "CustSubscriptionId": subscription.name,
        "SnsTopicArn": subscription.topic_arn,
        "Status": _status(region, subscription),
        "SubscriptionCreationTime": str(subscription.created),
        "SourceType": subscription.source_type or None,
        "SourceIdsList": subscription.source_ids or None,
        "EventCategoriesList": subscription.categories or None,
        "Enabled": subscription.enabled,
        "EventSubscriptionArn": subscription.arn,
    }
    return {name: value for name, value in shown.items() if value is not None}


def post(region: Region, event: Event) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.overview.html"""
    publisher = Publisher(PUBLISHER, region.account_id, event.source_arn)
    for subscription in region.event_subscriptions.values():
        concerned = (
            subscription.enabled
            and subscription.source_type in ("", event.source_type)
            and (not subscription.source_ids or event.source_identifier in subscription.source_ids)
            and (not subscription.categories or set(event.categories) & set(subscription.categories))
        )
        if concerned:
            publish(publisher, subscription.topic_arn, f"RDS Notification Message: {event.message}")


def _topic(region: Region, arn: str) -> Topic | None:
    topic: Topic | None = sns_backends[region.account_id][region.name].topics.get(arn)
    return topic


def _check_topic(region: Region, arn: str) -> None:
    if not arn.startswith("arn:") or arn.endswith(".fifo"):
        raise RdsError("SNSInvalidTopic", f"{arn} is no topic that RDS can post to.")
    topic = _topic(region, arn)
    if topic is None:
        raise RdsError("SNSTopicArnNotFound", f"Topic {arn} does not exist.")
    if not _may_publish(region, topic):
        raise RdsError("SNSNoAuthorization", f"RDS is not authorized to publish to the topic {arn}.")


def _may_publish(region: Region, topic: Topic) -> bool:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html"""
    return may_publish(Publisher(PUBLISHER, region.account_id, region.arn("db", "any")), topic)


def _check_type(kind: str) -> None:
    if kind not in CATEGORIES:
        raise invalid_value(f"Invalid source type: {kind}. Valid values: {', '.join(CATEGORIES)}")


def _check_categories(kind: str, asked: list[str]) -> None:
    if asked and not kind:
        raise invalid_combination("If SourceType is null, Categories must also be null.")
    if kind:
        _check_type(kind)
    for category in asked:
        if category not in CATEGORIES[kind]:
            raise RdsError("SubscriptionCategoryNotFound", f"Category : {category} not found for source type {kind}")


def _check_source(region: Region, kind: str, identifier: str) -> None:
    known: dict[str, Mapping[str, Any]] = {
        "db-cluster": region.clusters,
        "db-cluster-snapshot": region.cluster_snapshots,
        "db-instance": region.instances,
        "db-snapshot": region.snapshots,
        "db-parameter-group": region.parameter_groups,
    }
    if identifier.lower() not in known.get(kind, {}):
        raise RdsError("SourceNotFound", f"No {kind} found with identifier {identifier}.")

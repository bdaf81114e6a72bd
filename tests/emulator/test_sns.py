"""SNS as AWS documents it, where moto differs."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

ADDRESS = "dba@example.org"


@pytest.fixture
def sns(aws: Emulator) -> Any:
    return aws.client("sns", "us-west-2")


@pytest.fixture
def topic(sns: Any) -> str:
    return str(sns.create_topic(Name="alerts", Attributes={"DisplayName": "Database Alerts"})["TopicArn"])


def refused(why: str) -> Any:
    return pytest.raises(ClientError, match=rf"\(InvalidParameter\).*{why}")


def test_an_email_subscription_waits_for_confirmation(sns: Any, topic: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html"""
    assert sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ADDRESS)["SubscriptionArn"] == (
        "pending confirmation"
    )
    for found in (sns.list_subscriptions_by_topic(TopicArn=topic), sns.list_subscriptions()):
        [subscription] = found["Subscriptions"]
        assert subscription["SubscriptionArn"] == "PendingConfirmation"
        assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", ADDRESS)
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert (attributes["SubscriptionsPending"], attributes["SubscriptionsConfirmed"]) == ("1", "0")


def test_subscribing_again_makes_no_second_subscription(sns: Any, topic: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"""
    for _ in range(2):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ADDRESS)
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1


def test_the_arn_of_a_pending_subscription_can_be_asked_for(sns: Any, topic: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html: ReturnSubscriptionArn"""
    arn = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ADDRESS, ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert attributes["PendingConfirmation"] == "true"


def test_a_queue_is_subscribed_at_once(sns: Any, topic: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"""
    queue = "arn:aws:sqs:us-west-2:123456789012:q"
    arn = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue, Attributes={"RawMessageDelivery": "true"})
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert subscription["SubscriptionArn"] == arn["SubscriptionArn"]
    sns.unsubscribe(SubscriptionArn=arn["SubscriptionArn"])
    assert sns.get_topic_attributes(TopicArn=topic)["Attributes"]["SubscriptionsConfirmed"] == "0"


def test_what_is_listed_of_a_pending_subscription_is_no_arn(sns: Any, topic: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html"""
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=ADDRESS)
    with refused("at least 6 elements"):
        sns.unsubscribe(SubscriptionArn="PendingConfirmation")


def test_an_address_must_be_one(sns: Any, topic: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html"""
    with refused("Email address"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="dba")


@pytest.mark.parametrize(("name", "value"), [("DisplayName", "x" * 101), ("Nonsense", "x")])
def test_impossible_attributes_are_refused(sns: Any, topic: str, name: str, value: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html"""
    with refused(name):
        sns.set_topic_attributes(TopicArn=topic, AttributeName=name, AttributeValue=value)
    with refused(name):
        sns.create_topic(Name="other", Attributes={name: value})


def test_a_topic_is_created_once(sns: Any, topic: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"""
    assert sns.create_topic(Name="alerts")["TopicArn"] == topic
    assert sns.create_topic(Name="alerts", Attributes={"DisplayName": "Database Alerts"})["TopicArn"] == topic
    with refused("different attributes"):
        sns.create_topic(Name="alerts", Attributes={"DisplayName": "Others"})
    with refused("different tags"):
        sns.create_topic(Name="alerts", Tags=[{"Key": "a", "Value": "b"}])

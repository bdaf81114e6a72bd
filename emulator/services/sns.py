"""SNS: subscriptions that wait for their owner's confirmation."""

from __future__ import annotations

from typing import Any

from moto.core.utils import camelcase_to_underscores
from moto.sns.models import SNSBackend, Subscription, Topic, sns_backends

from emulator.operations import Asked, answers, follows

# Nobody can click on the link in an e-mail that is never sent: these stay pending.
NEEDS_CONFIRMATION = ("email", "email-json", "http", "https")


def sns(asked: Asked) -> SNSBackend:
    backend: SNSBackend = sns_backends[asked.account_id][asked.region]
    return backend


def find_topic(asked: Asked, name: str) -> Topic | None:
    return sns(asked).topics.get(f"arn:aws:sns:{asked.region}:{asked.account_id}:{name}")


def current_value(topic: Topic, attribute: str) -> str:
    """Of a topic's attribute by its name in the API, or empty."""
    return str(getattr(topic, camelcase_to_underscores(attribute), "") or "")


def is_pending(subscription: Subscription) -> bool:
    return bool(subscription.attributes["PendingConfirmation"])


@answers("sns", "Subscribe")
def subscribe(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"""
    backend, params = sns(asked), asked.params
    known = set(backend.subscriptions)
    subscription = backend.subscribe(params["TopicArn"], params.get("Endpoint", ""), params["Protocol"])
    if subscription.arn not in known and params["Protocol"] in NEEDS_CONFIRMATION:
        subscription.attributes |= {"PendingConfirmation": True, "ConfirmationWasAuthenticated": False}
    # FilterPolicyScope decides how FilterPolicy is read.
    for name, value in sorted(params.get("Attributes", {}).items(), reverse=True):
        backend.set_subscription_attributes(subscription.arn, name, value)
    count_subscriptions(asked)
    hidden = is_pending(subscription) and not params.get("ReturnSubscriptionArn")
    return {"SubscriptionArn": "pending confirmation" if hidden else subscription.arn}


@follows("sns", "Unsubscribe")
def count_subscriptions(asked: Asked) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html"""
    for topic in sns(asked).topics.values():
        own = [one for one in sns(asked).subscriptions.values() if one.topic_arn == topic.arn]
        topic.subscriptions_pending = sum(is_pending(one) for one in own)
        topic.subscriptions_confimed = len(own) - topic.subscriptions_pending


@answers("sns", "ListSubscriptions")
def list_subscriptions(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html"""
    found, token = sns(asked).list_subscriptions(asked.params.get("NextToken"))
    return {"Subscriptions": [_listed(one) for one in found], "NextToken": token}


@answers("sns", "ListSubscriptionsByTopic")
def list_subscriptions_by_topic(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html"""
    found, token = sns(asked).list_subscriptions_by_topic(asked.params["TopicArn"], asked.params.get("NextToken"))
    return {"Subscriptions": [_listed(one) for one in found], "NextToken": token}


def _listed(subscription: Subscription) -> dict[str, str]:
    return {
        "SubscriptionArn": "PendingConfirmation" if is_pending(subscription) else subscription.arn,
        "Owner": subscription.owner,
        "Protocol": subscription.protocol,
        "Endpoint": subscription.endpoint,
        "TopicArn": subscription.topic_arn,
    }

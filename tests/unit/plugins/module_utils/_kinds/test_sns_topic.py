"""Topics: a subscription that waits for its confirmation is neither missing nor removable."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.sns_topic import (
    SNS_TOPIC,
    from_aws,
    plan_beside_others,
    plan_sns_topic,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

ARN = "arn:aws:sns:us-west-2:123456789012:topic-retail-prod"
KEY = "arn:aws:kms:us-west-2:123456789012:key/8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a"
DBA = {"protocol": "email", "endpoint": "dba@example.com"}
OPS = {"protocol": "email", "endpoint": "ops@example.com"}


def topic(*subscribed: dict[str, str], pending: tuple[dict[str, str], ...] = (), **attributes: str) -> Observed:
    def raw(subscription: dict[str, str], arn: str) -> dict[str, str]:
        return {**{key.title(): value for key, value in subscription.items()}, "SubscriptionArn": arn}

    subscriptions = [raw(s, f"{ARN}:1") for s in subscribed] + [raw(s, "PendingConfirmation") for s in pending]
    return from_aws(ARN, attributes, subscriptions, {})


def desired(name: str = "topic-retail-prod", **properties: Any) -> Desired:
    return Desired("sns_topic", name, properties)


@pytest.mark.parametrize(
    ("observed", "properties", "changed"),
    [
        (topic(DBA, OPS), {"subscriptions": [OPS, DBA]}, []),
        (topic(pending=(DBA,)), {"subscriptions": [DBA]}, []),
        (topic(DBA, pending=(OPS,)), {"subscriptions": [DBA]}, []),
        (topic(DBA, OPS), {"subscriptions": [DBA]}, ["subscriptions"]),
        (topic(), {"subscriptions": [DBA]}, ["subscriptions"]),
        (topic(DBA), {}, []),
        (topic(DisplayName="Alerts"), {"display_name": "Database Alerts"}, ["display_name"]),
        (topic(), {"display_name": ""}, []),
        (topic(KmsMasterKeyId=KEY), {"kms_key_id": KEY.rpartition("/")[2]}, []),
        (topic(KmsMasterKeyId="alias/a"), {"kms_key_id": "alias/b"}, ["kms_key_id"]),
        (topic(Policy='{"Statement": {"Effect": "Allow", "Action": "a"}}'), {"policy": None}, []),
        (
            topic(Policy='{"Statement": {"Effect": "Allow", "Action": "a"}}'),
            {"policy": {"Statement": [{"Effect": "Allow", "Action": ["a"]}]}},
            [],
        ),
    ],
)
def test_plan(observed: Observed, properties: dict[str, Any], changed: list[str]) -> None:
    plan = plan_sns_topic(SNS_TOPIC, desired(**properties), observed)
    assert [change.property for change in plan.changes] == changed


def test_plan_of_a_new_topic() -> None:
    plan = plan_sns_topic(SNS_TOPIC, desired(display_name="Alerts"), None)
    assert [(change.property, change.after) for change in plan.changes] == [("display_name", "Alerts")]


@pytest.mark.parametrize(
    ("wanted", "culprit", "message"),
    [
        (desired("Database Alerts"), "name", "display name"),
        (desired("x" * 257), "name", "256"),
        (desired(display_name="x" * 101), "display_name", "100"),
        (desired(kms_key_id="arn:aws:kms:us-west-2:123456789012:alias/aws/sns"), "kms_key_id", "lost silently"),
        (desired(kms_key_id="alias/aws/sns"), "kms_key_id", "lost silently"),
        (desired(subscriptions=[{"protocol": "email", "endpoint": "nobody"}]), "subscriptions", "no e-mail address"),
    ],
)
def test_refused(wanted: Desired, culprit: str, message: str) -> None:
    [problem] = SNS_TOPIC.check(wanted)
    assert problem.input == culprit
    assert message in problem.message


@pytest.mark.parametrize("subscription", [DBA, {"protocol": "https", "endpoint": "https://example.com/page"}])
def test_good_subscriptions(subscription: dict[str, str]) -> None:
    assert list(SNS_TOPIC.check(desired(subscriptions=[subscription]))) == []


@pytest.mark.parametrize("name", ["topic-retail-prod", "Topic_1", "orders.fifo"])
def test_good_names(name: str) -> None:
    assert list(SNS_TOPIC.check(desired(name))) == []


def test_pending_subscriptions_are_told() -> None:
    observed = topic(DBA, pending=(OPS,))
    assert observed.name == "topic-retail-prod"
    arns = {("email", "dba@example.com"): f"{ARN}:1", ("email", "ops@example.com"): "PendingConfirmation"}
    assert observed.attributes == {"arn": ARN, "pending_subscriptions": [OPS], "_subscription_arns": arns}


@pytest.mark.parametrize(
    ("observed", "properties", "after"),
    [
        (topic(OPS), {"subscriptions": [DBA]}, [DBA, OPS]),
        (topic(OPS), {"subscriptions": []}, None),
        (topic(OPS), {}, None),
        (topic(DBA, OPS), {"subscriptions": [DBA]}, None),
        (topic(pending=(OPS,)), {"subscriptions": [DBA]}, [DBA, OPS]),
    ],
)
def test_plan_beside_the_subscriptions_of_others(
    observed: Observed, properties: dict[str, Any], after: list[dict[str, str]] | None
) -> None:
    plan = plan_beside_others(SNS_TOPIC, desired(**properties), observed)
    assert [change.after for change in plan.changes] == ([after] if after is not None else [])


def test_plan_of_a_new_topic_beside_nobody() -> None:
    [change] = plan_beside_others(SNS_TOPIC, desired(subscriptions=[DBA]), None).changes
    assert change.after == [DBA]

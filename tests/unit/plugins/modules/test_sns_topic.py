"""A topic, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.sns_topic import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import OWNER, Exchange, account

NAME = "topic-retail-prod"
ARN = f"arn:aws-cn:sns:us-west-2:123456789012:{NAME}"
CALLER = Exchange(
    "get_caller_identity", {}, {"Account": "123456789012", "Arn": "arn:aws-cn:sts::123456789012:assumed-role/a/b"}
)
DBA = {"protocol": "email", "endpoint": "dba@example.com"}
OPS = {"protocol": "email", "endpoint": "ops@example.com"}
NONE = [Exchange("get_topic_attributes", {"TopicArn": ARN}, refusal="NotFound")]


def seen(*subscriptions: dict[str, str], tags: dict[str, str] | None = None, confirmed: bool = True) -> list[Exchange]:
    listed = [
        {
            "Protocol": one["protocol"],
            "Endpoint": one["endpoint"],
            "SubscriptionArn": f"{ARN}:{one['endpoint']}" if confirmed else "PendingConfirmation",
        }
        for one in subscriptions
    ]
    pairs = [{"Key": key, "Value": value} for key, value in (tags or {}).items()]
    return [
        Exchange("get_topic_attributes", {"TopicArn": ARN}, {"Attributes": {"TopicArn": ARN}}),
        Exchange("list_subscriptions_by_topic", {"TopicArn": ARN}, {"Subscriptions": listed}),
        Exchange("list_tags_for_resource", {"ResourceArn": ARN}, {"Tags": pairs}),
    ]


def ensured(requests: list[Exchange], **options: Any) -> dict[str, Any]:
    with account({"sts": [CALLER], "sns": requests}) as scope:
        return ensure(asked(SPEC, name=NAME, **options), scope.clients)


def subscribe(subscription: dict[str, str]) -> Exchange:
    wanted = {"Protocol": subscription["protocol"], "Endpoint": subscription["endpoint"]}
    return Exchange("subscribe", {"TopicArn": ARN, **wanted}, {"SubscriptionArn": "pending confirmation"})


def test_a_new_topic() -> None:
    create = Exchange(
        "create_topic", {"Name": NAME, "Attributes": {}, "Tags": [{"Key": "a", "Value": "1"}]}, {"TopicArn": ARN}
    )
    result = ensured([*NONE, create, subscribe(DBA)], subscriptions=[DBA], tags={"a": 1})
    assert (result["changed"], result["arn"], result["pending_subscriptions"]) == (True, ARN, [])


def test_a_subscription_that_waits_for_its_confirmation_is_as_wanted_and_named() -> None:
    result = ensured(seen(DBA, confirmed=False), subscriptions=[DBA])
    assert (result["changed"], result["arn"], result["pending_subscriptions"]) == (False, ARN, [DBA])


def test_subscriptions_of_others_go_unless_they_may_stay() -> None:
    leave = Exchange("unsubscribe", {"SubscriptionArn": f"{ARN}:ops@example.com"})
    assert ensured([*seen(OPS), subscribe(DBA), leave], subscriptions=[DBA])["changed"]
    assert ensured([*seen(OPS), subscribe(DBA)], subscriptions=[DBA], purge_subscriptions=False)["changed"]
    options: dict[str, Any]
    for options in ({"subscriptions": []}, {}):
        assert not ensured(seen(OPS), purge_subscriptions=False, **options)["changed"]
    assert ensured([*NONE], subscriptions=[DBA], purge_subscriptions=False, check=True)["changed"]


def test_check_mode_writes_nothing() -> None:
    result = ensured(NONE, subscriptions=[DBA], check=True)
    assert (result["changed"], result["arn"]) == (True, "(known after apply)")


def test_deletion() -> None:
    result = ensured([*seen(), Exchange("delete_topic", {"TopicArn": ARN})], state="absent")
    assert (result["changed"], "arn" in result) == (True, False)
    assert ensured(NONE, state="absent")["changed"] is False


def test_a_topic_of_another_deployment_is_refused() -> None:
    theirs = {"pgfleet:system": "finance", "pgfleet:suffix": "prod"}
    with pytest.raises(Refused, match="belongs to system finance"):
        ensured(seen(tags=theirs), tags=theirs | {"pgfleet:system": "retail"})


def test_a_key_of_aws_is_refused_before_anything_is_read() -> None:
    with account({"sts": [CALLER]}) as scope, pytest.raises(Refused, match="alarms are lost silently"):
        ensure(asked(SPEC, name=NAME, kms_key_id="alias/aws/sns"), scope.clients)


def test_a_key_that_does_not_let_in_who_publishes_is_refused() -> None:
    policy = {
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": ARN,
        }
    }
    metadata = {"KeyId": "1", "Arn": "arn:aws-cn:kms:us-west-2:123456789012:key/1", "KeyState": "Enabled"}
    kms = [
        Exchange("describe_key", {"KeyId": "alias/a"}, {"KeyMetadata": metadata}),
        Exchange("list_resource_tags", {"KeyId": "1"}, {"Tags": []}),
        Exchange("get_key_policy", {"KeyId": "1", "PolicyName": "default"}, {"Policy": '{"Statement": []}'}),
    ]
    with (
        account({"sts": [CALLER], "sns": NONE, "kms": kms}) as scope,
        pytest.raises(Refused, match=r"kms_key_id: alias/a\n    does not let cloudwatch\.amazonaws\.com use it"),
    ):
        ensure(asked(SPEC, name=NAME, kms_key_id="alias/a", policy=policy), scope.clients)


def test_a_key_of_ours_that_is_disabled_is_refused_where_nobody_plans_it() -> None:
    metadata = {"KeyId": "1", "Arn": "arn:aws-cn:kms:us-west-2:123456789012:key/1", "KeyState": "Disabled"}
    tags = [{"TagKey": key, "TagValue": value} for key, value in OWNER.tags().items()]
    kms = [
        Exchange("describe_key", {"KeyId": "alias/a"}, {"KeyMetadata": metadata}),
        Exchange("list_resource_tags", {"KeyId": "1"}, {"Tags": tags, "Truncated": False}),
    ]
    with account({"sts": [CALLER], "sns": NONE, "kms": kms}) as scope, pytest.raises(Refused, match="is Disabled"):
        ensure(asked(SPEC, name=NAME, kms_key_id="alias/a", tags=OWNER.tags()), scope.clients)

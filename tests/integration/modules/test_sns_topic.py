"""sns_topic through ansible-playbook: create, change, no-op, delete, check mode, refusals; and whether it tells."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME, ACCOUNT = "topic-retail-prod", "123456789012"
ARN = f"arn:aws:sns:us-east-1:{ACCOUNT}:{NAME}"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
DBA = {"protocol": "email", "endpoint": "dba@example.com"}
OPS = {"protocol": "email", "endpoint": "ops@example.com"}
PAGES = {"protocol": "sqs", "endpoint": f"arn:aws:sqs:us-east-1:{ACCOUNT}:pages"}
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": ARN,
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        }
    ],
}
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
ALARMS_USE = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudwatch.amazonaws.com"},
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
    "Resource": "*",
}


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "sns_topic", {"name": NAME, **options}, check=check)


def key(aws: Emulator, *statements: dict[str, Any]) -> str:
    policy = {"Version": "2012-10-17", "Statement": [ROOT, *statements]}
    return str(aws.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"])


def attributes(aws: Emulator) -> dict[str, str]:
    found: dict[str, str] = aws.client("sns").get_topic_attributes(TopicArn=ARN)["Attributes"]
    return found


def told(aws: Emulator) -> list[str]:
    found = aws.client("sns").list_subscriptions_by_topic(TopicArn=ARN)["Subscriptions"]
    return sorted(subscription["Endpoint"] for subscription in found)


def sound(aws: Emulator) -> str:
    """What becomes of an alarm."""
    cloudwatch = aws.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="cpu", Namespace="AWS/RDS", MetricName="CPUUtilization", Statistic="Average", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold", AlarmActions=[ARN],
    )  # fmt: skip
    for state in ("OK", "ALARM"):
        cloudwatch.set_alarm_state(AlarmName="cpu", StateValue=state, StateReason="test")
    return str(aws.notifications()[-1]["outcome"])


def test_life_of_a_topic(aws: Emulator) -> None:
    wanted: dict[str, Any] = {
        "display_name": "Database Alerts",
        "kms_key_id": key(aws, ALARMS_USE),
        "policy": POLICY,
        "subscriptions": [DBA, PAGES],
        "tags": {"Project": "RetailInventory", **OURS},
    }
    checked = run(aws, check=True, **wanted)
    assert (checked.changed, checked.writes, checked.result["arn"]) == (True, [], "(known after apply)")

    made = run(aws, **wanted)
    assert made.result["plan"] == checked.result["plan"]
    assert (made.writes, made.result["arn"]) == (["CreateTopic", "Subscribe", "Subscribe"], ARN)
    found = attributes(aws)
    assert (found["DisplayName"], found["KmsMasterKeyId"]) == ("Database Alerts", wanted["kms_key_id"])
    assert json.loads(found["Policy"]) == POLICY
    assert told(aws) == [PAGES["endpoint"], DBA["endpoint"]]
    tags = aws.client("sns").list_tags_for_resource(ResourceArn=ARN)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == wanted["tags"]
    assert sound(aws) == "delivered"

    again = run(aws, **wanted)
    assert (again.changed, again.result["pending_subscriptions"]) == (False, [DBA])
    assert again.actions == [
        "GetCallerIdentity",
        "GetTopicAttributes",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
    ]

    statement = {**POLICY["Statement"][0], "Sid": "Alarms"}
    changes: dict[str, Any] = {
        "display_name": "Alerts",
        "kms_key_id": "",
        "policy": {**POLICY, "Statement": [statement]},
        "subscriptions": [OPS],
        "tags": {"Project": "X", **OURS},
    }
    planned = run(aws, check=True, **changes)
    assert (planned.changed, planned.writes) == (True, [])
    changed = run(aws, **changes)
    assert changed.result["diff"] == planned.result["diff"]
    assert changed.writes == [*["SetTopicAttributes"] * 3, "Subscribe", "Unsubscribe", "TagResource"]
    found = attributes(aws)
    assert (found["DisplayName"], found.get("KmsMasterKeyId")) == ("Alerts", None)
    assert json.loads(found["Policy"])["Statement"] == [statement]
    # Who never confirmed cannot be sent away; that lapses by itself, and is no difference.
    assert told(aws) == [DBA["endpoint"], OPS["endpoint"]]
    assert not run(aws, **changes).changed
    assert run(aws, subscriptions=[PAGES], purge_subscriptions=False).writes == ["Subscribe"]

    assert run(aws, check=True, state="absent").writes == []
    assert run(aws, state="absent").writes == ["DeleteTopic"]
    assert aws.client("sns").list_topics()["Topics"] == []
    assert not run(aws, state="absent").changed


def test_what_would_lose_alarms_is_refused_before_anything_is_written(aws: Emulator) -> None:
    mail = {"protocol": "email", "endpoint": "dba"}
    refused = run(aws, kms_key_id="alias/aws/sns", display_name="x" * 101, subscriptions=[mail])
    assert refused.writes == []
    for message in (
        "kms_key_id: alias/aws/sns\n    CloudWatch and RDS cannot publish",
        "display_name: xxx",
        "subscriptions: dba\n    is no e-mail address",
    ):
        assert message in refused.message
    managed = aws.client("kms").describe_key(KeyId="alias/aws/sns")["KeyMetadata"]["Arn"]
    assert "alarms are lost silently" in run(aws, kms_key_id=managed).message
    others = run(aws, kms_key_id=key(aws), policy=POLICY)
    assert others.writes == []
    assert "does not let cloudwatch.amazonaws.com use it" in others.message
    nowhere = run(aws, kms_key_id="8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a")
    assert "is no key that can be read here" in nowhere.message
    policy = {"Version": "2012-10-17", "Statement": [{**POLICY["Statement"][0], "Action": "sns:*"}]}
    failed = run(aws, policy=policy)
    assert f"sns:CreateTopic for {NAME} failed: InvalidParameter" in failed.message
    assert aws.client("sns").list_topics()["Topics"] == []


def test_throttling_is_waited_out_and_what_is_of_others_is_left_alone(aws: Emulator) -> None:
    aws.fault("throttle", service="sns", action="CreateTopic", count=2)
    assert run(aws, tags=OURS | {"pgfleet:suffix": "pr4"}).changed
    refused = run(aws, display_name="Mine", tags=OURS)
    assert refused.writes == []
    assert "belongs to system retail, suffix pr4" in refused.message

"""What is published to a topic reaches people, or is lost without a word.

https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.testing import Emulator

REGION, ACCOUNT = "us-west-2", "123456789012"
ALARMS, EVENTS = "cloudwatch.amazonaws.com", "events.rds.amazonaws.com"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:pages"
ROOT = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
USES = ["kms:Decrypt", "kms:GenerateDataKey*"]


def allow(service: str, *actions: str, **condition: Any) -> dict[str, Any]:
    granted = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions), "Resource": "*"}
    return granted | ({"Condition": condition} if condition else {})


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def topic(aws: Emulator, **attributes: str) -> str:
    """A topic with a queue that hears, and a person who has not confirmed."""
    sns = aws.client("sns", REGION)
    arn = str(sns.create_topic(Name="alerts", Attributes=attributes)["TopicArn"])
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=QUEUE)
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="dba@example.org")
    return arn


def key(aws: Emulator, *statements: dict[str, Any]) -> str:
    made = aws.client("kms", REGION).create_key(Policy=policy(ROOT, *statements))
    return str(made["KeyMetadata"]["Arn"])


def sound(aws: Emulator, topic_arn: str, state: str = "ALARM", **settings: Any) -> None:
    """An alarm that turns to this state."""
    cloudwatch = aws.client("cloudwatch", REGION)
    cloudwatch.put_metric_alarm(
        AlarmName="cpu",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic_arn],
        **settings,
    )
    cloudwatch.set_alarm_state(AlarmName="cpu", StateValue=state, StateReason="test")


def outcomes(aws: Emulator) -> list[str]:
    return [found["outcome"].partition(":")[0] for found in aws.notifications()]


def test_an_alarm_tells_those_who_have_confirmed(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    arn = topic(aws)
    sound(aws, arn)
    [found] = aws.notifications()
    assert (found["outcome"], found["told"]) == ("delivered", [QUEUE])
    assert (found["topic_arn"], found["service"]) == (arn, ALARMS)
    assert found["source_arn"] == f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:cpu"
    assert found["subject"] == 'ALARM: "cpu" in us-west-2'
    aws.reset()
    assert aws.notifications() == []


@pytest.mark.parametrize(("state", "settings"), [("OK", {}), ("ALARM", {"ActionsEnabled": False})])
def test_only_the_actions_of_a_state_are_done(aws: Emulator, state: str, settings: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: ActionsEnabled"""
    sound(aws, topic(aws), state, **settings)
    assert aws.notifications() == []


FROM_HERE = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
FROM_ALARMS = {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*"}}


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        (allow(ALARMS, *USES), "delivered"),
        (allow(ALARMS, *USES, **FROM_HERE, **FROM_ALARMS), "delivered"),
        (allow(ALARMS, *USES, StringEquals={"aws:SourceAccount": "210987654321"}), "KMSAccessDenied"),
        (allow(ALARMS, *USES, ArnLike={"aws:SourceArn": "arn:aws:rds:*"}), "KMSAccessDenied"),
        (allow(ALARMS, *USES, StringEquals={"kms:ViaService": "sns.us-west-2.amazonaws.com"}), "KMSAccessDenied"),
        (allow(ALARMS, *USES, NumericEquals={"aws:SourceAccount": ACCOUNT}), "KMSAccessDenied"),
        (allow(ALARMS, "kms:Decrypt"), "KMSAccessDenied"),
        (allow(EVENTS, *USES), "KMSAccessDenied"),
        (ROOT, "KMSAccessDenied"),
    ],
)
def test_the_policy_of_the_key_has_to_let_the_service_in(
    aws: Emulator, statement: dict[str, Any], outcome: str
) -> None:
    sound(aws, topic(aws, KmsMasterKeyId=key(aws, statement)))
    assert outcomes(aws) == [outcome]


def test_nothing_gets_through_a_key_of_aws(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key"""
    metadata = aws.client("kms", REGION).describe_key(KeyId="alias/aws/sns")["KeyMetadata"]
    arn = topic(aws, KmsMasterKeyId="alias/aws/sns")
    sound(aws, arn)
    set_attribute(aws, arn, "KmsMasterKeyId", metadata["Arn"])
    sound(aws, arn, "OK")
    sound(aws, arn)
    assert outcomes(aws) == ["AccessDenied", "AccessDenied"]
    assert [found["told"] for found in aws.notifications()] == [[], []]


def set_attribute(aws: Emulator, arn: str, name: str, value: str) -> None:
    aws.client("sns", REGION).set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=value)


def test_the_key_has_to_be_there_and_enabled(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-kms-errors"""
    kms, used = aws.client("kms", REGION), key(aws, allow(ALARMS, *USES))
    arn = topic(aws, KmsMasterKeyId=used)
    kms.disable_key(KeyId=used)
    sound(aws, arn)
    kms.schedule_key_deletion(KeyId=used, PendingWindowInDays=7)
    sound(aws, arn, "OK")
    sound(aws, arn)
    set_attribute(aws, arn, "KmsMasterKeyId", "8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a")
    sound(aws, arn, "OK")
    sound(aws, arn)
    assert outcomes(aws) == ["KMSDisabled", "KMSInvalidState", "KMSNotFound"]


@pytest.mark.parametrize(
    ("statement", "outcome"),
    [
        (allow(ALARMS, "sns:Publish", **FROM_HERE), "delivered"),
        (allow(EVENTS, "sns:Publish"), "AuthorizationError"),
        (allow(ALARMS, "sns:Subscribe"), "AuthorizationError"),
    ],
)
def test_the_policy_of_the_topic_too(aws: Emulator, statement: dict[str, Any], outcome: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html"""
    sound(aws, topic(aws, Policy=policy(statement)))
    assert outcomes(aws) == [outcome]


def test_a_topic_that_is_gone(aws: Emulator) -> None:
    arn = topic(aws)
    aws.client("sns", REGION).delete_topic(TopicArn=arn)
    sound(aws, arn)
    assert outcomes(aws) == ["NotFound"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ({"Action": "sns:*"}, "Policy statement action out of service scope!"),
        ({"Action": ["sns:Publish", "sns:CreateTopic"]}, "Policy statement action out of service scope!"),
    ],
)
def test_a_topic_policy_names_actions_on_topics(aws: Emulator, statement: dict[str, Any], message: str) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html"""
    sns, wrong = aws.client("sns", REGION), policy({**allow(ALARMS), **statement})
    with pytest.raises(sns.exceptions.InvalidParameterException, match=message):
        sns.create_topic(Name="alerts", Attributes={"Policy": wrong})
    arn = topic(aws)
    with pytest.raises(sns.exceptions.InvalidParameterException, match=message):
        set_attribute(aws, arn, "Policy", wrong)
    with pytest.raises(sns.exceptions.InvalidParameterException, match="Policy Error: it is no JSON"):
        set_attribute(aws, arn, "Policy", "{")


def test_events_of_rds_go_to_who_has_subscribed_to_them(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.overview.html"""
    rds, arn = aws.client("rds", REGION), topic(aws)
    rds.create_db_instance(
        DBInstanceIdentifier="db",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        MasterUserPassword="correcthorsebattery",
    )
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="db", WaiterConfig={"Delay": 1})
    subscribed = {"SnsTopicArn": arn, "SourceType": "db-instance"}
    rds.create_event_subscription(SubscriptionName="changes", EventCategories=["configuration change"], **subscribed)
    rds.create_event_subscription(SubscriptionName="failovers", EventCategories=["failover"], **subscribed)
    rds.create_event_subscription(SubscriptionName="clusters", SnsTopicArn=arn, SourceType="db-cluster")
    rds.create_event_subscription(SubscriptionName="this-one", SourceIds=["db"], Enabled=False, **subscribed)
    rds.modify_db_instance(DBInstanceIdentifier="db", MasterUserPassword="batterystaplecorrect", ApplyImmediately=True)
    rds.describe_db_instances(DBInstanceIdentifier="db")
    found = aws.notifications()
    assert {(one["service"], one["outcome"], one["source_arn"]) for one in found} == {
        (EVENTS, "delivered", f"arn:aws:rds:{REGION}:{ACCOUNT}:db:db")
    }
    assert [one["subject"] for one in found] == ["RDS Notification Message: Reset master credentials"]

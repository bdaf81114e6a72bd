"""rds_event_subscription through ansible-playbook: create, change, no-op, delete, check mode, refusals, waits."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "retail-prod"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "rds_event_subscription", {"name": NAME, **options}, check=check)


def topic(aws: Emulator, name: str = "alerts") -> str:
    return str(aws.client("sns").create_topic(Name=name)["TopicArn"])


def groups(aws: Emulator, *names: str) -> None:
    """Sources of events that are made at once."""
    for name in names:
        aws.client("rds").create_db_parameter_group(
            DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="x"
        )


def described(aws: Emulator) -> dict[str, Any]:
    found: list[dict[str, Any]] = aws.client("rds").describe_event_subscriptions()["EventSubscriptionsList"]
    return found[0] if found else {}


def tags(aws: Emulator) -> dict[str, str]:
    arn = described(aws)["EventSubscriptionArn"]
    found = aws.client("rds").list_tags_for_resource(ResourceName=arn)["TagList"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_life_of_a_subscription(aws: Emulator) -> None:
    groups(aws, "one", "two", "three")
    wanted: dict[str, Any] = {
        "sns_topic_arn": topic(aws),
        "source_type": "db-parameter-group",
        "source_ids": ["One", "two"],
        "event_categories": ["configuration change"],
        "tags": {"Project": "RetailInventory", **OURS},
    }
    checked = run(aws, check=True, **wanted)
    assert (checked.changed, checked.writes, checked.result["arn"]) == (True, [], "(known after apply)")

    made = run(aws, **wanted)
    assert made.result["plan"] == checked.result["plan"]
    assert (made.writes, made.result["status"]) == (["CreateEventSubscription"], "active")
    found = described(aws)
    assert found["CustSubscriptionId"] == NAME
    assert made.result["arn"] == found["EventSubscriptionArn"]
    assert (found["SnsTopicArn"], found["SourceType"]) == (wanted["sns_topic_arn"], "db-parameter-group")
    assert (found["SourceIdsList"], found["EventCategoriesList"]) == (["one", "two"], ["configuration change"])
    assert found["Enabled"]
    assert tags(aws) == wanted["tags"]

    again = run(aws, **wanted)
    assert (again.changed, again.actions) == (False, ["DescribeEventSubscriptions", "ListTagsForResource"])
    assert again.result["arn"] == made.result["arn"]

    changes: dict[str, Any] = {
        "sns_topic_arn": topic(aws, "other"),
        "source_type": "db-parameter-group",
        "source_ids": ["two", "three"],
        "enabled": False,
        "tags": {"Project": "X", **OURS},
    }
    planned = run(aws, check=True, **changes)
    assert (planned.changed, planned.writes) == (True, [])
    changed = run(aws, **changes)
    assert changed.result["diff"] == planned.result["diff"]
    assert changed.result["diff"][0]["before"]["source_ids"] == ["one", "two"]
    assert changed.writes == [
        "ModifyEventSubscription",
        "AddSourceIdentifierToSubscription",
        "RemoveSourceIdentifierFromSubscription",
        "AddTagsToResource",
    ]
    found = described(aws)
    assert (found["SnsTopicArn"], found["Enabled"]) == (changes["sns_topic_arn"], False)
    assert found["SourceIdsList"] == ["two", "three"]
    assert found["EventCategoriesList"] == ["configuration change"]
    assert tags(aws) == changes["tags"]

    checked = run(aws, check=True, state="absent")
    assert (checked.changed, checked.writes) == (True, [])
    assert run(aws, state="absent").writes == ["DeleteEventSubscription"]
    assert described(aws) == {}
    assert not run(aws, state="absent").changed


def test_another_type_and_back_to_all(aws: Emulator) -> None:
    """AWS changes the type and the categories together, and the sources by calls of their own."""
    groups(aws, "one")
    run(aws, sns_topic_arn=topic(aws), source_type="db-parameter-group", source_ids=["one"])
    refused = run(aws, source_type="db-instance")
    assert refused.writes == []
    assert "Give source_ids of the new type, or [] for all of it." in refused.message

    some: dict[str, Any] = {"source_type": "db-instance", "source_ids": [], "event_categories": ["failover", "failure"]}
    assert run(aws, **some).writes == ["RemoveSourceIdentifierFromSubscription", "ModifyEventSubscription"]
    found = described(aws)
    assert (found["SourceType"], found["EventCategoriesList"]) == ("db-instance", ["failover", "failure"])
    assert "SourceIdsList" not in found

    every: dict[str, Any] = {"source_type": "db-instance", "event_categories": []}
    assert run(aws, **every).writes == ["ModifyEventSubscription"]
    offered = aws.client("rds").describe_event_categories(SourceType="db-instance")["EventCategoriesMapList"][0]
    assert set(described(aws)["EventCategoriesList"]) == set(offered["EventCategories"])
    assert not run(aws, **every).changed


def test_what_cannot_be_is_refused_before_anything_is_written(aws: Emulator) -> None:
    arn = topic(aws)
    refused = run(aws, sns_topic_arn="alerts", source_ids=["a--b"], event_categories=["failover"])
    assert refused.requests == []
    for message in (
        "sns_topic_arn: alerts\n    is no ARN of a topic.",
        "source_ids: ['a--b']\n    needs source_type, one of db-instance,",
        "source_ids: a--b\n    is no identifier.",
        "event_categories: ['failover']\n    needs source_type",
    ):
        assert message in refused.message
    refused = run(
        aws, sns_topic_arn=arn, source_type="db-snapshot", event_categories=["failover", "creation", "low storage"]
    )
    assert refused.writes == []
    assert (
        "event_categories: failover, low storage\n    is no category of db-snapshot events. "
        "Allowed: creation, deletion, notification, restoration; [] is all." in refused.message
    )
    assert "sns_topic_arn: (not given)\n    is needed for a subscription" in run(aws, enabled=True).message
    gone = run(aws, sns_topic_arn=arn, source_type="db-instance", source_ids=["db-retail-prod"])
    assert gone.result["error_code"] == "SourceNotFound"
    assert "rds:CreateEventSubscription for retail-prod failed: SourceNotFound" in gone.message
    assert described(aws) == {}


def test_throttling_is_waited_out(aws: Emulator) -> None:
    aws.fault("throttle", service="rds", action="DescribeEventSubscriptions", count=2)
    aws.fault("throttle", service="rds", action="CreateEventSubscription", count=1)
    assert run(aws, sns_topic_arn=topic(aws)).changed
    assert "SourceType" not in described(aws)


def test_a_subscription_of_another_deployment_is_refused(aws: Emulator) -> None:
    run(aws, sns_topic_arn=topic(aws), tags=OURS | {"pgfleet:suffix": "pr4"})
    refused = run(aws, enabled=False, tags=OURS)
    assert refused.writes == []
    assert "belongs to system retail, suffix pr4" in refused.message


def test_a_topic_that_rds_may_no_longer_publish_to(aws: Emulator) -> None:
    arn = topic(aws)
    run(aws, sns_topic_arn=arn)
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    aws.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)
    ran = run(aws, sns_topic_arn=arn)
    assert (ran.changed, ran.result["status"]) == (False, "no-permission")
    assert "posts nothing: RDS may not publish to its topic" in ran.output


def test_what_is_still_being_made_is_awaited(aws: Emulator) -> None:
    arn = topic(aws)
    aws.set_time_scale(60)
    late = run(aws, sns_topic_arn=arn, wait_timeout=1)
    assert "event subscription retail-prod is still creating after 1 s, not active or " in late.message
    aws.reset()
    aws.set_time_scale(6)
    begun = aws.client("rds").create_event_subscription(SubscriptionName=NAME, SnsTopicArn=topic(aws))
    assert begun["EventSubscription"]["Status"] == "creating"
    assert run(aws, enabled=False).writes == ["ModifyEventSubscription"]
    assert not described(aws)["Enabled"]

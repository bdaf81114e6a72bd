"""Event subscriptions. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.html"""

from __future__ import annotations

import json
from typing import Any

from tests.emulator.rds.conftest import Rds

NAME = "retail-prod"


def topic(rds: Rds, name: str = "alerts") -> str:
    return str(rds.service("sns").create_topic(Name=name)["TopicArn"])


def group(rds: Rds, name: str) -> None:
    rds.client.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="a source of events"
    )


def described(rds: Rds) -> dict[str, Any]:
    found: dict[str, Any] = rds.client.describe_event_subscriptions(SubscriptionName=NAME)["EventSubscriptionsList"][0]
    return found


def test_a_subscription_is_to_everything_that_it_does_not_narrow(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html"""
    arn = topic(rds)
    made = rds.client.create_event_subscription(SubscriptionName=NAME, SnsTopicArn=arn)["EventSubscription"]
    assert made["Status"] == "creating"
    found = described(rds)
    assert found.pop("SubscriptionCreationTime")
    assert found == {
        "CustomerAwsId": "123456789012",
        "CustSubscriptionId": NAME,
        "SnsTopicArn": arn,
        "Status": "active",
        "Enabled": True,
        "EventSubscriptionArn": f"arn:aws:rds:us-west-2:123456789012:es:{NAME}",
    }
    taken = rds.refusal("create_event_subscription", SubscriptionName="Retail-PROD", SnsTopicArn=arn)
    assert taken == ("SubscriptionAlreadyExist", "Event Subscription Retail-PROD already exists.")


def test_sources_are_changed_one_by_one(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddSourceIdentifierToSubscription.html
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RemoveSourceIdentifierFromSubscription.html
    """
    group(rds, "one")
    group(rds, "two")
    subscription = {"SubscriptionName": NAME}
    rds.client.create_event_subscription(
        **subscription, SnsTopicArn=topic(rds), SourceType="db-parameter-group", SourceIds=["One"]
    )
    rds.client.add_source_identifier_to_subscription(**subscription, SourceIdentifier="two")
    assert described(rds)["SourceIdsList"] == ["one", "two"]
    rds.client.remove_source_identifier_from_subscription(**subscription, SourceIdentifier="one")
    assert described(rds)["SourceIdsList"] == ["two"]
    for action in ("add_source_identifier_to_subscription", "remove_source_identifier_from_subscription"):
        assert rds.refusal(action, **subscription, SourceIdentifier="three")[0] == "SourceNotFound"
    rds.client.create_event_subscription(SubscriptionName="all", SnsTopicArn=topic(rds))
    refused = rds.refusal("add_source_identifier_to_subscription", SubscriptionName="all", SourceIdentifier="two")
    assert refused[0] == "InvalidParameterCombination"


def test_modification(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyEventSubscription.html"""
    rds.client.create_event_subscription(
        SubscriptionName=NAME, SnsTopicArn=topic(rds), SourceType="db-instance", EventCategories=["failover"]
    )
    changed = rds.client.modify_event_subscription(SubscriptionName=NAME, Enabled=False)["EventSubscription"]
    assert (changed["Status"], changed["Enabled"]) == ("modifying", False)
    assert changed["EventCategoriesList"] == ["failover"]
    other = topic(rds, "other")
    rds.client.modify_event_subscription(
        SubscriptionName=NAME, SnsTopicArn=other, SourceType="db-snapshot", EventCategories=["creation"]
    )
    found = described(rds)
    assert (found["SnsTopicArn"], found["SourceType"], found["EventCategoriesList"]) == (
        other,
        "db-snapshot",
        ["creation"],
    )
    # https://github.com/hashicorp/terraform-provider-aws/issues/1817
    refused = rds.refusal("modify_event_subscription", SubscriptionName=NAME, EventCategories=["creation"])
    assert refused == ("InvalidParameterCombination", "If SourceType is null, Categories must also be null.")
    refused = rds.refusal("modify_event_subscription", SubscriptionName=NAME, SourceType="db-security-group")
    assert refused == (
        "SubscriptionCategoryNotFound",
        "Category : creation not found for source type db-security-group",
    )
    assert rds.refusal("modify_event_subscription", SubscriptionName="none")[0] == "SubscriptionNotFound"


def test_what_is_refused(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html"""

    def refused(**params: Any) -> str:
        asked = {"SubscriptionName": NAME, "SnsTopicArn": arn, **params}
        return rds.refusal("create_event_subscription", **asked)[0]

    arn = topic(rds)
    assert refused(SubscriptionName="x" * 255) == "InvalidParameterValue"
    assert refused(SnsTopicArn="alerts") == "SNSInvalidTopic"
    assert refused(SnsTopicArn=f"{arn}.fifo") == "SNSInvalidTopic"
    assert refused(SnsTopicArn=f"{arn}-none") == "SNSTopicArnNotFound"
    assert refused(SourceType="db-table") == "InvalidParameterValue"
    assert refused(SourceIds=["db1"]) == "InvalidParameterCombination"
    assert refused(EventCategories=["failover"]) == "InvalidParameterCombination"
    assert refused(SourceType="db-instance", SourceIds=["db1"]) == "SourceNotFound"
    assert refused(SourceType="db-snapshot", EventCategories=["failover"]) == "SubscriptionCategoryNotFound"


def test_the_policy_of_the_topic_has_to_let_rds_publish(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html"""
    arn = topic(rds)

    def allow(service: str) -> None:
        statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sns:Publish", "Resource": arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        rds.service("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    allow("cloudwatch.amazonaws.com")
    asked = {"SubscriptionName": NAME, "SnsTopicArn": arn}
    assert rds.refusal("create_event_subscription", **asked)[0] == "SNSNoAuthorization"
    allow("events.rds.amazonaws.com")
    rds.client.create_event_subscription(**asked)
    assert described(rds)["Status"] == "active"
    allow("cloudwatch.amazonaws.com")
    assert described(rds)["Status"] == "no-permission"
    rds.service("sns").delete_topic(TopicArn=arn)
    assert described(rds)["Status"] == "topic-not-exist"


def test_time_and_deletion(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteEventSubscription.html"""
    rds.aws.set_time_scale(60)
    rds.client.create_event_subscription(SubscriptionName=NAME, SnsTopicArn=topic(rds))
    assert described(rds)["Status"] == "creating"
    refused = rds.refusal("delete_event_subscription", SubscriptionName=NAME)
    assert refused == ("InvalidEventSubscriptionState", "Event Subscription retail-prod is creating.")
    rds.aws.reset()
    rds.client.create_event_subscription(SubscriptionName=NAME, SnsTopicArn=topic(rds))
    gone = rds.client.delete_event_subscription(SubscriptionName=NAME)["EventSubscription"]
    assert gone["Status"] == "deleting"
    assert rds.refusal("describe_event_subscriptions", SubscriptionName=NAME)[0] == "SubscriptionNotFound"
    assert rds.client.describe_event_subscriptions()["EventSubscriptionsList"] == []


def test_categories(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEventCategories.html"""
    maps = rds.client.describe_event_categories()["EventCategoriesMapList"]
    assert {"db-instance", "db-cluster", "db-snapshot", "db-parameter-group"} <= {each["SourceType"] for each in maps}
    (found,) = rds.client.describe_event_categories(SourceType="db-parameter-group")["EventCategoriesMapList"]
    assert found == {"SourceType": "db-parameter-group", "EventCategories": ["configuration change"]}
    assert rds.refusal("describe_event_categories", SourceType="db-table")[0] == "InvalidParameterValue"


def test_tags(rds: Rds) -> None:
    made = rds.client.create_event_subscription(
        SubscriptionName=NAME, SnsTopicArn=topic(rds), Tags=[{"Key": "a", "Value": "1"}]
    )["EventSubscription"]
    arn = made["EventSubscriptionArn"]
    rds.client.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "b", "Value": "2"}])
    found = rds.client.list_tags_for_resource(ResourceName=arn)["TagList"]
    assert found == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]

"""What SNS refuses. https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html"""

from __future__ import annotations

import re

from emulator import policies
from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.sns import current_value, find_topic

ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
DISPLAY_NAME_LENGTH = 100
ARN_PARTS = 6
ATTRIBUTES = frozenset(
    {
        "ArchivePolicy", "ContentBasedDeduplication", "DeliveryPolicy", "DisplayName", "FifoThroughputScope",
        "FifoTopic", "KmsMasterKeyId", "MaximumMessageSize", "Policy", "SignatureVersion", "TracingConfig",
    }
)  # fmt: skip
IN_POLICIES = frozenset(
    f"sns:{action}".lower()
    for action in (
        "AddPermission", "DeleteTopic", "GetDataProtectionPolicy", "GetTopicAttributes", "ListSubscriptionsByTopic",
        "ListTagsForResource", "Publish", "PutDataProtectionPolicy", "Receive", "RemovePermission",
        "SetTopicAttributes", "Subscribe",
    )
)  # fmt: skip
FEEDBACK = re.compile(r"(Application|Firehose|HTTP|Lambda|SQS)(Success|Failure)Feedback(RoleArn|SampleRate)")


@refuses("sns", "CreateTopic", "SetTopicAttributes")
def attributes(asked: Asked) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html"""
    params = asked.params
    given = {params["AttributeName"]: params.get("AttributeValue", "")} if "AttributeName" in params else {}
    for name, value in {**params.get("Attributes", {}), **given}.items():
        if name not in ATTRIBUTES and not FEEDBACK.fullmatch(name):
            raise AwsError("InvalidParameter", f"Invalid parameter: AttributeName Reason: {name} is unknown")
        if name == "DisplayName" and len(value) > DISPLAY_NAME_LENGTH:
            raise AwsError("InvalidParameter", "Invalid parameter: DisplayName Reason: longer than 100 characters")


@refuses("sns", "CreateTopic", "SetTopicAttributes")
def policy_that_is_none(asked: Asked) -> None:
    """Only actions on topics, each by its name: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html"""
    params = asked.params
    named = params.get("AttributeValue") if params.get("AttributeName") == "Policy" else None
    policy = params.get("Attributes", {}).get("Policy") or named
    if not policy:
        return
    try:
        found = {action.lower() for statement in policies.statements(policy) for action in policies.actions(statement)}
    except policies.MalformedPolicy as error:
        raise AwsError("InvalidParameter", f"Invalid parameter: Policy Error: {error}") from error
    if found - IN_POLICIES:
        raise AwsError("InvalidParameter", "Invalid parameter: Policy statement action out of service scope!")


@refuses("sns", "CreateTopic")
def existing_topic_that_differs(asked: Asked) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"""
    topic = find_topic(asked, asked.params["Name"])
    if topic is None:
        return
    given = asked.params.get("Attributes", {})
    if any(current_value(topic, name) != value for name, value in given.items()):
        raise AwsError(
            "InvalidParameter", "Invalid parameter: Attributes Reason: Topic already exists with different attributes"
        )
    tags = {tag["Key"]: tag["Value"] for tag in asked.params.get("Tags", [])}
    if tags and tags != topic._tags:
        raise AwsError("InvalidParameter", "Invalid parameter: Tags Reason: Topic already exists with different tags")


@refuses("sns", "Subscribe")
def address_that_is_none(asked: Asked) -> None:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html"""
    is_mail = asked.params["Protocol"] in ("email", "email-json")
    if is_mail and not ADDRESS.fullmatch(asked.params.get("Endpoint", "")):
        raise AwsError("InvalidParameter", "Invalid parameter: Email address")


@refuses("sns", "Unsubscribe", "GetSubscriptionAttributes", "SetSubscriptionAttributes")
def subscription_without_an_arn(asked: Asked) -> None:
    """What ListSubscriptions shows of a pending subscription is no ARN.

    https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html
    """
    parts = len(asked.params["SubscriptionArn"].split(":"))
    if parts < ARN_PARTS:
        reason = f"An ARN must have at least {ARN_PARTS} elements, not {parts}"
        raise AwsError("InvalidParameter", f"Invalid parameter: SubscriptionArn Reason: {reason}")

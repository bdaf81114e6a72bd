"""The writes of cloudwatch_log_group."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.log_group import apply_log_group
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.log_group import LOG_GROUP, plan_log_group
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, removal
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused

from tests.unit.stubs import Exchange, answering

NAME = "/aws/rds/a"
ARN = f"arn:aws:logs:us-west-2:123456789012:log-group:{NAME}"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
PLAIN: dict[str, Any] = {"retention_days": 0, "kms_key_id": "", "log_group_class": "STANDARD"}
GROUP = {"logGroupName": NAME}


def seen(tags: dict[str, str] | None = None, **properties: Any) -> Observed:
    return Observed("log_group", NAME, {**PLAIN, **properties}, tags or {}, {"arn": ARN})


def found(**raw: Any) -> list[Exchange]:
    group = {"logGroupName": NAME, "arn": f"{ARN}:*", **raw}
    return [
        Exchange("describe_log_groups", {"logGroupNamePrefix": NAME}, {"logGroups": [group]}),
        Exchange("list_tags_for_resource", {"resourceArn": ARN}, {"tags": {"a": "b"}}),
    ]


def create(refusal: str = "", **more: Any) -> Exchange:
    return Exchange("create_log_group", {**GROUP, **more}, refusal=refusal)


def retain(days: int) -> Exchange:
    return Exchange("put_retention_policy", {**GROUP, "retentionInDays": days})


def applied(desired: Desired, observed: Observed | None, *exchanges: Exchange) -> str | None:
    plan = plan_log_group(LOG_GROUP, desired, observed, frozenset())
    with answering("logs", *exchanges) as scope:
        return apply_log_group(scope.clients("logs"), desired, observed, plan)


def wanted(tags: dict[str, str] | None = None, **properties: Any) -> Desired:
    return Desired("log_group", NAME, properties, tags or {})


def test_a_new_group_gets_everything() -> None:
    desired = wanted({"a": "b"}, retention_days=90, kms_key_id=KEY, log_group_class="INFREQUENT_ACCESS")
    made = found(kmsKeyId=KEY, logGroupClass="INFREQUENT_ACCESS")
    asked: dict[str, Any] = {"kmsKeyId": KEY, "logGroupClass": "INFREQUENT_ACCESS", "tags": {"a": "b"}}
    assert applied(desired, None, create(**asked), *made, retain(90)) == ARN


def test_a_group_that_is_there_meanwhile_is_adopted() -> None:
    exists = create("ResourceAlreadyExistsException", kmsKeyId=KEY)
    key = Exchange("associate_kms_key", {**GROUP, "kmsKeyId": KEY})
    assert applied(wanted(retention_days=90, kms_key_id=KEY), None, exists, *found(), retain(90), key) == ARN


def test_a_group_of_another_class_that_is_there_meanwhile_is_refused() -> None:
    exists = create("ResourceAlreadyExistsException", logGroupClass="INFREQUENT_ACCESS")
    with pytest.raises(Refused, match="cannot be changed in place"):
        applied(wanted(log_group_class="INFREQUENT_ACCESS"), None, exists, *found())


@pytest.mark.parametrize(
    ("before", "after", "exchanges"),
    [
        ({"retention_days": 7}, {"retention_days": 0}, [Exchange("delete_retention_policy", GROUP)]),
        ({}, {"retention_days": 3653}, [retain(3653)]),
        ({}, {"kms_key_id": KEY}, [Exchange("associate_kms_key", {**GROUP, "kmsKeyId": KEY})]),
        ({"kms_key_id": KEY}, {"kms_key_id": ""}, [Exchange("disassociate_kms_key", GROUP)]),
    ],
)
def test_what_differs_is_written(before: dict[str, Any], after: dict[str, Any], exchanges: list[Exchange]) -> None:
    assert applied(wanted(**after), seen(**before), *exchanges) == ARN


def test_tags_are_set_and_removed() -> None:
    tag = Exchange("tag_resource", {"resourceArn": ARN, "tags": {"c": "d"}})
    untag = Exchange("untag_resource", {"resourceArn": ARN, "tagKeys": ["a"]})
    assert applied(wanted({"c": "d"}), seen({"a": "b"}), tag, untag) == ARN


@pytest.mark.parametrize("refusal", ["", "ResourceNotFoundException"])
def test_one_that_is_gone_already_is_deleted(refusal: str) -> None:
    with answering("logs", Exchange("delete_log_group", GROUP, refusal=refusal)) as scope:
        assert apply_log_group(scope.clients("logs"), wanted(), seen(), removal(seen())) is None

"""A log group, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.cloudwatch_log_group import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import Exchange, answering

NAME = "/aws/rds/instance/db-retail-prod/postgresql"
ARN = f"arn:aws:logs:us-west-2:123456789012:log-group:{NAME}"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
GROUP = {"logGroupName": NAME}


def seen(tags: dict[str, str] | None = None, **settings: Any) -> list[Exchange]:
    found = [{**GROUP, "arn": f"{ARN}:*", **settings}, {"logGroupName": f"{NAME}2", "arn": f"{ARN}2:*"}]
    return [
        Exchange("describe_log_groups", {"logGroupNamePrefix": NAME}, {"logGroups": found}),
        Exchange("list_tags_for_resource", {"resourceArn": ARN}, {"tags": tags or {}}),
    ]


NONE = Exchange("describe_log_groups", {"logGroupNamePrefix": NAME}, {"logGroups": []})


def ensured(requests: list[Exchange], **options: Any) -> dict[str, Any]:
    with answering("logs", *requests) as scope:
        return ensure(asked(SPEC, name=NAME, **options), scope.clients)


def test_a_new_group() -> None:
    wanted = {"kms_key_id": KEY, "log_group_class": "STANDARD", "tags": {"a": 1}, "retention_days": 30}
    made = {**GROUP, "kmsKeyId": KEY, "logGroupClass": "STANDARD", "tags": {"a": "1"}}
    requests = [
        NONE,
        Exchange("create_log_group", made),
        *seen({"a": "1"}, kmsKeyId=KEY, logGroupClass="STANDARD"),
        Exchange("put_retention_policy", {**GROUP, "retentionInDays": 30}),
    ]
    result = ensured(requests, **wanted)
    assert (result["changed"], result["arn"], result["name"]) == (True, ARN, NAME)


def test_a_group_that_rds_made_meanwhile_is_adopted() -> None:
    requests = [
        NONE,
        Exchange("create_log_group", {**GROUP, "kmsKeyId": KEY}, refusal="ResourceAlreadyExistsException"),
        *seen(),
        Exchange("associate_kms_key", {**GROUP, "kmsKeyId": KEY}),
    ]
    assert ensured(requests, kms_key_id=KEY)["arn"] == ARN


def test_a_group_made_meanwhile_of_another_class_is_refused() -> None:
    made = Exchange(
        "create_log_group", {**GROUP, "logGroupClass": "STANDARD"}, refusal="ResourceAlreadyExistsException"
    )
    with pytest.raises(Refused, match="AWS cannot change the class of a log group"):
        ensured([NONE, made, *seen(logGroupClass="INFREQUENT_ACCESS")], log_group_class="STANDARD")


@pytest.mark.parametrize(
    ("before", "options", "requests"),
    [
        ({}, {"retention_days": 30}, [Exchange("put_retention_policy", {**GROUP, "retentionInDays": 30})]),
        ({"retentionInDays": 7}, {"retention_days": 0}, [Exchange("delete_retention_policy", GROUP)]),
        ({}, {"kms_key_id": KEY}, [Exchange("associate_kms_key", {**GROUP, "kmsKeyId": KEY})]),
        ({"kmsKeyId": KEY}, {"kms_key_id": ""}, [Exchange("disassociate_kms_key", GROUP)]),
        (
            {"tags": {"a": "1", "b": "1", "aws:cloudformation:stack-name": "x"}},
            {"tags": {"a": "2"}},
            [
                Exchange("tag_resource", {"resourceArn": ARN, "tags": {"a": "2"}}),
                Exchange("untag_resource", {"resourceArn": ARN, "tagKeys": ["b"]}),
            ],
        ),
        ({"tags": {"b": "1"}}, {"tags": {}}, [Exchange("untag_resource", {"resourceArn": ARN, "tagKeys": ["b"]})]),
        (
            {"tags": {"b": "1"}},
            {"tags": {"a": "2"}, "purge_tags": False},
            [Exchange("tag_resource", {"resourceArn": ARN, "tags": {"a": "2"}})],
        ),
        ({"retentionInDays": 7, "tags": {"b": "1"}}, {"retention_days": 7}, []),
    ],
)
def test_only_what_differs_is_asked_for(
    before: dict[str, Any], options: dict[str, Any], requests: list[Exchange]
) -> None:
    result = ensured([*seen(**before), *requests], **options)
    assert (result["changed"], result["arn"]) == (bool(requests), ARN)


@pytest.mark.parametrize("refusal", ["", "ResourceNotFoundException"])
def test_deletion(refusal: str) -> None:
    result = ensured([*seen(), Exchange("delete_log_group", GROUP, refusal=refusal)], state="absent")
    assert (result["changed"], "arn" in result) == (True, False)


def test_what_is_not_there_needs_no_deletion() -> None:
    assert ensured([NONE], state="absent")["changed"] is False


@pytest.mark.parametrize(("requests", "arn"), [([NONE], "(known after apply)"), (seen(), ARN)])
def test_check_mode_writes_nothing(requests: list[Exchange], arn: str) -> None:
    result = ensured(requests, retention_days=30, check=True)
    assert (result["changed"], result["arn"]) == (True, arn)


def test_a_group_of_another_deployment_is_refused_when_ownership_is_asked_for() -> None:
    """Whoever gives no ownership tags neither asks nor changes whose it is."""
    theirs = {"pgfleet:system": "finance", "pgfleet:suffix": "prod"}
    ours = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
    with pytest.raises(Refused, match="belongs to system finance"):
        ensured(seen(theirs), tags=ours)
    retained = Exchange("put_retention_policy", {**GROUP, "retentionInDays": 30})
    assert ensured([*seen(theirs), retained], retention_days=30)["changed"] is True


def test_what_cannot_be_is_refused_before_aws_is_asked() -> None:
    with pytest.raises(Refused, match=r"retention_days: 31\n.* The next longer is 60\."):
        ensured([], retention_days=31)

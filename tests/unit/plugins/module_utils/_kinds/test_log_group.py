"""Log groups: AWS's retentions and nothing else, keys by ARN, an unchangeable class."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.log_group import (
    LOG_GROUP,
    RETENTION_DAYS,
    from_aws,
    plan_log_group,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Desired,
    Observed,
    plan,
)

NAME = "/aws/rds/instance/db-retail-prod/postgresql"
ARN = f"arn:aws:logs:us-west-2:123456789012:log-group:{NAME}"
KEY = "arn:aws:kms:us-west-2:123456789012:key/8a7cf1d1-0000-4000-8000-4f5b8c1e2d3a"


def desired(name: str = NAME, **properties: Any) -> Desired:
    return Desired("log_group", name, properties)


def raw(**more: Any) -> dict[str, Any]:
    return {"logGroupName": NAME, "arn": f"{ARN}:*", **more}


@pytest.mark.parametrize("days", [0, *RETENTION_DAYS])
def test_every_retention_of_cloudwatch_is_allowed(days: int) -> None:
    assert list(LOG_GROUP.check(desired(retention_days=days))) == []


@pytest.mark.parametrize(
    ("days", "hint"), [(2, "longer is 3."), (31, "longer is 60."), (4000, "ever (0)."), (-1, "1.")]
)
def test_other_retentions_are_refused_with_the_next_longer(days: int, hint: str) -> None:
    [problem] = LOG_GROUP.check(desired(retention_days=days))
    assert (problem.input, problem.value) == ("retention_days", days)
    assert problem.message.endswith(hint)
    assert "1096" in problem.message


@pytest.mark.parametrize(
    ("wanted", "culprit"),
    [
        (desired("aws/x"), "name"),
        (desired("two words"), "name"),
        (desired("x" * 513), "name"),
        (desired(kms_key_id="alias/logs"), "kms_key_id"),
        (desired(kms_key_id=KEY.rpartition("/")[2]), "kms_key_id"),
        (desired(log_group_class="standard"), "log_group_class"),
    ],
)
def test_refused(wanted: Desired, culprit: str) -> None:
    assert [problem.input for problem in LOG_GROUP.check(wanted)] == [culprit]


@pytest.mark.parametrize("key", [KEY, "", KNOWN_AFTER_APPLY])
def test_keys_that_are_allowed(key: str) -> None:
    assert list(LOG_GROUP.check(desired(kms_key_id=key))) == []


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({}, {"retention_days": 0, "kms_key_id": "", "log_group_class": "STANDARD"}, {}),
        ({"retentionInDays": 7}, {}, {}),
        ({}, {"retention_days": 7}, {"retention_days": (0, 7)}),
        ({"retentionInDays": 7}, {"retention_days": 0}, {"retention_days": (7, 0)}),
        ({}, {"kms_key_id": KEY}, {"kms_key_id": ("", KEY)}),
        ({"kmsKeyId": KEY}, {"kms_key_id": ""}, {"kms_key_id": (KEY, "")}),
        ({"kmsKeyId": KEY}, {"kms_key_id": KEY}, {}),
    ],
)
def test_plan(before: dict[str, Any], after: dict[str, Any], changes: dict[str, Any]) -> None:
    found = plan(LOG_GROUP, desired(**after), from_aws(raw(**before), {}))
    assert {change.property: (change.before, change.after) for change in found.changes} == changes


def test_another_class_is_refused_and_nothing_else_planned() -> None:
    found = plan(LOG_GROUP, desired(log_group_class="INFREQUENT_ACCESS", retention_days=7), from_aws(raw(), {}))
    assert (found.action, found.changes) == (Action.REFUSE, ())
    assert "STANDARD" in found.refusals[0].message


@pytest.mark.parametrize("described", [raw(), raw(logGroupArn=ARN)], ids=["older field", "newer field"])
def test_the_arn_that_tagging_takes(described: dict[str, Any]) -> None:
    assert from_aws(described, {}).attributes == {"arn": ARN}


@pytest.mark.parametrize(
    ("wanted", "action"),
    [({"retention_days": 30}, Action.NONE), ({}, Action.NONE), ({"kms_key_id": KEY}, Action.UPDATE)],
)
def test_a_policy_of_the_account_matters_to_the_retention_alone(wanted: dict[str, Any], action: Action) -> None:
    observed = from_aws(raw(retentionInDays=30, retentionPolicyName="all"), {})
    assert plan_log_group(LOG_GROUP, desired(**wanted), observed, frozenset()).action is action


def test_a_retention_that_a_policy_of_the_account_overrides_is_refused() -> None:
    observed = from_aws(raw(retentionInDays=30, retentionPolicyName="all"), {})
    found = plan_log_group(LOG_GROUP, desired(retention_days=90, kms_key_id=KEY), observed, frozenset())
    assert (found.action, found.changes) == (Action.REFUSE, ())
    assert (found.refusals[0].input, found.refusals[0].value) == ("retention_days", 90)
    assert "the account's policy all keeps events 30 days" in found.refusals[0].message


@pytest.mark.parametrize("observed", [None, from_aws(raw(), {})])
def test_without_a_policy_of_the_account_a_retention_is_planned(observed: Observed | None) -> None:
    assert plan_log_group(LOG_GROUP, desired(retention_days=90), observed, frozenset()).changed

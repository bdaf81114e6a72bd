"""The writes of cloudwatch_alarms: one put for what differs, tags by themselves, deletes together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.alarms import AlarmWriter
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Observed, Plan

from tests.unit.stubs import Exchange, answering

CPU: dict[str, Any] = {
    "namespace": "AWS/RDS",
    "metric_name": "CPUUtilization",
    "statistic": "Average",
    "period_seconds": 60,
    "evaluation_periods": 1,
    "threshold": 80,
    "comparison_operator": "GreaterThanThreshold",
}
TAGS = {"Name": "a", "Team": "dba"}
METRIC = Desired("metric_alarm", "a", CPU, TAGS)
COMPOSITE = Desired("composite_alarm", "c", {"alarm_rule": "ALARM(a)"}, TAGS)
ARN = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:a"
SEEN = Observed("metric_alarm", "a", {}, {}, {"arn": ARN})
PUT_METRIC = {
    "AlarmName": "a",
    "ActionsEnabled": True,
    "Namespace": "AWS/RDS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 80,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "missing",
    "Dimensions": [],
}
PUT_COMPOSITE = {"AlarmName": "c", "ActionsEnabled": True, "AlarmRule": "ALARM(a)"}
AWS_TAGS = [{"Key": key, "Value": value} for key, value in TAGS.items()]


def written(plans: Sequence[Plan], *exchanges: Exchange) -> None:
    with answering("cloudwatch", *exchanges) as scope:
        writer = AlarmWriter(scope.clients("cloudwatch"), [METRIC, COMPOSITE], [SEEN])
        for plan in plans:
            writer.apply(plan)
        writer.delete()


def test_new_ones_are_put_with_their_tags() -> None:
    plans = [Plan(desired.kind, desired.name, Action.CREATE) for desired in (METRIC, COMPOSITE)]
    written(
        plans,
        Exchange("put_metric_alarm", {**PUT_METRIC, "Tags": AWS_TAGS}),
        Exchange("put_composite_alarm", {**PUT_COMPOSITE, "Tags": AWS_TAGS}),
    )


TAG = Exchange("tag_resource", {"ResourceARN": ARN, "Tags": [{"Key": "Team", "Value": "dba"}]})
UNTAG = Exchange("untag_resource", {"ResourceARN": ARN, "TagKeys": ["Old"]})
SET, REMOVE = Change("tags.Team", None, "dba"), Change("tags.Old", "x", None)
THRESHOLD = Change("threshold", 1, 80)


@pytest.mark.parametrize(
    ("changes", "exchanges"),
    [
        ([THRESHOLD], [Exchange("put_metric_alarm", PUT_METRIC)]),
        ([SET, REMOVE], [TAG, UNTAG]),
        ([SET], [TAG]),
        ([REMOVE], [UNTAG]),
        ([THRESHOLD, SET], [Exchange("put_metric_alarm", PUT_METRIC), TAG]),
    ],
    ids=["a property", "tags", "a new tag", "a tag gone", "both"],
)
def test_what_differs_is_written(changes: list[Change], exchanges: list[Exchange]) -> None:
    written([Plan("metric_alarm", "a", Action.UPDATE, tuple(changes))], *exchanges)


def deleted(*names: str, refusal: str = "") -> Exchange:
    return Exchange("delete_alarms", {"AlarmNames": list(names)}, refusal=refusal)


def test_composites_are_deleted_one_a_call_and_the_rest_by_hundreds() -> None:
    metrics = [f"m{number}" for number in range(101)]
    plans = [Plan("composite_alarm", name, Action.DELETE) for name in ("c1", "c2")]
    plans += [Plan("metric_alarm", name, Action.DELETE) for name in metrics]
    written(plans, deleted("c1"), deleted("c2"), deleted(*metrics[:100]), deleted("m100"))


def test_what_is_gone_already_is_deleted_and_what_is_in_use_is_told() -> None:
    plan = Plan("metric_alarm", "a", Action.DELETE)
    written([plan], deleted("a", refusal="ResourceNotFound"))
    with pytest.raises(AwsError, match="cloudwatch:DeleteAlarms for a failed: ValidationError"):
        written([plan], deleted("a", refusal="ValidationError"))


def test_nothing_to_do_asks_nothing() -> None:
    written([])

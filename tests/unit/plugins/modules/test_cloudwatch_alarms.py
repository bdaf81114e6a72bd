"""The alarms of one owner, from options to requests and result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.cloudwatch_alarms import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import OWNER, Exchange, account

CPU: dict[str, Any] = {
    "name": "cpu",
    "namespace": "AWS/RDS",
    "metric_name": "CPUUtilization",
    "statistic": "Average",
    "period_seconds": 60,
    "evaluation_periods": 1,
    "threshold": 80,
    "comparison_operator": "GreaterThanThreshold",
}
BOTH: dict[str, Any] = {"name": "both", "alarm_rule": 'ALARM("cpu")'}
OLD = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:old"
TAGS = [{"Key": key, "Value": value} for key, value in OWNER.tags().items()]


def tagged(name: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted({**OWNER.tags(), "Name": name}.items())]


PUTS = (
    Exchange(
        "put_metric_alarm",
        {
            "AlarmName": "cpu",
            "Namespace": "AWS/RDS",
            "MetricName": "CPUUtilization",
            "Statistic": "Average",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 80.0,
            "Dimensions": [],
            "TreatMissingData": "missing",
            "ActionsEnabled": True,
            "ComparisonOperator": "GreaterThanThreshold",
            "Tags": tagged("cpu"),
        },
    ),
    Exchange(
        "put_composite_alarm",
        {"AlarmName": "both", "AlarmRule": 'ALARM("cpu")', "ActionsEnabled": True, "Tags": tagged("both")},
    ),
)


def services(*writes: Exchange, names: Sequence[str] = ("both", "cpu", "old")) -> dict[str, list[Exchange]]:
    """An account with one alarm of ours, asked for with these names."""
    filters = [{"Key": key, "Values": [value]} for key, value in sorted(OWNER.tags().items())]
    indexed = {"ResourceTypeFilters": ["cloudwatch:alarm"], "TagFilters": filters, "ResourcesPerPage": 100}
    named = {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100}
    old = {"AlarmName": "old", "AlarmArn": OLD, "AlarmRule": "FALSE", "StateValue": "OK"}
    return {
        "resourcegroupstaggingapi": [
            Exchange("get_resources", indexed, {"ResourceTagMappingList": [{"ResourceARN": OLD, "Tags": TAGS}]})
        ],
        "cloudwatch": [
            Exchange("describe_alarms", named, {"CompositeAlarms": [old]}),
            Exchange("list_tags_for_resource", {"ResourceARN": OLD}, {"Tags": TAGS}),
            *writes,
        ],
    }


def ensured(requests: dict[str, list[Exchange]], *alarms: Any, check: bool = False, **options: Any) -> dict[str, Any]:
    with account(requests) as scope:
        given = asked(SPEC, check=check, system="retail", suffix="prod", alarms=list(alarms), **options)
        return ensure(given, scope.clients)


@pytest.mark.parametrize("prune", [True, False])
def test_alarms_are_put_before_what_looks_at_them_and_the_rest_goes_with_prune_alone(prune: bool) -> None:
    delete = [Exchange("delete_alarms", {"AlarmNames": ["old"]})] if prune else []
    result = ensured(services(*PUTS, *delete), BOTH, CPU, prune=prune)
    assert (result["changed"], result["names"]) == (True, ["both", "cpu"])
    assert [entry["name"] for entry in result["plan"]] == ["cpu", "both", *(["old"] if prune else [])]


def test_check_mode_writes_nothing() -> None:
    result = ensured(services(), BOTH, CPU, check=True)
    actions = [(entry["name"], entry["action"]) for entry in result["plan"]]
    assert actions == [("cpu", "create"), ("both", "create"), ("old", "delete")]


def test_everything_that_cannot_be_is_named_before_aws_is_asked() -> None:
    circle = [{"name": name, "alarm_rule": f'ALARM("{other}")'} for name, other in (("a", "b"), ("b", "a"))]
    with pytest.raises(Refused) as refused:
        ensured({"cloudwatch": []}, CPU, CPU, {**BOTH, "threshold": 80, "namespace": "AWS/RDS"}, *circle)
    named = {problem.input for problem in refused.value.problems}
    assert {"name", "alarms[both].namespace", "alarms[both].threshold"} <= named
    said = str(refused.value)
    assert "stands more than once in the set" in said
    assert "alarm both: stands beside alarm_rule; a composite alarm has no metric." in said
    assert any(problem.input.startswith(("alarms[a]", "alarms[b]")) for problem in refused.value.problems)


SHARE: dict[str, Any] = {
    **{name: value for name, value in CPU.items() if name != "threshold"},
    "name": "storage",
    "metric_name": "FreeStorageSpace",
    "dimensions": {"DBInstanceIdentifier": "db"},
    "threshold_percent": 10,
}
NO_DATABASE = Exchange(
    "describe_db_instances", {"Filters": [{"Name": "db-instance-id", "Values": ["db"]}]}, {"DBInstances": []}
)


def test_a_share_needs_its_database() -> None:
    with pytest.raises(Refused, match=r"there is no DB instance db. Make it first, or give a threshold.") as refused:
        ensured({"rds": [NO_DATABASE]}, SHARE)
    assert [(problem.input, problem.value) for problem in refused.value.problems] == [
        ("alarms[storage].dimensions", "db")
    ]


def test_in_check_mode_a_task_before_this_one_may_be_about_to_make_the_database() -> None:
    requests = {**services(names=["old", "storage"]), "rds": [NO_DATABASE]}
    result = ensured(requests, SHARE, check=True, prune=False)
    [made] = result["plan"]
    assert made["action"] == "create"
    assert {change["property"]: change["after"] for change in made["changes"]}["threshold"] == KNOWN_AFTER_APPLY


def test_an_alarm_of_another_sort_with_the_name_is_refused() -> None:
    with pytest.raises(Refused, match=r"alarm old: is a composite alarm in CloudWatch. Choose another name") as refused:
        ensured(services(names=["old"]), {**CPU, "name": "old"})
    assert [problem.input for problem in refused.value.problems] == ["alarms[old].name"]


@pytest.mark.parametrize("adopt", [False, True])
def test_an_alarm_without_an_owner_is_taken_over_with_consent_alone(adopt: bool) -> None:
    requests = services()
    requests["resourcegroupstaggingapi"] = [
        replace(requests["resourcegroupstaggingapi"][0], answer={"ResourceTagMappingList": []})
    ]
    found, listed = requests["cloudwatch"]
    named = {**found.asked, "AlarmNames": ["old"]}
    requests["cloudwatch"] = [replace(found, asked=named), replace(listed, answer={"Tags": []})]
    wanted = {"name": "old", "alarm_rule": "FALSE"}
    if adopt:
        tag = Exchange("tag_resource", {"ResourceARN": OLD, "Tags": tagged("old")})
        requests["cloudwatch"].append(tag)
        assert ensured(requests, wanted, adopt=True)["changed"]
    else:
        with pytest.raises(Refused, match=r"alarms\[old\]\.name: old\n.*adopt=true"):
            ensured(requests, wanted)

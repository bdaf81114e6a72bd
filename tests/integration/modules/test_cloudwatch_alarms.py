"""cloudwatch_alarms through ansible-playbook: create, change, no-op, prune, check mode, refusals."""

from __future__ import annotations

from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module

TOPIC = "arn:aws:sns:us-east-1:123456789012:topic-retail-prod"
CPU: dict[str, Any] = {
    "name": "alarm-cpu-retail-prod",
    "namespace": "AWS/RDS",
    "metric_name": "CPUUtilization",
    "dimensions": {"DBInstanceIdentifier": "db-retail-prod"},
    "statistic": "Average",
    "period_seconds": 300,
    "evaluation_periods": 2,
    "threshold": 80,
    "comparison_operator": "GreaterThanThreshold",
    "treat_missing_data": "notBreaching",
    "alarm_actions": [TOPIC],
}
READ: dict[str, Any] = {
    "id": "read",
    "namespace": "AWS/RDS",
    "metric_name": "ReadLatency",
    "dimensions": {"DBInstanceIdentifier": "db-retail-prod"},
    "statistic": "Average",
    "period_seconds": 60,
}
LATENCY: dict[str, Any] = {
    "name": "alarm-latency-retail-prod",
    "metrics": [
        {"id": "ms", "expression": "read * 1000", "label": "Latency"},
        {**READ, "return_data": False},
    ],
    "evaluation_periods": 3,
    "threshold": 200,
    "comparison_operator": "GreaterThanThreshold",
}
BAND: dict[str, Any] = {
    "name": "alarm-unusual-retail-prod",
    "metrics": [READ, {"id": "band", "expression": "ANOMALY_DETECTION_BAND(read, 2)"}],
    "evaluation_periods": 3,
    "threshold_metric_id": "band",
    "comparison_operator": "GreaterThanUpperThreshold",
}
BUSY: dict[str, Any] = {
    "name": "alarm-busy-retail-prod",
    "alarm_rule": f'ALARM("{CPU["name"]}") AND ALARM("{LATENCY["name"]}")',
    "actions_enabled": False,
}
SERIOUS: dict[str, Any] = {"name": "alarm-all-retail-prod", "alarm_rule": f"ALARM({BUSY['name']})"}
BUSY_OF_CPU: dict[str, Any] = {"name": "alarm-busy-retail-prod", "alarm_rule": "ALARM(threshold)"}
ALL = [SERIOUS, BUSY, BAND, LATENCY, CPU]


def options(alarms: list[dict[str, Any]], suffix: str = "prod", **more: Any) -> dict[str, Any]:
    return {"system": "retail", "suffix": suffix, "alarms": alarms, "tags": {"Environment": "Production"}, **more}


def described(aws: Emulator) -> dict[str, dict[str, Any]]:
    client = aws.client("cloudwatch")
    found = client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100)
    return {alarm["AlarmName"]: alarm for alarm in [*found["MetricAlarms"], *found["CompositeAlarms"]]}


def tags(aws: Emulator, arn: str) -> dict[str, str]:
    return {
        tag["Key"]: tag["Value"] for tag in aws.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    }


def test_life_of_a_set(aws: Emulator) -> None:
    checked = run_module(aws, "cloudwatch_alarms", options(ALL), check=True)
    assert (checked.changed, checked.writes) == (True, [])
    assert [plan["action"] for plan in checked.result["plan"]] == ["create"] * 5

    made = run_module(aws, "cloudwatch_alarms", options(ALL))
    assert made.changed
    assert made.writes == ["PutMetricAlarm"] * 3 + ["PutCompositeAlarm"] * 2
    assert made.result["plan"] == checked.result["plan"]
    assert made.result["names"] == [alarm["name"] for alarm in ALL]
    alarms = described(aws)
    assert alarms[CPU["name"]]["Threshold"] == 80
    assert alarms[CPU["name"]]["AlarmActions"] == [TOPIC]
    assert alarms[BAND["name"]]["ThresholdMetricId"] == "band"
    assert alarms[BUSY["name"]]["ActionsEnabled"] is False
    assert tags(aws, alarms[LATENCY["name"]]["AlarmArn"]) == {
        "Environment": "Production",
        "Name": LATENCY["name"],
        "pgfleet:system": "retail",
        "pgfleet:suffix": "prod",
    }

    again = run_module(aws, "cloudwatch_alarms", options(ALL))
    assert (again.changed, again.actions) == (False, ["GetResources", "DescribeAlarms"])

    checked = run_module(aws, "cloudwatch_alarms", options([CPU]), check=True)
    assert (checked.changed, checked.writes) == (True, [])
    kept = run_module(aws, "cloudwatch_alarms", options([CPU], prune=False))
    assert (kept.changed, kept.writes) == (False, [])
    pruned = run_module(aws, "cloudwatch_alarms", options([CPU]))
    # Composites one a call and from the top, then all others at once.
    assert pruned.writes == ["DeleteAlarms"] * 3
    assert [plan["name"] for plan in pruned.result["plan"]][:2] == [SERIOUS["name"], BUSY["name"]]
    assert list(described(aws)) == [CPU["name"]]


CHANGES: dict[str, dict[str, Any]] = {
    "threshold": {"threshold": 90},
    "description": {"description": "CPU above 80 %"},
    "m-of-n": {"evaluation_periods": 3, "datapoints_to_alarm": 2},
    "actions": {"ok_actions": [TOPIC], "insufficient_data_actions": [TOPIC], "alarm_actions": []},
    "actions-enabled": {"actions_enabled": False},
    "percentile": {"statistic": None, "extended_statistic": "p99"},
    "metric": {"namespace": "AWS/EC2", "metric_name": "CPUCreditBalance", "dimensions": {"InstanceId": "i-1"}},
    "period": {"period_seconds": 60, "unit": "Percent"},
    "comparison": {"comparison_operator": "LessThanThreshold", "treat_missing_data": "breaching"},
}


def test_each_change_is_one_put(aws: Emulator) -> None:
    before = [{**CPU, "name": name} for name in CHANGES] + [LATENCY, {**CPU, "name": "other-source"}, BUSY_OF_CPU]
    changed = [{**CPU, "name": name, **change} for name, change in CHANGES.items()]
    expression = [LATENCY["metrics"][0] | {"expression": "read * 1e3"}, LATENCY["metrics"][1]]
    changed += [
        {**LATENCY, "metrics": expression},
        {**LATENCY, "name": "other-source"},
        {**BUSY_OF_CPU, "alarm_rule": "OK(threshold)"},
    ]
    wanted = [{key: value for key, value in alarm.items() if value is not None} for alarm in changed]
    run_module(aws, "cloudwatch_alarms", options(before))
    ran = run_module(aws, "cloudwatch_alarms", options(wanted))
    assert ran.writes == ["PutMetricAlarm"] * 11 + ["PutCompositeAlarm"]
    touched = {plan["name"]: {change["property"] for change in plan["changes"]} for plan in ran.result["plan"]}
    for name, change in CHANGES.items():
        assert touched[name] == change.keys()
    assert touched[LATENCY["name"]] == {"metrics"}
    assert touched[BUSY_OF_CPU["name"]] == {"alarm_rule"}
    assert "Namespace" not in described(aws)["other-source"]
    assert not run_module(aws, "cloudwatch_alarms", options(wanted)).changed


def test_an_anomaly_band_and_its_changes(aws: Emulator) -> None:
    assert run_module(aws, "cloudwatch_alarms", options([BAND])).writes == ["PutMetricAlarm"]
    [detector] = aws.client("cloudwatch").describe_anomaly_detectors()["AnomalyDetectors"]
    assert detector["SingleMetricAnomalyDetector"]["MetricName"] == "ReadLatency"
    wider = {
        **BAND,
        "metrics": [READ, {"id": "band", "expression": "ANOMALY_DETECTION_BAND(read, 3)"}],
        "comparison_operator": "LessThanLowerOrGreaterThanUpperThreshold",
    }
    ran = run_module(aws, "cloudwatch_alarms", options([wider]))
    assert ran.writes == ["PutMetricAlarm"]
    [plan] = ran.result["plan"]
    assert {change["property"] for change in plan["changes"]} == {"metrics", "comparison_operator"}
    alarm = described(aws)[BAND["name"]]
    assert {metric["Id"]: metric.get("Expression") for metric in alarm["Metrics"]}["band"].endswith("(read, 3)")
    again = run_module(aws, "cloudwatch_alarms", options([wider]))
    assert (again.changed, again.writes) == (False, [])


def test_a_metric_alarm_does_not_become_a_composite(aws: Emulator) -> None:
    run_module(aws, "cloudwatch_alarms", options([CPU, LATENCY]))
    other = {"name": CPU["name"], "alarm_rule": f"ALARM({LATENCY['name']})"}
    refused = run_module(aws, "cloudwatch_alarms", options([other, LATENCY]))
    assert refused.writes == []
    assert "is a metric alarm in CloudWatch" in refused.message
    assert "Namespace" in described(aws)[CPU["name"]]


def test_tags_are_set_and_removed_without_a_put(aws: Emulator) -> None:
    run_module(aws, "cloudwatch_alarms", options([CPU]))
    ran = run_module(aws, "cloudwatch_alarms", options([CPU], tags={"Project": "RetailInventory"}))
    assert ran.writes == ["TagResource", "UntagResource"]
    assert tags(aws, described(aws)[CPU["name"]]["AlarmArn"]).keys() == {
        "Project",
        "Name",
        "pgfleet:system",
        "pgfleet:suffix",
    }


def test_a_no_op_on_sixty_alarms_takes_two_calls(aws: Emulator) -> None:
    alarms = [{**CPU, "name": f"alarm-{number}-retail-prod"} for number in range(60)]
    assert run_module(aws, "cloudwatch_alarms", options(alarms)).writes == ["PutMetricAlarm"] * 60
    again = run_module(aws, "cloudwatch_alarms", options(alarms))
    assert (again.changed, len(again.requests)) == (False, 2)
    assert run_module(aws, "cloudwatch_alarms", options([])).writes == ["DeleteAlarms"]
    assert described(aws) == {}


def test_alarms_of_others_are_refused_and_left_alone(aws: Emulator) -> None:
    run_module(aws, "cloudwatch_alarms", options([CPU], suffix="pr4"))
    others = run_module(aws, "cloudwatch_alarms", options([{**LATENCY, "name": "mine"}, CPU], suffix="pr42"))
    assert others.writes == []
    assert "belongs to system retail, suffix pr4" in others.message

    aws.client("cloudwatch").put_metric_alarm(
        AlarmName="by-hand",
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    unowned = run_module(aws, "cloudwatch_alarms", options([{**CPU, "name": "by-hand"}], suffix="pr42"))
    assert unowned.writes == []
    assert "alarms[by-hand].name" in unowned.message
    assert "is not ours" in unowned.message

    assert not run_module(aws, "cloudwatch_alarms", options([], suffix="pr42")).changed
    assert described(aws).keys() == {CPU["name"], "by-hand"}


def test_bad_definitions_are_all_named_before_anything_is_asked(aws: Emulator) -> None:
    bad = [
        {**CPU, "period_seconds": 45},
        {**LATENCY, "threshold_metric_id": "band"},
        {"name": "alarm-x", "alarm_rule": "ALARM(a", "namespace": "AWS/RDS"},
        CPU,
    ]
    ran = run_module(aws, "cloudwatch_alarms", options(bad))
    assert ran.result["failed"]
    assert ran.requests == []
    for name in (
        f"alarms[{CPU['name']}].period_seconds: 45",
        f"alarms[{LATENCY['name']}].threshold: 200",
        f"alarms[{LATENCY['name']}].comparison_operator: GreaterThanThreshold",
        "alarms[alarm-x].alarm_rule: ALARM(a",
        "alarms[alarm-x].namespace: AWS/RDS",
        f"name: {CPU['name']}\n    stands more than once",
    ):
        assert name in ran.message
    assert "10, 20, 30 or a multiple of 60" in ran.message


def test_more_alarms_than_a_page_holds(aws: Emulator) -> None:
    client = aws.client("cloudwatch")
    owner = [{"Key": "pgfleet:system", "Value": "retail"}, {"Key": "pgfleet:suffix", "Value": "prod"}]
    for number in range(120):
        client.put_metric_alarm(
            AlarmName=f"alarm-{number:03}",
            Namespace="AWS/RDS",
            MetricName="CPUUtilization",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
            Tags=owner,
        )
    checked = run_module(aws, "cloudwatch_alarms", options([]), check=True)
    assert len(checked.result["plan"]) == 120
    assert (checked.actions.count("GetResources"), checked.actions.count("DescribeAlarms")) == (2, 2)
    assert run_module(aws, "cloudwatch_alarms", options([])).writes == ["DeleteAlarms"] * 2
    assert described(aws) == {}


def test_throttling_is_waited_out(aws: Emulator) -> None:
    aws.fault("throttle", service="resourcegroupstaggingapi", action="GetResources", count=1)
    aws.fault("throttle", service="cloudwatch", action="DescribeAlarms", count=1)
    aws.fault("throttle", service="cloudwatch", action="PutMetricAlarm", count=2)
    assert run_module(aws, "cloudwatch_alarms", options([CPU])).changed
    assert list(described(aws)) == [CPU["name"]]

"""The role monitoring by itself: the default set, what is merged over it, and what nobody wants any more."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator
from tests.integration.playbook import Run, run

REGION = "us-west-2"
GROUP = "/aws/rds/instance/db-retail-prod/postgresql"
DEFAULT = {
    "cpu", "connections", "freeable-memory", "read-latency", "write-latency", "transaction-ids", "replication-slot-lag",
    "disk-queue", "deadlocks", "errors", "fatals", "panics", "free-storage", "transaction-logs", "swap",
}  # fmt: skip
OF_FUNCTION = {"function-errors", "function-throttles"}
NOTHING: dict[str, Any] = {
    "monitoring_default_alarms": {},
    "monitoring_log_filters": dict.fromkeys(("deadlocks", "errors", "fatals", "panics")),
    "monitoring_dashboard": [],
}


def monitor(aws: Emulator, *arguments: str, tasks: str = "main", **more: Any) -> Run:
    variables = {
        "monitoring_system": "retail",
        "monitoring_suffix": "prod",
        "monitoring_account_id": "123456789012",
        "monitoring_tags": {"pgfleet:system": "retail", "pgfleet:suffix": "prod"},
        "monitoring_region": REGION,
        "monitoring_dimensions": {"DBInstanceIdentifier": "db-retail-prod"},
        "monitoring_log_groups": [GROUP],
        # RDS knows no events of a database that is not there.
        "monitoring_event_categories": {},
        **more,
    }
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {f"group/{group}": {"region": REGION} for group in ("amazon.aws.aws", "pgfleet.aws.aws")},
        "tasks": [
            {"ansible.builtin.include_role": {"name": "pgfleet.aws.monitoring", "tasks_from": tasks}, "vars": variables}
        ],
    }
    playbook = aws.state / "monitoring.json"
    playbook.write_text(json.dumps([play]))
    return run(aws, str(playbook), "-i", "localhost,", *arguments)


def alarms(aws: Emulator) -> dict[str, Any]:
    found = aws.client("cloudwatch", REGION).describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {alarm["AlarmName"]: alarm for alarm in [*found["MetricAlarms"], *found["CompositeAlarms"]]}


def names(*shorts: str) -> set[str]:
    return {f"alarm-{short}-retail-prod" + "-access" * (short in OF_FUNCTION) for short in shorts}


def filters(aws: Emulator) -> list[str]:
    found = aws.client("logs", REGION).describe_metric_filters(logGroupName=GROUP)["metricFilters"]
    return [one["filterName"] for one in found]


def titles(aws: Emulator) -> list[str]:
    found = aws.client("cloudwatch", REGION).get_dashboard(DashboardName="dashboard-retail-prod")["DashboardBody"]
    return [widget["properties"].get("title", "") for widget in json.loads(found)["widgets"]]


def test_the_default_set_and_what_is_merged_over_it(aws: Emulator) -> None:
    bad = {"cpu": {"metric_name": "CpuUtilisation", "threshold": 101}, "errors": None}
    refused = monitor(aws, "--check", tasks="plan", monitoring_alarms=bad)
    assert refused.status != 0
    assert "monitoring_alarms.cpu.metric_name: CpuUtilisation" in refused.text
    assert "Near to it: CPUUtilization" in refused.text

    planned = monitor(aws, "--check", "--diff", tasks="plan")
    assert planned.status == 0, planned.output
    # The share of a database that does not exist yet.
    assert "threshold: (known after apply)" in planned.output
    assert aws.writes() == []

    aws.client("logs", REGION).create_log_group(logGroupName=GROUP)
    given = {"cpu": {"name": "cpu-high-prod", "threshold": 90}, "swap": None, "freeable-memory": {"threshold": 1000}}
    shares = dict.fromkeys(("connections", "free-storage", "transaction-logs"))
    wanted: dict[str, Any] = {"monitoring_alarms": {**given, **shares}, "monitoring_functions": ["access"]}
    made = monitor(aws, **wanted)
    assert made.status == 0, made.output
    found = alarms(aws)
    expected = DEFAULT - {"cpu", "swap", *shares} | OF_FUNCTION
    assert found.keys() == {"cpu-high-prod", "unwell-retail-prod"} | names(*expected)
    cpu = found["cpu-high-prod"]
    assert (cpu["Threshold"], cpu["MetricName"], cpu["EvaluationPeriods"]) == (90, "CPUUtilization", 2)
    errors = found["alarm-function-errors-retail-prod-access"]
    assert (errors["Namespace"], errors["Dimensions"]) == (
        "AWS/Lambda",
        [{"Name": "FunctionName", "Value": "access"}],
    )
    assert (errors["MetricName"], errors["Statistic"], errors["Threshold"]) == ("Errors", "Sum", 0)
    assert 'ALARM("cpu-high-prod")' in found["unwell-retail-prod"]["AlarmRule"]
    assert "alarm-errors" not in found["unwell-retail-prod"]["AlarmRule"]
    assert filters(aws) == [f"{name}-retail-prod" for name in ("deadlocks", "errors", "fatals", "panics")]
    assert titles(aws)[1] == "Alarms"
    assert titles(aws)[-1] == "Last errors"

    mark = aws.mark()
    assert monitor(aws, **wanted).changed == {"localhost": 0}
    assert aws.writes(since=mark) == []

    emptied = monitor(aws, **NOTHING)
    assert emptied.status == 0, emptied.output
    assert (alarms(aws), filters(aws), titles(aws)) == ({}, [], [""])
    mark = aws.mark()
    assert monitor(aws, **NOTHING).changed == {"localhost": 0}
    assert aws.writes(since=mark) == []

"""The role monitoring by itself: alarms with shares in its plan, and the last alarm that nobody wants any more."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator
from tests.integration.playbook import Run, run

DATABASE = {"DBInstanceIdentifier": "db-retail-prod"}
CPU = {
    "description": "CPU above 80 %",
    "metric_name": "CPUUtilization",
    "comparison_operator": "GreaterThanThreshold",
    "threshold": 80,
    "evaluation_periods": 2,
}
STORAGE = {
    "description": "Less than 10 % of the storage is free",
    "metric_name": "FreeStorageSpace",
    "comparison_operator": "LessThanThreshold",
    "threshold_percent": 10,
    "evaluation_periods": 1,
}


def monitor(aws: Emulator, alarms: dict[str, Any], *arguments: str, tasks: str = "main") -> Run:
    variables = {
        "monitoring_system": "retail",
        "monitoring_suffix": "prod",
        "monitoring_account_id": "123456789012",
        "monitoring_tags": {"pgfleet:system": "retail", "pgfleet:suffix": "prod"},
        "monitoring_region": "us-west-2",
        "monitoring_dimensions": DATABASE,
        "monitoring_alarms": alarms,
    }
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"},
        "module_defaults": {
            f"group/{group}": {"region": "us-west-2"} for group in ("amazon.aws.aws", "pgfleet.aws.aws")
        },
        "tasks": [
            {"ansible.builtin.include_role": {"name": "pgfleet.aws.monitoring", "tasks_from": tasks}, "vars": variables}
        ],
    }
    playbook = aws.state / "monitoring.json"
    playbook.write_text(json.dumps([play]))
    return run(aws, str(playbook), "-i", "localhost,", *arguments)


def names(aws: Emulator) -> set[str]:
    found = aws.client("cloudwatch", "us-west-2").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {alarm["AlarmName"] for alarm in [*found["MetricAlarms"], *found["CompositeAlarms"]]}


def test_the_last_alarm_goes_when_nobody_wants_it(aws: Emulator) -> None:
    planned = monitor(aws, {"cpu": CPU, "storage": STORAGE}, "--check", "--diff", tasks="plan")
    assert planned.status == 0, planned.output
    # The database does not exist yet.
    assert "threshold: (known after apply)" in planned.output
    assert aws.writes() == []

    aws.client("rds", "us-west-2").create_db_instance(
        DBInstanceIdentifier="db-retail-prod",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="dbadmin",
        MasterUserPassword="nothing-Secret",
    )
    made = monitor(aws, {"cpu": CPU})
    assert made.status == 0, made.output
    assert names(aws) == {"alarm-cpu-retail-prod"}
    aws.client("cloudwatch", "us-west-2").put_composite_alarm(
        AlarmName="above",
        AlarmRule="ALARM(alarm-cpu-retail-prod)",
        Tags=[{"Key": "pgfleet:system", "Value": "retail"}, {"Key": "pgfleet:suffix", "Value": "prod"}],
    )

    emptied = monitor(aws, {})
    assert emptied.status == 0, emptied.output
    assert names(aws) == set()
    mark = aws.mark()
    assert monitor(aws, {}).changed == {"localhost": 0}
    assert aws.writes(since=mark) == []

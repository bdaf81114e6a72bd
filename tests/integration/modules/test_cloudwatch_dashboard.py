"""cloudwatch_dashboard through ansible-playbook: create, change, no-op, delete, check mode, refusals."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "dashboard-retail-prod"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
CPU: dict[str, Any] = {
    "type": "metric",
    "x": 0,
    "y": 2,
    "width": 12,
    "height": 6,
    "properties": {
        "title": "CPU and connections",
        "region": "us-east-1",
        "period": 300,
        "stat": "Average",
        "metrics": [
            ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "db-retail-prod"],
            [".", "DatabaseConnections", ".", ".", {"yAxis": "right"}],
        ],
    },
}
TEXT: dict[str, Any] = {"type": "text", "properties": {"markdown": "# Retail"}}
BODY: dict[str, Any] = {"start": "-PT6H", "widgets": [TEXT, CPU]}
# The same, written differently.
REWRITTEN: dict[str, Any] = {
    "widgets": [
        {"properties": {"markdown": "# Retail"}, "height": 6, "width": 6.0, "type": "text"},
        {
            **CPU,
            "properties": {
                **CPU["properties"],
                "metrics": [
                    ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "db-retail-prod"],
                    ["AWS/RDS", "DatabaseConnections", "...", {"yAxis": "right"}],
                ],
            },
        },
    ],
    "periodOverride": "auto",
    "start": "-PT6H",
}


def run(aws: Emulator, check: bool = False, **options: Any) -> Ran:
    return run_module(aws, "cloudwatch_dashboard", {"name": NAME, **options}, check=check)


def body(aws: Emulator) -> Any:
    return json.loads(aws.client("cloudwatch").get_dashboard(DashboardName=NAME)["DashboardBody"])


def tags(aws: Emulator, arn: str) -> dict[str, str]:
    found = aws.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def names(aws: Emulator) -> list[str]:
    return [entry["DashboardName"] for entry in aws.client("cloudwatch").list_dashboards()["DashboardEntries"]]


def test_life_of_a_dashboard(aws: Emulator) -> None:
    wanted: dict[str, Any] = {"body": BODY, "tags": {"Project": "RetailInventory", **OURS}}
    checked = run(aws, check=True, **wanted)
    assert (checked.changed, checked.writes, checked.result["arn"]) == (True, [], "(known after apply)")

    made = run(aws, **wanted)
    assert made.writes == ["PutDashboard"]
    assert made.result["plan"] == checked.result["plan"]
    assert body(aws) == BODY
    assert made.result["arn"] == f"arn:aws:cloudwatch::123456789012:dashboard/{NAME}"
    assert tags(aws, made.result["arn"]) == wanted["tags"]

    again = run(aws, **{**wanted, "body": REWRITTEN})
    assert (again.changed, again.actions) == (False, ["GetDashboard", "ListTagsForResource"])
    assert again.result["arn"] == made.result["arn"]

    narrower = {**CPU, "width": 8}
    changed = run(aws, body={"widgets": [narrower, TEXT]}, tags={"Project": "X", **OURS})
    assert changed.writes == ["PutDashboard", "TagResource"]
    assert body(aws) == {"widgets": [narrower, TEXT]}
    assert {change["property"] for change in changed.result["plan"][0]["changes"]} == {
        "body.start",
        "body.widgets[0]",
        "body.widgets[1] as it was",
        "tags.Project",
    }
    assert run(aws, body={"widgets": [narrower, TEXT]}, tags=OURS).writes == ["UntagResource"]

    checked = run(aws, check=True, state="absent")
    assert (checked.changed, checked.writes) == (True, [])
    assert run(aws, state="absent").writes == ["DeleteDashboards"]
    assert names(aws) == []
    assert not run(aws, state="absent").changed


def test_a_bad_body_is_refused_with_all_its_problems(aws: Emulator) -> None:
    bad = {"widgets": [{**CPU, "width": 30}, {"type": "text", "properties": {}}], "periodOverride": "sometimes"}
    refused = run(aws, body=bad)
    assert refused.result["failed"]
    assert refused.requests == []
    for expected in (
        "body.widgets[0].width: 30",
        "body.widgets[1].properties.markdown: (none)",
        "body.periodOverride: sometimes",
    ):
        assert expected in refused.message


def test_a_dashboard_of_another_deployment_is_refused(aws: Emulator) -> None:
    theirs = run(aws, body=BODY, tags=OURS | {"pgfleet:suffix": "pr4"})
    assert theirs.changed
    for options in ({"body": {"widgets": []}, "tags": OURS}, {"state": "absent", "tags": OURS}):
        refused = run(aws, **options)
        assert refused.writes == []
        assert "belongs to system retail, suffix pr4" in refused.message
    assert body(aws) == BODY


def test_throttling_warnings_and_refusals(aws: Emulator) -> None:
    for action in ("GetDashboard", "PutDashboard"):
        aws.fault("throttle", service="cloudwatch", action=action, count=1)
    odd = {"widgets": [{**TEXT, "z": 1}]}
    warned = run(aws, body=odd)
    assert warned.changed
    # CloudWatch takes the body, and says what it makes of it.
    [warning] = warned.result["warnings"]
    expected = '/widgets/0: The "z" property is not expected to be part of a widget definition, will be ignored'
    assert warning == f"CloudWatch says of dashboard {NAME}: {expected}"
    assert not run(aws, body=odd).changed

    missing = run(aws)
    assert "state is present but all of the following are missing: body" in missing.message

"""The table by which plans and logs are compared has every kind, and what they disagree in is found."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS

from tests.integration.site.agreement import disagreements, planned
from tests.integration.site.rows import FOLLOWS, NEVER_WRITTEN, ROWS

EC2 = "arn:aws:ec2:us-west-2:123456789012"
NAMES = {"vpc-1": "vpc-a", "vpc-2": "vpc-b", "member-1": "cluster-a"}


def write(service: str, action: str, *resources: str, status: int = 200) -> dict[str, Any]:
    allowed = [{"action": f"{service}:{action}", "resource": resource} for resource in resources]
    return {"service": service, "action": action, "status": status, "allowed": allowed}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:us-west-2:123456789012:{resource}"


PUT_ALARM = write("cloudwatch", "PutMetricAlarm", arn("cloudwatch", "alarm:cpu"))
MADE_VPC = write("ec2", "CreateVpc", f"{EC2}:vpc/*")
SET_DNS = write("ec2", "ModifyVpcAttribute", f"{EC2}:vpc/vpc-1")
ASSOCIATED = write("ec2", "AssociateRouteTable", f"{EC2}:route-table/rtb-1", f"{EC2}:subnet/subnet-1")
MADE_MEMBER = write("rds", "CreateDBInstance", arn("rds", "db:member-1"), arn("rds", "cluster:cluster-a"))
CHANGED_MEMBER = write("rds", "ModifyDBInstance", arn("rds", "db:member-1"))
PUT_COMPOSITE = write("cloudwatch", "PutCompositeAlarm", "*")
PUT_FILTER = write("logs", "PutMetricFilter", arn("logs", "log-group:/aws/rds/one:log-stream:"))
PUT_VALUE = write("ssm", "PutParameter", arn("ssm", "parameter/one/port"))
MADE_SECRET = write("secretsmanager", "CreateSecret", arn("secretsmanager", "secret:one"))
ATTACHED = write("secretsmanager", "TagResource", arn("secretsmanager", "secret:one-AbCdEf"))
MADE_ALIAS = write("lambda", "CreateAlias", arn("lambda", "function:one"))


def test_every_kind_has_a_row() -> None:
    """A new kind needs one: the calls that make and change it, and how their ARNs name it."""
    assert ROWS.keys() | NEVER_WRITTEN.keys() == HANDLERS.keys()
    assert not ROWS.keys() & NEVER_WRITTEN.keys()
    assert {name for name, row in ROWS.items() if row.deletes} >= {name for name, one in HANDLERS.items() if one.prune}
    assert all(row.types and row.makes and row.changes for row in ROWS.values())


@pytest.mark.parametrize(
    ("plan", "writes"),
    [
        ({}, []),
        ({"metric_alarm/cpu": "create"}, [PUT_ALARM]),
        ({"metric_alarm/cpu": "update"}, [PUT_ALARM]),
        ({"vpc/vpc-a": "create"}, [MADE_VPC, SET_DNS]),
        ({"vpc/vpc-a": "create", "vpc/vpc-b": "create"}, [MADE_VPC, SET_DNS, MADE_VPC]),
        ({"vpc/vpc-a": "update"}, [SET_DNS]),
        ({"aurora_cluster/cluster-a": "update"}, [MADE_MEMBER, CHANGED_MEMBER]),
        ({"composite_alarm/unwell": "update"}, [PUT_COMPOSITE]),
        ({"metric_filters//aws/rds/one": "update"}, [PUT_FILTER]),
        ({"secret/one": "create", "secret_attachment/one": "create"}, [MADE_SECRET, ATTACHED]),
        ({"lambda_alias/one:live": "create"}, [MADE_ALIAS]),
        ({"ssm_parameter//one/port": FOLLOWS}, []),
        ({"ssm_parameter//one/port": FOLLOWS}, [PUT_VALUE]),
        # What AWS refused was not written.
        ({}, [{**PUT_ALARM, "status": 503}]),
    ],
)
def test_agreed(plan: dict[str, str], writes: list[dict[str, Any]]) -> None:
    assert disagreements(plan, writes, NAMES) == []


@pytest.mark.parametrize(
    ("plan", "writes", "says"),
    [
        ({"metric_alarm/cpu": "create"}, [], "metric_alarm/cpu: create is planned, and nothing of it was written"),
        ({"metric_alarm/cpu": "delete"}, [PUT_ALARM], "cloudwatch:PutMetricAlarm of ['cpu'] is not planned"),
        ({"metric_alarm/swap": "update"}, [PUT_ALARM], "cloudwatch:PutMetricAlarm of ['cpu'] is not planned"),
        ({"vpc/vpc-a": "update"}, [SET_DNS, MADE_VPC], "1 ec2:CreateVpc made, 0 planned: []"),
        ({"vpc/vpc-a": "create"}, [MADE_VPC, MADE_VPC], "2 ec2:CreateVpc made, 1 planned: ['vpc/vpc-a']"),
        ({"vpc/vpc-b": "update"}, [SET_DNS], "ec2:ModifyVpcAttribute of ['vpc-a'] is not planned"),
        # What a call names beside what it is about is not what it writes.
        ({"subnet/subnet-1": "update"}, [ASSOCIATED], "ec2:AssociateRouteTable of ['rtb-1'] is not planned"),
        ({"vpc/vpc-a": "update"}, [MADE_VPC, SET_DNS], "1 ec2:CreateVpc made, 0 planned: []"),
        ({"aurora_cluster/cluster-b": "update"}, [CHANGED_MEMBER], "of ['cluster-a'] is not planned"),
        ({"composite_alarm/unwell": "update"}, [PUT_COMPOSITE] * 2, "2 cloudwatch:PutCompositeAlarm made, 1 planned"),
        ({"log_group//aws/rds/one": "update"}, [PUT_FILTER], "logs:PutMetricFilter of ['/aws/rds/one'] is not planned"),
        ({"secret/one": "update"}, [MADE_SECRET], "secretsmanager:CreateSecret of ['one'] is not planned"),
        ({"lambda_function/one": "update"}, [MADE_ALIAS], "lambda:CreateAlias of ['one'] is not planned"),
        # A call of which no row knows.
        ({"vpc/vpc-a": "update"}, [SET_DNS, write("ec2", "DeleteVpc", f"{EC2}:vpc/vpc-1")], "ec2:DeleteVpc"),
    ],
)
def test_disagreed(plan: dict[str, str], writes: list[dict[str, Any]], says: str) -> None:
    assert says in "\n".join(disagreements(plan, writes, NAMES))


def test_what_only_follows_is_an_update_to_what_is_not_known() -> None:
    def entry(name: str, action: str, *after: Any) -> dict[str, Any]:
        return {"kind": "ssm_parameter", "name": name, "action": action, "changes": [{"after": one} for one in after]}

    unknown = ["subnet-1", "(known after apply)"]
    plan = [
        entry("made", "create", unknown),
        entry("known", "update", "5432"),
        entry("both", "update", "5432", unknown),
        entry("follows", "update", unknown),
        entry("waits", "none"),
    ]
    assert planned({"one": {"plan": plan[:3]}, "other": {"plan": plan[3:]}}) == {
        "ssm_parameter/made": "create",
        "ssm_parameter/known": "update",
        "ssm_parameter/both": "update",
        "ssm_parameter/follows": FOLLOWS,
    }

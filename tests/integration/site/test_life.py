"""The life of `retail`: planned on an empty account, brought up, left alone, repaired, doubled, taken away.

By users who have the policies of docs/iam and no more.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from emulator.testing import Emulator
from tests import users
from tests.integration.playbook import run
from tests.integration.site.agreement import disagreements, names_by_id, planned
from tests.integration.site.permissions import denied

REGION = "us-west-2"
# What AWS tells of one resource at a time, and pages of lists: docs/design.md, The fleet.
MOST_CALLS = 40
User = dict[str, str]


@pytest.fixture(scope="module")
def planner(account: Emulator) -> User:
    """Who may only read."""
    account.enforce_iam()
    return users.planner(account.client("iam"))


@pytest.fixture(scope="module")
def deployer(account: Emulator) -> User:
    """Who may bring `retail` up and take it away."""
    account.enforce_iam()
    return users.deployer(account.client("iam"), "deployer", {"retail": ()})


def secret_of(aws: Emulator, outputs: Path, suffix: str) -> dict[str, Any]:
    document = json.loads((outputs / suffix / "retail.json").read_text())
    value = aws.client("secretsmanager", REGION).get_secret_value(SecretId=document["outputs"]["secret_arn"])
    return dict(json.loads(value["SecretString"]))


def select(secret: dict[str, Any], query: str) -> Any:
    with psycopg.connect(
        host=secret["host"],
        port=secret["port"],
        user=secret["username"],
        password=secret["password"],
        dbname="postgres",
        sslmode="require",
    ) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def inventory_of(aws: Emulator, suffix: str) -> dict[str, Any]:
    """Everything of one suffix that boto3 describes, so that two moments can be compared."""
    ours = [{"Name": "tag:pgfleet:suffix", "Values": [suffix]}]
    ec2, rds, kms = aws.client("ec2", REGION), aws.client("rds", REGION), aws.client("kms", REGION)
    iam, logs, ssm = aws.client("iam", REGION), aws.client("logs", REGION), aws.client("ssm", REGION)
    marker = f"-{suffix}"
    return {
        "vpcs": ec2.describe_vpcs(Filters=ours)["Vpcs"],
        "subnets": ec2.describe_subnets(Filters=ours)["Subnets"],
        "route_tables": ec2.describe_route_tables(Filters=ours)["RouteTables"],
        "endpoints": ec2.describe_vpc_endpoints(Filters=ours)["VpcEndpoints"],
        "groups": ec2.describe_security_groups(Filters=ours)["SecurityGroups"],
        "instances": [
            i["DBInstanceArn"] for i in rds.describe_db_instances()["DBInstances"] if marker in i["DBInstanceArn"]
        ],
        "subnet_groups": [
            g for g in rds.describe_db_subnet_groups()["DBSubnetGroups"] if g["DBSubnetGroupName"].endswith(marker)
        ],
        "parameter_groups": [
            g["DBParameterGroupName"]
            for g in rds.describe_db_parameter_groups()["DBParameterGroups"]
            if f"{marker}-" in g["DBParameterGroupName"]
        ],
        "aliases": [a for a in kms.list_aliases()["Aliases"] if a["AliasName"].endswith(marker)],
        "roles": [r["Arn"] for r in iam.list_roles()["Roles"] if r["RoleName"].endswith(marker)],
        "buckets": [b["Name"] for b in aws.client("s3", REGION).list_buckets()["Buckets"] if f"{marker}-" in b["Name"]],
        "secrets": [
            s["ARN"]
            for s in aws.client("secretsmanager", REGION).list_secrets()["SecretList"]
            if s["Name"].endswith(marker)
        ],
        "event_subscriptions": [
            e
            for e in rds.describe_event_subscriptions()["EventSubscriptionsList"]
            if e["CustSubscriptionId"].endswith(marker)
        ],
        "topics": [t for t in aws.client("sns", REGION).list_topics()["Topics"] if t["TopicArn"].endswith(marker)],
        "alarms": [
            a["AlarmArn"]
            for a in aws.client("cloudwatch", REGION).describe_alarms()["MetricAlarms"]
            if a["AlarmName"].endswith(marker)
        ],
        "log_groups": [
            g["logGroupName"] for g in logs.describe_log_groups()["logGroups"] if f"{marker}/" in g["logGroupName"]
        ],
        "parameters": sorted(
            p["Name"]
            for page in ssm.get_paginator("get_parameters_by_path").paginate(
                Path=f"/pgfleet/retail/{suffix}", Recursive=True
            )
            for p in page["Parameters"]
        ),
    }


def test_check_mode_on_an_empty_account_lists_everything_and_writes_nothing(
    account: Emulator, planner: User, outputs: Path
) -> None:
    before = account.mark()
    result = run(account, "site.yml", "--check", "--diff", outputs_directory=str(outputs), credentials=planner)
    assert result.status == 0, result.output
    assert account.writes(before) == []
    for line in (
        "+ vpc vpc-retail-prod",
        "+ subnet subnet-private-a-retail-prod",
        "+ subnet subnet-private-b-retail-prod",
        "+ route_table route-table-private-a-retail-prod",
        "+ gateway_endpoint endpoint-s3-retail-prod",
        "+ security_group database-retail-prod",
        "+ kms_key alias/key-retail-prod",
        "+ iam_role role-monitoring-retail-prod",
        "+ iam_role role-backup-retail-prod",
        "+ secret secret-retail-prod",
        "+ s3_bucket backup-retail-prod-123456789012",
        "+ db_subnet_group subnet-group-retail-prod",
        "+ db_parameter_group parameter-group-retail-prod-postgres16",
        "+ log_group /aws/rds/instance/db-retail-prod/postgresql",
        "+ rds_instance db-retail-prod",
        "+ kms_key alias/topic-retail-prod",
        "+ sns_topic topic-retail-prod",
        "+ rds_event_subscription events-retail-prod",
        "+ metric_alarm alarm-cpu-retail-prod",
        "+ ssm_parameter /pgfleet/retail/prod/database/endpoint",
    ):
        assert line in result.output, line
    assert "(known after apply)" in result.output
    assert not list(outputs.iterdir())


def test_limited_to_a_database_without_its_network_it_names_the_host_to_add(
    account: Emulator, planner: User, outputs: Path
) -> None:
    before = account.mark()
    refused = run(account, "site.yml", "--limit", "retail", outputs_directory=str(outputs), credentials=planner)
    assert refused.status != 0
    assert "vpc-retail-prod does not exist in us-west-2" in refused.text
    assert "--limit retail,retail_network" in refused.text
    planned = run(
        account,
        "site.yml",
        "--limit",
        "retail",
        "--check",
        "--diff",
        outputs_directory=str(outputs),
        credentials=planner,
    )
    assert planned.status == 0, planned.output
    assert "subnet_ids:" in planned.output
    assert account.writes(before) == []


def test_it_comes_up_as_planned_with_the_password_nowhere_in_sight(
    account: Emulator, planner: User, deployer: User, outputs: Path, tmp_path: Path
) -> None:
    saved = tmp_path / "plan.json"
    plan = run(account, "playbooks/plan.yml", plan_file=str(saved), credentials=planner)
    assert plan.status == 0, plan.output
    announced, before = planned(json.loads(saved.read_text())["hosts"]), account.mark()
    assert set(announced.values()) == {"create"}
    given = {"plan_file": str(saved), "outputs_directory": str(outputs)}
    result = run(account, "site.yml", "-vvv", credentials=deployer, **given)
    assert result.status == 0, result.output
    assert "Nothing was written yet." in result.output
    writes, names = account.writes(before), names_by_id(account, REGION)
    assert disagreements(announced, writes, names) == []
    # It would be seen.
    for key in announced:
        assert disagreements(announced | {f"{key}x": "create"}, writes, names), key
        assert disagreements({other: how for other, how in announced.items() if other != key}, writes, names), key
    secret = secret_of(account, outputs, "prod")
    assert len(secret["password"]) >= 32
    assert secret["password"] not in result.output
    files = "".join(path.read_text() for path in outputs.rglob("*.json"))
    assert secret["password"] not in files
    assert secret["password"] not in (account.state / "requests.jsonl").read_text()
    assert select(secret, "select version()").startswith("PostgreSQL 16")
    assert select(secret, "select ssl from pg_stat_ssl where pid = pg_backend_pid()") is True


def test_a_second_run_changes_nothing_and_asks_nothing_twice(account: Emulator, deployer: User, outputs: Path) -> None:
    before = account.mark()
    result = run(account, "site.yml", outputs_directory=str(outputs), credentials=deployer)
    assert result.status == 0, result.output
    assert set(result.changed.values()) == {0}
    assert account.writes(before) == []
    once = {
        "DescribeDBInstances",
        "DescribeDBSubnetGroups",
        "DescribeDBParameterGroups",
        "DescribeAlarms",
        "DescribeLogGroups",
        "DescribeSubnets",
        "DescribeRouteTables",
        "DescribeEventSubscriptions",
        "DescribeVpcs",
        "DescribeSecurityGroups",
        "GetAccountAuthorizationDetails",
        "GetBucketPolicy",
        "GetCallerIdentity",
        "GetTopicAttributes",
        "ListRoles",
    }
    counted = Counter(entry["action"] for entry in account.log(since=before))
    # Subnets are read by the network's host, and by the database's, which looks up what it uses. There are two keys.
    allowed = dict.fromkeys(once, 1) | {"DescribeSubnets": 2, "GetKeyPolicy": 2}
    assert {action: counted[action] for action in allowed} == allowed
    assert sum(counted.values()) <= MOST_CALLS, counted


def test_a_full_run_changes_nothing_either(account: Emulator, deployer: User, outputs: Path) -> None:
    result = run(account, "site.yml", outputs_directory=str(outputs), full=True, credentials=deployer)
    assert result.status == 0, result.output
    assert set(result.changed.values()) == {0}, result.output


def test_check_mode_on_a_converged_account_reports_nothing(account: Emulator, planner: User, outputs: Path) -> None:
    before = account.mark()
    result = run(account, "site.yml", "--check", "--diff", outputs_directory=str(outputs), credentials=planner)
    assert result.status == 0, result.output
    assert set(result.changed.values()) == {0}
    assert result.output.count("in sync (") == 2
    assert account.writes(before) == []


def test_the_status_of_what_is_well(account: Emulator, planner: User, outputs: Path, tmp_path: Path) -> None:
    before, written = account.mark(), tmp_path / "status.json"
    result = run(account, "playbooks/status.yml", status_file=str(written), fail_on_trouble=True, credentials=planner)
    assert result.status == 0, result.output
    assert "1 database, 0 in trouble." in result.output
    status = json.loads(written.read_text())["retail"]
    assert (status["state"], status["answers"], status["pending"]) == ("available", True, [])
    published = json.loads((outputs / "prod" / "retail.json").read_text())["outputs"]["alarm_names"]
    composite = account.client("cloudwatch", REGION).describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    expected = {*published, *(alarm["AlarmName"] for alarm in composite)}
    assert {*status["alarms"]["ok"], *status["alarms"]["insufficient_data"]} == expected
    log = account.log(since=before)
    assert [entry for entry in log if entry["access"] == "write"] == []


def test_what_somebody_changed_by_hand_is_planned_and_repaired_alone(
    account: Emulator, planner: User, deployer: User, outputs: Path
) -> None:
    cloudwatch = account.client("cloudwatch", REGION)
    alarm = cloudwatch.describe_alarms(AlarmNames=["alarm-cpu-retail-prod"])["MetricAlarms"][0]
    keys = (
        "AlarmName",
        "AlarmDescription",
        "MetricName",
        "Namespace",
        "Statistic",
        "Dimensions",
        "Period",
        "EvaluationPeriods",
    )
    more = ("ComparisonOperator", "TreatMissingData", "AlarmActions")
    cloudwatch.put_metric_alarm(**{key: alarm[key] for key in (*keys, *more)}, Threshold=99)
    before = account.mark()
    planned = run(account, "playbooks/plan.yml", credentials=planner)
    assert "~ metric_alarm alarm-cpu-retail-prod" in planned.output
    assert "99.0 → 80.0" in planned.output
    assert account.writes(before) == []
    repaired = run(account, "site.yml", outputs_directory=str(outputs), credentials=deployer)
    assert repaired.status == 0, repaired.output
    assert [entry["action"] for entry in account.writes(before)] == ["PutMetricAlarm"]


def test_two_suffixes_side_by_side_and_one_taken_away(account: Emulator, deployer: User, outputs: Path) -> None:
    up = run(account, "site.yml", outputs_directory=str(outputs), env_suffix="pr42", credentials=deployer)
    assert up.status == 0, up.output
    first, second = inventory_of(account, "prod"), inventory_of(account, "pr42")
    assert {kind: len(found) for kind, found in first.items()} == {kind: len(found) for kind, found in second.items()}
    down = run(
        account,
        "playbooks/destroy.yml",
        outputs_directory=str(outputs),
        env_suffix="pr42",
        confirm="pr42",
        credentials=deployer,
    )
    assert down.status == 0, down.output
    assert not list((outputs / "pr42").iterdir())
    assert inventory_of(account, "prod") == first
    left = {kind: found for kind, found in inventory_of(account, "pr42").items() if found}
    assert left.keys() <= {"aliases", "secrets"}, left
    assert select(secret_of(account, outputs, "prod"), "select 1") == 1


def test_nothing_was_denied(account: Emulator) -> None:
    """molecule/default/gone.py says the same of the whole fleet, and that every permission is taken."""
    assert denied(account.log()) == []

"""What the planner sees of topics, alarms, parameters, secrets, log groups, endpoints, roles and filters, and how."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import (
    cloudwatch,
    gateway_endpoint,
    iam,
    logs,
    metric_filters,
    secretsmanager,
    sns,
    ssm,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan, plan_stack

from emulator.testing import Emulator

OURS = Owner("retail", "prod")
THEIRS = Owner("retail", "pr4")


@pytest.fixture
def scope(aws: Emulator) -> Scope:
    return Scope(Clients(lambda service, **_: aws.client(service)), OURS, "123456789012", "us-east-1")


def pairs(owner: Owner, **more: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in {**owner.tags(), **more}.items()]


def planned(scope: Scope, handler: Handler, *wanted: Desired) -> StackPlan:
    return plan_stack(scope, wanted, {handler.kind.name: handler}, frozenset())


def seen(scope: Scope, handler: Handler, *wanted: Desired) -> dict[str, Observed]:
    return {observed.name: observed for observed in handler.observe(scope, wanted)}


def put_alarm(aws: Emulator, name: str, owner: Owner) -> None:
    aws.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/RDS",
        MetricName="CPUUtilization",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        Tags=pairs(owner),
    )


ALARM = {
    "namespace": "AWS/RDS",
    "metric_name": "CPUUtilization",
    "statistic": "Average",
    "period_seconds": 60,
    "evaluation_periods": 1,
    "threshold": 1,
    "comparison_operator": "GreaterThanThreshold",
}


def test_a_topic_with_a_pending_subscription_is_as_wanted(aws: Emulator, scope: Scope) -> None:
    email = {"protocol": "email", "endpoint": "dba@example.com"}
    wanted = Desired(
        "sns_topic", "topic", {"display_name": "Database Alerts", "subscriptions": [email]}, OURS.tags(), "monitoring"
    )
    assert [plan.action for plan in planned(scope, sns.SNS_TOPIC, wanted).plans] == [Action.CREATE]
    client = aws.client("sns")
    arn = client.create_topic(Name="topic", Attributes={"DisplayName": "Database Alerts"}, Tags=pairs(OURS))["TopicArn"]
    client.subscribe(TopicArn=arn, Protocol="email", Endpoint="dba@example.com")
    plan = planned(scope, sns.SNS_TOPIC, wanted)
    assert plan.in_sync
    assert plan.known == {"sns_topic/topic": {"arn": arn, "pending_subscriptions": [email]}}


def test_alarms_of_the_owner_that_are_not_wanted_are_orphans(aws: Emulator, scope: Scope) -> None:
    for name, owner in (("wanted", OURS), ("orphan", OURS), ("theirs", THEIRS)):
        put_alarm(aws, name, owner)
    plan = planned(scope, cloudwatch.METRIC_ALARM, Desired("metric_alarm", "wanted", ALARM, OURS.tags()))
    assert {(p.name, p.action) for p in plan.plans} == {("wanted", Action.NONE), ("orphan", Action.DELETE)}


def test_the_last_alarm_of_the_owner_is_an_orphan_where_alarms_are_managed(aws: Emulator, scope: Scope) -> None:
    for name, owner in (("orphan", OURS), ("theirs", THEIRS)):
        put_alarm(aws, name, owner)
    aws.client("cloudwatch").put_composite_alarm(AlarmName="above", AlarmRule="ALARM(orphan)", Tags=pairs(OURS))
    handlers = {handler.kind.name: handler for handler in (cloudwatch.METRIC_ALARM, cloudwatch.COMPOSITE_ALARM)}
    assert plan_stack(scope, [], handlers, frozenset()).plans == ()
    mark = aws.mark()
    plan = plan_stack(scope, [], handlers, frozenset(), list(handlers))
    assert {(p.key, p.action) for p in plan.plans} == {
        ("metric_alarm/orphan", Action.DELETE),
        ("composite_alarm/above", Action.DELETE),
    }
    # Together, and the tags of what would be deleted are confirmed.
    counted = Counter(request["action"] for request in aws.log(since=mark))
    assert counted == {"GetResources": 1, "DescribeAlarms": 1, "ListTagsForResource": 2}


def test_an_alarm_of_another_deployment_is_refused(aws: Emulator, scope: Scope) -> None:
    put_alarm(aws, "theirs", THEIRS)
    plan = planned(scope, cloudwatch.METRIC_ALARM, Desired("metric_alarm", "theirs", ALARM, OURS.tags()))
    assert "belongs to system retail, suffix pr4" in plan.problems[0].message


def test_alarms_of_both_sorts_are_told_apart(aws: Emulator, scope: Scope) -> None:
    put_alarm(aws, "cpu", OURS)
    aws.client("cloudwatch").put_composite_alarm(AlarmName="busy", AlarmRule="ALARM(cpu)", Tags=pairs(OURS))
    metric, composite = Desired("metric_alarm", "cpu", ALARM), Desired("composite_alarm", "busy", {})
    assert list(seen(scope, cloudwatch.METRIC_ALARM, metric)) == ["cpu"]
    assert list(seen(scope, cloudwatch.COMPOSITE_ALARM, composite)) == ["busy"]


def test_parameters_are_read_by_name_and_orphans_found_under_the_common_path(aws: Emulator, scope: Scope) -> None:
    client = aws.client("ssm")
    for name, owner in (
        ("/pgfleet/retail/prod/port", OURS),
        ("/pgfleet/retail/prod/old", OURS),
        ("/pgfleet/retail/pr4/port", THEIRS),
        ("/elsewhere/prod/old", OURS),
    ):
        client.put_parameter(Name=name, Value="1", Type="String", Tags=pairs(owner), Description="d")
    mark = aws.mark()
    wanted = [
        Desired("ssm_parameter", f"/pgfleet/retail/prod/{name}", {"value": "1"}, OURS.tags())
        for name in ("port", "vpc")
    ]
    plan = planned(scope, ssm.SSM_PARAMETER, *wanted)
    assert {p.name.rpartition("/")[2]: p.action for p in plan.plans} == {
        "port": Action.NONE,
        "vpc": Action.CREATE,
        "old": Action.DELETE,
    }
    assert [request["action"] for request in aws.log(since=mark)] == [
        "GetResources",
        "GetParameters",
        "ListTagsForResource",
    ]
    assert aws.writes(since=mark) == []


def test_a_deleted_secret_is_seen(aws: Emulator, scope: Scope) -> None:
    client = aws.client("secretsmanager")
    arn = client.create_secret(Name="s", SecretString="{}", Tags=pairs(OURS))["ARN"]
    client.delete_secret(SecretId="s", RecoveryWindowInDays=7)
    found = seen(scope, secretsmanager.SECRET, Desired("secret", "s"), Desired("secret", "none"))
    assert list(found) == ["s"]
    assert found["s"].attributes["arn"] == arn
    assert found["s"].attributes["deleted_date"]


def test_what_a_secret_is_attached_to_is_read_from_its_tags_alone(aws: Emulator, scope: Scope) -> None:
    tags = pairs(OURS, **{"pgfleet:database": "db", "pgfleet:endpoint": "h:5432"})
    aws.client("secretsmanager").create_secret(Name="s", SecretString="{}", Tags=tags)
    aws.client("secretsmanager").create_secret(Name="bare", SecretString="{}")
    wanted = {"database": "db", "endpoint": "h:5432"}
    mark = aws.mark()
    plan = planned(
        scope,
        secretsmanager.SECRET_ATTACHMENT,
        Desired("secret_attachment", "s", wanted),
        Desired("secret_attachment", "bare", wanted),
    )
    assert [p.action for p in plan.plans] == [Action.NONE, Action.CREATE]
    assert "GetSecretValue" not in [request["action"] for request in aws.log(since=mark)]


def test_a_log_group_is_found_by_its_whole_name(aws: Emulator, scope: Scope) -> None:
    for name in ("/aws/rds/a", "/aws/rds/ab"):
        aws.client("logs").create_log_group(logGroupName=name)
    assert list(seen(scope, logs.LOG_GROUP, Desired("log_group", "/aws/rds/a"))) == ["/aws/rds/a"]
    assert not seen(scope, logs.LOG_GROUP, Desired("log_group", "/aws/rds"))


@pytest.mark.parametrize("known", [True, False])
def test_the_endpoint_of_a_vpc_that_is_still_a_reference(aws: Emulator, scope: Scope, known: bool) -> None:
    client = aws.client("ec2")
    vpcs = [client.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"] for _ in "ab"]
    for vpc in vpcs:
        client.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
    vpc_id: Any = vpcs[1] if known else {"ref": "vpc/other", "get": "id"}
    wanted = Desired("gateway_endpoint", "s3-endpoint", {"vpc_id": vpc_id, "service": "s3"}, OURS.tags())
    candidates = list(gateway_endpoint.GATEWAY_ENDPOINT.observe(scope, [wanted]))
    assert [o.properties["vpc_id"] for o in candidates] == (vpcs[1:] if known else vpcs)
    assert {o.name for o in candidates} == {"s3-endpoint"}
    [plan] = planned(scope, gateway_endpoint.GATEWAY_ENDPOINT, wanted).plans
    assert plan.action is (Action.UPDATE if known else Action.CREATE)


def test_several_roles_together_are_what_each_is_by_itself(aws: Emulator, scope: Scope) -> None:
    client = aws.client("iam")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "monitoring.rds.amazonaws.com"}}
    reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::100%/*"}
    for name in ("one", "two", "three"):
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        client.create_role(
            RoleName=name, AssumeRolePolicyDocument=document, Description="Why", Tags=pairs(OURS, N=name)
        )
    policy = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    client.put_role_policy(RoleName="one", PolicyName="read", PolicyDocument=policy)
    client.attach_role_policy(RoleName="two", PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    wanted = [Desired("iam_role", name) for name in ("one", "two", "missing")]
    mark = aws.mark()
    together = seen(scope, iam.IAM_ROLE, *wanted)
    asked = [request["action"] for request in aws.log(since=mark)]
    assert asked == ["ListRoles", "GetAccountAuthorizationDetails", "GetRole"]
    alone = {name: found for one in wanted for name, found in seen(scope, iam.IAM_ROLE, one).items()}
    assert together == alone
    assert sorted(together) == ["one", "two"]


def test_filters_of_several_groups_together_are_what_each_has(aws: Emulator, scope: Scope) -> None:
    client = aws.client("logs")
    for group in ("/a", "/b", "/c"):
        client.create_log_group(logGroupName=group)
    for number in range(60):
        client.put_metric_filter(
            logGroupName="/a" if number % 2 else "/b",
            filterName=f"f{number:02}",
            filterPattern="",
            metricTransformations=[{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}],
        )
    wanted = [Desired("metric_filters", group) for group in ("/a", "/b", "/c", "/none")]
    mark = aws.mark()
    together = seen(scope, metric_filters.METRIC_FILTERS, *wanted)
    assert len(aws.log(since=mark)) == 2 + 2
    assert together == {k: v for one in wanted for k, v in seen(scope, metric_filters.METRIC_FILTERS, one).items()}
    numbers = {group: len(found.properties["filters"]) for group, found in together.items()}
    assert numbers == {"/a": 30, "/b": 30, "/c": 0}

"""What a teardown reads of alarms, dashboards, logs, parameters and roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import look_watch
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

from tests.unit.stubs import OWNER, Exchange, answering

TAGS = OWNER.tags()
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
PREFIX = "arn:aws:service:us-west-2:123456789012:"
GONE = "ResourceNotFoundException"


def look(scope: Scope, **known: Any) -> Look:
    return Look(scope.clients, OWNER, **known)


def arn(name: str) -> str:
    return PREFIX + name


def test_alarms_of_both_sorts_and_no_question_about_those_of_others() -> None:
    def described(*names: str) -> list[dict[str, str]]:
        return [{"AlarmName": name, "AlarmArn": arn(name)} for name in names]

    def tags_of(name: str, refusal: str = "") -> Exchange:
        return Exchange("list_tags_for_resource", {"ResourceARN": arn(name)}, {"Tags": TAG_LIST}, refusal)

    asked = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
    pages = (
        Exchange(
            "describe_alarms",
            asked,
            {"MetricAlarms": described("cpu-prod", "of-others", "went-prod"), "NextToken": "n"},
        ),
        Exchange("describe_alarms", asked | {"NextToken": "n"}, {"CompositeAlarms": described("both-prod")}),
        tags_of("cpu-prod"),
        tags_of("went-prod", GONE),
        tags_of("both-prod"),
    )
    with answering("cloudwatch", *pages) as scope:
        assert list(look_watch.alarms(look(scope))) == [
            Found("metric_alarm", "cpu-prod", "cpu-prod", TAGS),
            Found("composite_alarm", "both-prod", "both-prod", TAGS),
        ]


def parameters(owned: Sequence[str], in_place: Sequence[str]) -> tuple[Exchange, Exchange]:
    ours = [{"Key": f"tag:{key}", "Values": [value]} for key, value in TAGS.items()]
    place = [{"Key": "Path", "Option": "Recursive", "Values": ["/pgfleet/retail/prod/"]}]
    return (
        Exchange("describe_parameters", {"ParameterFilters": ours}, {"Parameters": [{"Name": n} for n in owned]}),
        Exchange("describe_parameters", {"ParameterFilters": place}, {"Parameters": [{"Name": n} for n in in_place]}),
    )


def test_parameters_of_a_network_are_not_those_of_its_databases() -> None:
    """What is in our place without our tags is listed as somebody else's."""
    of_database, of_network = "/pgfleet/retail/prod/retail/endpoint", "/pgfleet/retail/prod/network/vpc_id"
    elsewhere = "/old/retail"
    asked = parameters([of_database, elsewhere, of_network], [of_database, of_network, f"{of_network}_of_others"])
    facts = {"in_our_place": True}
    with answering("ssm", *asked) as scope:
        assert list(look_watch.database_parameters(look(scope))) == [
            Found("ssm_parameter", elsewhere, elsewhere, TAGS, facts),
            Found("ssm_parameter", of_database, of_database, TAGS, facts),
        ]
    with answering("ssm", *asked) as scope:
        assert list(look_watch.network_parameters(look(scope))) == [
            Found("ssm_parameter", of_network, of_network, TAGS, facts),
            Found("ssm_parameter", f"{of_network}_of_others", f"{of_network}_of_others", {}, facts),
        ]


def test_dashboards() -> None:
    listed = [{"DashboardName": name, "DashboardArn": arn(name)} for name in ("db-prod", "of-others", "went-prod")]
    pages = (
        Exchange("list_dashboards", {}, {"DashboardEntries": listed}),
        Exchange("list_tags_for_resource", {"ResourceARN": arn("db-prod")}, {"Tags": TAG_LIST}),
        Exchange("list_tags_for_resource", {"ResourceARN": arn("went-prod")}, refusal=GONE),
    )
    with answering("cloudwatch", *pages) as scope:
        assert list(look_watch.dashboards(look(scope))) == [Found("dashboard", "db-prod", "db-prod", TAGS)]


@pytest.mark.parametrize(
    ("name", "facts", "known", "asked"),
    [
        ("/aws/rds/instance/one/postgresql", {"database": "one"}, {"databases": frozenset({"one"})}, True),
        ("/aws/rds/instance/db-prod/postgresql", {"database": "db-prod"}, {}, True),
        ("/aws/rds/instance/of-others/postgresql", {}, {"databases": frozenset({"one"})}, False),
        ("/aws/rds/cluster/one/postgresql", {"cluster": "one"}, {"clusters": frozenset({"one"})}, True),
        ("/aws/rds/cluster/one/postgresql", {}, {"databases": frozenset({"one"})}, False),
        ("/aws/rds/proxy/proxy-prod", {}, {}, True),
        ("/aws/rds/proxy/of-others", {}, {"databases": frozenset({"one"})}, False),
        ("/aws/rds/proxy/indexed", {}, {"indexed": {arn("/aws/rds/proxy/indexed"): TAGS}}, True),
    ],
)
def test_log_groups_of_rds(name: str, facts: dict[str, str], known: dict[str, Any], asked: bool) -> None:
    listed = {"logGroups": [{"logGroupName": name, "arn": f"{arn(name)}:*"}]}
    pages = [Exchange("describe_log_groups", {"logGroupNamePrefix": "/aws/rds/"}, listed)]
    if asked:
        pages.append(Exchange("list_tags_for_resource", {"resourceArn": arn(name)}, {"tags": TAGS}))
    with answering("logs", *pages) as scope:
        found = list(look_watch.log_groups(look(scope, **known)))
    assert found == ([Found("log_group", name, name, TAGS, facts)] if asked else [])


def test_log_groups_of_the_inventory_are_asked_for_by_name() -> None:
    """Those with names of RDS are among the ones that are read anyway. One may go between list and look."""
    names = {"log_group": frozenset({"/ours", "/aws/rds/instance/db/postgresql"})}
    pages = (
        Exchange("describe_log_groups", {"logGroupNamePrefix": "/aws/rds/"}, {"logGroups": []}),
        Exchange(
            "describe_log_groups",
            {"logGroupNamePrefix": "/ours"},
            {"logGroups": [{"logGroupName": n, "arn": f"{arn(n)}:*"} for n in ("/ours", "/ours-prod")]},
        ),
        Exchange("list_tags_for_resource", {"resourceArn": arn("/ours")}),
        Exchange("list_tags_for_resource", {"resourceArn": arn("/ours-prod")}, refusal=GONE),
    )
    with answering("logs", *pages) as scope:
        found = list(look_watch.log_groups(look(scope, names=names)))
    assert found == [Found("log_group", "/ours", "/ours")]


def test_roles_but_not_those_of_services() -> None:
    def described(name: str, path: str = "/") -> dict[str, Any]:
        made = {"RoleId": "AROAEXAMPLEEXAMPLE", "CreateDate": "2026-11-20T00:00:00Z"}
        return {"RoleName": name, "Path": path, "Arn": f"arn:aws:iam::123456789012:role{path}{name}", **made}

    listed = [
        described("role-retail-prod"),
        described("role-of-others"),
        described("service-prod", "/aws-service-role/rds.amazonaws.com/"),
        described("went-prod"),
    ]
    pages = (
        Exchange("list_roles", {}, {"Roles": listed}),
        Exchange("list_role_tags", {"RoleName": "role-retail-prod"}, {"Tags": TAG_LIST}),
        Exchange("list_role_tags", {"RoleName": "went-prod"}, refusal="NoSuchEntity"),
    )
    with answering("iam", *pages) as scope:
        found = list(look_watch.roles(look(scope)))
    assert found == [Found("iam_role", "role-retail-prod", "role-retail-prod", TAGS)]

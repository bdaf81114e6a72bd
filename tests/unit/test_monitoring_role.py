"""The default alarms and dashboards of the role, for every sort of database: AWS takes them, the database has them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.pgfleet.aws.plugins.module_utils import _roles
from ansible_collections.pgfleet.aws.plugins.module_utils._dashboard import body
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard_widgets import findings
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_metrics import (
    AURORA_CLUSTER,
    AURORA_MEMBER,
    POSTGRES,
    check_metrics,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired
from ansible_collections.pgfleet.aws.plugins.module_utils._watch import alarms

ROLE = Path(_roles.__file__).parents[2] / "roles" / "monitoring"
LOG_METRICS = {name: f"{name}-prod" for name in ("deadlocks", "errors", "fatals", "panics")}
DATABASE: dict[str, Any] = {
    "system": "shop",
    "suffix": "prod",
    "unwell_name": "unwell-shop-prod",
    "functions": ["access"],
    "log_namespace": "pgfleet/shop",
    "log_metrics": LOG_METRICS,
}


def instance(instance_class: str, *replicas: str) -> dict[str, Any]:
    members = [{"name": name, "instance_class": instance_class, "replica": True} for name in replicas]
    whole = {"dimensions": {"DBInstanceIdentifier": "db"}, "instance_class": instance_class, "members": members}
    return {**DATABASE, **whole}


def cluster(*classes: str) -> dict[str, Any]:
    members = [{"name": f"m{number}", "instance_class": name} for number, name in enumerate(classes)]
    return {**DATABASE, "dimensions": {"DBClusterIdentifier": "cluster"}, "members": members}


SORTS = {
    "instance": instance("db.m6g.large"),
    "burstable instance": instance("db.t3.micro"),
    "instance with a replica": instance("db.m6g.large", "replica"),
    "provisioned cluster": cluster("db.r6g.large", "db.r6g.large"),
    "burstable cluster": cluster("db.t3.medium"),
    "serverless cluster": cluster("db.serverless", "db.serverless"),
    "mixed cluster": cluster("db.serverless", "db.r6g.large"),
}


def document(watched: dict[str, Any]) -> list[Desired]:
    """The database, as the plan has it beside the alarms."""
    members = list(watched["members"])
    if "DBClusterIdentifier" in watched["dimensions"]:
        return [Desired("aurora_cluster", "cluster", {"members": members})]
    instances = [{"name": "db", "instance_class": watched["instance_class"]}, *members]
    return [Desired("rds_instance", one["name"], {"instance_class": one["instance_class"]}) for one in instances]


def loaded(name: str) -> dict[str, Any]:
    return dict(DataLoader().load_from_file(str(ROLE / name), unsafe=True, trusted_as_template=True))


def rendered(name: str, **given: Any) -> Any:
    variables = {**loaded("defaults/main.yml"), **loaded("vars/main.yml"), **given}
    return Templar(loader=DataLoader(), variables=variables).template(variables[name])


@pytest.fixture(scope="module")
def defaults() -> dict[str, Any]:
    return dict(rendered("__monitoring_alarms"))


def entries(defaults: dict[str, Any], sort: str) -> list[dict[str, Any]]:
    return alarms(defaults, {}, SORTS[sort])


def short_names(found: list[dict[str, Any]]) -> set[str]:
    return {entry["keys"]["name"].split(".")[1] for entry in found if entry["kind"] == "metric_alarm"}


@pytest.mark.parametrize("sort", SORTS)
def test_the_database_has_every_metric_and_cloudwatch_takes_every_alarm(defaults: dict[str, Any], sort: str) -> None:
    wanted = [
        Desired(entry["kind"], entry["name"], entry["properties"], keys=entry["keys"])
        for entry in entries(defaults, sort)
    ]
    rules = [problem for alarm in wanted for problem in HANDLERS[alarm.kind].kind.check(alarm)]
    assert [str(problem) for problem in (*rules, *check_metrics([*document(SORTS[sort]), *wanted]))] == []


@pytest.mark.parametrize("sort", SORTS)
def test_no_two_alarms_watch_the_same(defaults: dict[str, Any], sort: str) -> None:
    found = [entry for entry in entries(defaults, sort) if entry["kind"] == "metric_alarm"]
    watched = Counter((e["properties"]["metric_name"], str(e["properties"]["dimensions"])) for e in found)
    assert [what for what, count in watched.items() if count > 1] == []
    assert len({entry["name"] for entry in found}) == len(found)


COMMON = {
    "cpu", "connections", "freeable-memory", "read-latency", "write-latency", "transaction-ids", "replication-slot-lag",
    "disk-queue", "deadlocks", "errors", "fatals", "panics", "function-errors", "function-throttles",
}  # fmt: skip
OF_INSTANCES = COMMON | {"free-storage", "transaction-logs", "swap"}
OF_CLUSTERS = COMMON | {"commit-latency", "replica-lag"}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("instance", OF_INSTANCES),
        ("burstable instance", OF_INSTANCES | {"cpu-credits"}),
        ("instance with a replica", OF_INSTANCES | {"replica-lag"}),
        ("provisioned cluster", OF_CLUSTERS | {"free-local-storage", "swap"}),
        ("burstable cluster", OF_CLUSTERS | {"free-local-storage", "swap", "cpu-credits"}),
        ("serverless cluster", OF_CLUSTERS | {"acu"}),
        ("mixed cluster", OF_CLUSTERS | {"acu", "free-local-storage", "swap"}),
    ],
)
def test_the_set_of_a_sort_of_database(defaults: dict[str, Any], sort: str, expected: set[str]) -> None:
    assert short_names(entries(defaults, sort)) == expected


def test_what_is_asked_for_by_a_number_or_a_type() -> None:
    whole = rendered("__monitoring_alarms", monitoring_capacity_acu=8, monitoring_storage_type="gp2")
    assert "capacity" in short_names(entries(whole, "serverless cluster"))
    assert "burst-balance" in short_names(entries(whole, "instance"))


@pytest.mark.parametrize(
    ("given", "short", "threshold"),
    [
        ({}, "connections", ("threshold_percent", 80.0)),
        ({"monitoring_connections": 15}, "connections", ("threshold", 15.0)),
        ({}, "free-storage", ("threshold_percent", 10.0)),
        ({"monitoring_free_storage_gib": 2}, "free-storage", ("threshold", 2.0 * 1024**3)),
    ],
)
def test_a_number_takes_the_place_of_a_share(given: dict[str, Any], short: str, threshold: tuple[str, float]) -> None:
    found = entries(rendered("__monitoring_alarms", **given), "instance")
    [alarm] = [e["properties"] for e in found if e["keys"]["name"] == f"monitoring_alarms.{short}.name"]
    assert {key: alarm[key] for key in ("threshold", "threshold_percent") if key in alarm} == dict([threshold])


@pytest.mark.parametrize("sort", SORTS)
def test_the_alarm_over_them_has_what_users_feel_and_no_early_warnings(defaults: dict[str, Any], sort: str) -> None:
    [unwell] = [entry for entry in entries(defaults, sort) if entry["kind"] == "composite_alarm"]
    rule = unwell["properties"]["alarm_rule"]
    assert all(f'"alarm-{short}-shop-prod' in rule for short in ("cpu", "connections", "freeable-memory", "panics"))
    early = ("transaction-ids", "transaction-logs", "replication-slot-lag", "swap", "cpu-credits", "errors", "function")
    assert not [short for short in early if f"alarm-{short}" in rule]


@pytest.mark.parametrize("sort", SORTS)
def test_the_dashboard_shows_metrics_that_there_are(defaults: dict[str, Any], sort: str) -> None:
    watched = SORTS[sort]
    engine = "aurora" if "DBClusterIdentifier" in watched["dimensions"] else "postgres"
    shown = rendered("__monitoring_dashboard")[engine]
    place = {
        "region": "us-west-2",
        "alarm_arn": "arn:aws:cloudwatch:us-west-2:1:alarm:",
        "heading": "#",
        "log_groups": ["/g"],
    }
    made = body(shown, entries(defaults, sort), watched, place)
    assert list(findings(made)) == []
    assert [widget["type"] for widget in made["widgets"][:2]] == ["text", "alarm"]
    assert made["widgets"][-1]["type"] == "log"
    offered = {
        "DBInstanceIdentifier": AURORA_MEMBER if engine == "aurora" else POSTGRES,
        "DBClusterIdentifier": AURORA_CLUSTER,
    }
    drawn = [metric for widget in made["widgets"] for metric in widget["properties"].get("metrics", ())]
    assert [metric for metric in drawn if metric[0] == "AWS/RDS" and metric[1] not in offered[metric[2]]] == []
    lines = {short for one in shown for short in (*one.get("lines", ()), *([one["alarm"]] if "alarm" in one else ()))}
    assert lines <= defaults.keys()


def test_every_option_is_documented_with_its_default_and_every_threshold_is_an_option() -> None:
    options = yaml.safe_load((ROLE / "meta" / "argument_specs.yml").read_text())["argument_specs"]["main"]["options"]
    given = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
    assert given.keys() <= options.keys()
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    computed = {"monitoring_default_alarms", "monitoring_dashboard"}
    assert {name: value for name, value in given.items() if value is not None and name not in computed} == documented
    used = set(re.findall(r"\bmonitoring_\w+", (ROLE / "vars" / "main.yml").read_text()))
    assert used <= options.keys()

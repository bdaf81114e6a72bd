"""What a plan says, and what is saved of it, is what there is; and what cannot be read is never in sync.

One account in which `retail` is, then changed behind the inventory's back, planned and saved. That a run writes what
was announced, and nothing else, is held by test_life.py of a first run, and of every kind by tests/integration/truth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from jsonschema import Draft202012Validator

from emulator.testing import Emulator
from tests.integration.playbook import ROOT, Run, run
from tests.integration.site.agreement import planned
from tests.integration.site.meddling import meddle, put_alarm
from tests.integration.site.planning import Fleet, Plans, no_pauses
from tests.integration.truth.standing import Host, Standing
from tests.users import user

REGION = "us-west-2"
RETAIL = ("retail", "retail_network")
SCHEMA = json.loads((ROOT / "docs" / "plan.schema.json").read_text())
# What the plan of the four systems reads.
SERVICES = (
    "application-autoscaling", "cloudwatch", "ec2", "iam", "kms", "lambda", "logs", "rds", "resourcegroupstaggingapi",
    "s3", "secretsmanager", "sns", "ssm",
)  # fmt: skip
ANYTHING = {"Sid": "Anything", "Effect": "Allow", "Action": "*", "Resource": "*"}
NO_INSTANCES = {"Sid": "No", "Effect": "Deny", "Action": "rds:DescribeDBInstances", "Resource": "*"}
# One attempt: ten take a minute, and are made in this process.
ONCE = {"region": REGION, "aws_config": {"retries": {"max_attempts": 0}}}


def person(aws: Emulator, name: str, *statements: dict[str, Any]) -> dict[str, str]:
    """A user, because the log says what a write was about only where IAM is asked."""
    made = user(aws.client("iam"), name, {name: {"all": {"Version": "2012-10-17", "Statement": list(statements)}}})
    aws.enforce_iam()
    return made


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    """Nobody logs in to a database here."""
    with Emulator(program="tests.bench.without_servers") as running:
        yield running


@pytest.fixture(scope="module")
def fleet(account: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """`retail` is there, of the other nothing."""
    with no_pauses():
        fleet = Fleet(account)
        hosts = [Host.of(name, fleet.hosts[name]) for name in RETAIL]
        Standing(account, hosts, tmp_path_factory.mktemp("build")).bring_up()
        yield fleet


@pytest.fixture(scope="module")
def deployer(account: Emulator) -> dict[str, str]:
    return person(account, "deployer", ANYTHING)


@pytest.fixture(scope="module")
def site(account: Emulator, fleet: Fleet, deployer: dict[str, str], outputs: Path) -> Any:
    """Runs of playbooks for `retail`, which is there."""
    del fleet

    def go(playbook: str, *arguments: str, environment: dict[str, str] | None = None, **extra: Any) -> Run:
        environment = deployer | (environment or {})
        return run(account, playbook, *arguments, credentials=environment, outputs_directory=str(outputs), **extra)

    return go


def read(path: Path) -> dict[str, Any]:
    """A plan as JSON, which is as the schema says."""
    document = json.loads(path.read_text())
    Draft202012Validator(SCHEMA).validate(document)
    return dict(document)


@pytest.fixture(scope="module")
def whole(fleet: Fleet) -> Plans:
    """The plans when nothing fails."""
    before = fleet.aws.mark()
    plans = fleet.plans()
    assert {entry["service"] for entry in fleet.aws.log(since=before)} == set(SERVICES)
    assert {name for name, plan in plans.items() if not isinstance(plan, AwsError) and plan["in_sync"]} == set(RETAIL)
    return plans


@pytest.fixture
def faults(account: Emulator) -> Iterator[Emulator]:
    yield account
    account.clear_faults()


@pytest.mark.parametrize("fault", ["throttle", "error500", "error503", "drop"])
def test_what_passes_is_not_seen(fleet: Fleet, whole: Plans, faults: Emulator, fault: str) -> None:
    """Two calls of every service fail."""
    for service in SERVICES:
        faults.fault(fault, service=service, count=2)
    assert fleet.plans() == whole
    assert {rule["count"] for rule in faults.faults()} == {0}


@pytest.mark.parametrize(
    ("service", "fault", "says"),
    [
        *((service, "error503", "navailable") for service in SERVICES),
        # One of each protocol: they say it in different words.
        *((service, "expired", "log in again") for service in ("ec2", "kms", "rds", "s3")),
    ],
)
def test_a_host_is_planned_whole_or_not_at_all(
    fleet: Fleet, whole: Plans, faults: Emulator, service: str, fault: str, says: str
) -> None:
    faults.fault(fault, service=service)
    plans = fleet.plans()
    failed = {name: plan for name, plan in plans.items() if isinstance(plan, AwsError)}
    assert failed
    for failure in failed.values():
        assert failure.service == service
        assert str(failure).startswith(f"{service}:{failure.action}")
        assert says in str(failure)
    assert {name: plan for name, plan in plans.items() if name not in failed} == {
        name: plan for name, plan in whole.items() if name not in failed
    }


def test_in_sync_is_status_0_also_after_retries(site: Any, faults: Emulator) -> None:
    for service, fault in (("rds", "throttle"), ("ec2", "error503"), ("ssm", "drop")):
        faults.fault(fault, service=service, count=1)
    before = faults.mark()
    result = site("playbooks/plan.yml", plan_fail_on_changes=True)
    assert result.status == 0, result.output
    assert result.output.count("in sync (") == 2
    assert {rule["count"] for rule in faults.faults()} == {0}
    calls = len(faults.log(since=before))
    assert f"Read 1 account, 1 region, {calls} calls, " in result.output


@pytest.mark.parametrize("way", ["denied", "down"])
def test_a_host_that_cannot_be_read_is_not_in_sync(
    account: Emulator, site: Any, faults: Emulator, tmp_path: Path, way: str
) -> None:
    """The network does not need what fails, and is shown. What is not whole is not saved."""
    report, saved = tmp_path / "report.json", tmp_path / "plan.json"
    extra: dict[str, Any] = {"plan_json": str(report), "plan_file": str(saved)}
    if way == "denied":
        extra["environment"] = person(account, "blind", ANYTHING, NO_INSTANCES)
    else:
        faults.fault("error503", service="rds")
        extra["pgfleet_connection"] = ONCE
    result = site("playbooks/plan.yml", **extra)
    assert result.status == 2, result.output
    assert result.failed == {"retail": 1, "retail_network": 0}
    assert "retail_network (prod, us-west-2, 123456789012)" in result.output
    assert result.output.count("in sync (") == 1
    assert "! retail: not planned: rds:Describe" in result.output
    assert "Not planned: 1 host." in result.output
    assert f"{saved} was not written: retail could not be planned." in result.text
    assert not saved.exists()
    document = read(report)
    assert (list(document["hosts"]), document["in_sync"]) == (["retail_network"], False)
    failure = document["failures"]["retail"]
    assert re.match(r"rds:Describe\w+ (for \S+ )?failed: ", failure)
    assert ("ServiceUnavailable" in failure, "rds:DescribeDBInstances" in failure) == (way == "down", way == "denied")
    assert failure.splitlines()[0][:60] in result.text


ANNOUNCED = {
    "vpc/vpc-retail-prod": "update",
    "security_group/database-retail-prod": "update",
    "ssm_parameter//pgfleet/retail/prod/network/vpc_id": "create",
    "ssm_parameter//pgfleet/retail/prod/network/old": "delete",
    "kms_key/alias/key-retail-prod": "update",
    "iam_role/role-backup-retail-prod": "update",
    "db_parameter_group/parameter-group-retail-prod-postgres16": "update",
    "rds_instance/db-retail-prod": "update",
    "metric_alarm/alarm-cpu-retail-prod": "update",
    "metric_alarm/alarm-swap-retail-prod": "create",
    "metric_alarm/alarm-old-retail-prod": "delete",
    "cloudwatch_dashboard/dashboard-retail-prod": "update",
    "ssm_parameter//pgfleet/retail/prod/database/port": "update",
}
COLOURS = {"+": "32", "~": "33", "-": "31"}


@pytest.fixture(scope="module")
def saved(account: Emulator, site: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """The saved plan of an account in which somebody meddled, and what was shown, in colour."""
    directory = tmp_path_factory.mktemp("saved")
    path, log = directory / "plan.json", directory / "ansible.log"
    meddle(account, REGION)
    before = account.mark()
    coloured = {"ANSIBLE_NOCOLOR": "0", "ANSIBLE_FORCE_COLOR": "1", "ANSIBLE_LOG_PATH": str(log)}
    result = site("playbooks/plan.yml", plan_file=str(path), plan_fail_on_changes=True, environment=coloured)
    assert account.writes(before) == []
    assert "\x1b" not in log.read_text()
    assert "alarm-swap-retail-prod" in log.read_text()
    return path, result


def screen(text: str) -> list[str]:
    """From the first host to the totals, as it is without colour and indentation."""
    lines = [re.sub(r"\x1b\[[\d;]*m", "", line).rstrip() for line in text.splitlines()]
    begin = next(n for n, line in enumerate(lines) if line.lstrip().startswith("retail_network (prod"))
    end = next(n for n, line in enumerate(lines) if line.lstrip().startswith("Read "))
    indent = len(lines[begin]) - len(lines[begin].lstrip())
    return [line[indent:] for line in lines[begin:end]]


def test_changes_are_status_2_when_they_are_to_fail(saved: tuple[Path, Run]) -> None:
    path, result = saved
    assert result.status == 2, result.output
    assert planned(read(path)["hosts"]) == ANNOUNCED


def test_the_screen_is_coloured_by_what_is_done(saved: tuple[Path, Run]) -> None:
    shown = saved[1].output
    for key, action in ANNOUNCED.items():
        kind, _, name = key.partition("/")
        sign = {"create": "+", "update": "~", "delete": "-"}[action]
        assert re.search(rf"\x1b\[[01];{COLOURS[sign]}m  {re.escape(f'{sign} {kind} {name}')}", shown), key
    assert shown.count("+ metric_alarm alarm-swap-retail-prod") == 1
    lines = screen(shown)
    assert "Plan: 2 to add, 9 to change, 2 to delete, 56 in sync." in lines
    # A policy and a dashboard as what differs in them.
    assert "        - Statement[3]" in lines
    assert "        - properties.title          Something else" in lines


def test_a_saved_plan_is_its_owners_and_has_no_secret(account: Emulator, saved: tuple[Path, Run]) -> None:
    assert saved[0].stat().st_mode & 0o777 == 0o600
    secrets = account.client("secretsmanager", REGION)
    value = json.loads(secrets.get_secret_value(SecretId="secret-retail-prod")["SecretString"])
    for text in (saved[0].read_text(), saved[1].output):
        assert value["password"] not in text
        assert "\x1b" not in text or text == saved[1].output


def test_check_mode_shows_the_same_in_80_columns(account: Emulator, site: Any, saved: tuple[Path, Run]) -> None:
    before = account.mark()
    checked = site("site.yml", "--check", plan_file=str(saved[0]))
    assert (checked.status, account.writes(before)) == (0, []), checked.output
    assert screen(checked.output) == screen(saved[1].output)
    assert max(len(line) + 8 for line in screen(checked.output)) <= 80


def test_the_saved_plan_of_more_hosts_is_refused(account: Emulator, site: Any, saved: tuple[Path, Run]) -> None:
    before = account.mark()
    refused = site("site.yml", "--limit", "retail_network", plan_file=str(saved[0]))
    assert (refused.status, account.writes(before)) == (2, []), refused.output
    assert f"{saved[0]} is the plan of other hosts; nothing was changed anywhere." in refused.text
    assert "saved for: retail, retail_network in this run: retail_network" in refused.text


def test_another_plan_is_refused_by_what_differs(account: Emulator, site: Any, saved: tuple[Path, Run]) -> None:
    put_alarm(account, REGION, 98)
    before = account.mark()
    refused = site("site.yml", plan_file=str(saved[0]))
    put_alarm(account, REGION, 99)
    assert refused.status == 2, refused.output
    assert [entry["action"] for entry in account.writes(before)] == ["PutMetricAlarm"]
    differs = "~ metric_alarm alarm-cpu-retail-prod: threshold: 99.0 → 80.0 is saved, 98.0 → 80.0 is now"
    assert f"The plan is not what {saved[0]} says; nothing was changed anywhere. {differs}" in refused.text

"""The first runs on an account that holds the network of others and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from emulator.testing import Emulator
from tests.integration.playbook import Run, run
from tests.users import profiles

HOSTS = {
    *("retail_network", "finance_network", "experimentation_network"),
    *("retail", "finance", "transactions", "experimentation"),
}
WHO = profiles(Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]))
# For verify.py, which compares it with what was then written.
ANNOUNCED = Path(os.environ["MOLECULE_OUTPUTS"]).with_name("announced.json")
CLUSTERS = {"transactions", "experimentation"}


@pytest.fixture(scope="module")
def account() -> Emulator:
    return Emulator.at(os.environ["AWS_ENDPOINT_URL"], Path(os.environ["PGSSLROOTCERT"]).parent)


def converge(account: Emulator, *arguments: str) -> Run:
    """By the user who may do what the run is to do, and no more."""
    user = WHO["planner" if "--check" in arguments else "deployer"]
    outputs = os.environ["MOLECULE_OUTPUTS"]
    return run(account, "site.yml", *(arguments or ("--limit", "all")), credentials=user, outputs_directory=outputs)


def test_the_plan_of_everything_is_made_without_a_write(account: Emulator) -> None:
    before = account.mark()
    planned = converge(account, "--limit", "all", "--check")
    assert planned.status == 0, planned.output
    assert {host for host, count in planned.changed.items() if count} == HOSTS
    written = run(account, "playbooks/plan.yml", "--limit", "all", credentials=WHO["planner"], plan_json=str(ANNOUNCED))
    assert written.status == 0, written.output
    for line in (
        "+ nat_gateway nat-a-finance-prod",
        "+ interface_endpoint endpoint-ssm-experimentation-prod",
        "+ rds_instance db-retail-prod",
        "+ rds_instance db-finance-prod",
        "+ aurora_cluster aurora-postgres-cluster-prod",
        "+ aurora_cluster cluster-experimentation-prod",
        "0 in sync.",
    ):
        assert line in planned.output
    assert account.writes(before) == []


@pytest.mark.parametrize(
    ("environment", "lines"),
    [
        ("dev", ["nat_gateway nat-a-experimentation-dev", "metric_alarm alarm-cpu-experimentation-dev-member-1"]),
        ("staging", ["nat_gateway nat-a-experimentation-staging", "subnet subnet-private-b-experimentation-staging"]),
    ],
)
def test_the_other_environments_can_be_planned_too(account: Emulator, environment: str, lines: list[str]) -> None:
    """One member in dev; private subnets with NAT in both."""
    before = account.mark()
    planned = run(account, "site.yml", "--check", inventory=environment, credentials=WHO["planner"])
    assert planned.status == 0, planned.output
    assert {host for host, count in planned.changed.items() if count} == HOSTS
    for line in lines:
        assert f"+ {line}" in planned.output
    assert ("experimentation-dev-member-2" in planned.output, "isolated" in planned.output) == (False, False)
    assert account.writes(before) == []


def test_a_database_without_its_network_is_refused(account: Emulator) -> None:
    before = account.mark()
    refused = converge(account, "--limit", "finance")
    assert refused.status != 0
    assert "vpc-finance-prod does not exist in us-east-1" in refused.text
    assert "--limit finance,finance_network" in refused.text
    assert account.writes(before) == []


def test_databases_that_fail_do_so_alone_and_the_end_says_why(account: Emulator) -> None:
    """No cluster can be made; the instances are. What is not done is left to the next run."""
    account.fault("error503", service="rds", action="CreateDBCluster")
    try:
        first = converge(account)
    finally:
        account.clear_faults()
    assert first.status != 0
    assert {host for host, count in first.failed.items() if count} == CLUSTERS
    end = first.output[first.output.index("Not finished: ") :]
    for cluster in ("aurora-postgres-cluster-prod", "cluster-experimentation-prod"):
        assert f"{cluster}: " in end
    assert "CreateDBCluster" in end
    assert "--limit transactions,experimentation" in end
    for host, region in (("retail", "us-west-2"), ("finance", "us-east-1")):
        found = account.client("rds", region).describe_db_instances(DBInstanceIdentifier=f"db-{host}-prod")
        assert found["DBInstances"][0]["DBInstanceStatus"] == "available"
    written = {path.stem for path in (Path(os.environ["MOLECULE_OUTPUTS"]) / "prod").iterdir()}
    assert written == HOSTS - CLUSTERS

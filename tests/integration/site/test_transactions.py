"""`transactions` in a network that was there before: what cannot work there, and what its scenario has not.

Its life with the values of inventories/prod is the scenario molecule/transactions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from emulator.testing import Emulator
from tests.integration.playbook import ROOT, Run, run
from tests.integration.site.permissions import documented, needed
from tools import existing_network

REGION = "us-east-1"
TRANSACTIONS = ("--limit", "transactions")
SUFFIX: dict[str, Any] = {"env_suffix": "pr42"}
PROFILES = ("minimal", "medium", "optimised")


@pytest.fixture(scope="module")
def network(account: Emulator) -> dict[str, Any]:
    """Ids of the network that `transactions` finds."""
    vpc, *subnets, group = existing_network.make(account.client("ec2", REGION))
    return {"vpc": vpc, "subnets": subnets, "group": group}


def site(aws: Emulator, **extra: Any) -> Run:
    return run(aws, "site.yml", *TRANSACTIONS, **extra)


def refused(aws: Emulator, *said: str, **extra: Any) -> None:
    before = aws.mark()
    result = site(aws, **extra)
    assert result.status != 0, result.output
    for words in said:
        assert words in result.text, result.output
    assert aws.writes(before) == []


@contextmanager
def another_subnet(aws: Emulator, vpc: str, block: str, **tagged: Any) -> Iterator[str]:
    ec2 = aws.client("ec2", REGION)
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone="us-east-1c", **tagged)["Subnet"][
        "SubnetId"
    ]
    yield subnet
    ec2.delete_subnet(SubnetId=subnet)


def test_without_its_network_it_is_refused_by_the_tags_that_were_looked_for(account: Emulator) -> None:
    refused(
        account,
        "aurora_serverless_subnet_tags: {'network:used-by': 'transactions'}",
        "no subnet in us-east-1 has all of these tags",
    )


BAD = [
    pytest.param(
        {"aurora_serverless_min_acu": 0.3, "aurora_serverless_backup_retention_days": 36},
        ["aurora_serverless_min_acu: 0.3", "in steps of 0.5", "aurora_serverless_backup_retention_days: 36"],
        id="ACU between the steps",
    ),
    pytest.param(
        {"aurora_serverless_min_acu": 2, "aurora_serverless_max_acu": 1},
        ["aurora_serverless_max_acu: 1", "below min_acu 2"],
        id="minimum above maximum",
    ),
    pytest.param(
        {"aurora_serverless_tuning_profile": "fastest"},
        ["aurora_serverless_tuning_profile must be one of: none, minimal, medium, optimised, got: fastest"],
        id="profile",
    ),
]


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(("extra", "said"), BAD)
def test_bad_input(account: Emulator, extra: dict[str, Any], said: list[str]) -> None:
    refused(account, *said, **extra)


def test_three_zones_where_two_are_wanted(account: Emulator, network: dict[str, Any]) -> None:
    tags = {"TagSpecifications": existing_network.tag_specifications("subnet")}
    with another_subnet(account, network["vpc"], "10.80.30.0/24", **tags):
        refused(account, "aurora_serverless_subnet_tags", "lie in 3 availability zones", "2 are wanted")


def test_a_subnet_in_another_vpc(account: Emulator, network: dict[str, Any]) -> None:
    ec2 = account.client("ec2", REGION)
    other = ec2.create_vpc(CidrBlock="10.90.0.0/16")["Vpc"]["VpcId"]
    with another_subnet(account, other, "10.90.10.0/24") as subnet:
        ids = [network["subnets"][0], subnet]
        given = {"aurora_serverless_subnet_ids": ids, "aurora_serverless_subnet_tags": {}}
        refused(account, f"aurora_serverless_subnet_ids: {subnet}", f"lies in {other}", **given)
    ec2.delete_vpc(VpcId=other)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_parameter_of_a_profile_is_at_its_level(account: Emulator, profile: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html"""
    rds = account.client("rds", REGION)
    wanted = profiles()[profile]
    for level, method in (
        ("cluster", "describe_engine_default_cluster_parameters"),
        ("instance", "describe_engine_default_parameters"),
    ):
        found = parameters_of(rds, method)
        assert wanted[level].keys() <= {name for name, modifiable in found.items() if modifiable}


def profiles() -> dict[str, dict[str, dict[str, Any]]]:
    text = (ROOT / "roles" / "aurora_serverless" / "vars" / "main.yml").read_text()
    found: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(text)["__aurora_serverless_tuning_profiles"]
    return found


def parameters_of(rds: Any, method: str) -> dict[str, bool]:
    found: dict[str, bool] = {}
    marker: dict[str, str] = {}
    while True:
        page = getattr(rds, method)(DBParameterGroupFamily="aurora-postgresql15", **marker)["EngineDefaults"]
        found |= {p["ParameterName"]: p["IsModifiable"] for p in page["Parameters"]}
        if not page.get("Marker"):
            return found
        marker = {"Marker": page["Marker"]}


def test_tuned_and_scaled_beside_another_deployment(account: Emulator, network: dict[str, Any], outputs: Path) -> None:
    """Subnets and group by their ids; memory values as they follow the class; readers that are scaled."""
    given = {
        "aurora_serverless_subnet_ids": network["subnets"],
        "aurora_serverless_subnet_tags": {},
        "aurora_serverless_security_group_ids": [network["group"]],
        "aurora_serverless_security_group_tags": {},
        "aurora_serverless_tuning_profile": "optimised",
        "aurora_serverless_reader_autoscaling": {"min_capacity": 1, "max_capacity": 3, "target": 60},
    }
    up = site(account, outputs_directory=str(outputs), **SUFFIX, **given)
    assert up.status == 0, up.output
    expected = {"default_statistics_target": "250", "random_page_cost": "1.1", "log_statement": "all"}
    assert settings(account, outputs, *expected) == expected
    # db.serverless counts with its greatest capacity, 1 ACU, which is 2 GiB, of which RDS keeps some for itself:
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
    memory = settings(account, outputs, "work_mem")["work_mem"]
    assert memory.endswith("kB")
    assert 6 * 1024 < int(memory.removesuffix("kB")) < 8 * 1024
    scaling = account.client("application-autoscaling", REGION)
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="rds")["ScalableTargets"]
    assert (target["ResourceId"], target["MinCapacity"], target["MaxCapacity"]) == (
        "cluster:aurora-postgres-cluster-pr42",
        1,
        3,
    )
    before = account.mark()
    again = site(account, outputs_directory=str(outputs), **SUFFIX, **given)
    assert (again.status, again.changed) == (0, {"transactions": 0}), again.output
    assert account.writes(before) == []


def settings(aws: Emulator, outputs: Path, *names: str) -> dict[str, str]:
    document = json.loads((outputs / "pr42" / "transactions.json").read_text())
    manager = aws.client("secretsmanager", REGION)
    secret = json.loads(manager.get_secret_value(SecretId=document["outputs"]["secret_arn"])["SecretString"])
    known = {name: secret[name] for name in ("host", "port", "password", "dbname")}
    with psycopg.connect(user=secret["username"], sslmode="require", **known) as connection:
        return {name: str(connection.execute(f"show {name}".encode()).fetchone()[0]) for name in names}  # type: ignore[index]


def test_taken_away_with_a_final_snapshot_that_is_listed(account: Emulator, network: dict[str, Any]) -> None:
    """What a deployment had and its inventory no longer has goes by its tags; the network stays, untouched."""
    ec2, rds = account.client("ec2", REGION), account.client("rds", REGION)
    rds.modify_db_cluster(DBClusterIdentifier="aurora-postgres-cluster-pr42", DeletionProtection=True)
    before = account.mark()
    unconfirmed = run(account, "playbooks/destroy.yml", *TRANSACTIONS, **SUFFIX)
    assert unconfirmed.status != 0
    assert "add -e confirm=pr42" in unconfirmed.text
    assert account.writes(before) == []

    down = run(account, "playbooks/destroy.yml", *TRANSACTIONS, **SUFFIX, confirm="pr42", final_snapshot=True)
    assert down.status == 0, down.output
    (snapshot,) = rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert snapshot["DBClusterSnapshotIdentifier"] in down.text
    actions = [entry["action"] for entry in account.writes(before)]
    order = (
        "DeregisterScalableTarget",
        "ModifyDBCluster",
        "DeleteDBInstance",
        "DeleteDBCluster",
        "DeleteDBSubnetGroup",
    )
    assert [actions.index(action) for action in order] == sorted(actions.index(action) for action in order)
    assert rds.describe_db_clusters()["DBClusters"] == []
    for method, items, name in (
        ("describe_db_parameter_groups", "DBParameterGroups", "DBParameterGroupName"),
        ("describe_db_cluster_parameter_groups", "DBClusterParameterGroups", "DBClusterParameterGroupName"),
    ):
        assert [g[name] for g in getattr(rds, method)()[items] if not g[name].startswith("default.")] == []
    assert not {entry["service"] for entry in account.writes(before)} & {"ec2"}
    assert existing_network.make(ec2) == [network["vpc"], *network["subnets"], network["group"]]


def test_the_documented_permissions_are_those_that_all_this_took(account: Emulator) -> None:
    assert needed(account.log()) <= documented()[1]

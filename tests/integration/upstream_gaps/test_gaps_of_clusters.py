"""Why aurora_cluster exists: what amazon.aws.rds_cluster does instead.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.amazon.aws.plugins.modules.rds_cluster import DOCUMENTATION

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "c"
CLUSTER: dict[str, Any] = {
    "DBClusterIdentifier": NAME,
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.12",
    "MasterUsername": "dbadmin",
    "MasterUserPassword": "correct-horse",
    "BackupRetentionPeriod": 1,
    "PreferredBackupWindow": "01:00-02:00",
    "PreferredMaintenanceWindow": "mon:04:00-mon:05:00",
}
OPTIONS: dict[str, Any] = {
    "cluster_id": NAME,
    "engine": "aurora-postgresql",
    "username": "dbadmin",
    "password": "correct-horse",
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def made(aws: Emulator, request: pytest.FixtureRequest) -> Iterator[None]:
    """A cluster with these settings, made by boto3."""
    rds = aws.client("rds")
    rds.create_db_cluster(**CLUSTER, **getattr(request, "param", {}))
    yield
    rds.delete_db_cluster(DBClusterIdentifier=NAME, SkipFinalSnapshot=True)


def cluster(aws: Emulator) -> dict[str, Any]:
    found: dict[str, Any] = aws.client("rds").describe_db_clusters(DBClusterIdentifier=NAME)["DBClusters"][0]
    return found


def upstream(aws: Emulator, **options: Any) -> Ran:
    return run_module(aws, "amazon.aws.rds_cluster", {**OPTIONS, **options})


def settled(ran: Ran) -> bool:
    return not ran.result.get("failed") and not ran.changed


@pytest.mark.usefixtures("made")
def test_the_module_settles_otherwise(aws: Emulator) -> None:
    """No gap: what the others show is none of how they call the module."""
    ran = upstream(aws, preferred_maintenance_window="mon:04:00-mon:05:00")
    assert settled(ran), ran.output


@pytest.mark.usefixtures("made")
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster sends aurora-iopt1 as aurora")
def test_io_optimized_storage_is_what_one_gets(aws: Emulator) -> None:
    upstream(aws, storage_type="aurora-iopt1")
    assert cluster(aws).get("StorageType") == "aurora-iopt1"


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("made", [{"EnableIAMDatabaseAuthentication": True}], indirect=True)
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster looks for the option's name in AWS's answer: KeyError")
def test_a_second_run_with_iam_authentication_settles(aws: Emulator) -> None:
    assert settled(upstream(aws, enable_iam_database_authentication=True))


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("made", [{"EnableHttpEndpoint": True}], indirect=True)
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster looks for the option's name in AWS's answer: KeyError")
def test_a_second_run_with_the_data_api_settles(aws: Emulator) -> None:
    assert settled(upstream(aws, enable_http_endpoint=True))


@pytest.mark.usefixtures("made")
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster ignores log exports of an existing cluster")
def test_an_existing_cluster_exports_its_logs(aws: Emulator) -> None:
    upstream(aws, enable_cloudwatch_logs_exports=["postgresql"])
    assert cluster(aws)["EnabledCloudwatchLogsExports"] == ["postgresql"]


@pytest.mark.usefixtures("made")
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster resets the backup retention to 1 when it is left out")
def test_what_is_left_out_stays(aws: Emulator) -> None:
    aws.client("rds").modify_db_cluster(DBClusterIdentifier=NAME, BackupRetentionPeriod=14, ApplyImmediately=True)
    upstream(aws, apply_immediately=True)
    assert cluster(aws)["BackupRetentionPeriod"] == 14


@pytest.mark.usefixtures("made")
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster compares windows as text")
def test_a_window_in_mixed_case_settles(aws: Emulator) -> None:
    assert settled(upstream(aws, preferred_maintenance_window="Mon:04:00-Mon:05:00"))


@pytest.mark.usefixtures("made")
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster takes a newer minor version than the major for a change")
def test_a_major_version_settles(aws: Emulator) -> None:
    assert settled(upstream(aws, engine_version="15"))


@pytest.mark.usefixtures("made")
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster fails on a cluster without Serverless v2: KeyError")
def test_serverless_v2_is_added_to_a_cluster_without_it(aws: Emulator) -> None:
    upstream(aws, serverless_v2_scaling_configuration={"min_capacity": 0.5, "max_capacity": 1})
    assert cluster(aws).get("ServerlessV2ScalingConfiguration") == {"MinCapacity": 0.5, "MaxCapacity": 1.0}


@pytest.mark.parametrize(
    "option",
    [
        "manage_master_user_password",
        "performance_insights_enabled",
        "database_insights_mode",
        "monitoring_interval",
        "network_type",
        "allow_major_version_upgrade",
        "wait_timeout",
    ],
)
@pytest.mark.xfail(raises=AssertionError, reason="rds_cluster has no such option")
def test_there_is_an_option(option: str) -> None:
    assert option in yaml.safe_load(DOCUMENTATION)["options"]

"""Why modules of ours for RDS exist: what those of amazon.aws and community.aws do instead.

Each test says what would be right and is expected to fail; once it passes, upstream has closed the gap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
import yaml

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module
from tests.integration.upstream import exists_upstream

INSTANCE: dict[str, Any] = {"id": "retail", "engine": "postgres", "db_instance_class": "db.t3.micro", "wait": False}


def options(module: str) -> dict[str, Any]:
    """The documented options of a module, which ansible-test holds to the real ones."""
    collection, _, name = module.rpartition(".")
    documented = import_module(f"ansible_collections.{collection}.plugins.modules.{name}").DOCUMENTATION
    found: dict[str, Any] = yaml.safe_load(documented)["options"]
    return found


def create(aws: Emulator, **params: Any) -> None:
    """The instance retail, with boto3."""
    needed = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20, "EngineVersion": "16.13"}
    master = {"MasterUsername": "dbadmin", "MasterUserPassword": "correct-horse"}
    aws.client("rds").create_db_instance(DBInstanceIdentifier="retail", **{**needed, **master, **params})


def described(aws: Emulator) -> dict[str, Any]:
    found: list[dict[str, Any]] = aws.client("rds").describe_db_instances(DBInstanceIdentifier="retail")["DBInstances"]
    return found[0]


def run(aws: Emulator, check: bool = False, **given: Any) -> Ran:
    ran = run_module(aws, "amazon.aws.rds_instance", {**INSTANCE, **given}, check=check)
    if "Unsupported parameters" in ran.result.get("msg", ""):
        raise ValueError(ran.message)
    return ran


@pytest.mark.xfail(
    raises=AssertionError, reason="no module reads alarms and maintenance of a database (database_status)"
)
def test_how_a_database_is_can_be_asked() -> None:
    assert exists_upstream("rds_status", "rds_instance_status", "rds_pending_maintenance_info")


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance asks AWS to shrink storage that autoscaling grew")
def test_storage_that_autoscaling_grew_stays(aws: Emulator) -> None:
    create(aws, AllocatedStorage=120, MaxAllocatedStorage=200)
    assert run(aws, allocated_storage=100, max_allocated_storage=200).writes == []


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance takes a major version for another one than its minor")
def test_a_major_version_is_reached_by_its_minors(aws: Emulator) -> None:
    create(aws)
    assert run(aws, engine_version="16").writes == []


@pytest.mark.xfail(
    raises=AssertionError, reason="rds_instance fails with AttributeError for a key of Performance Insights"
)
def test_performance_insights_are_enabled_with_a_key(aws: Emulator) -> None:
    create(aws, EnablePerformanceInsights=False)
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    run(aws, enable_performance_insights=True, performance_insights_kms_key_id=key, apply_immediately=True)
    assert described(aws).get("PerformanceInsightsKMSKeyId") == key


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance takes an instance of its own for a replica")
def test_an_instance_that_is_no_replica_is_not_taken_for_one(aws: Emulator) -> None:
    """It was promoted, or never was one: whoever reads from it reads old data."""
    create(aws)
    ran = run(aws, read_replica=True, source_db_instance_identifier="db-source")
    assert ran.result.get("failed")


@pytest.mark.xfail(raises=AssertionError, reason="rds_instance has no diff")
def test_a_change_has_a_diff(aws: Emulator) -> None:
    create(aws)
    ran = run(aws, check=True, db_instance_class="db.t3.small")
    assert ran.changed
    assert "diff" in ran.result


@pytest.mark.parametrize(
    "names",
    [
        ("manage_master_user_password",),
        ("database_insights_mode",),
        ("network_type",),
        ("dedicated_log_volume",),
        ("delete_automated_backups",),
        ("wait_timeout",),
    ],
    ids=lambda names: str(names[0]),
)
@pytest.mark.xfail(raises=AssertionError, reason="rds_instance lacks the option")
def test_rds_instance_has_the_option(names: tuple[str, ...]) -> None:
    assert set(names) & options("amazon.aws.rds_instance").keys()


@pytest.mark.parametrize("name", ["rds_instance", "application_autoscaling_policy"])
def test_a_module_of_either_collection_is_found(name: str) -> None:
    """No gap: what the others miss is not missed for how they look."""
    assert exists_upstream("no_such_module", name)


@pytest.mark.xfail(raises=AssertionError, reason="neither collection has event subscriptions")
def test_there_are_event_subscriptions() -> None:
    """rds_event_subscription is one of ours."""
    assert exists_upstream("rds_event_subscription", "rds_event", "db_event_subscription")


@pytest.mark.xfail(raises=AssertionError, reason="neither collection has pending maintenance")
def test_there_is_pending_maintenance() -> None:
    """pending_maintenance is one of ours."""
    assert exists_upstream("rds_pending_maintenance", "rds_pending_maintenance_info", "pending_maintenance")


@pytest.mark.xfail(raises=AssertionError, reason="application_autoscaling_policy has no service namespace rds")
def test_readers_are_scaled() -> None:
    """reader_autoscaling scales them."""
    assert "rds" in options("community.aws.application_autoscaling_policy")["service_namespace"]["choices"]


@pytest.mark.xfail(raises=AssertionError, reason="sns_topic fails in check mode for a topic that is new")
def test_check_mode_for_a_new_topic(aws: Emulator) -> None:
    ran = run_module(aws, "community.aws.sns_topic", {"name": "alerts"}, check=True)
    assert not ran.result.get("failed"), ran.message

"""An instance, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_catalogue
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.rds_instance import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.plugins.module_utils._kinds.instance_states import RAW
from tests.unit.stubs import Exchange, account

NAME = "db-retail-prod"
SECRET = "arn:aws:secretsmanager:us-west-2:123456789012:secret:s"
ONE = {"DBInstanceIdentifier": NAME}
PENDING_REBOOT: dict[str, Any] = {
    "DBParameterGroups": [{"DBParameterGroupName": "g", "ParameterApplyStatus": "pending-reboot"}]
}
NEW: dict[str, Any] = {"engine_version": "16", "instance_class": "db.t3.micro", "allocated_storage_gib": 20}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    rds_catalogue.offered_versions.cache_clear()
    rds_catalogue.orderable.cache_clear()


def seen(status: str = "available", **raw: Any) -> Exchange:
    answer = {"DBInstances": [{**RAW, "DBInstanceStatus": status, **raw}]}
    return Exchange("describe_db_instances", ONE, answer, "" if status else "DBInstanceNotFound")


def offers() -> list[Exchange]:
    """What is asked of AWS about a new instance."""
    option = {"DBInstanceClass": "db.t3.micro", "StorageType": "gp3", "EngineVersion": "16.13"}
    sold = {"Engine": "postgres", "EngineVersion": "16.13", "DBInstanceClass": "db.t3.micro"}
    family = {"Engine": "postgres", "DBParameterGroupFamily": "postgres16"}
    return [
        Exchange("describe_db_engine_versions", family, {"DBEngineVersions": [{"EngineVersion": "16.13"}]}),
        Exchange("describe_orderable_db_instance_options", sold, {"OrderableDBInstanceOptions": [option]}),
    ]


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    with account({"rds": requests}) as scope:
        return ensure(asked(SPEC, check=check, name=NAME.title(), **options), scope.clients)


def test_a_new_instance() -> None:
    request = {
        **ONE,
        "Engine": "postgres",
        "EngineVersion": "16.13",
        "DBInstanceClass": "db.t3.micro",
        "AllocatedStorage": 20,
        "MasterUsername": "dbadmin",
        "ManageMasterUserPassword": True,
        "Tags": [{"Key": "a", "Value": "1"}],
    }
    create = Exchange("create_db_instance", request)
    managed: dict[str, Any] = {"master_username": "dbadmin", "manage_master_user_password": True}
    result = ensured(seen(""), *offers(), create, seen(), tags={"a": 1}, **NEW, **managed)
    assert (result["changed"], result["name"], result["status"]) == (True, NAME, "available")
    assert result["endpoint"] == "db.example.com:5432"
    assert (result["pending"], result["pending_reboot"]) == ({}, False)


def test_check_mode_of_a_new_instance_knows_nothing_of_it() -> None:
    result = ensured(seen(""), *offers(), check=True, master_user_secret_arn=SECRET, **NEW)
    assert result["changed"] is True
    assert result.keys() == {"name", "changed", "diff", "plan", "waiting"}


def test_what_a_new_instance_lacks_is_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        ensured(seen(""), backup_retention_days=36)
    named = {problem.input for problem in refused.value.problems}
    assert {"backup_retention_days", "engine_version", "instance_class", "allocated_storage_gib"} <= named


def test_an_instance_as_wanted_is_one_request() -> None:
    result = ensured(seen(PendingModifiedValues={"DBInstanceClass": "db.t3.small"}), instance_class="db.t3.small")
    assert (result["changed"], result["plan"]) == (False, [])
    assert result["pending"] == {"instance_class": "db.t3.small"}


def test_only_what_differs_is_asked_for() -> None:
    modify = Exchange("modify_db_instance", {**ONE, "BackupRetentionPeriod": 14, "ApplyImmediately": False})
    result = ensured(seen(), modify, seen(BackupRetentionPeriod=14), backup_retention_days=14)
    assert [change["after"] for change in result["plan"][0]["changes"]] == [14]


@pytest.mark.parametrize(("purge", "removed"), [(True, ["Name"]), (False, [])])
def test_tags_are_purged_when_asked_for(purge: bool, removed: list[str]) -> None:
    arn = {"ResourceName": RAW["DBInstanceArn"]}
    requests = [Exchange("remove_tags_from_resource", arn | {"TagKeys": removed})] if removed else []
    requests.append(Exchange("add_tags_to_resource", arn | {"Tags": [{"Key": "a", "Value": "1"}]}))
    assert ensured(seen(), *requests, seen(), tags={"a": 1}, purge_tags=purge)["changed"] is True


def test_a_reboot_that_is_not_allowed_is_listed_and_no_change() -> None:
    result = ensured(seen(**PENDING_REBOOT))
    assert (result["changed"], result["pending_reboot"]) == (False, True)
    assert [entry["property"] for entry in result["waiting"]] == ["parameter_apply_status"]


def test_what_can_never_be_changed_is_refused() -> None:
    with pytest.raises(Refused, match="RDS cannot rename its master user"):
        ensured(seen(), master_username="other", backup_retention_days=14)


def deleted(**asked: Any) -> Exchange:
    return Exchange("delete_db_instance", {**ONE, **asked})


def test_deletion_leaves_a_snapshot_named_by_the_minute() -> None:
    result = ensured(seen(), check=True, state="absent")
    name = result["final_snapshot_identifier"]
    assert name.startswith("db-retail-prod-final-20")
    assert name.endswith("z")
    assert (result["changed"], result["plan"][0]["action"]) == (True, "delete")


@pytest.mark.parametrize(
    ("options", "asked_for", "name"),
    [
        (
            {"final_snapshot_identifier": "last"},
            {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": "last"},
            "last",
        ),
        ({"final_snapshot": False}, {"SkipFinalSnapshot": True}, None),
    ],
)
def test_deletion(options: dict[str, Any], asked_for: dict[str, Any], name: str | None) -> None:
    delete = deleted(**asked_for, DeleteAutomatedBackups=False)
    result = ensured(seen(), delete, state="absent", wait=False, delete_automated_backups=False, **options)
    assert (result["changed"], result.get("final_snapshot_identifier")) == (True, name)


def test_what_is_not_there_needs_no_deletion() -> None:
    assert ensured(seen(""), state="absent")["changed"] is False


def test_a_protected_instance_stays() -> None:
    with pytest.raises(Refused, match="has deletion protection"):
        ensured(seen(DeletionProtection=True), state="absent")


def test_a_new_replica() -> None:
    source = Exchange(
        "describe_db_instances",
        {"DBInstanceIdentifier": "source"},
        {"DBInstances": [{**RAW, "DBInstanceIdentifier": "source"}]},
    )
    request = {**ONE, "SourceDBInstanceIdentifier": "source", "DBInstanceClass": "db.t3.micro", "Tags": []}
    create = Exchange("create_db_instance_read_replica", request)
    looks = [source, *offers(), source, create, seen(ReadReplicaSourceDBInstanceIdentifier="source")]
    made = ensured(seen(""), *looks, source_db_instance_identifier="source", instance_class="db.t3.micro")
    assert made["changed"]
    assert made["plan"][0]["action"] == "create"


def test_a_replica_goes_without_a_snapshot() -> None:
    delete = Exchange("delete_db_instance", {**ONE, "SkipFinalSnapshot": True, "DeleteAutomatedBackups": True})
    replica = seen(ReadReplicaSourceDBInstanceIdentifier="source")
    gone = ensured(replica, delete, seen(""), state="absent")
    assert gone["changed"]
    assert "final_snapshot_identifier" not in gone


def test_what_is_replicated_is_not_deleted() -> None:
    with pytest.raises(Refused, match="AWS would promote a, which replicate it"):
        ensured(seen(ReadReplicaDBInstanceIdentifiers=["a"]), state="absent")

"""A cluster, from options to requests and result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_catalogue
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.aurora_cluster import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.plugins.module_utils._kinds.cluster_states import (
    CLUSTER,
    INSTANCES,
    KEY,
    NAME,
    READER,
    ROLES,
    WRITER,
    instance,
)
from tests.unit.stubs import Exchange, account

ONE = {"DBClusterIdentifier": NAME}
ALIAS = Exchange("describe_key", {"KeyId": "alias/a"}, {"KeyMetadata": {"KeyId": "1111", "Arn": KEY}})


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    rds_catalogue.offered_versions.cache_clear()
    rds_catalogue.orderable.cache_clear()


def seen(status: str = "available", instances: Sequence[Mapping[str, Any]] | None = None, **raw: Any) -> list[Exchange]:
    if not status:
        return [Exchange("describe_db_clusters", ONE, refusal="DBClusterNotFoundFault")]
    filters = {"Filters": [{"Name": "db-cluster-id", "Values": [NAME]}]}
    found = {**CLUSTER, "DBClusterMembers": ROLES, "Status": status, **raw}
    return [
        Exchange("describe_db_clusters", ONE, {"DBClusters": [found]}),
        Exchange("describe_db_instances", filters, {"DBInstances": INSTANCES if instances is None else instances}),
    ]


def ensured(*requests: Exchange, check: bool = False, keys: Sequence[Exchange] = (), **options: Any) -> dict[str, Any]:
    with account({"rds": requests, "kms": keys}) as scope:
        return ensure(asked(SPEC, check=check, name=NAME.title(), **options), scope.clients)


def offers() -> list[Exchange]:
    """What is asked of AWS about a new cluster."""
    engine = {"Engine": "aurora-postgresql"}
    family = {**engine, "DBParameterGroupFamily": "aurora-postgresql15"}
    sold = {**engine, "EngineVersion": "15.12", "DBInstanceClass": "db.r5.large"}
    named = {"Filters": [{"Name": "db-instance-id", "Values": [WRITER]}]}
    option = {"DBInstanceClass": "db.r5.large", "SupportsPerformanceInsights": True}
    return [
        Exchange("describe_db_engine_versions", family, {"DBEngineVersions": [{"EngineVersion": "15.12"}]}),
        Exchange("describe_orderable_db_instance_options", sold, {"OrderableDBInstanceOptions": [option]}),
        Exchange("describe_db_instances", named, {"DBInstances": []}),
    ]


def test_a_new_cluster() -> None:
    """Names in lower case, tags of members as the cluster's, aliases of keys as ARNs, also those of members."""
    tags = [{"Key": "a", "Value": "1"}]
    create = Exchange(
        "create_db_cluster",
        {
            **ONE,
            "Engine": "aurora-postgresql",
            "EngineVersion": "15.12",
            "MasterUsername": "dbadmin",
            "ManageMasterUserPassword": True,
            "Tags": tags,
        },
        {"DBCluster": {}},
    )
    member = Exchange(
        "create_db_instance",
        {
            "DBInstanceIdentifier": WRITER,
            "DBClusterIdentifier": NAME,
            "Engine": "aurora-postgresql",
            "DBInstanceClass": "db.r5.large",
            "EnablePerformanceInsights": True,
            "PerformanceInsightsKMSKeyId": KEY,
            "Tags": tags,
        },
    )
    monitored = {"performance_insights_enabled": True, "performance_insights_kms_key_id": "alias/a"}
    result = ensured(
        *seen(""),
        *offers(),
        create,
        member,
        *seen(instances=[instance(WRITER)]),
        keys=[ALIAS],
        engine_version="15",
        master_username="dbadmin",
        manage_master_user_password=True,
        tags={"a": 1},
        members=[{"name": WRITER.title(), "instance_class": "db.r5.large", **monitored}],
    )
    assert (result["changed"], result["name"], result["status"]) == (True, NAME, "available")
    assert result["endpoint"] == "writer.example.com:5432"
    assert [member["name"] for member in result["members"]] == [WRITER]
    assert not [name for name in result if name.startswith("_")]


def test_check_mode_of_a_new_cluster_knows_nothing_of_it() -> None:
    wanted = {"instance_class": "db.r5.large", "name": WRITER}
    result = ensured(
        *seen(""), *offers(), check=True, engine_version="15", master_user_secret_arn="arn", members=[wanted]
    )
    assert result["changed"] is True
    assert result.keys() == {"name", "changed", "diff", "plan", "waiting"}


def test_what_a_new_cluster_lacks_is_named_at_once() -> None:
    with pytest.raises(Refused) as refused:
        ensured(*seen(""), backup_retention_days=36, members=[{"name": WRITER}])
    assert {problem.input for problem in refused.value.problems} == {
        "backup_retention_days",
        "engine_version",
        "master_username",
        "master_user_secret_arn",
        f"members.{WRITER}.instance_class",
    }


def test_nothing_to_do_is_two_requests() -> None:
    options: dict[str, Any] = {"engine_version": "15", "members": [{"name": WRITER}, {"name": READER}]}
    result = ensured(*seen(), **options)
    assert (result["changed"], result["plan"], result["pending"]) == (False, [], {})


def test_a_new_member_of_a_present_cluster_needs_its_class() -> None:
    named = {"Filters": [{"Name": "db-instance-id", "Values": ["third"]}]}
    version = {"Engine": "aurora-postgresql", "EngineVersion": "15.12", "IncludeAll": True}
    requests = [
        Exchange("describe_db_engine_versions", version, {"DBEngineVersions": []}),
        Exchange("describe_db_instances", named, {"DBInstances": []}),
    ]
    with pytest.raises(Refused, match=r"members\.third\.instance_class"):
        ensured(*seen(), *requests, members=[{"name": "third"}])


def test_tags_that_are_not_purged_stay() -> None:
    """Each resource keeps its own."""
    named = [{"Key": "Name", "Value": "own"}]
    arn = INSTANCES[0]["DBInstanceArn"]
    tags = [{"Key": "a", "Value": "1"}]
    instances = [instance(WRITER, TagList=named)]
    requests = [
        Exchange("add_tags_to_resource", {"ResourceName": name, "Tags": tags})
        for name in (CLUSTER["DBClusterArn"], arn)
    ]
    result = ensured(
        *seen(instances=instances),
        requests[0],
        *seen(instances=instances),
        requests[1],
        *seen(instances=[instance(WRITER, TagList=named + tags)]),
        tags={"a": "1"},
        purge_tags=False,
        members=[{"name": WRITER}],
    )
    assert result["changed"]


def test_members_may_have_tags_of_their_own() -> None:
    result = ensured(*seen(), check=True, tags={"Name": NAME}, members=[{"name": WRITER, "tags": {"Name": "own"}}])
    assert [change["property"] for change in result["plan"][0]["changes"]] == [f"members.{WRITER}.tags.Name"]


def test_pending_changes_of_cluster_and_members_are_shown() -> None:
    pending = instance(WRITER, PendingModifiedValues={"DBInstanceClass": "db.r5.large"})
    result = ensured(*seen(instances=[pending], PendingModifiedValues={"EngineVersion": "15.13"}))
    assert result["pending"] == {"engine_version": "15.13", f"members.{WRITER}.instance_class": "db.r5.large"}


def test_absent() -> None:
    assert ensured(*seen(""), state="absent")["changed"] is False
    planned = ensured(*seen(), state="absent", check=True)
    assert planned["changed"]
    assert planned["diff"][0]["before"]["members"] == [WRITER, READER]
    assert planned["final_snapshot_identifier"].startswith(f"{NAME}-final-20")
    delete = Exchange("delete_db_cluster", {**ONE, "SkipFinalSnapshot": True, "DeleteAutomatedBackups": True})
    gone = ensured(*seen(instances=[]), delete, *seen(""), state="absent", final_snapshot=False)
    assert "final_snapshot_identifier" not in gone


def test_a_protected_cluster_stays_with_its_members() -> None:
    with pytest.raises(Refused, match="has deletion protection"):
        ensured(*seen(DeletionProtection=True), state="absent")

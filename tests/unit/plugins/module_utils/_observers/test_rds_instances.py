"""Reads of RDS instances, and what AWS offers for a wanted one: asked as seldom as possible."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import from_aws
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_catalogue
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_catalogue import chosen_version
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_instances import (
    observe_instances,
    settle_replica,
    verify_instance,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Observed

from tests.unit.stubs import Exchange, answering

RAW = {
    "DBInstanceIdentifier": "retail",
    "DBInstanceArn": "arn",
    "DBInstanceStatus": "available",
    "Engine": "postgres",
    "EngineVersion": "16.11",
    "DBInstanceClass": "db.t3.micro",
    "StorageType": "gp3",
    "AllocatedStorage": 20,
}
OPTION = {"DBInstanceClass": "db.t3.micro", "StorageType": "gp3", "MultiAZCapable": True}


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What AWS offers is read once by client, and all tests share the client."""
    rds_catalogue.offered_versions.cache_clear()
    rds_catalogue.orderable.cache_clear()


def wanted(**properties: Any) -> Desired:
    return Desired("rds_instance", "Retail", properties)


def versions(*found: str, **asked: Any) -> Exchange:
    described: list[dict[str, Any]] = [{"EngineVersion": each} for each in found]
    return Exchange("describe_db_engine_versions", {"Engine": "postgres", **asked}, {"DBEngineVersions": described})


def family(*found: str, major: int = 16) -> Exchange:
    return versions(*found, DBParameterGroupFamily=f"postgres{major}")


def options(version: str, *found: dict[str, Any], **asked: str) -> Exchange:
    request = {"Engine": "postgres", "EngineVersion": version, **asked}
    return Exchange("describe_orderable_db_instance_options", request, {"OrderableDBInstanceOptions": list(found)})


def verified(desired: Desired, observed: Observed | None, *exchanges: Exchange) -> list[str]:
    with answering("rds", *exchanges) as scope:
        return [str(problem) for problem in verify_instance(scope, desired, observed)]


def test_one_is_asked_for_by_name_and_several_are_found_in_the_pages_of_all() -> None:
    one = Exchange("describe_db_instances", {"DBInstanceIdentifier": "Retail"}, {"DBInstances": [RAW]})
    gone = Exchange("describe_db_instances", {"DBInstanceIdentifier": "Retail"}, refusal="DBInstanceNotFound")
    pages = (
        Exchange("describe_db_instances", {}, {"DBInstances": [RAW], "Marker": "m"}),
        Exchange("describe_db_instances", {"Marker": "m"}, {"DBInstances": [{**RAW, "DBInstanceIdentifier": "x"}]}),
    )
    with answering("rds", one, gone, *pages) as scope:
        assert [found.name for found in observe_instances(scope, [wanted()])] == ["retail"]
        assert list(observe_instances(scope, [wanted()])) == []
        both = [wanted(), Desired("rds_instance", "orders")]
        assert [found.name for found in observe_instances(scope, both)] == ["retail"]


@pytest.mark.parametrize(
    ("version", "observed", "exchanges", "chosen"),
    [
        (None, None, [], None),
        ("16", from_aws(RAW), [], "16.11"),
        ("16.11", from_aws(RAW), [], "16.11"),
        ("16", None, [family("16.9", "16.14", "16.10")], "16.14"),
        ("16.14", from_aws(RAW), [family("16.11", "16.14")], "16.14"),
        ("16.99", from_aws(RAW), [family("16.11", "16.14")], None),
    ],
)
def test_the_version_to_ask_for(
    version: str | None, observed: Observed | None, exchanges: list[Exchange], chosen: str | None
) -> None:
    with answering("rds", *exchanges) as scope:
        found, _offered = chosen_version(scope.clients("rds"), "postgres", wanted(engine_version=version), observed)
    assert found == chosen


def test_deprecated_versions_are_not_offered_and_the_answer_is_shared() -> None:
    answer = {"DBEngineVersions": [{"EngineVersion": "16.14", "Status": "deprecated"}, {"EngineVersion": "16.13"}]}
    asked = {"Engine": "postgres", "DBParameterGroupFamily": "postgres16"}
    with answering("rds", Exchange("describe_db_engine_versions", asked, answer)) as scope:
        for _ in range(2):
            found, _offered = chosen_version(scope.clients("rds"), "postgres", wanted(engine_version="16"), None)
            assert found == "16.13"


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"engine_version": "sixteen"},
        {"engine_version": KNOWN_AFTER_APPLY},
        {"engine_version": "16", "instance_class": "db.t3.micro"},
        {"backup_retention_days": 7},
    ],
)
def test_what_depends_on_no_offer_is_not_asked_about(properties: dict[str, Any]) -> None:
    assert verified(wanted(**properties), from_aws(RAW)) == []
    assert verified(wanted(), None) == []


def test_a_new_instance_that_aws_offers() -> None:
    desired = wanted(engine_version="16", instance_class="db.t3.micro", storage_type="gp3")
    assert verified(desired, None, family("16.13"), options("16.13", OPTION, DBInstanceClass="db.t3.micro")) == []
    assert verified(wanted(engine_version="16"), None) == []


def test_a_version_that_is_not_offered_is_named_with_what_the_class_lacks() -> None:
    desired = wanted(engine_version="16.99", instance_class="db.t3.micro", multi_az=True)
    lacking = {**OPTION, "MultiAZCapable": False}
    problems = verified(
        desired, None, family("16.13", "16.14"), options("16.14", lacking, DBInstanceClass="db.t3.micro")
    )
    assert problems[0].startswith(
        "engine_version: 16.99\n    is not offered by AWS in us-west-2. Offered: 16.13, 16.14."
    )
    assert problems[1] == "multi_az: True\n    is not supported by db.t3.micro with its storage."


def test_without_a_version_of_the_major_all_majors_are_named() -> None:
    problems = verified(wanted(engine_version="9.6"), None, family(major=9), versions("15.18", "16.14"))
    assert problems == ["engine_version: 9.6\n    is not offered by AWS in us-west-2. Offered majors: 15, 16."]


def test_a_class_that_is_not_offered_is_named_with_its_family() -> None:
    offered = options("16.11", OPTION, {**OPTION, "DBInstanceClass": "db.t3.small"})
    problems = verified(
        wanted(instance_class="db.t3.tiny"),
        from_aws(RAW),
        options("16.11", DBInstanceClass="db.t3.tiny"),
        offered,
    )
    where = "is not offered for PostgreSQL 16.11 in us-west-2."
    assert problems == [f"instance_class: db.t3.tiny\n    {where} Offered of db.t3: db.t3.micro, db.t3.small."]


def test_an_upgrade_that_takes_two_steps() -> None:
    source = {"EngineVersion": "16.11", "ValidUpgradeTarget": [{"EngineVersion": "16.13"}]}
    asked = {"Engine": "postgres", "EngineVersion": "16.11", "IncludeAll": True}
    problems = verified(
        wanted(engine_version="16.14"),
        from_aws(RAW),
        family("16.14"),
        Exchange("describe_db_engine_versions", asked, {"DBEngineVersions": [source]}),
        options("16.14", OPTION, DBInstanceClass="db.t3.micro"),
    )
    assert problems == ["engine_version: 16.14\n    cannot be reached from 16.11 in one step. Allowed: 16.13."]


def test_what_the_version_itself_lacks() -> None:
    described = {"EngineVersion": "16.14", "SupportedCACertificateIdentifiers": ["rds-ca-rsa2048-g1"]}
    asked = {"Engine": "postgres", "DBParameterGroupFamily": "postgres16"}
    problems = verified(
        wanted(engine_version="16", ca_certificate_identifier="rds-ca-2019"),
        None,
        Exchange("describe_db_engine_versions", asked, {"DBEngineVersions": [described]}),
    )
    assert problems == ["ca_certificate_identifier: rds-ca-2019\n    is not allowed. Allowed: rds-ca-rsa2048-g1."]


def settled(after: dict[str, dict[str, Any]], *exchanges: Exchange, **properties: Any) -> tuple[Desired, list[str]]:
    with answering("rds", *exchanges) as scope:
        found, problems = settle_replica(scope, wanted(**properties), after)
    return found, [problem.message for problem in problems]


def look(**raw: Any) -> Exchange:
    answer = {"DBInstances": [{**RAW, "DBInstanceIdentifier": "source", "BackupRetentionPeriod": 7, **raw}]}
    return Exchange("describe_db_instances", {"DBInstanceIdentifier": "source"}, answer)


def test_an_instance_of_its_own_is_as_wanted() -> None:
    assert settled({}, engine_version="16.11") == (wanted(engine_version="16.11"), [])


def test_the_source_of_a_replica_is_that_of_the_document() -> None:
    source = {"engine_version": "16", "backup_retention_days": 7}
    found, problems = settled({"rds_instance/source": source}, source_db_instance_identifier="source")
    assert (found.properties["engine_version"], problems) == ("16", [])


def test_the_replicas_of_a_document_count() -> None:
    source = {"engine_version": "16", "_replicas": ["old", "replica-1"]}
    after = {"rds_instance/source": source} | {
        f"rds_instance/replica-{number}": {"source_db_instance_identifier": "source"} for number in range(14)
    }
    _found, problems = settled(after, source_db_instance_identifier="source")
    assert problems == ["has 15 read replicas. Allowed: 15."]


def test_a_source_that_is_not_of_the_document_is_read() -> None:
    found, problems = settled({}, look(ReadReplicaDBInstanceIdentifiers=["a"]), source_db_instance_identifier="source")
    assert (found.properties["engine_version"], problems) == ("16", [])
    _found, problems = settled({}, look(BackupRetentionPeriod=0), source_db_instance_identifier="source")
    assert problems == ["has no backups. AWS replicates what has: set its backup_retention_days to 1-35."]


def test_a_source_that_is_not_there() -> None:
    gone = Exchange("describe_db_instances", {"DBInstanceIdentifier": "source"}, refusal="DBInstanceNotFound")
    _found, problems = settled({}, gone, source_db_instance_identifier="source")
    assert problems == ["is no DB instance in us-west-2."]

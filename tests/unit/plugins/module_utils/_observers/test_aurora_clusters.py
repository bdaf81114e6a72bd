"""Reads of clusters, and what is asked of AWS about wanted ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import rds_catalogue
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.aurora_clusters import (
    observe_clusters,
    verify_cluster,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Observed

from tests.unit.plugins.module_utils._kinds.cluster_states import (
    CLUSTER,
    INSTANCES,
    NAME,
    READER,
    ROLES,
    WRITER,
    desired,
    instance,
    members,
    observed,
)
from tests.unit.stubs import Exchange, answering

ENGINE = {"Engine": "aurora-postgresql"}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    rds_catalogue.offered_versions.cache_clear()
    rds_catalogue.orderable.cache_clear()


def instances(*names: str, found: list[Any]) -> Exchange:
    filters = [{"Name": "db-cluster-id", "Values": list(names)}]
    return Exchange("describe_db_instances", {"Filters": filters}, {"DBInstances": found})


def test_one_cluster_is_two_requests() -> None:
    described = Exchange(
        "describe_db_clusters", {"DBClusterIdentifier": NAME}, {"DBClusters": [{**CLUSTER, "DBClusterMembers": ROLES}]}
    )
    with answering("rds", described, instances(NAME, found=INSTANCES)) as scope:
        (seen,) = observe_clusters(scope, [desired()])
    assert [member["name"] for member in seen.attributes["members"]] == [READER, WRITER]


def test_several_clusters_are_two_requests_too() -> None:
    second = {**CLUSTER, "DBClusterIdentifier": "second"}
    others = [{**CLUSTER, "DBClusterMembers": ROLES}, second, {**CLUSTER, "DBClusterIdentifier": "third"}]
    alone = instance("alone", DBClusterIdentifier="second")
    requests = [
        Exchange("describe_db_clusters", {}, {"DBClusters": others}),
        instances(NAME, "second", found=[*INSTANCES, alone]),
    ]
    wanted = [desired(), Desired("aurora_cluster", "Second")]
    with answering("rds", *requests) as scope:
        seen = list(observe_clusters(scope, wanted))
    assert [[member["name"] for member in found.attributes["members"]] for found in seen] == [
        [READER, WRITER],
        ["alone"],
    ]


def test_a_cluster_that_does_not_exist_is_one_request() -> None:
    gone = Exchange("describe_db_clusters", {"DBClusterIdentifier": NAME}, refusal="DBClusterNotFoundFault")
    with answering("rds", gone) as scope:
        assert list(observe_clusters(scope, [desired()])) == []


def versions(*found: str, raw: Mapping[str, Any] | None = None, **asked: Any) -> Exchange:
    answer = {"DBEngineVersions": [{"EngineVersion": version, **(raw or {})} for version in found]}
    return Exchange("describe_db_engine_versions", {**ENGINE, **asked}, answer)


def classes(version: str, *found: str, **asked: str) -> Exchange:
    flags = ("PerformanceInsights", "EnhancedMonitoring", "IAMDatabaseAuthentication", "StorageEncryption")
    supported = {f"Supports{flag}": True for flag in flags}
    answer = {
        "OrderableDBInstanceOptions": [
            {"DBInstanceClass": name, "StorageType": "aurora", **supported} for name in found
        ]
    }
    return Exchange("describe_orderable_db_instance_options", {**ENGINE, "EngineVersion": version, **asked}, answer)


def named(*names: str, found: list[Any] | None = None) -> Exchange:
    filters = [{"Name": "db-instance-id", "Values": list(names)}]
    return Exchange("describe_db_instances", {"Filters": filters}, {"DBInstances": found or []})


FAMILY: dict[str, Any] = {"DBParameterGroupFamily": "aurora-postgresql15"}
SERVERLESS = classes("15.12", "db.serverless", DBInstanceClass="db.serverless")
ZONES = Exchange(
    "describe_db_subnet_groups",
    {"DBSubnetGroupName": "Subnets"},
    {"DBSubnetGroups": [{"Subnets": [{"SubnetAvailabilityZone": {"Name": "us-east-1a"}}]}]},
)


@pytest.mark.parametrize(
    ("properties", "seen", "requests", "found"),
    [
        # Nothing to ask about.
        ({"engine_version": "newest"}, None, [], []),
        ({"engine_version": None}, None, [], []),
        ({"backup_retention_days": 9}, observed(), [], []),
        # A new cluster.
        ({}, None, [versions("15.12", **FAMILY), SERVERLESS, named(WRITER, READER)], []),
        (
            {"engine_version": "15.3", "serverless_v2_scaling": {"min_acu": 0, "max_acu": 1}},
            None,
            [versions("15.12", **FAMILY), SERVERLESS, named(WRITER, READER, found=[instance(WRITER)])],
            [
                ("engine_version", "is not offered by AWS in us-west-2. Offered: 15.12."),
                (f"members.{WRITER}.name", "exists"),
            ],
        ),
        (
            {"engine_version": "9.6", "members": None},
            None,
            [versions(DBParameterGroupFamily="aurora-postgresql9"), versions("15.12", "16.6")],
            [("engine_version", "is not offered by AWS in us-west-2. Offered majors: 15, 16.")],
        ),
        (
            {
                "members": members(
                    {"availability_zone": "us-east-1c", "instance_class": "db.r5.huge"},
                    {"ca_certificate_identifier": "rds-ca-ecc384-g1"},
                ),
                "serverless_v2_scaling": {"min_acu": 0, "max_acu": 1},
            },
            None,
            [
                versions(
                    "15.12",
                    raw={
                        "SupportedCACertificateIdentifiers": ["rds-ca-rsa2048-g1"],
                        "ServerlessV2FeaturesSupport": {"MinCapacity": 0.5, "MaxCapacity": 128},
                    },
                    **FAMILY,
                ),
                classes("15.12", DBInstanceClass="db.r5.huge"),
                classes("15.12", "db.r5.large", "db.serverless"),
                SERVERLESS,
                named(WRITER, READER),
                ZONES,
            ],
            [
                (
                    f"members.{WRITER}.instance_class",
                    "is not offered for PostgreSQL 15.12 in us-west-2. Offered of db.r5",
                ),
                (f"members.{READER}.ca_certificate_identifier", "is not allowed. Allowed: rds-ca-rsa2048-g1."),
                ("serverless_v2_scaling.min_acu", "is too low for 15.12"),
                (f"members.{WRITER}.availability_zone", "is no zone of the DB subnet group. Allowed: us-east-1a."),
            ],
        ),
        (
            {
                "members": [{"name": WRITER, "availability_zone": "us-east-1c"}],
                "db_subnet_group_name": KNOWN_AFTER_APPLY,
            },
            None,
            [versions("15.12", **FAMILY), named(WRITER)],
            [],
        ),
        # An upgrade that AWS does not make in one step.
        (
            {"engine_version": "16.6", "allow_major_version_upgrade": True},
            observed(),
            [
                versions("16.6", DBParameterGroupFamily="aurora-postgresql16"),
                versions(
                    "15.12",
                    raw={"ValidUpgradeTarget": [{"EngineVersion": "16.8"}]},
                    EngineVersion="15.12",
                    IncludeAll=True,
                ),
            ],
            [("engine_version", "cannot be reached from 15.12 in one step. Allowed: 16.8.")],
        ),
        # Capacity of the present version.
        (
            {"engine_version": None, "serverless_v2_scaling": {"min_acu": 0, "max_acu": 1}},
            observed(),
            [
                versions(
                    "15.12",
                    raw={"ServerlessV2FeaturesSupport": {"MinCapacity": 0.5, "MaxCapacity": 128}},
                    EngineVersion="15.12",
                    IncludeAll=True,
                )
            ],
            [("serverless_v2_scaling.min_acu", "is too low for 15.12")],
        ),
    ],
)
def test_what_is_asked_and_what_is_said(
    properties: dict[str, Any], seen: Observed | None, requests: list[Exchange], found: list[tuple[str, str]]
) -> None:
    with answering("rds", *requests) as scope:
        problems = list(verify_cluster(scope, desired(properties), seen))
    assert [problem.input.removeprefix("aurora_serverless_") for problem in problems] == [name for name, _text in found]
    for problem, (_name, text) in zip(problems, found, strict=True):
        assert problem.message.startswith(text)

"""What can be had, what there is none of, tags, events and logs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.rds import absent
from emulator.rds.catalogue import AURORA, POSTGRES


def versions(rds: Any, **params: Any) -> list[str]:
    found = rds.client.describe_db_engine_versions(Engine="postgres", **params)["DBEngineVersions"]
    return [each["EngineVersion"] for each in found]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, POSTGRES.all_versions),
        ({"EngineVersion": "16"}, POSTGRES.versions["16"]),
        ({"EngineVersion": "16.13"}, ["16.13"]),
        ({"EngineVersion": "15.4"}, []),
        (
            {"DBParameterGroupFamily": "postgres15"},
            POSTGRES.versions["15"],
        ),
        ({"DefaultOnly": True}, ["16.14"]),
        ({"DefaultOnly": True, "EngineVersion": "15"}, ["15.18"]),
        ({"Filters": [{"Name": "engine-version", "Values": ["16.12"]}]}, ["16.12"]),
    ],
)
def test_engine_versions(shared: Any, params: dict[str, Any], expected: list[str]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html"""
    assert versions(shared, **params) == expected


def test_upgrade_targets_of_a_version(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html"""
    found = shared.client.describe_db_engine_versions(Engine="postgres", EngineVersion="15.17")["DBEngineVersions"][0]
    targets = {each["EngineVersion"]: each for each in found["ValidUpgradeTarget"]}
    assert targets["15.18"]["AutoUpgrade"] is True
    assert targets["15.18"]["IsMajorVersionUpgrade"] is False
    assert targets["16.13"]["IsMajorVersionUpgrade"] is True
    assert "15.16" not in targets
    assert found["ExportableLogTypes"] == ["iam-db-auth-error", "postgresql", "upgrade"]


def test_orderable_options(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html"""
    pages = shared.client.get_paginator("describe_orderable_db_instance_options")
    asked = {"Engine": "postgres", "EngineVersion": "16.13"}
    options = [each for page in pages.paginate(**asked) for each in page["OrderableDBInstanceOptions"]]
    assert len(options) > 100
    one = [each for each in options if (each["DBInstanceClass"], each["StorageType"]) == ("db.t3.micro", "gp3")]
    assert [(each["MinStorageSize"], each["SupportsStorageAutoscaling"]) for each in one] == [(20, True)]
    assert "us-west-2a" in [zone["Name"] for zone in one[0]["AvailabilityZones"]]
    none = shared.client.describe_orderable_db_instance_options(**asked, DBInstanceClass="db.t1.micro")
    assert none["OrderableDBInstanceOptions"] == []


def test_certificates(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeCertificates.html"""
    answer = shared.client.describe_certificates()
    assert answer["DefaultCertificateForNewLaunches"] == "rds-ca-rsa2048-g1"
    assert len(answer["Certificates"]) == 3
    assert shared.refusal("describe_certificates", CertificateIdentifier="no")[0] == "CertificateNotFound"


def test_valid_modifications_only_grow(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeValidDBInstanceModifications.html"""
    answer = shared.client.describe_valid_db_instance_modifications(DBInstanceIdentifier="db1")
    kinds = {each["StorageType"]: each for each in answer["ValidDBInstanceModificationsMessage"]["Storage"]}
    assert kinds["gp3"]["StorageSize"] == [{"From": 20, "To": 65536, "Step": 1}]


@pytest.mark.parametrize("action", absent.KINDS)
def test_there_is_none_of_what_is_not_emulated(shared: Any, action: str) -> None:
    member, parameter, error = absent.KINDS[action]
    method = getattr(shared.client, _method(shared, action))
    assert method()[member] == []
    if parameter is not None:
        with pytest.raises(ClientError) as caught:
            method(**{parameter: "none"})
        assert caught.value.response["Error"]["Code"] == error


def _method(shared: Any, action: str) -> str:
    names: dict[str, str] = shared.client.meta.method_to_api_mapping
    return next(name for name, api in names.items() if api == action)


def test_an_action_that_is_missing_is_an_aws_error(shared: Any) -> None:
    code, message = shared.refusal(
        "create_db_proxy", DBProxyName="p", EngineFamily="POSTGRESQL", RoleArn="r" * 20, VpcSubnetIds=["s"]
    )
    assert "DBProxy" in message, code


# Tags


def test_tags_of_every_kind(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html"""
    for arn in (shared.get()["DBInstanceArn"], "arn:aws:rds:us-west-2:123456789012:pg:group1"):
        shared.client.add_tags_to_resource(
            ResourceName=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
        )
        shared.client.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "a", "Value": "3"}])
        shared.client.remove_tags_from_resource(ResourceName=arn, TagKeys=["b", "absent"])
        assert shared.client.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "a", "Value": "3"}]
    assert shared.get()["TagList"] == [{"Key": "a", "Value": "3"}]


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:rds:us-west-2:123456789012:db:none", "DBInstanceNotFound"),
        ("arn:aws:rds:us-west-2:123456789012:snapshot:none", "DBSnapshotNotFound"),
        ("arn:aws:rds:us-west-2:123456789012:pg:none", "DBParameterGroupNotFound"),
        ("arn:aws:rds:us-west-2:123456789012:subgrp:none", "DBSubnetGroupNotFoundFault"),
        ("db1", "InvalidParameterValue"),
    ],
)
def test_tags_of_what_is_not_there(shared: Any, arn: str, code: str) -> None:
    assert shared.refusal("list_tags_for_resource", ResourceName=arn)[0] == code


def test_reserved_tag_keys_are_refused(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html#Overview.Tagging"""
    tags = [{"Key": "AWS:x", "Value": "1"}]
    arn = shared.get()["DBInstanceArn"]
    assert shared.refusal("add_tags_to_resource", ResourceName=arn, Tags=tags)[0] == "InvalidParameterValue"


# Events and logs


def test_events_of_an_instance(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html"""
    asked = {"SourceIdentifier": "db1", "SourceType": "db-instance"}
    messages = [each["Message"] for each in shared.client.describe_events(**asked)["Events"]]
    assert messages[:3] == ["DB instance created", "Backing up DB instance", "Finished DB Instance backup"]
    some = shared.client.describe_events(**asked, EventCategories=["creation"])["Events"]
    assert [each["Message"] for each in some] == ["DB instance created"]
    end = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    assert shared.client.describe_events(**asked, EndTime=end)["Events"] == []
    assert shared.refusal("describe_events", SourceIdentifier="db1")[0] == "InvalidParameterCombination"


def test_log_of_an_instance(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.html"""
    with shared.login() as connection:
        connection.execute("DO $$ BEGIN RAISE WARNING 'seen in the log'; END $$")
    files = shared.client.describe_db_log_files(DBInstanceIdentifier="db1")["DescribeDBLogFiles"]
    assert files[0]["Size"] > 0
    name = {"DBInstanceIdentifier": "db1", "LogFileName": files[0]["LogFileName"]}
    portion = shared.client.download_db_log_file_portion(**name, NumberOfLines=5)
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html : RDS's prefix
    assert "dbadmin@postgres" in portion["LogFileData"]
    assert "seen in the log" in portion["LogFileData"]
    rest = shared.client.download_db_log_file_portion(**name, Marker=portion["Marker"])
    assert not rest.get("LogFileData")
    other = {**name, "LogFileName": "none"}
    assert shared.refusal("download_db_log_file_portion", **other)[0] == "DBLogFileNotFoundFault"


def test_aurora_versions(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Updates.html"""

    def found(**params: Any) -> list[dict[str, Any]]:
        versions = shared.client.describe_db_engine_versions(Engine="aurora-postgresql", **params)["DBEngineVersions"]
        return list(versions)

    assert [each["EngineVersion"] for each in found()] == AURORA.all_versions
    default = found(DefaultOnly=True, EngineVersion="15")
    assert [each["EngineVersion"] for each in default] == ["15.15"]
    expected = {
        "DBParameterGroupFamily": "aurora-postgresql15",
        "DBEngineVersionDescription": "Aurora PostgreSQL (Compatible with PostgreSQL 15.15)",
        "SupportedEngineModes": ["provisioned"],
        "ServerlessV2FeaturesSupport": {"MinCapacity": 0.0, "MaxCapacity": 256.0},
        "ExportableLogTypes": ["iam-db-auth-error", "instance", "postgresql"],
    }
    assert expected.items() <= default[0].items()
    assert default[0]["ValidUpgradeTarget"][-1]["IsMajorVersionUpgrade"] is True


def test_aurora_orderable_options(shared: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html"""
    pages = shared.client.get_paginator("describe_orderable_db_instance_options")
    asked = {"Engine": "aurora-postgresql", "EngineVersion": "16.11"}
    options = [each for page in pages.paginate(**asked) for each in page["OrderableDBInstanceOptions"]]
    classes = {each["DBInstanceClass"] for each in options}
    assert {"db.serverless", "db.t3.medium", "db.r5.large", "db.r6g.large", "db.r7g.4xlarge"} <= classes
    assert not {"db.t3.micro", "db.m6g.large"} & classes
    assert {each["StorageType"] for each in options} == {"aurora", "aurora-iopt1"}
    assert {"SupportedEngineModes": ["provisioned"], "SupportsClusters": True}.items() <= options[0].items()
    assert "MinStorageSize" not in options[0]

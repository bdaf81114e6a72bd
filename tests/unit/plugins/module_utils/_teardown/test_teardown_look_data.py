"""What a teardown reads of databases and their data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import look_data
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look, with_index
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

from tests.unit.stubs import OWNER, Exchange, answering

TAGS = OWNER.tags()
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
KEY_TAGS = [{"TagKey": key, "TagValue": value} for key, value in TAGS.items()]
RDS = "arn:aws:rds:us-west-2:123456789012"
KEY_ARN = "arn:aws:kms:us-west-2:123456789012:key"
SECRET_ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret"
TOPIC_KEY = "alias/topic-retail-prod"
GOING = datetime(2026, 12, 20, tzinfo=UTC)

Read = Callable[[Look], Iterable[Found]]


def look(scope: Scope, **known: Any) -> Look:
    return Look(scope.clients, OWNER, **known)


def test_the_index_is_asked_for_what_carries_our_tags() -> None:
    filters = [{"Key": "pgfleet:system", "Values": ["retail"]}, {"Key": "pgfleet:suffix", "Values": ["prod"]}]
    pages = (
        Exchange(
            "get_resources",
            {"TagFilters": filters},
            {"PaginationToken": "more", "ResourceTagMappingList": [{"ResourceARN": "arn:one", "Tags": TAG_LIST}]},
        ),
        Exchange(
            "get_resources",
            {"TagFilters": filters, "PaginationToken": "more"},
            {"ResourceTagMappingList": [{"ResourceARN": "arn:two", "Tags": TAG_LIST}]},
        ),
    )
    with answering("resourcegroupstaggingapi", *pages) as scope:
        assert with_index(look(scope)).indexed == {"arn:one": TAGS, "arn:two": TAGS}


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (
            {
                "DBInstanceIdentifier": "db-retail-prod",
                "DBInstanceStatus": "available",
                "DeletionProtection": True,
                "AllocatedStorage": 20,
                "KmsKeyId": f"{KEY_ARN}/1",
                "DBSubnetGroup": {"DBSubnetGroupName": "subnets", "VpcId": "vpc-1"},
                "DBParameterGroups": [{"DBParameterGroupName": "parameters"}],
                "MonitoringRoleArn": "arn:aws:iam::123456789012:role/path/monitoring",
                "TagList": TAG_LIST,
            },
            Found(
                "rds_instance",
                "db-retail-prod",
                "db-retail-prod",
                TAGS,
                {
                    "status": "available",
                    "deletion_protection": True,
                    "storage_gib": 20,
                    "kms_key": f"{KEY_ARN}/1",
                    "replica_of": None,
                    "cluster": None,
                    "vpc_id": "vpc-1",
                    "uses": {"subnets", "parameters", "monitoring"},
                },
            ),
        ),
        (
            {"DBInstanceIdentifier": "reader", "DBClusterIdentifier": "cluster"},
            Found(
                "aurora_member",
                "reader",
                "reader",
                {},
                {
                    "status": "",
                    "deletion_protection": False,
                    "storage_gib": None,
                    "kms_key": None,
                    "replica_of": None,
                    "cluster": "cluster",
                    "vpc_id": None,
                    "uses": {None, ""},
                },
            ),
        ),
        (
            {"DBInstanceIdentifier": "replica", "ReadReplicaSourceDBInstanceIdentifier": "db-retail-prod"},
            Found(
                "rds_instance",
                "replica",
                "replica",
                {},
                {
                    "status": "",
                    "deletion_protection": False,
                    "storage_gib": None,
                    "kms_key": None,
                    "replica_of": "db-retail-prod",
                    "cluster": None,
                    "vpc_id": None,
                    "uses": {None, ""},
                },
            ),
        ),
    ],
)
def test_databases(raw: dict[str, Any], found: Found) -> None:
    with answering("rds", Exchange("describe_db_instances", {}, {"DBInstances": [raw]})) as scope:
        assert list(look_data.databases(look(scope))) == [found]


def test_snapshots_but_not_the_automated_ones() -> None:
    manual = {
        "DBSnapshotIdentifier": "before",
        "DBInstanceIdentifier": "db-retail-prod",
        "SnapshotType": "manual",
        "AllocatedStorage": 20,
        "KmsKeyId": KEY_ARN,
        "TagList": TAG_LIST,
    }
    automated = {"DBSnapshotIdentifier": "rds:db", "DBInstanceIdentifier": "db", "SnapshotType": "automated"}
    pages = Exchange("describe_db_snapshots", {}, {"DBSnapshots": [automated, manual]})
    facts = {"database": "db-retail-prod", "storage_gib": 20, "kms_key": KEY_ARN}
    with answering("rds", pages) as scope:
        assert list(look_data.snapshots(look(scope))) == [Found("db_snapshot", "before", "before", TAGS, facts)]


def test_retained_backups_have_ids_of_their_own() -> None:
    raw = {"DBInstanceIdentifier": "db-retail-prod", "DbiResourceId": "db-ABC", "AllocatedStorage": 20}
    asked = {"Filters": [{"Name": "status", "Values": ["retained"]}]}
    pages = Exchange("describe_db_instance_automated_backups", asked, {"DBInstanceAutomatedBackups": [raw]})
    facts = {"database": "db-retail-prod", "storage_gib": 20, "kms_key": None}
    with answering("rds", pages) as scope:
        found = list(look_data.retained_backups(look(scope)))
    assert found == [Found("automated_backup", "db-retail-prod", "db-ABC", {}, facts)]


def tags_of(arn: str, refusal: str = "") -> Exchange:
    return Exchange("list_tags_for_resource", {"ResourceName": arn}, {"TagList": TAG_LIST}, refusal)


@pytest.mark.parametrize(
    ("read", "method", "prefix", "arn", "gone"),
    [
        (
            look_data.parameter_groups,
            "describe_db_parameter_groups",
            "DBParameterGroup",
            f"{RDS}:pg:",
            "DBParameterGroupNotFound",
        ),
        (
            look_data.subnet_groups,
            "describe_db_subnet_groups",
            "DBSubnetGroup",
            f"{RDS}:subgrp:",
            "DBSubnetGroupNotFoundFault",
        ),
    ],
)
def test_groups_are_asked_for_their_tags_only_when_they_could_be_ours(
    read: Read, method: str, prefix: str, arn: str, gone: str
) -> None:
    names = ("group-retail-prod", "indexed", "went-meanwhile-prod", "of-others", "default.postgres17")
    listed = [{f"{prefix}Name": name, f"{prefix}Arn": f"{arn}{name}"} for name in names]
    pages = (
        Exchange(method, {}, {f"{prefix}s": listed}),
        tags_of(f"{arn}group-retail-prod"),
        tags_of(f"{arn}indexed"),
        tags_of(f"{arn}went-meanwhile-prod", gone),
    )
    with answering("rds", *pages) as scope:
        found = list(read(look(scope, indexed={f"{arn}indexed": TAGS})))
    assert [(f.name, f.id, f.tags) for f in found] == [(name, name, TAGS) for name in names[:2]]


def test_a_default_parameter_group_is_never_ours() -> None:
    """Its name, too, can have our suffix in it."""
    raw = {"DBParameterGroupName": "default.prod", "DBParameterGroupArn": f"{RDS}:pg:default.prod"}
    with answering("rds", Exchange("describe_db_parameter_groups", {}, {"DBParameterGroups": [raw]})) as scope:
        assert list(look_data.parameter_groups(look(scope))) == []


def test_buckets_with_their_key_and_no_question_about_those_of_others() -> None:
    def of(method: str, answer: dict[str, Any]) -> Exchange:
        return Exchange(method, {"Bucket": "backup-prod"}, answer)

    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/key-retail-prod"}
    rules = [{"BucketKeyEnabled": True}, {"ApplyServerSideEncryptionByDefault": by_key}]
    pages = (
        Exchange("list_buckets", {}, {"Buckets": [{"Name": "of-others"}, {"Name": "backup-prod"}]}),
        of("get_bucket_tagging", {"TagSet": TAG_LIST}),
        of("list_object_versions", {}),
        of("get_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": rules}}),
    )
    facts = {"objects": 0, "more": False, "kms_key": "alias/key-retail-prod"}
    with answering("s3", *pages) as scope:
        found = list(look_data.buckets(look(scope)))
    assert found == [Found("s3_bucket", "backup-prod", "backup-prod", TAGS, facts)]


def test_secrets_also_those_on_their_way_out_but_not_those_of_services() -> None:
    going = {
        "Name": "db-retail-prod",
        "ARN": f"{SECRET_ARN}:1",
        "DeletedDate": GOING,
        "KmsKeyId": KEY_ARN,
        "Tags": TAG_LIST,
    }
    managed = {"Name": "rds!db-1", "ARN": f"{SECRET_ARN}:2", "OwningService": "rds"}
    untagged = {"Name": "other", "ARN": f"{SECRET_ARN}:3"}
    pages = Exchange("list_secrets", {"IncludePlannedDeletion": True}, {"SecretList": [going, managed, untagged]})
    with answering("secretsmanager", pages) as scope:
        assert list(look_data.secrets(look(scope))) == [
            Found("secret", "db-retail-prod", f"{SECRET_ARN}:1", TAGS, {"deletes_on": GOING, "kms_key": KEY_ARN}),
            Found("secret", "other", f"{SECRET_ARN}:3", {}, {"deletes_on": None, "kms_key": None}),
        ]


def test_keys_of_our_names_and_keys_without_a_name() -> None:
    aliases = [
        {"AliasName": "alias/key-retail-prod", "TargetKeyId": "1"},
        {"AliasName": "alias/again-prod", "TargetKeyId": "1"},
        {"AliasName": "alias/of-others", "TargetKeyId": "2"},
        {"AliasName": "alias/aws/rds"},
    ]
    called = [{"TagKey": "Name", "TagValue": TOPIC_KEY}]
    pages = (
        Exchange("list_aliases", {}, {"Aliases": aliases}),
        Exchange("list_keys", {}, {"Keys": [{"KeyId": n, "KeyArn": f"{KEY_ARN}/{n}"} for n in "12345"]}),
        Exchange("list_resource_tags", {"KeyId": "1"}, {"Tags": KEY_TAGS}),
        Exchange("describe_key", {"KeyId": f"{KEY_ARN}/1"}, {"KeyMetadata": {"KeyId": "1"}}),
        Exchange("list_resource_tags", {"KeyId": "3"}, {"Tags": KEY_TAGS}),
        Exchange("describe_key", {"KeyId": f"{KEY_ARN}/3"}, {"KeyMetadata": {"KeyId": "3", "DeletionDate": GOING}}),
        Exchange("list_resource_tags", {"KeyId": "4"}, {"Tags": [*KEY_TAGS, *called]}),
        Exchange("describe_key", {"KeyId": f"{KEY_ARN}/4"}, {"KeyMetadata": {"KeyId": "4", "DeletionDate": GOING}}),
        Exchange("list_resource_tags", {"KeyId": "5"}, {"Tags": called}),
    )
    names = ("alias/again-prod", "alias/key-retail-prod")
    going = {"aliases": (), "deletes_on": GOING}
    with answering("kms", *pages) as scope:
        assert list(look_data.keys(look(scope))) == [
            Found("kms_key", names[0], f"{KEY_ARN}/1", TAGS, {"aliases": names, "deletes_on": None}),
            Found("kms_key", "3", f"{KEY_ARN}/3", TAGS, going),
            Found("kms_key", TOPIC_KEY, f"{KEY_ARN}/4", TAGS | {"Name": TOPIC_KEY}, going),
            Found("kms_key", "5", f"{KEY_ARN}/5", {"Name": TOPIC_KEY}, {"aliases": ()}),
        ]

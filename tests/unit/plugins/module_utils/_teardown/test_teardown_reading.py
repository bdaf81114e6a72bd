"""What a teardown asks AWS about, and how it names what it finds."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import look_data, look_notices
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.arns import of_no_known_kind
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look, names_of
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.survey import distinct
from botocore.stub import Stubber

TAGS = Owner("retail", "prod").tags()


@pytest.mark.parametrize(
    ("arn", "scope", "kind", "name"),
    [
        ("arn:aws:rds:us-east-1:1:db-proxy:prx-1", "database", "rds:db-proxy", "prx-1"),
        ("arn:aws:rds:us-east-1:1:cluster:aurora", "database", None, ""),
        ("arn:aws:rds:us-east-1:1:db:mine", "database", None, ""),
        ("arn:aws:ec2:us-east-1:1:vpn-gateway/vgw-1", "network", "ec2:vpn-gateway", "vgw-1"),
        ("arn:aws:ec2:us-east-1:1:vpn-gateway/vgw-1", "database", None, ""),
        ("arn:aws:ec2:us-east-1:1:natgateway/nat-1", "network", None, ""),
        ("arn:aws:ec2:us-east-1:1:vpc/vpc-1", "network", None, ""),
        ("arn:aws:s3:::bucket", "database", None, ""),
        ("arn:aws:sns:us-east-1:1:topic", "database", None, ""),
        ("arn:aws:rds:us-east-1:1:es:events", "database", None, ""),
        ("arn:aws:cloudwatch::1:dashboard/shop", "database", None, ""),
        ("arn:aws:sqs:us-east-1:1:queue", "database", "sqs", "queue"),
        ("arn:aws:sqs:us-east-1:1:queue", "network", None, ""),
        ("arn:aws:logs:us-east-1:1:log-group:/aws/rds/x", "database", None, ""),
        ("arn:aws:ssm:us-east-1:1:parameter/pgfleet/x", "database", None, ""),
        ("arn:aws:lambda:us-east-1:1:function:access", "database", None, ""),
    ],
)
def test_what_the_tagging_api_lists_beyond_the_known_kinds(arn: str, scope: str, kind: str | None, name: str) -> None:
    found = [(f.kind, f.name, f.id) for f in of_no_known_kind(scope, {arn: TAGS})]
    assert found == ([(kind, name, arn)] if kind else [])


@pytest.mark.parametrize(
    ("kind", "name", "arn", "asked"),
    [
        ("iam_role", "role-retail-prod", "", True),
        ("iam_role", "Role-Retail-PROD", "", True),
        ("iam_role", "role-retail-staging", "", False),
        ("iam_role", "named", "", True),
        ("sns_topic", "named", "", False),
        ("sns_topic", "old", "arn:old", True),
    ],
)
def test_tags_are_asked_for_where_something_could_be_ours(kind: str, name: str, arn: str, asked: bool) -> None:
    names = {"iam_role": frozenset({"named"})}
    look = Look(Clients(dict), Owner("retail", "prod"), names, indexed={"arn:old": TAGS})
    assert look.asks_about(kind, name, arn) is asked


def test_names_of_a_document() -> None:
    document: list[dict[str, Any]] = [
        {"kind": "subnet", "name": "a", "properties": {}},
        {"kind": "subnet", "name": "b"},
        {"kind": "network", "name": "shared", "external": True},
    ]
    assert names_of(document) == {"subnet": frozenset({"a", "b"})}


def test_only_those_that_share_a_name_get_their_id() -> None:
    found = (Found("vpc", "x", "vpc-1"), Found("vpc", "x", "vpc-2"), Found("subnet", "x", "subnet-1"))
    assert [f.name for f in distinct(found)] == ["x (vpc-1)", "x (vpc-2)", "x"]


def stubbed(service: str) -> tuple[Look, Stubber]:
    credentials = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client: Any = boto3.client(service, region_name="us-east-1", **credentials)  # type: ignore[call-overload]
    stubber = Stubber(client)
    stubber.activate()
    return Look(Clients(lambda *_service, **_options: client), Owner("retail", "prod")), stubber


def test_what_is_listed_after_its_deletion_is_gone() -> None:
    look, stub = stubbed("sns")
    stub.add_response("list_topics", {"Topics": [{"TopicArn": "arn:aws:sns:us-east-1:1:topic-retail-prod"}]})
    stub.add_client_error("list_tags_for_resource", "ResourceNotFound")
    assert list(look_notices.topics(look)) == []


@pytest.mark.parametrize(("code", "seen"), [("NoSuchBucket", False), ("NoSuchTagSet", True), ("AccessDenied", True)])
def test_a_bucket_without_tags_is_not_one_that_is_gone(code: str, seen: bool) -> None:
    look, stub = stubbed("s3")
    stub.add_response("list_buckets", {"Buckets": [{"Name": "backup-prod"}]})
    stub.add_client_error("get_bucket_tagging", code)
    assert [(f.name, f.tags) for f in look_data.buckets(look)] == ([("backup-prod", {})] if seen else [])


def test_a_bucket_that_cannot_be_read_stops_the_survey() -> None:
    look, stub = stubbed("s3")
    stub.add_response("list_buckets", {"Buckets": [{"Name": "backup-prod"}]})
    stub.add_client_error("get_bucket_tagging", "MethodNotAllowed")
    with pytest.raises(AwsError, match="GetBucketTagging for backup-prod failed: MethodNotAllowed"):
        list(look_data.buckets(look))


def test_the_state_of_somebody_elses_key_is_not_asked_for() -> None:
    look, stub = stubbed("kms")
    stub.add_response("list_aliases", {"Aliases": []})
    stub.add_response("list_keys", {"Keys": [{"KeyId": "1", "KeyArn": "arn:aws:kms:us-east-1:1:key/1"}]})
    stub.add_client_error("list_resource_tags", "AccessDeniedException")
    assert [(f.id, f.tags) for f in look_data.keys(look)] == [("arn:aws:kms:us-east-1:1:key/1", {})]
    stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("page", "facts"),
    [
        ({}, (0, False)),
        ({"DeleteMarkers": [{"Key": "a"}]}, (0, False)),
        ({"Versions": [{"Key": "a"}], "DeleteMarkers": [{"Key": "a"}]}, (1, False)),
        ({"Versions": [{"Key": "a"}], "IsTruncated": True}, (1, True)),
        ({"DeleteMarkers": [{"Key": "a"}], "IsTruncated": True}, (1, True)),
    ],
)
def test_what_a_bucket_holds(page: dict[str, Any], facts: tuple[int, bool]) -> None:
    look, stub = stubbed("s3")
    tags = [{"Key": key, "Value": value} for key, value in TAGS.items()]
    stub.add_response("list_buckets", {"Buckets": [{"Name": "backup-prod"}]})
    stub.add_response("get_bucket_tagging", {"TagSet": tags})
    stub.add_response("list_object_versions", page)
    stub.add_client_error("get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError")
    (found,) = look_data.buckets(look)
    assert (found.facts["objects"], found.facts["more"]) == facts

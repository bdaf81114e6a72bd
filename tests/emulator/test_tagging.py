"""The resource groups tagging API as AWS documents it, where moto differs."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from emulator.services import tagging as service
from emulator.services.paging import page
from emulator.testing import Emulator

REGION = "us-west-2"
TAGS = [{"Key": "pgfleet:suffix", "Value": "prod"}]
FILTER = [{"Key": "pgfleet:suffix", "Values": ["prod"]}]


@pytest.fixture
def tagging(aws: Emulator) -> Any:
    return aws.client("resourcegroupstaggingapi", REGION)


def arns(tagging: Any, **asked: Any) -> set[str]:
    pages = tagging.get_paginator("get_resources").paginate(**asked)
    return {item["ResourceARN"] for page in pages for item in page["ResourceTagMappingList"]}


def new_topic(aws: Emulator, name: str, tags: list[dict[str, str]] = TAGS) -> str:
    return str(aws.client("sns", REGION).create_topic(Name=name, Tags=tags)["TopicArn"])


def specification(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": TAGS}]


def test_tagged_resources_of_all_services_are_found(aws: Emulator, tagging: Any) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html"""
    ec2, s3 = aws.client("ec2", REGION), aws.client("s3", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specification("vpc"))["Vpc"]["VpcId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", TagSpecifications=specification("vpc-endpoint")
    )["VpcEndpoint"]["VpcEndpointId"]
    s3.create_bucket(Bucket="backups", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_tagging(Bucket="backups", Tagging={"TagSet": TAGS})
    key = aws.client("kms", REGION).create_key(Tags=[{"TagKey": "pgfleet:suffix", "TagValue": "prod"}])["KeyMetadata"]
    aws.client("logs", REGION).create_log_group(logGroupName="group", tags={"pgfleet:suffix": "prod"})
    topic = new_topic(aws, "alerts")
    new_topic(aws, "other", [{"Key": "pgfleet:suffix", "Value": "pr42"}])
    prefix = f"{REGION}:123456789012"
    found = arns(tagging, TagFilters=FILTER)
    assert found == {
        f"arn:aws:ec2:{prefix}:vpc/{vpc}",
        f"arn:aws:ec2:{prefix}:vpc-endpoint/{endpoint}",
        "arn:aws:s3:::backups",
        key["Arn"],
        f"arn:aws:logs:{prefix}:log-group:group",
        topic,
    }


def test_databases_are_found_and_tagged(aws: Emulator, tagging: Any) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html"""
    group = aws.client("rds", REGION).create_db_parameter_group(
        DBParameterGroupName="retail", DBParameterGroupFamily="postgres16", Description="x", Tags=TAGS
    )["DBParameterGroup"]["DBParameterGroupArn"]
    assert arns(tagging, TagFilters=FILTER, ResourceTypeFilters=["rds:pg"]) == {group}
    assert tagging.tag_resources(ResourceARNList=[group], Tags={"a": "b"})["FailedResourcesMap"] == {}
    assert tagging.untag_resources(ResourceARNList=[group], TagKeys=["pgfleet:suffix"])["FailedResourcesMap"] == {}
    tags = aws.client("rds", REGION).list_tags_for_resource(ResourceName=group)["TagList"]
    assert tags == [{"Key": "a", "Value": "b"}]
    absent = f"arn:aws:rds:{REGION}:123456789012:pg:absent"
    assert set(tagging.tag_resources(ResourceARNList=[absent], Tags={"a": "b"})["FailedResourcesMap"]) == {absent}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"one", "two"}),
        ({"TagFilters": [{"Key": "a"}]}, {"one", "two"}),
        ({"TagFilters": [{"Key": "a", "Values": ["1", "3"]}]}, {"one"}),
        ({"TagFilters": [{"Key": "a", "Values": ["1"]}, {"Key": "b", "Values": ["1"]}]}, set()),
        ({"ResourceTypeFilters": ["sns"]}, {"one", "two"}),
        ({"ResourceTypeFilters": ["ec2", "rds:db"]}, set()),
        ({"ResourceARNList": [f"arn:aws:sns:{REGION}:123456789012:two"]}, {"two"}),
    ],
)
def test_filters(aws: Emulator, tagging: Any, asked: dict[str, Any], names: set[str]) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""
    new_topic(aws, "one", [{"Key": "a", "Value": "1"}])
    new_topic(aws, "two", [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "1"}])
    new_topic(aws, "none", [])
    found = tagging.get_resources(**asked)
    assert {item["ResourceARN"].rpartition(":")[2] for item in found["ResourceTagMappingList"]} == names
    assert found["PaginationToken"] == ""


def test_resources_come_in_pages(aws: Emulator, tagging: Any) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""
    topics = {new_topic(aws, f"topic-{number}") for number in range(7)}
    pages = list(tagging.get_paginator("get_resources").paginate(ResourcesPerPage=3))
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [3, 3, 1]
    assert arns(tagging) == topics


def test_pages_end_where_their_tags_do(aws: Emulator, tagging: Any) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html: TagsPerPage"""
    for number in range(5):
        new_topic(aws, f"topic-{number}", [{"Key": str(key), "Value": "x"} for key in range(40)])
    pages = list(tagging.get_paginator("get_resources").paginate(TagsPerPage=100))
    assert [len(page["ResourceTagMappingList"]) for page in pages] == [2, 2, 1]


def test_keys_and_values_are_listed_once(aws: Emulator, tagging: Any) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagKeys.html"""
    for name in ("one", "two"):
        new_topic(aws, name)
    assert tagging.get_tag_keys()["TagKeys"] == ["pgfleet:suffix"]
    assert tagging.get_tag_values(Key="pgfleet:suffix")["TagValues"] == ["prod"]


@pytest.mark.parametrize(
    "asked",
    [
        {"ResourcesPerPage": 101},
        {"TagsPerPage": 99},
        {"ResourceARNList": ["arn:aws:s3:::backups"], "TagFilters": FILTER},
    ],
)
def test_impossible_questions_are_refused(tagging: Any, asked: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""
    with pytest.raises(ClientError, match="InvalidParameterException"):
        tagging.get_resources(**asked)


def test_what_is_on_other_pages_is_not_asked_whether_it_fits() -> None:
    every, asked = [f"{number:04}" for number in range(1000)], Mock(side_effect=lambda item: item.endswith("5"))
    first, token = page(every, str, 10, None, asked)
    assert (first[0], first[-1], asked.call_count) == ("0005", "0095", 106)
    second, _ = page(every, str, 10, token, asked)
    assert (second[0], second[-1], asked.call_count) == ("0105", "0195", 216)


def test_services_that_nobody_asked_for_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    backends = {name: Mock() for name in ("sns", "kms", "logs")}
    for name, backend in backends.items():
        backend.owns_arn = lambda arn, name=name: arn.startswith(f"arn:aws:{name}:")
        backend.iter_tagged_resources.return_value = []
    monkeypatch.setattr(service, "iter_taggable_backends", lambda *_: list(backends.values()))
    asked = Mock(region=REGION, account_id="123456789012", params={"ResourceTypeFilters": ["kms", "sns:topic"]})
    asked.context.tag_sources = {"rds": Mock()}
    assert service.get_resources(asked) == {"ResourceTagMappingList": [], "PaginationToken": ""}
    read = [name for name, backend in backends.items() if backend.iter_tagged_resources.called]
    assert read == ["sns", "kms"]
    assert not asked.context.tag_sources["rds"].tagged.called

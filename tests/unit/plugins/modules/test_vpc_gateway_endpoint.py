"""A gateway endpoint, from options to requests and result."""

from __future__ import annotations

import json
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.vpc_gateway_endpoint import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import OWNER, Exchange, answering

TOKEN = UUID("12345678-1234-5678-1234-567812345678")
FILTERS = {"Filters": [{"Name": "vpc-endpoint-type", "Values": ["Gateway"]}]}
SERVICE = "com.amazonaws.us-west-2.s3"
POLICY = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
NAMED = {"Name": "s3"}


def described(tags: dict[str, str] | None = None, **settings: Any) -> Exchange:
    """The endpoint of the VPC, with its Name tag."""
    listed = [{"Key": key, "Value": value} for key, value in (NAMED if tags is None else tags).items()]
    raw = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": SERVICE, "Tags": listed, **settings}
    return Exchange("describe_vpc_endpoints", FILTERS, {"VpcEndpoints": [raw]})


NONE = Exchange("describe_vpc_endpoints", FILTERS, {"VpcEndpoints": []})


def ensured(*requests: Exchange, **options: Any) -> dict[str, Any]:
    with answering("ec2", *requests) as scope, mock.patch("uuid.uuid4", return_value=TOKEN):
        return ensure(asked(SPEC, name="s3", vpc_id="vpc-1", service="s3", **options), scope.clients)


@pytest.mark.parametrize(
    ("options", "asked_for"),
    [
        ({}, {"RouteTableIds": []}),
        (
            {"route_table_ids": ["rtb-1"], "policy": POLICY},
            {"RouteTableIds": ["rtb-1"], "PolicyDocument": json.dumps(POLICY)},
        ),
    ],
)
def test_a_new_endpoint(options: dict[str, Any], asked_for: dict[str, Any]) -> None:
    made = {
        "VpcEndpointType": "Gateway",
        "VpcId": "vpc-1",
        "ServiceName": SERVICE,
        "ClientToken": str(TOKEN),
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "s3"}]}],
        **asked_for,
    }
    create = Exchange("create_vpc_endpoint", made, {"VpcEndpoint": {"VpcEndpointId": "vpce-9"}})
    # The second look is whether a foreign one is in the way.
    result = ensured(NONE, NONE, create, **options)
    assert (result["changed"], result["id"]) == (True, "vpce-9")


def modified(**settings: Any) -> Exchange:
    return Exchange("modify_vpc_endpoint", {"VpcEndpointId": "vpce-1", **settings})


@pytest.mark.parametrize(
    ("before", "options", "requests"),
    [
        ({}, {}, []),
        ({}, {"policy": POLICY}, [modified(PolicyDocument=json.dumps(POLICY))]),
        ({"PolicyDocument": json.dumps(POLICY)}, {"policy": POLICY}, []),
        (
            {"RouteTableIds": ["rtb-1", "rtb-2"]},
            {"route_table_ids": ["rtb-2", "rtb-3"]},
            [modified(AddRouteTableIds=["rtb-3"], RemoveRouteTableIds=["rtb-1"])],
        ),
        ({"RouteTableIds": ["rtb-1"]}, {"route_table_ids": []}, [modified(RemoveRouteTableIds=["rtb-1"])]),
        (
            {"tags": {"Name": "older", "b": "1"}},
            {},
            [Exchange("create_tags", {"Resources": ["vpce-1"], "Tags": [{"Key": "Name", "Value": "s3"}]})],
        ),
        (
            {"tags": NAMED | {"b": "1"}},
            {"tags": {}},
            [Exchange("delete_tags", {"Resources": ["vpce-1"], "Tags": [{"Key": "b"}]})],
        ),
    ],
)
def test_only_what_differs_is_asked_for(
    before: dict[str, Any], options: dict[str, Any], requests: list[Exchange]
) -> None:
    result = ensured(described(**before), *requests, **options)
    assert (result["changed"], result["id"]) == (bool(requests), "vpce-1")


def test_deletion() -> None:
    gone = {"ResourceId": "vpce-1", "Error": {"Code": "InvalidVpcEndpoint.NotFound"}}
    for answer in ({}, {"Unsuccessful": [gone]}):
        delete = Exchange("delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-1"]}, answer)
        result = ensured(described(), delete, state="absent")
        assert (result["changed"], "id" in result) == (True, False)


def test_what_aws_does_not_delete_is_an_error() -> None:
    held = {"ResourceId": "vpce-1", "Error": {"Code": "OperationNotPermitted", "Message": "no"}}
    delete = Exchange("delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-1"]}, {"Unsuccessful": [held]})
    with pytest.raises(AwsError, match="DeleteVpcEndpoints for s3 failed: OperationNotPermitted: no"):
        ensured(described(), delete, state="absent")


def test_an_endpoint_of_others_in_the_vpc_is_refused() -> None:
    theirs = {"pgfleet:system": "finance", "pgfleet:suffix": "prod"}
    with pytest.raises(Refused, match="already has vpce-1 for s3, which is not ours"):
        ensured(described(theirs), described(theirs), tags=OWNER.tags())


def test_check_mode_writes_nothing() -> None:
    result = ensured(NONE, NONE, check=True)
    assert (result["changed"], result["id"]) == (True, "(known after apply)")

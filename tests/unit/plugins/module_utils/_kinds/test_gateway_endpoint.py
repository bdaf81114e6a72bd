"""Gateway endpoints: policies by meaning, route tables as a set, one VPC and service for life."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.gateway_endpoint import GATEWAY_ENDPOINT, from_aws
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, plan

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"]}]}
REWRITTEN = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:getobject"},
}
RAW: dict[str, Any] = {
    "VpcEndpointId": "vpce-1",
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.us-west-2.s3",
    "RouteTableIds": ["rtb-2", "rtb-1"],
    "PolicyDocument": json.dumps(POLICY),
    "Tags": [{"Key": "Name", "Value": "somebody's"}],
}


def desired(**properties: Any) -> Desired:
    return Desired("gateway_endpoint", "s3-endpoint-retail-prod", {"vpc_id": "vpc-1", "service": "s3", **properties})


@pytest.mark.parametrize(
    ("properties", "changed"),
    [
        ({}, []),
        ({"route_table_ids": ["rtb-1", "rtb-2"]}, []),
        ({"route_table_ids": ["rtb-1"]}, ["route_table_ids"]),
        ({"route_table_ids": []}, ["route_table_ids"]),
        ({"policy": REWRITTEN}, []),
        ({"policy": POLICY | {"Statement": []}}, ["policy"]),
    ],
)
def test_plan(properties: dict[str, Any], changed: list[str]) -> None:
    found = plan(GATEWAY_ENDPOINT, desired(**properties), from_aws("s3-endpoint-retail-prod", RAW))
    assert [change.property for change in found.changes] == changed


@pytest.mark.parametrize("difference", [{"vpc_id": "vpc-2"}, {"service": "dynamodb"}])
def test_another_vpc_or_service_is_refused(difference: dict[str, str]) -> None:
    assert plan(GATEWAY_ENDPOINT, desired(**difference), from_aws("x", RAW)).action is Action.REFUSE


@pytest.mark.parametrize("service", ["ec2", "com.amazonaws.us-west-2.s3", None])
def test_services_without_gateway_endpoints(service: str | None) -> None:
    [problem] = GATEWAY_ENDPOINT.check(desired(service=service))
    assert problem.input == "service"
    assert "s3 and dynamodb" in problem.message


def test_observed() -> None:
    observed = from_aws("wanted", RAW)
    assert (observed.name, observed.attributes, observed.tags) == ("wanted", {"id": "vpce-1"}, {"Name": "somebody's"})
    assert observed.properties["service"] == "s3"


def test_an_endpoint_without_policy_or_routes() -> None:
    bare = {key: RAW[key] for key in ("VpcEndpointId", "VpcId", "ServiceName")}
    assert from_aws("x", bare).properties["policy"] is None
    assert from_aws("x", bare).properties["route_table_ids"] == []


@pytest.mark.parametrize("service", ["s3", "dynamodb"])
def test_services_with_gateway_endpoints(service: str) -> None:
    assert list(GATEWAY_ENDPOINT.check(desired(service=service))) == []

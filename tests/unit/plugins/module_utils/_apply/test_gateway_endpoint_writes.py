"""The writes of vpc_gateway_endpoint: one endpoint, changed in place."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import ANY

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.gateway_endpoint import apply_gateway_endpoint
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.gateway_endpoint import GATEWAY_ENDPOINT
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Plan, plan, removal

from tests.unit.stubs import REGION, Exchange, answering

POLICY: dict[str, Any] = {"Statement": [{"Effect": "Deny", "Action": "s3:GetObject"}]}
PROPERTIES: dict[str, Any] = {"vpc_id": "vpc-1", "service": "s3", "route_table_ids": ["rtb-1"], "policy": None}
SEEN = Observed("gateway_endpoint", "e", PROPERTIES, {"Name": "e"}, {"id": "vpce-1"})
CREATED = {"VpcEndpoint": {"VpcEndpointId": "vpce-1"}}
NEW: dict[str, Any] = {
    "VpcEndpointType": "Gateway",
    "VpcId": "vpc-1",
    "ServiceName": f"com.amazonaws.{REGION}.s3",
    "ClientToken": ANY,
}


def wanted(tags: dict[str, str] | None = None, **properties: Any) -> Desired:
    return Desired("gateway_endpoint", "e", {"vpc_id": "vpc-1", "service": "s3", **properties}, tags or {})


def applied(desired: Desired, observed: Observed | None, *exchanges: Exchange, planned: Plan | None = None) -> Any:
    found = planned or plan(GATEWAY_ENDPOINT, desired, observed)
    with answering("ec2", *exchanges) as scope:
        return apply_gateway_endpoint(scope.clients("ec2"), REGION, desired, observed, found)


def test_a_new_endpoint_gets_everything() -> None:
    asked = {
        **NEW,
        "RouteTableIds": ["rtb-1"],
        "PolicyDocument": json.dumps(POLICY),
        "TagSpecifications": [{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "e"}]}],
    }
    desired = wanted({"Name": "e"}, route_table_ids=["rtb-1"], policy=POLICY)
    assert applied(desired, None, Exchange("create_vpc_endpoint", asked, CREATED)) == "vpce-1"


def test_a_new_endpoint_gets_no_more_than_is_wanted() -> None:
    assert applied(wanted(), None, Exchange("create_vpc_endpoint", {**NEW, "RouteTableIds": []}, CREATED)) == "vpce-1"


def modify(**changes: Any) -> Exchange:
    return Exchange("modify_vpc_endpoint", {"VpcEndpointId": "vpce-1", **changes})


@pytest.mark.parametrize(
    ("desired", "exchanges"),
    [
        (wanted(policy=POLICY), [modify(PolicyDocument=json.dumps(POLICY))]),
        (
            wanted(route_table_ids=["rtb-3", "rtb-2"]),
            [modify(AddRouteTableIds=["rtb-2", "rtb-3"], RemoveRouteTableIds=["rtb-1"])],
        ),
        (wanted(route_table_ids=["rtb-1", "rtb-2"]), [modify(AddRouteTableIds=["rtb-2"])]),
        (wanted(route_table_ids=[]), [modify(RemoveRouteTableIds=["rtb-1"])]),
        (
            wanted(policy=POLICY, route_table_ids=["rtb-1", "rtb-2"]),
            [modify(AddRouteTableIds=["rtb-2"], PolicyDocument=json.dumps(POLICY))],
        ),
        (
            wanted({"Team": "dba"}),
            [
                Exchange("create_tags", {"Resources": ["vpce-1"], "Tags": [{"Key": "Team", "Value": "dba"}]}),
                Exchange("delete_tags", {"Resources": ["vpce-1"], "Tags": [{"Key": "Name"}]}),
            ],
        ),
    ],
    ids=["policy", "other route tables", "one more", "none", "both in one call", "tags"],
)
def test_an_endpoint_is_changed_in_place(desired: Desired, exchanges: list[Exchange]) -> None:
    assert applied(desired, SEEN, *exchanges) == "vpce-1"


def failed(code: str, **more: str) -> dict[str, Any]:
    return {"Unsuccessful": [{"ResourceId": "vpce-1", "Error": {"Code": code, **more}}]}


def delete(answer: dict[str, Any]) -> Exchange:
    return Exchange("delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-1"]}, answer)


@pytest.mark.parametrize("answer", [{"Unsuccessful": []}, {}, failed("InvalidVpcEndpoint.NotFound")])
def test_one_that_is_gone_already_is_deleted(answer: dict[str, Any]) -> None:
    assert applied(wanted(), SEEN, delete(answer), planned=removal(SEEN)) is None


@pytest.mark.parametrize("message", [{}, {"Message": "in use"}])
def test_what_aws_did_not_delete_is_told(message: dict[str, str]) -> None:
    with pytest.raises(AwsError, match="ec2:DeleteVpcEndpoints for e failed: OperationNotPermitted"):
        applied(wanted(), SEEN, delete(failed("OperationNotPermitted", **message)), planned=removal(SEEN))

"""Reads of gateway endpoints: a VPC has one for a service, whatever its Name tag says."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.gateway_endpoint import (
    GATEWAY_ENDPOINT,
    verify_gateway_endpoint,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Observed

from tests.unit.stubs import Exchange, answering

FILTERS = [{"Name": "vpc-endpoint-type", "Values": ["Gateway"]}]


def endpoint(number: int = 1, vpc: str = "vpc-1", service: str = "s3", **more: Any) -> dict[str, Any]:
    return {
        "VpcEndpointId": f"vpce-{number}",
        "VpcId": vpc,
        "ServiceName": f"com.amazonaws.us-west-2.{service}",
        "State": "available",
        **more,
    }


def named(name: str) -> dict[str, Any]:
    return {"Tags": [{"Key": "Name", "Value": name}]}


def endpoints(*raw: dict[str, Any]) -> Exchange:
    return Exchange("describe_vpc_endpoints", {"Filters": FILTERS}, {"VpcEndpoints": list(raw)})


def wanted(name: str = "e", vpc: Any = "vpc-1", service: str = "s3") -> Desired:
    return Desired("gateway_endpoint", name, {"vpc_id": vpc, "service": service})


def ids(desired: list[Desired], *raw: dict[str, Any]) -> list[tuple[str, str]]:
    with answering("ec2", endpoints(*raw)) as scope:
        found = GATEWAY_ENDPOINT.observe(scope, desired)
        return [(observed.name, observed.attributes["id"]) for observed in found]


@pytest.mark.parametrize(
    ("desired", "raw", "seen"),
    [
        pytest.param([wanted()], [endpoint()], [("e", "vpce-1")], id="without a name"),
        pytest.param([wanted()], [endpoint(**named("other"))], [("e", "vpce-1")], id="with another name"),
        pytest.param([wanted()], [endpoint(vpc="vpc-2"), endpoint(service="dynamodb")], [], id="for something else"),
        pytest.param([wanted()], [endpoint(State="Deleted"), endpoint(2, State="deleting")], [], id="on its way out"),
        pytest.param([wanted()], [{**endpoint(), "State": "Available"}], [("e", "vpce-1")], id="in capitals"),
        pytest.param(
            [wanted(vpc={"ref": "vpc/x", "get": "id"})],
            [endpoint(), endpoint(2, "vpc-2")],
            [("e", "vpce-1"), ("e", "vpce-2")],
            id="any VPC's, while the VPC is a reference",
        ),
        pytest.param(
            [wanted("e", {"ref": "vpc/x", "get": "id"}), wanted("f")],
            [endpoint(**named("f"))],
            [("f", "vpce-1")],
            id="not the other one that is wanted",
        ),
    ],
)
def test_what_is_seen(desired: list[Desired], raw: list[dict[str, Any]], seen: list[tuple[str, str]]) -> None:
    assert ids(desired, *raw) == seen


def test_a_second_endpoint_is_refused_before_aws_refuses_its_routes() -> None:
    with answering("ec2", endpoints(endpoint(), endpoint(2, "vpc-2"))) as scope:
        [problem] = verify_gateway_endpoint(scope, wanted(), None)
    assert (problem.input, problem.value) == ("vpc_id", "vpc-1")
    assert "already has vpce-1 for s3" in problem.message


def test_one_that_is_there_is_not_looked_up_again() -> None:
    with answering("ec2") as scope:
        assert list(verify_gateway_endpoint(scope, wanted(), Observed("gateway_endpoint", "e"))) == []


def test_where_the_vpc_is_new_there_is_no_other() -> None:
    with answering("ec2", endpoints(endpoint())) as scope:
        assert list(verify_gateway_endpoint(scope, wanted(vpc=KNOWN_AFTER_APPLY), None)) == []

"""vpc_gateway_endpoint through ansible-playbook: create, adopt, change, no-op, delete, check mode, refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

NAME = "s3-endpoint-retail-prod"
OURS = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]}],
}
REWRITTEN = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::b/*",
    },
}
WIDER = {**POLICY, "Statement": [{**POLICY["Statement"][0], "Action": ["s3:GetObject", "s3:PutObject"]}]}


@pytest.fixture
def network(aws: Emulator) -> dict[str, Any]:
    """A VPC with two route tables of its own."""
    client = aws.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
    return {"vpc_id": vpc, "tables": [client.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in "ab"]}


def run(aws: Emulator, network: dict[str, Any], check: bool = False, **options: Any) -> Ran:
    given = {"name": NAME, "vpc_id": network["vpc_id"], "service": "s3", **options}
    return run_module(aws, "vpc_gateway_endpoint", given, check=check)


def endpoints(aws: Emulator) -> list[dict[str, Any]]:
    found = aws.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    return [raw for raw in found if raw["State"].lower() not in ("deleting", "deleted")]


def tags(endpoint: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in endpoint["Tags"]}


def test_life_of_an_endpoint(aws: Emulator, network: dict[str, Any]) -> None:
    first, second = network["tables"]
    wanted: dict[str, Any] = {
        "route_table_ids": [first],
        "policy": POLICY,
        "tags": {"Project": "RetailInventory", **OURS},
    }
    checked = run(aws, network, check=True, **wanted)
    assert (checked.changed, checked.writes, checked.result["id"]) == (True, [], "(known after apply)")

    made = run(aws, network, **wanted)
    assert made.writes == ["CreateVpcEndpoint"]
    assert made.result["plan"] == checked.result["plan"]
    [endpoint] = endpoints(aws)
    assert endpoint["VpcEndpointId"] == made.result["id"]
    assert endpoint["RouteTableIds"] == [first]
    assert json.loads(endpoint["PolicyDocument"]) == POLICY
    assert tags(endpoint) == {"Name": NAME, **wanted["tags"]}

    again = run(aws, network, **{**wanted, "policy": REWRITTEN})
    assert (again.changed, again.writes, again.result["id"]) == (False, [], made.result["id"])

    changed = run(aws, network, route_table_ids=[second], policy=WIDER, tags={"Project": "X", **OURS})
    assert changed.writes == ["ModifyVpcEndpoint", "CreateTags"]
    [endpoint] = endpoints(aws)
    assert (endpoint["VpcEndpointId"], endpoint["RouteTableIds"]) == (made.result["id"], [second])
    assert json.loads(endpoint["PolicyDocument"]) == WIDER
    assert run(aws, network, tags=OURS).writes == ["DeleteTags"]

    checked = run(aws, network, check=True, state="absent")
    assert (checked.changed, checked.writes) == (True, [])
    assert run(aws, network, state="absent").writes == ["DeleteVpcEndpoints"]
    assert endpoints(aws) == []
    assert not run(aws, network, state="absent").changed


def test_a_dynamodb_endpoint_and_each_of_its_properties(aws: Emulator, network: dict[str, Any]) -> None:
    first, second = network["tables"]
    for action in ("DescribeVpcEndpoints", "CreateVpcEndpoint"):
        aws.fault("throttle", service="ec2", action=action, count=1)
    made = run(aws, network, service="dynamodb", route_table_ids=[first], tags={"a": "1"})
    [endpoint] = endpoints(aws)
    assert endpoint["ServiceName"] == "com.amazonaws.us-east-1.dynamodb"
    aws.fault("throttle", service="ec2", action="ModifyVpcEndpoint", count=1)
    steps: list[tuple[dict[str, Any], set[str]]] = [
        ({"route_table_ids": [second, first]}, {"route_table_ids"}),
        ({"route_table_ids": [first]}, {"route_table_ids"}),
        ({"policy": POLICY}, {"policy"}),
        ({"name": "other-name"}, {"tags.Name"}),
    ]
    for options, changed in steps:
        if "policy" in options:
            checked = run(aws, network, check=True, service="dynamodb", **options)
            assert (checked.changed, checked.writes) == (True, [])
        ran = run(aws, network, service="dynamodb", **options)
        assert {change["property"] for plan in ran.result["plan"] for change in plan["changes"]} == changed
        assert set(ran.writes) == {"CreateTags" if "name" in options else "ModifyVpcEndpoint"}
        assert ran.result["id"] == made.result["id"]
    [endpoint] = endpoints(aws)
    assert endpoint["RouteTableIds"] == [first]
    assert json.loads(endpoint["PolicyDocument"]) == POLICY
    assert tags(endpoint) == {"Name": "other-name", "a": "1"}


def test_bad_input_asks_nothing(aws: Emulator) -> None:
    failed = run(aws, {"vpc_id": "vpc-1"}, service="ec2")
    assert failed.result["failed"]
    assert failed.requests == []
    assert "value of service must be one of: s3, dynamodb, got: ec2" in failed.message


def test_an_endpoint_that_the_vpc_already_has_is_adopted(aws: Emulator, network: dict[str, Any]) -> None:
    made = aws.client("ec2").create_vpc_endpoint(
        VpcId=network["vpc_id"], ServiceName="com.amazonaws.us-east-1.s3", RouteTableIds=network["tables"][:1]
    )["VpcEndpoint"]["VpcEndpointId"]
    adopted = run(aws, network, route_table_ids=network["tables"], tags=OURS)
    assert adopted.writes == ["ModifyVpcEndpoint", "CreateTags"]
    assert adopted.result["id"] == made
    [endpoint] = endpoints(aws)
    assert sorted(endpoint["RouteTableIds"]) == sorted(network["tables"])
    assert tags(endpoint) == {"Name": NAME, **OURS}


def test_an_endpoint_of_another_deployment_is_refused(aws: Emulator, network: dict[str, Any]) -> None:
    theirs = run(aws, network, tags=OURS | {"pgfleet:suffix": "pr4"}).result["id"]
    refused = run(aws, network, tags=OURS)
    assert refused.writes == []
    assert f"vpc_id: {network['vpc_id']}" in refused.message
    assert theirs in refused.message
    assert not run(aws, network, state="absent", tags=OURS).changed
    assert [endpoint["VpcEndpointId"] for endpoint in endpoints(aws)] == [theirs]


def test_each_vpc_and_service_has_its_own(aws: Emulator, network: dict[str, Any]) -> None:
    other = {**network, "vpc_id": aws.client("ec2").create_vpc(CidrBlock="10.61.0.0/16")["Vpc"]["VpcId"]}
    ids = {
        run(aws, network, tags=OURS).result["id"],
        run(aws, other, tags=OURS).result["id"],
        run(aws, network, name="dynamodb-endpoint-retail-prod", service="dynamodb", tags=OURS).result["id"],
    }
    assert len(ids) == len(endpoints(aws)) == 3
    assert run(aws, network, tags=OURS).requests[-1]["access"] == "read"


def test_what_aws_refuses_is_told(aws: Emulator) -> None:
    failed = run(aws, {"vpc_id": "vpc-0123456789abcdef0"})
    assert failed.result["failed"]
    assert f"ec2:CreateVpcEndpoint for {NAME} failed" in failed.message
    assert failed.result["error_code"] == "InvalidVpcID.NotFound"

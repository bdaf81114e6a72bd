"""Interface endpoints: subnets and groups as sets, one VPC and service for life."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.interface_endpoint import (
    INTERFACE_ENDPOINT,
    from_aws,
    short_service,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, plan

RAW: dict[str, Any] = {
    "VpcEndpointId": "vpce-1",
    "VpcId": "vpc-1",
    "ServiceName": "com.amazonaws.us-west-2.ecr.api",
    "SubnetIds": ["subnet-2", "subnet-1"],
    "Groups": [{"GroupId": "sg-2"}, {"GroupId": "sg-1"}],
    "PrivateDnsEnabled": True,
    "State": "Available",
}
WANTED = {
    "vpc_id": "vpc-1",
    "service": "ecr.api",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "security_group_ids": ["sg-1", "sg-2"],
    "private_dns_enabled": True,
    "status": "available",
}


@pytest.mark.parametrize(
    ("changes", "action", "changed"),
    [
        ({}, Action.NONE, []),
        ({"State": "Pending"}, Action.UPDATE, ["status"]),
        ({"PrivateDnsEnabled": False}, Action.UPDATE, ["private_dns_enabled"]),
        ({"SubnetIds": ["subnet-1"], "Groups": []}, Action.UPDATE, ["subnet_ids", "security_group_ids"]),
        ({"VpcId": "vpc-2"}, Action.REFUSE, []),
        ({"ServiceName": "com.amazonaws.us-west-2.kms"}, Action.REFUSE, []),
    ],
)
def test_an_interface_endpoint(changes: dict[str, Any], action: Action, changed: list[str]) -> None:
    found = plan(INTERFACE_ENDPOINT, Desired("interface_endpoint", "one", WANTED), from_aws("one", RAW | changes))
    assert (found.action, [change.property for change in found.changes]) == (action, changed)


@pytest.mark.parametrize(
    ("properties", "inputs"),
    [
        ({}, []),
        ({"subnet_ids": [KNOWN_AFTER_APPLY], "security_group_ids": [KNOWN_AFTER_APPLY]}, []),
        ({"subnet_ids": [], "security_group_ids": []}, ["network_subnet_ids", "network_security_group_ids"]),
    ],
)
def test_one_needs_subnets_and_groups(properties: dict[str, Any], inputs: list[str]) -> None:
    desired = Desired("interface_endpoint", "one", properties, role="network")
    assert [problem.input for problem in INTERFACE_ENDPOINT.check(desired)] == inputs


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("com.amazonaws.eu-west-1.ssm", "ssm"),
        ("com.amazonaws.vpce.eu-west-1.vpce-svc-1", "eu-west-1.vpce-svc-1"),
        ("x", "x"),
    ],
)
def test_names_of_services(name: str, short: str) -> None:
    assert short_service(name) == short

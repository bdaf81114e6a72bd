"""Waiting for NAT gateways and endpoints, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import WaitFailed
from ansible_collections.pgfleet.aws.plugins.modules.vpc_ready import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.stubs import Exchange, account

BOTH: dict[str, Any] = {"nat_gateway_ids": ["nat-1", "nat-2"], "endpoint_ids": ["vpce-1"]}
ALL = ["nat-1", "nat-2", "vpce-1"]


def gateways(*states: str) -> Exchange:
    filters = {"Filter": [{"Name": "nat-gateway-id", "Values": ["nat-1", "nat-2"]}]}
    listed = [{"NatGatewayId": f"nat-{n}", "State": state} for n, state in enumerate(states, start=1)]
    return Exchange("describe_nat_gateways", filters, {"NatGateways": listed})


def endpoint(state: str) -> Exchange:
    filters = {"Filters": [{"Name": "vpc-endpoint-id", "Values": ["vpce-1"]}]}
    return Exchange("describe_vpc_endpoints", filters, {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "State": state}]})


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    module = asked(SPEC, check=check, **options)
    with account({"ec2": requests}) as scope:
        return ensure(module, scope.clients)


def test_what_can_be_used_is_named() -> None:
    result = ensured(gateways("available", "available"), endpoint("available"), **BOTH)
    assert result == {"changed": False, "waited_for": ALL}


def test_check_mode_does_not_even_look() -> None:
    assert ensured(check=True, **BOTH) == {"changed": False, "waited_for": ALL}


def test_nothing_to_wait_for() -> None:
    assert ensured() == {"changed": False, "waited_for": []}


def test_what_is_late_is_named() -> None:
    with pytest.raises(WaitTimeout, match=r"still pending \(nat-2\), pending \(vpce-1\) after 0 s"):
        ensured(gateways("available", "pending"), endpoint("pending"), wait_timeout=0, **BOTH)


def test_what_aws_has_given_up_ends_the_wait() -> None:
    with pytest.raises(WaitFailed, match=r"nat-2 is failed\. Delete it"):
        ensured(gateways("available", "failed"), endpoint("pending"), **BOTH)

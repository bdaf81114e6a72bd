"""Endpoints: how they go; of interface endpoints states, private DNS, and the network interfaces that each holds.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.vpcs import VPCEndPoint

from emulator.operations import Asked, answers, follows
from emulator.services.background import later
from emulator.services.ec2 import ec2

CREATE_MINUTES = 1.5
DELETE_MINUTES = 1.0

_filter_value = VPCEndPoint.get_filter_value


def filter_value(endpoint: VPCEndPoint, filter_name: str, method_name: str | None = None) -> Any:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html"""
    return endpoint.id if filter_name == "vpc-endpoint-id" else _filter_value(endpoint, filter_name, method_name)


VPCEndPoint.get_filter_value = filter_value  # type: ignore[assignment, method-assign]  # moto lacks the filter


def is_interface(endpoint: VPCEndPoint) -> bool:
    return endpoint.vpc_endpoint_type == "Interface"


@follows("ec2", "CreateVpcEndpoint")
def hold_interfaces(asked: Asked) -> None:
    """In the endpoint's groups: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    endpoint = list(ec2(asked).vpc_end_points.values())[-1]
    if not is_interface(endpoint):
        return
    if not endpoint.security_group_ids:
        default: Any = ec2(asked).get_default_security_group(endpoint.vpc_id)
        endpoint.security_group_ids = [default.id]
    endpoint.subnet_ids = list(endpoint.subnet_ids or [])
    endpoint.private_dns_enabled = asked.params.get("PrivateDnsEnabled", True)
    _settle_interfaces(asked, endpoint)
    endpoint.state = "pending"
    later(asked, endpoint, CREATE_MINUTES, lambda: setattr(endpoint, "state", "available"))


@follows("ec2", "ModifyVpcEndpoint")
def move_interfaces(asked: Asked) -> None:
    endpoint = ec2(asked).get_vpc_end_point(asked.params["VpcEndpointId"])
    if is_interface(endpoint):
        endpoint.private_dns_enabled = asked.params.get("PrivateDnsEnabled", endpoint.private_dns_enabled)
        _settle_interfaces(asked, endpoint)


def _settle_interfaces(asked: Asked, endpoint: VPCEndPoint) -> None:
    """One in each subnet, with the endpoint's security groups."""
    backend = ec2(asked)
    have = {backend.enis[id_].subnet.id: id_ for id_ in endpoint.network_interface_ids if id_ in backend.enis}
    for subnet_id, interface_id in have.items():
        if subnet_id not in (endpoint.subnet_ids or []):
            del backend.enis[interface_id]
    endpoint.network_interface_ids = []
    for subnet_id in endpoint.subnet_ids or []:
        interface = backend.enis.get(have.get(subnet_id, "")) or backend.create_network_interface(subnet_id, "")
        interface._group_set = [backend.get_security_group_from_id(group) for group in endpoint.security_group_ids]
        interface.requester_managed = True
        interface.status = "in-use"
        interface.interface_type = "vpc_endpoint"
        interface.description = f"VPC Endpoint Interface {endpoint.id}"
        endpoint.network_interface_ids.append(interface.id)


@answers("ec2", "DeleteVpcEndpoints")
def delete_vpc_endpoints(asked: Asked) -> dict[str, Any]:
    """A gateway is gone at once, instead of "deleted" for ever; unknown ones are reported one by one.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
    """
    backend = ec2(asked)
    asked_for = asked.params["VpcEndpointIds"]
    known = [endpoint_id for endpoint_id in asked_for if endpoint_id in backend.vpc_end_points]
    for endpoint_id in known:
        endpoint = backend.vpc_end_points[endpoint_id]
        if is_interface(endpoint):
            _delete(asked, endpoint)
        else:
            backend.delete_vpc_endpoints([endpoint_id])
            del backend.vpc_end_points[endpoint_id]
    return {"Unsuccessful": [_not_found(endpoint_id) for endpoint_id in asked_for if endpoint_id not in known]}


def _not_found(endpoint_id: str) -> dict[str, Any]:
    message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
    return {"ResourceId": endpoint_id, "Error": {"Code": "InvalidVpcEndpointId.NotFound", "Message": message}}


def _delete(asked: Asked, endpoint: VPCEndPoint) -> None:
    """Its interfaces are free when it is gone."""
    backend = ec2(asked)

    def gone() -> None:
        for interface_id in endpoint.network_interface_ids:
            backend.enis.pop(interface_id, None)
        backend.vpc_end_points.pop(endpoint.id, None)

    endpoint.state = "deleting"
    later(asked, endpoint, DELETE_MINUTES, gone)

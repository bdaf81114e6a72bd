"""NAT gateways: states, failures and the network interface that each holds.

https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
"""

from __future__ import annotations

import datetime
from typing import Any
from weakref import WeakKeyDictionary

from moto.ec2 import utils
from moto.ec2.models.nat_gateways import NatGateway

from emulator.operations import Asked, answers
from emulator.services.background import later
from emulator.services.ec2 import ec2

CREATE_MINUTES = 2.0
DELETE_MINUTES = 1.0

# As DescribeTags calls them: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
utils.EC2_PREFIX_TO_RESOURCE.update({"eipalloc": "elastic-ip", "nat": "natgateway"})

# Code and message of a gateway that could not be made.
_failures: WeakKeyDictionary[NatGateway, tuple[str, str]] = WeakKeyDictionary()


@answers("ec2", "CreateNatGateway")
def create_nat_gateway(asked: Asked) -> dict[str, Any]:
    """Always begun; what is wrong with it shows later.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html: FailureMessage
    """
    params, backend = asked.params, ec2(asked)
    kind = params.get("ConnectivityType", "public")
    failure = _failure(asked, kind)
    tags = [tag for spec in params.get("TagSpecifications", []) for tag in spec.get("Tags", [])]
    gateway = backend.create_nat_gateway(
        params["SubnetId"],
        "" if failure else params.get("AllocationId", ""),
        tags={tag["Key"]: tag["Value"] for tag in tags},
        connectivity_type=kind,
    )
    gateway.state = "pending"
    interface = gateway._eni
    interface.requester_managed = True
    interface.status = "in-use"
    interface.interface_type = "nat_gateway"
    interface.description = f"Interface for NAT Gateway {gateway.id}"
    answer = _described(gateway)

    def done() -> None:
        gateway.state = "available"
        if failure:
            gateway.state = "failed"
            _failures[gateway] = failure
            backend.enis.pop(interface.id, None)

    later(asked, gateway, CREATE_MINUTES, done)
    return {"NatGateway": answer}


def _failure(asked: Asked, kind: str) -> tuple[str, str] | None:
    backend = ec2(asked)
    subnet = backend.get_subnet(asked.params["SubnetId"])
    if kind == "private":
        return None
    gateways = backend.internet_gateways.values()
    if not any(gateway.vpc and gateway.vpc.id == subnet.vpc_id for gateway in gateways):
        return "Gateway.NotAttached", f"Network {subnet.vpc_id} has no Internet gateway attached"
    allocation = asked.params["AllocationId"]
    found = [address for address in backend.addresses if address.allocation_id == allocation]
    if not found:
        message = f"Elastic IP address {allocation} could not be associated with this NAT gateway"
        return "InvalidAllocationID.NotFound", message
    if found[0].association_id:
        return "Resource.AlreadyAssociated", f"Elastic IP address {allocation} is already associated"
    return None


@answers("ec2", "DeleteNatGateway")
def delete_nat_gateway(asked: Asked) -> dict[str, Any]:
    """Its address and interface are free when it is gone; it stays listed as deleted."""
    backend = ec2(asked)
    gateway = backend.nat_gateways[asked.params["NatGatewayId"]]
    interface = gateway._eni

    def gone() -> None:
        gateway.state = "deleted"
        for address in backend.addresses:
            if address.eni is interface:
                backend.disassociate_address(association_id=address.association_id)
        backend.enis.pop(interface.id, None)

    if gateway.state != "deleted":
        gateway.state = "deleting"
        later(asked, gateway, DELETE_MINUTES, gone)
    return {"NatGatewayId": gateway.id}


@answers("ec2", "DescribeNatGateways")
def describe_nat_gateways(asked: Asked) -> dict[str, Any]:
    """With filters by tag: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html"""
    ids = asked.params.get("NatGatewayIds")
    found = [gateway for gateway in ec2(asked).nat_gateways.values() if not ids or gateway.id in ids]
    for wanted in asked.params.get("Filters") or asked.params.get("Filter", []):
        found = [gateway for gateway in found if _value(gateway, wanted["Name"]) in wanted["Values"]]
    return {"NatGateways": [_described(gateway) for gateway in found]}


def _value(gateway: NatGateway, name: str) -> Any:
    if name.startswith("tag:"):
        return {tag["key"]: tag["value"] for tag in gateway.get_tags()}.get(name.removeprefix("tag:"))
    named = {"nat-gateway-id": gateway.id, "subnet-id": gateway.subnet_id, "vpc-id": gateway.vpc_id}
    return {**named, "state": gateway.state}[name]


def _described(gateway: NatGateway) -> dict[str, Any]:
    code, message = _failures.get(gateway, (None, None))
    addresses = [{name[0].upper() + name[1:]: value for name, value in a.items()} for a in gateway.address_set]
    described = {
        "NatGatewayId": gateway.id,
        "SubnetId": gateway.subnet_id,
        "VpcId": gateway.vpc_id,
        "State": gateway.state,
        "ConnectivityType": gateway.connectivity_type,
        "CreateTime": datetime.datetime.fromisoformat(str(gateway.create_time)),
        "NatGatewayAddresses": addresses,
        "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in gateway.get_tags()],
        "FailureCode": code,
        "FailureMessage": message,
    }
    return {name: value for name, value in described.items() if value is not None}

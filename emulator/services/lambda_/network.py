"""Functions in a VPC: what is refused, and the network interfaces that they share.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.models import EC2Backend, ec2_backends

from emulator.operations import Asked
from emulator.services.background import later
from emulator.services.lambda_ import roles
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.state import Combination, Region

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
NEEDED = ("CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface")
# "It can take up to 20 minutes": https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
LINGER_MINUTES = 20.0


def _ec2(asked: Asked) -> EC2Backend:
    backend: EC2Backend = ec2_backends[asked.account_id][asked.region]
    return backend


def checked(asked: Asked, wanted: dict[str, Any], role: str) -> dict[str, Any]:
    """The network configuration with its VPC. Raises AwsError."""
    subnets, groups = wanted.get("SubnetIds", []), wanted.get("SecurityGroupIds", [])
    if bool(subnets) != bool(groups):
        raise invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
    if not subnets:
        return {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""}
    for action in NEEDED:
        interfaces = f"arn:aws:ec2:{asked.region}:{asked.account_id}:network-interface/*"
        if not roles.may(role, f"ec2:{action}", "*" if action.startswith("Describe") else interfaces):
            raise invalid(f"The provided execution role does not have permissions to call {action} on EC2")
    vpcs = {_vpc_of_subnet(asked, subnet) for subnet in subnets}
    if len(vpcs) > 1:
        raise invalid("Subnets are required to be in the same VPC.")
    if vpcs != {_vpc_of_group(asked, group) for group in groups}:
        raise invalid("Security Groups are required to be in the same VPC.")
    dual_stack = wanted.get("Ipv6AllowedForDualStack", False)
    described = {"SubnetIds": subnets, "SecurityGroupIds": groups, "VpcId": vpcs.pop()}
    return {**described, "Ipv6AllowedForDualStack": dual_stack}


def _vpc_of_subnet(asked: Asked, subnet_id: str) -> str:
    try:
        return str(_ec2(asked).get_subnet(subnet_id).vpc_id)
    except InvalidSubnetIdError as error:
        raise invalid(
            "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
            f"EC2 Error Message: The subnet ID '{subnet_id}' does not exist"
        ) from error


def _vpc_of_group(asked: Asked, group_id: str) -> str:
    group = _ec2(asked).get_security_group_from_id(group_id)
    if group is None:
        raise invalid(
            "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
            f"EC2 Error Message: The security group '{group_id}' does not exist"
        )
    return str(group.vpc_id)


def settle(asked: Asked, region: Region, function: str) -> None:
    """Have an interface for every subnet with its security groups that a version uses; the others go, in time."""
    backend, wanted = _ec2(asked), _wanted(region)
    region.leaving -= wanted
    for combination in wanted:
        if region.interfaces.get(combination) not in backend.enis:
            region.interfaces[combination] = _new(backend, combination, function)
    for combination in set(region.interfaces) - wanted - region.leaving:
        interface = backend.enis.get(region.interfaces[combination])
        if interface is None:
            del region.interfaces[combination]
        else:
            region.leaving.add(combination)
            later(asked, interface, LINGER_MINUTES, partial(_remove, backend, region, combination))


def _wanted(region: Region) -> set[Combination]:
    return {
        (subnet, frozenset(version.vpc["SecurityGroupIds"]))
        for function in region.functions.values()
        for version in function.all_versions()
        for subnet in version.vpc["SubnetIds"]
    }


def _remove(backend: EC2Backend, region: Region, combination: Combination) -> None:
    """Unless a function has come to use it again."""
    if combination not in _wanted(region):
        backend.enis.pop(region.interfaces.pop(combination, ""), None)
        region.leaving.discard(combination)


def _new(backend: EC2Backend, combination: Combination, function: str) -> str:
    subnet, groups = combination
    description = f"AWS Lambda VPC ENI-{function}-{uuid.uuid4()}"
    interface = backend.create_network_interface(subnet, "", group_ids=sorted(groups), description=description)
    interface.requester_managed = True
    interface.requester_id = f"AROA{uuid.uuid4().hex[:17].upper()}:{function}"
    interface.status = "in-use"
    interface.interface_type = "lambda"
    return str(interface.id)

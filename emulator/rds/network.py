"""What RDS sees of EC2, and the network interfaces it puts there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.ec2.exceptions import InvalidNetworkInterfaceIdError, InvalidSubnetIdError
from moto.ec2.models import EC2Backend, ec2_backends

from emulator.context import Place
from emulator.postgres.server import HOST, READER_HOST
from emulator.rds.state import Instance, Region

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
INTERFACE_DESCRIPTION = "RDSNetworkInterface"


def ec2(region: Region) -> EC2Backend:
    backend: EC2Backend = ec2_backends[region.account_id][region.name]
    return backend


def subnet(region: Region, subnet_id: str) -> Any | None:
    """moto's subnet, or None."""
    try:
        return ec2(region).get_subnet(subnet_id)
    except InvalidSubnetIdError:
        return None


def security_group(region: Region, group_id: str) -> Any | None:
    """moto's security group, or None."""
    return ec2(region).get_security_group_from_id(group_id)


def default_vpc(region: Region) -> Any | None:
    return ec2(region).get_default_vpc()


def default_security_group(region: Region, vpc_id: str) -> str:
    group: Any = ec2(region).get_default_security_group(vpc_id)
    return str(group.id)


def attach(region: Region, instance: Instance) -> None:
    """Put a network interface into a subnet of each of the instance's availability zones."""
    groups = [group["VpcSecurityGroupId"] for group in instance.attributes["VpcSecurityGroups"]]
    zones = {instance.attributes["AvailabilityZone"], instance.attributes.get("SecondaryAvailabilityZone")}
    for subnet_id in instance.subnet_group.subnet_ids:
        found = subnet(region, subnet_id)
        if found is None or found.availability_zone not in zones:
            continue
        zones.discard(found.availability_zone)
        interface = ec2(region).create_network_interface(found, "", group_ids=groups, description=INTERFACE_DESCRIPTION)
        interface.requester_managed = True
        interface.requester_id = "amazon-rds"
        interface.status = "in-use"
        instance.interfaces.append(interface.id)


def detach(region: Region, instance: Instance) -> None:
    for interface_id in instance.interfaces:
        try:
            ec2(region).delete_network_interface(interface_id)
        except InvalidNetworkInterfaceIdError:
            # moto lets anybody delete an interface that belongs to a service.
            continue
    instance.interfaces.clear()


def place(regions: Iterable[Region], host: str, port: int) -> Place | None:
    """Where the instance or cluster is that has an endpoint of this address and port, if there is one."""
    if host not in (HOST, READER_HOST):
        return None
    for region in regions:
        for instance in region.instances.values():
            owner = instance.cluster or instance
            if port == instance.port or (instance.cluster and port == instance.cluster.port):
                return Place(
                    region.account_id,
                    region.name,
                    owner.subnet_group.vpc_id,
                    tuple(owner.subnet_group.subnet_ids),
                    tuple(group["VpcSecurityGroupId"] for group in owner.attributes["VpcSecurityGroups"]),
                    bool(instance.attributes["PubliclyAccessible"]),
                )
    return None


def subnet_of_interface(region: Region, interface_id: str) -> str:
    """Id of the subnet an interface is in; empty if the interface is gone."""
    interface = ec2(region).enis.get(interface_id)
    return str(interface.subnet.id) if interface is not None else ""

"""DB subnet groups.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
"""

from __future__ import annotations

from typing import Any

from emulator.rds import network, quotas
from emulator.rds.errors import RdsError, invalid_value
from emulator.rds.paging import page
from emulator.rds.state import Params, Region, Result, SubnetGroup, tag_dict

DEFAULT_NAME = "default"
FEWEST_ZONES = 2


def create(region: Region, params: Params) -> Result:
    name = params["DBSubnetGroupName"].lower()
    if name == DEFAULT_NAME:
        raise invalid_value("The parameter DBSubnetGroupName must not be default.")
    if name in region.subnet_groups:
        raise RdsError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
    subnet_ids = list(dict.fromkeys(params["SubnetIds"]))
    quotas.check(region, "DBSubnetGroups")
    group = SubnetGroup(
        name=name,
        arn=region.arn("subgrp", name),
        description=params["DBSubnetGroupDescription"],
        vpc_id=_checked_vpc(region, subnet_ids),
        subnet_ids=subnet_ids,
        tags=tag_dict(params.get("Tags")),
    )
    region.subnet_groups[name] = group
    return {"DBSubnetGroup": document(region, group)}


def describe(region: Region, params: Params) -> Result:
    name = params.get("DBSubnetGroupName")
    groups = [find(region, name)] if name else sorted(region.subnet_groups.values(), key=lambda group: group.name)
    return page(params, "DBSubnetGroups", [document(region, group) for group in groups])


def modify(region: Region, params: Params) -> Result:
    group = find(region, params["DBSubnetGroupName"])
    subnet_ids = list(dict.fromkeys(params["SubnetIds"]))
    if _checked_vpc(region, subnet_ids) != group.vpc_id:
        raise RdsError("InvalidSubnet", f"The subnets must be in the group's VPC {group.vpc_id}.")
    _check_not_used(region, group, set(group.subnet_ids) - set(subnet_ids))
    group.subnet_ids = subnet_ids
    group.description = params.get("DBSubnetGroupDescription", group.description)
    return {"DBSubnetGroup": document(region, group)}


def delete(region: Region, params: Params) -> Result:
    group = find(region, params["DBSubnetGroupName"])
    users = [resource.identifier for resource in region.resources() if resource.subnet_group is group]
    if users:
        raise RdsError(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{group.name}' because at least one database instance: {users[0]}"
            " is still using it.",
        )
    del region.subnet_groups[group.name]
    return {}


def find(region: Region, name: str) -> SubnetGroup:
    group = region.subnet_groups.get(name.lower())
    if group is None:
        raise RdsError("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")
    return group


def for_instance(region: Region, name: str | None) -> SubnetGroup:
    """The group named, or the one that RDS makes of the default VPC."""
    if name is not None and name.lower() != DEFAULT_NAME:
        return find(region, name)
    if DEFAULT_NAME not in region.subnet_groups:
        region.subnet_groups[DEFAULT_NAME] = _default(region)
    return region.subnet_groups[DEFAULT_NAME]


def _default(region: Region) -> SubnetGroup:
    vpc = network.default_vpc(region)
    subnet_ids = [subnet.id for subnet in network.ec2(region).get_default_subnets().values()]
    if vpc is None or not subnet_ids:
        raise RdsError("InvalidVPCNetworkStateFault", "No default VPC with subnets: specify DBSubnetGroupName.")
    return SubnetGroup(DEFAULT_NAME, region.arn("subgrp", DEFAULT_NAME), DEFAULT_NAME, vpc.id, subnet_ids)


def zones(region: Region, group: SubnetGroup) -> list[str]:
    """Availability zones in which the group has a subnet, in order."""
    subnets = [network.subnet(region, subnet_id) for subnet_id in group.subnet_ids]
    return sorted({subnet.availability_zone for subnet in subnets if subnet is not None})


def checked_zone(region: Region, group: SubnetGroup, zone: str | None) -> str | None:
    """The zone asked for, if any, which the group must cover.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (InvalidVPCNetworkStateFault)
    """
    covered = zones(region, group)
    if zone is not None and zone not in covered:
        raise RdsError("InvalidVPCNetworkStateFault", f"The DB subnet group has no subnet in {zone}: it has {covered}")
    return zone


def _checked_vpc(region: Region, subnet_ids: list[str]) -> str:
    """The VPC of the subnets; they must exist, be of one VPC and cover two availability zones.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
    """
    quotas.check_number(region, "SubnetsPerDBSubnetGroup", len(subnet_ids))
    subnets = {subnet_id: network.subnet(region, subnet_id) for subnet_id in subnet_ids}
    unknown = [subnet_id for subnet_id, subnet in subnets.items() if subnet is None]
    if unknown:
        raise RdsError("InvalidSubnet", f"Some input subnets in :[{', '.join(unknown)}] are invalid.")
    vpcs = sorted({subnet.vpc_id for subnet in subnets.values() if subnet is not None})
    if len(vpcs) != 1:
        raise RdsError("InvalidSubnet", f"The subnets must be in one VPC, they are in {', '.join(vpcs) or 'none'}.")
    covered = {subnet.availability_zone for subnet in subnets.values() if subnet is not None}
    if len(covered) < FEWEST_ZONES:
        raise RdsError(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage:"
            f" {', '.join(sorted(covered))}. Add subnets to cover at least {FEWEST_ZONES} AZs.",
        )
    return str(vpcs[0])


def _check_not_used(region: Region, group: SubnetGroup, removed: set[str]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html (SubnetAlreadyInUse)"""
    for instance in region.instances.values():
        held = removed & {network.subnet_of_interface(region, interface) for interface in instance.interfaces}
        if instance.subnet_group is group and held:
            raise RdsError(
                "SubnetAlreadyInUse",
                f"Some of the subnets to be deleted are currently in use: {', '.join(sorted(held))}",
            )


def document(region: Region, group: SubnetGroup) -> dict[str, Any]:
    """The API's DBSubnetGroup."""
    subnets = [(subnet_id, network.subnet(region, subnet_id)) for subnet_id in group.subnet_ids]
    return {
        "DBSubnetGroupName": group.name,
        "DBSubnetGroupDescription": group.description,
        "DBSubnetGroupArn": group.arn,
        "VpcId": group.vpc_id,
        "SubnetGroupStatus": "Complete",
        "SupportedNetworkTypes": ["IPV4"],
        "Subnets": [
            {
                "SubnetIdentifier": subnet_id,
                "SubnetAvailabilityZone": {"Name": subnet.availability_zone},
                "SubnetOutpost": {},
                "SubnetStatus": "Active",
            }
            for subnet_id, subnet in subnets
            if subnet is not None
        ],
    }

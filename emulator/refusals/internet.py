"""What EC2 refuses of gateways, addresses and interface endpoints.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.ec2 import ec2
from emulator.services.vpc_endpoints import is_interface


@refuses("ec2", "CreateNatGateway")
def public_gateway_without_an_address(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html: AllocationId"""
    if asked.params.get("ConnectivityType", "public") == "public" and not asked.params.get("AllocationId"):
        raise AwsError("MissingParameter", "The request must include the AllocationId parameter. Add the parameter.")


@refuses("ec2", "DeleteNatGateway")
def unknown_gateway(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: NatGatewayNotFound"""
    gateway = asked.params["NatGatewayId"]
    if gateway not in ec2(asked).nat_gateways:
        raise AwsError("NatGatewayNotFound", f"The Nat Gateway {gateway} was not found")


@refuses("ec2", "CreateRoute", "ReplaceRoute")
def route_to_an_unknown_gateway(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: InvalidNatGatewayID.NotFound"""
    gateway = asked.params.get("NatGatewayId")
    if gateway and getattr(ec2(asked).nat_gateways.get(gateway), "state", "deleted") in ("deleted", "failed"):
        raise AwsError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{gateway}' does not exist")


@refuses("ec2", "DetachInternetGateway")
def gateway_with_mapped_addresses(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-igw.html"""
    vpc_id = asked.params["VpcId"]
    if any(a.eni is not None and a.eni.subnet.vpc_id == vpc_id for a in ec2(asked).addresses):
        message = "Please unmap those public address(es) before detaching the gateway."
        raise AwsError("DependencyViolation", f"Network {vpc_id} has some mapped public address(es). {message}")


@refuses("ec2", "DeleteInternetGateway")
def attached_gateway(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-igw.html"""
    gateway = ec2(asked).internet_gateways.get(asked.params["InternetGatewayId"])
    if gateway is not None and gateway.vpc:
        message = f"The internetGateway '{gateway.id}' has dependencies and cannot be deleted."
        raise AwsError("DependencyViolation", message)


@refuses("ec2", "AttachInternetGateway")
def second_gateway(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"""
    vpc_id = asked.params["VpcId"]
    if any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in ec2(asked).internet_gateways.values()):
        raise AwsError(
            "Resource.AlreadyAssociated", f"resource {vpc_id} is already associated with an internet gateway"
        )


@refuses("ec2", "ReleaseAddress")
def address_in_use(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: InvalidIPAddress.InUse"""
    for address in ec2(asked).addresses:
        if address.allocation_id == asked.params.get("AllocationId") and address.association_id:
            raise AwsError("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")


@refuses("ec2", "CreateVpcEndpoint", "ModifyVpcEndpoint")
def two_subnets_of_a_zone(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    backend = ec2(asked)
    endpoint = backend.vpc_end_points.get(asked.params.get("VpcEndpointId", ""))
    kept = set(endpoint.subnet_ids or []) if endpoint else set()
    asked_for = [*asked.params.get("SubnetIds", []), *asked.params.get("AddSubnetIds", [])]
    wanted = sorted((kept - set(asked.params.get("RemoveSubnetIds", []))) | set(asked_for))
    zones: dict[str, str] = {}
    for subnet in map(backend.get_subnet, wanted):
        if subnet.availability_zone in zones:
            message = f"Found another VPC endpoint subnet in the availability zone of {subnet.id}."
            raise AwsError("DuplicateSubnetsInSameZone", message)
        zones[subnet.availability_zone] = subnet.id


@refuses("ec2", "CreateVpcEndpoint", "ModifyVpcEndpoint")
def subnets_and_groups_of_another_vpc(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"""
    backend, params = ec2(asked), asked.params
    endpoint = backend.vpc_end_points.get(params.get("VpcEndpointId", ""))
    vpc_id = endpoint.vpc_id if endpoint else params.get("VpcId")
    for subnet_id in [*params.get("SubnetIds", []), *params.get("AddSubnetIds", [])]:
        if backend.get_subnet(subnet_id).vpc_id != vpc_id:
            raise AwsError("InvalidParameter", f"The subnet ID '{subnet_id}' is not in VPC {vpc_id}")
    for group_id in [*params.get("SecurityGroupIds", []), *params.get("AddSecurityGroupIds", [])]:
        group = backend.get_security_group_from_id(group_id)
        if group is None or group.vpc_id != vpc_id:
            raise AwsError("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist in VPC {vpc_id}")


@refuses("ec2", "CreateVpcEndpoint", "ModifyVpcEndpoint")
def private_dns_that_cannot_be(asked: Asked) -> None:
    """The VPC must resolve names, and only one endpoint of a service may take the service's own.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """
    backend, params = ec2(asked), asked.params
    endpoint = backend.vpc_end_points.get(params.get("VpcEndpointId", ""))
    kind = endpoint.vpc_endpoint_type if endpoint else params.get("VpcEndpointType", "Gateway")
    wanted = params.get("PrivateDnsEnabled", endpoint is None)
    if kind != "Interface" or not wanted:
        return
    vpc_id, service = (endpoint.vpc_id, endpoint.service_name) if endpoint else (params["VpcId"], params["ServiceName"])
    vpc = backend.get_vpc(vpc_id)
    if not (vpc.enable_dns_support and vpc.enable_dns_hostnames):
        message = (
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true"
        )
        raise AwsError("InvalidParameter", f"{message} for {vpc_id}")
    for other in backend.vpc_end_points.values():
        same = is_interface(other) and (other.vpc_id, other.service_name) == (vpc_id, service)
        if other is not endpoint and same and other.private_dns_enabled:
            name = ".".join(reversed(service.removeprefix("com.amazonaws.").split(".", 1)))
            message = "private-dns-enabled cannot be set because there is already a conflicting DNS domain for"
            raise AwsError("InvalidParameter", f"{message} {name}.amazonaws.com in the VPC {vpc_id}")

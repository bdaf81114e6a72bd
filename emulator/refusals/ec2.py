"""What EC2 refuses. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""

from __future__ import annotations

import json
from collections.abc import Iterator

from moto.ec2.models.route_tables import RouteTable

from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.ec2 import ec2, is_gateway

GATEWAY_SERVICES = ("s3", "dynamodb", "s3express")
NAT_STATES_IN_USE = ("pending", "available", "deleting")


@refuses("ec2", "DeleteSubnet")
def subnet_in_use(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html"""
    subnet_id = asked.params["SubnetId"]
    interfaces = any(interface.subnet.id == subnet_id for interface in ec2(asked).enis.values())
    gateways = any(
        gateway.subnet_id == subnet_id and gateway.state in NAT_STATES_IN_USE
        for gateway in ec2(asked).nat_gateways.values()
    )
    if interfaces or gateways:
        raise AwsError("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")


@refuses("ec2", "DeleteSecurityGroup")
def security_group_in_use(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html"""
    group = ec2(asked).get_security_group_from_id(asked.params.get("GroupId", ""))
    if group is None:
        return
    if group.is_default:
        message = f'the specified group: "{group.id}" name: "default" cannot be deleted by a user'
        raise AwsError("CannotDelete", message)
    if group.id in set(_groups_in_use(asked, group.id)):
        raise AwsError("DependencyViolation", f"resource {group.id} has a dependent object")


def _groups_in_use(asked: Asked, group_id: str) -> Iterator[str]:
    backend = ec2(asked)
    for interface in backend.enis.values():
        yield from (group.id for group in interface.group_set)
    for endpoint in backend.vpc_end_points.values():
        yield from endpoint.security_group_ids
    for groups in backend.groups.values():
        for other in groups.values():
            if other.id != group_id:
                rules = [*other.ingress_rules, *other.egress_rules]
                yield from (rule.source_group.get("GroupId", "") for rule in rules)


@refuses("ec2", "DeleteVpc")
def vpc_in_use(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"""
    vpc_id, backend = asked.params["VpcId"], ec2(asked)
    endpoints = any(endpoint.vpc_id == vpc_id for endpoint in backend.vpc_end_points.values())
    groups = any(not group.is_default for group in backend.groups.get(vpc_id, {}).values())
    acls = any(acl.vpc_id == vpc_id and not acl.default for acl in backend.network_acls.values())
    gateways = any(gateway.vpc and gateway.vpc.id == vpc_id for gateway in backend.internet_gateways.values())
    if endpoints or groups or acls or gateways:
        raise AwsError("DependencyViolation", f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")


@refuses("ec2", "DeleteRouteTable")
def main_route_table(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#main-route-table"""
    table = ec2(asked).route_tables.get(asked.params["RouteTableId"])
    if table is not None and table.main_association_id:
        message = f"The routeTable '{table.id}' has dependencies and cannot be deleted."
        raise AwsError("DependencyViolation", message)


@refuses("ec2", "DeleteRoute", "ReplaceRoute")
def route_of_an_endpoint(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    table = ec2(asked).route_tables.get(asked.params["RouteTableId"])
    list_id = asked.params.get("DestinationPrefixListId")
    for route in table.routes if table else []:
        if list_id and route.destination_prefix_list_id == list_id and route.gateway_id in ec2(asked).vpc_end_points:
            message = f"cannot remove VPC endpoint route {list_id} in route table {asked.params['RouteTableId']}"
            raise AwsError("InvalidParameterValue", message)


@refuses("ec2", "DeleteNetworkInterface")
def interface_in_use(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/delete_eni.html"""
    interface = ec2(asked).enis.get(asked.params["NetworkInterfaceId"])
    if interface is not None and interface.status == "in-use":
        raise AwsError("InvalidParameterValue", f"Network interface '{interface.id}' is currently in use.")


@refuses("ec2", "CreateVpcEndpoint")
def endpoint_for_an_unknown_service(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""
    name = asked.params["ServiceName"]
    prefix = f"com.amazonaws.{asked.region}."
    gateways = [prefix + service for service in GATEWAY_SERVICES]
    is_for_gateway = asked.params.get("VpcEndpointType", "Gateway") == "Gateway"
    if not name.startswith(prefix) or (is_for_gateway and name not in gateways):
        raise AwsError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")


@refuses("ec2", "CreateVpcEndpoint", "ModifyVpcEndpoint")
def endpoint_policy_that_is_no_json(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: InvalidPolicyDocument"""
    try:
        json.loads(asked.params.get("PolicyDocument") or "{}")
    except json.JSONDecodeError as error:
        message = "The specified policy document is not a valid JSON policy document."
        raise AwsError("InvalidPolicyDocument", message) from error


@refuses("ec2", "CreateVpcEndpoint", "ModifyVpcEndpoint")
def endpoint_in_a_route_table_that_cannot_have_it(asked: Asked) -> None:
    """One endpoint per service and route table, in its own VPC.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing
    """
    service, vpc_id = _service_and_vpc(asked)
    for table_id in asked.params.get("AddRouteTableIds") or asked.params.get("RouteTableIds", []):
        table = ec2(asked).route_tables.get(table_id)
        if table is None:
            raise AwsError("InvalidRouteTableId.NotFound", f"The routeTable ID '{table_id}' does not exist")
        if table.vpc_id != vpc_id:
            raise AwsError("InvalidParameter", f"Route table {table_id} belongs to different VPC than {vpc_id}")
        list_id = _endpoint_route(asked, table, service)
        if list_id:
            message = f"route table {table_id} already has a route with destination-prefix-list-id {list_id}"
            raise AwsError("RouteAlreadyExists", message)


def _service_and_vpc(asked: Asked) -> tuple[str, str]:
    endpoint = ec2(asked).vpc_end_points.get(asked.params.get("VpcEndpointId", ""))
    if endpoint is not None:
        return endpoint.service_name, endpoint.vpc_id
    return asked.params.get("ServiceName", ""), asked.params.get("VpcId", "")


def _endpoint_route(asked: Asked, table: RouteTable, service: str) -> str | None:
    """Prefix list of the route that the table already has to a gateway endpoint of the service."""
    endpoints = ec2(asked).vpc_end_points
    for route in table.routes:
        endpoint = endpoints.get(route.gateway_id or "")
        if endpoint is not None and is_gateway(endpoint) and endpoint.service_name == service:
            return route.destination_prefix_list_id
    return None


@refuses("ec2", "ModifyVpcEndpoint")
def endpoint_not_in_the_route_table(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html"""
    endpoint = ec2(asked).vpc_end_points.get(asked.params["VpcEndpointId"])
    for table_id in asked.params.get("RemoveRouteTableIds", []):
        if endpoint is not None and table_id not in endpoint.route_table_ids:
            raise AwsError("InvalidRouteTableId.NotFound", f"The routeTable ID '{table_id}' does not exist")

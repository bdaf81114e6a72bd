"""EC2: gateway endpoints with their routes, descriptions of rules, and what goes away together with something else."""

from __future__ import annotations

import json
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.vpcs import VPCEndPoint

from emulator.operations import Asked, answers, follows


def ec2(asked: Asked) -> EC2Backend:
    backend: EC2Backend = ec2_backends[asked.account_id][asked.region]
    return backend


def is_gateway(endpoint: VPCEndPoint) -> bool:
    return endpoint.vpc_endpoint_type == "Gateway"


@follows("ec2", "CreateVpcEndpoint")
def default_to_a_gateway(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html: VpcEndpointType"""
    endpoint = list(ec2(asked).vpc_end_points.values())[-1]
    if endpoint.vpc_endpoint_type in (None, "Gateway"):
        endpoint.vpc_endpoint_type = "Gateway"
        endpoint.private_dns_enabled = False


@follows("ec2", "ModifyVpcEndpoint")
def move_the_routes_along(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    endpoint = ec2(asked).get_vpc_end_point(asked.params["VpcEndpointId"])
    if asked.params.get("ResetPolicy"):
        endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    if not is_gateway(endpoint):
        return
    for table_id in asked.params.get("AddRouteTableIds", []):
        _route(asked, table_id, endpoint)
    for table_id in asked.params.get("RemoveRouteTableIds", []):
        ec2(asked).delete_route(table_id, str(endpoint.destination_prefix_list_id))


def _route(asked: Asked, table_id: str, endpoint: VPCEndPoint) -> None:
    ec2(asked).create_route(
        table_id,
        None,
        gateway_id=endpoint.id,
        destination_prefix_list_id=endpoint.destination_prefix_list_id,
    )


@answers("ec2", "UpdateSecurityGroupRuleDescriptionsIngress")
def describe_rules_anew(asked: Asked) -> dict[str, Any] | None:
    """Says that it succeeded, which amazon.aws reads; moto answers with nothing.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html
    """
    group, backend = asked.params.get("GroupId"), ec2(asked)
    if group is None or backend.get_security_group_from_id(group) is None:
        return None
    for rule in asked.params.get("IpPermissions", []):
        backend.update_security_group_rule_descriptions_ingress(
            group_name_or_id=group,
            ip_protocol=rule["IpProtocol"],
            from_port=rule.get("FromPort"),
            to_port=rule.get("ToPort"),
            ip_ranges=[*rule.get("IpRanges", []), *rule.get("Ipv6Ranges", [])],
            source_groups=rule.get("UserIdGroupPairs", []),
            prefix_list_ids=rule.get("PrefixListIds", []),
        )
    return {"Return": True}


@follows("ec2", "DeleteSubnet")
def forget_the_subnet_in_its_route_table(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html"""
    for table in ec2(asked).route_tables.values():
        held = {key for key, target in table._associations.items() if target == asked.params["SubnetId"]}
        for key in held:
            del table._associations[key]


@follows("ec2", "DeleteRouteTable")
def forget_the_route_table_in_endpoints(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#gateway-endpoint-routing"""
    for endpoint in ec2(asked).vpc_end_points.values():
        if asked.params["RouteTableId"] in endpoint.route_table_ids:
            endpoint.route_table_ids.remove(asked.params["RouteTableId"])


@follows("ec2", "DeleteVpc")
def delete_what_came_with_the_vpc(asked: Asked) -> None:
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"""
    acls = ec2(asked).network_acls
    for acl_id in [acl.id for acl in acls.values() if acl.vpc_id == asked.params["VpcId"]]:
        del acls[acl_id]

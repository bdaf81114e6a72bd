"""Drifts of networks."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.truth.drift import Drift, Target, put
from tests.settings import permissions

OTHER_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}],
}
ANY = "0.0.0.0/0"


def _dns(option: str) -> Any:
    return lambda it, value: it.aws("ec2").modify_vpc_attribute(VpcId=it.id, **{option: {"Value": value}})


def _associate(it: Target, subnets: list[str]) -> None:
    ec2 = it.aws("ec2")
    table = ec2.describe_route_tables(RouteTableIds=[it.id])["RouteTables"][0]
    present = {a["SubnetId"]: a["RouteTableAssociationId"] for a in table["Associations"] if "SubnetId" in a}
    for subnet in present.keys() - set(subnets):
        ec2.disassociate_route_table(AssociationId=present[subnet])
    for subnet in set(subnets) - present.keys():
        ec2.associate_route_table(RouteTableId=it.id, SubnetId=subnet)


def _routes(it: Target, routes: list[dict[str, str]]) -> None:
    """Those of a table whose routes lead to gateways."""
    ec2 = it.aws("ec2")
    table = ec2.describe_route_tables(RouteTableIds=[it.id])["RouteTables"][0]
    for route in table["Routes"]:
        if route.get("GatewayId") != "local":
            ec2.delete_route(RouteTableId=it.id, DestinationCidrBlock=route["DestinationCidrBlock"])
    for route in routes:
        field = "NatGatewayId" if route["target"].startswith("nat-") else "GatewayId"
        ec2.create_route(RouteTableId=it.id, DestinationCidrBlock=route["destination"], **{field: route["target"]})


def _none(_it: Target) -> list[Any]:
    return []


def _has_routes(it: Target) -> bool:
    return bool(it.wanted["routes"])


def _other_target(it: Target) -> list[dict[str, str]]:
    targets = {it.first("internet_gateway")["id"], it.first("nat_gateway")["id"]}
    (route,) = it.wanted["routes"]
    return [{"destination": ANY, "target": (targets - {route["target"]}).pop()}]


def _one_route_more(it: Target) -> list[dict[str, str]]:
    return [*it.wanted["routes"], {"destination": "192.0.2.0/24", "target": it.wanted["routes"][0]["target"]}]


def _of_endpoint(what: str, given: str) -> Any:
    """Sets of ids that an endpoint is modified to have: only Add… and Remove… there are."""

    def setter(it: Target, wanted: list[str]) -> None:
        ec2 = it.aws("ec2")
        raw = ec2.describe_vpc_endpoints(VpcEndpointIds=[it.id])["VpcEndpoints"][0]
        present = {one["GroupId"] if isinstance(one, dict) else one for one in raw[given]}
        change = {f"Add{what}": sorted(set(wanted) - present), f"Remove{what}": sorted(present - set(wanted))}
        ec2.modify_vpc_endpoint(VpcEndpointId=it.id, **{name: ids for name, ids in change.items() if ids})

    return setter


def _endpoint_policy(it: Target, value: Any) -> None:
    it.aws("ec2").modify_vpc_endpoint(VpcEndpointId=it.id, PolicyDocument=json.dumps(value))


def _private_dns(it: Target, value: bool) -> None:
    it.aws("ec2").modify_vpc_endpoint(VpcEndpointId=it.id, PrivateDnsEnabled=value)


def _default_group(it: Target) -> list[str]:
    filters = [{"Name": "group-name", "Values": ["default"]}, {"Name": "vpc-id", "Values": [it.wanted["vpc_id"]]}]
    return [it.aws("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]]


def _ingress(it: Target, rules: list[dict[str, Any]]) -> None:
    ec2 = it.aws("ec2")
    present = ec2.describe_security_groups(GroupIds=[it.id])["SecurityGroups"][0]["IpPermissions"]
    if present:
        ec2.revoke_security_group_ingress(GroupId=it.id, IpPermissions=present)
    if rules:
        ec2.authorize_security_group_ingress(GroupId=it.id, IpPermissions=permissions(rules))


def _has_rules(it: Target) -> bool:
    return bool(it.wanted["ingress"])


EXTRA_RULE = {"proto": "tcp", "from_port": 22, "to_port": 22, "cidr_ip": ANY, "rule_desc": "for a moment"}


def _acl_rules(direction: str) -> Any:
    def setter(it: Target, rules: list[dict[str, Any]]) -> None:
        ec2, egress = it.aws("ec2"), direction == "egress"
        raw = ec2.describe_network_acls(NetworkAclIds=[it.id])["NetworkAcls"][0]
        for entry in raw["Entries"]:
            if entry["Egress"] == egress and entry["RuleNumber"] < 32767:
                ec2.delete_network_acl_entry(NetworkAclId=it.id, RuleNumber=entry["RuleNumber"], Egress=egress)
        for rule in rules:
            ec2.create_network_acl_entry(
                NetworkAclId=it.id,
                Egress=egress,
                RuleNumber=rule["rule_number"],
                Protocol="6",
                RuleAction=rule["action"],
                CidrBlock=rule["cidr_block"],
                PortRange={"From": rule["from_port"], "To": rule["to_port"]},
            )

    return setter


def _open(direction: str) -> list[Drift]:
    def one_more(it: Target) -> list[dict[str, Any]]:
        rule = {"protocol": "tcp", "action": "allow", "cidr_block": ANY, "from_port": 22, "to_port": 22}
        return [*it.wanted[direction], {"rule_number": 50, **rule}]

    def changed(it: Target) -> list[dict[str, Any]]:
        first, *others = it.wanted[direction]
        return [{**first, "cidr_block": ANY}, *others]

    def one_less(it: Target) -> list[dict[str, Any]]:
        return list(it.wanted[direction][1:])

    return [put(_acl_rules(direction), to) for to in (one_more, changed, one_less)]


def _acl_subnets(it: Target, subnets: list[str]) -> None:
    """A subnet is always in one: what leaves it goes to the default one."""
    ec2 = it.aws("ec2")
    vpc = [{"Name": "vpc-id", "Values": [it.wanted["vpc_id"]]}]
    acls = ec2.describe_network_acls(Filters=vpc)["NetworkAcls"]
    default = next(acl["NetworkAclId"] for acl in acls if acl["IsDefault"])
    every = {a["SubnetId"]: a for acl in acls for a in acl["Associations"]}
    for subnet, association in every.items():
        meant = it.id if subnet in subnets else default
        if association["NetworkAclId"] != meant:
            ec2.replace_network_acl_association(
                AssociationId=association["NetworkAclAssociationId"], NetworkAclId=meant
            )


DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "vpc": {
        "enable_dns_support": put(_dns("EnableDnsSupport"), False),
        "enable_dns_hostnames": put(_dns("EnableDnsHostnames"), False),
    },
    "route_table": {
        "subnet_ids": put(_associate, _none),
        "routes": [put(_routes, to, _has_routes) for to in (_other_target, _one_route_more, _none)],
    },
    "gateway_endpoint": {
        "route_table_ids": put(
            _of_endpoint("RouteTableIds", "RouteTableIds"), lambda it: it.wanted["route_table_ids"][1:]
        ),
        "policy": put(_endpoint_policy, OTHER_POLICY),
    },
    "security_group": {
        "ingress": [
            put(_ingress, lambda it: [*it.wanted["ingress"], EXTRA_RULE]),
            put(_ingress, _none, _has_rules),
            put(
                _ingress,
                lambda it: [{**it.wanted["ingress"][0], "rule_desc": "anything"}, *it.wanted["ingress"][1:]],
                _has_rules,
            ),
        ]
    },
    "interface_endpoint": {
        "subnet_ids": put(_of_endpoint("SubnetIds", "SubnetIds"), lambda it: it.wanted["subnet_ids"][1:]),
        "security_group_ids": put(_of_endpoint("SecurityGroupIds", "Groups"), _default_group),
        "private_dns_enabled": put(_private_dns, False),
    },
    "network_acl": {
        "subnet_ids": put(_acl_subnets, lambda it: it.wanted["subnet_ids"][1:]),
        "ingress": _open("ingress"),
        "egress": _open("egress"),
    },
}

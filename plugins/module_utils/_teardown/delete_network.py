# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Takes a network away, from its edges to the VPC, as AWS lets go of each part."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients, call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.deletion import Deletion
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Removal
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import words
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
BUSY = frozenset({"DependencyViolation"})
NO_ENDPOINT = {"InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"}

NO_GATEWAY = {"NatGatewayNotFound"}
NO_ASSOCIATION = {"InvalidAssociationID.NotFound"}
NO_INTERNET_GATEWAY = frozenset({"InvalidInternetGatewayID.NotFound"})
DETACHED = NO_INTERNET_GATEWAY | {"Gateway.NotAttached"}

_group = Deletion("ec2", "delete_security_group", "GroupId", frozenset({"InvalidGroup.NotFound"}), BUSY, "group-id")
_table = Deletion("ec2", "delete_route_table", "RouteTableId", frozenset({"InvalidRouteTableID.NotFound"}), BUSY)
_internet_gateway = Deletion("ec2", "delete_internet_gateway", "InternetGatewayId", NO_INTERNET_GATEWAY, BUSY)
_acl = Deletion("ec2", "delete_network_acl", "NetworkAclId", frozenset({"InvalidNetworkAclID.NotFound"}), BUSY)
addresses = Deletion(
    "ec2",
    "release_address",
    "AllocationId",
    frozenset({"InvalidAllocationID.NotFound"}),
    frozenset({"InvalidIPAddress.InUse"}),
    "association.allocation-id",
)
subnets = Deletion("ec2", "delete_subnet", "SubnetId", frozenset({"InvalidSubnetID.NotFound"}), BUSY, "subnet-id")
vpcs = Deletion("ec2", "delete_vpc", "VpcId", frozenset({"InvalidVpcID.NotFound"}), BUSY, "vpc-id")


def endpoints(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """Their routes leave the route tables, and their interfaces the subnets, only when they are gone."""
    client, ids = clients("ec2"), [r.found.id for r in group if r.found.facts.get("state") != "deleting"]
    answer = call(client, "delete_vpc_endpoints", VpcEndpointIds=ids) if ids else {}
    for failure in answer.get("Unsuccessful", ()):
        code, message = failure["Error"]["Code"], failure["Error"].get("Message", "")
        if code not in NO_ENDPOINT:
            raise AwsError("ec2", "DeleteVpcEndpoints", failure["ResourceId"], code, message)
    for found in (removal.found for removal in group):
        patience.until(partial(_endpoint_state, client, found.id), f"{words(found.kind)} {found.name}")


def _endpoint_state(client: Any, endpoint: str) -> str:
    found = pages(client, "describe_vpc_endpoints", "VpcEndpoints", absent=NO_ENDPOINT, VpcEndpointIds=[endpoint])
    return "".join(raw["State"].lower() for raw in found).replace("deleted", "")


def nat_gateways(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """A gateway has its address and interface until it is gone, minutes later: all are begun before any is awaited."""
    client = clients("ec2")
    for found in (removal.found for removal in group):
        if found.facts.get("state") != "deleting":
            call(client, "delete_nat_gateway", subject=found.name, absent=NO_GATEWAY, NatGatewayId=found.id)
    for found in (removal.found for removal in group):
        patience.until(partial(_gateway_state, client, found.id), f"{words(found.kind)} {found.name}")


def _gateway_state(client: Any, gateway: str) -> str:
    """AWS lists a deleted gateway for an hour."""
    filters = [{"Name": "nat-gateway-id", "Values": [gateway]}]
    found = pages(client, "describe_nat_gateways", "NatGateways", Filter=filters)
    return "".join(raw["State"] for raw in found).replace("deleted", "")


def internet_gateways(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """AWS detaches a gateway only once no address in the VPC is mapped through it."""
    client = clients("ec2")
    for found in (removal.found for removal in group):
        if found.facts.get("vpc_id"):
            arguments = {"InternetGatewayId": found.id, "VpcId": found.facts["vpc_id"]}
            detach = partial(call, client, "detach_internet_gateway", absent=DETACHED, subject=found.name, **arguments)
            patience.while_busy(detach, BUSY, f"{words(found.kind)} {found.name}")
    _internet_gateway(clients, group, patience)


def network_acls(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """Subnets that have one, of others perhaps, go back to the VPC's default one."""
    client = clients("ec2")
    vpcs_of = sorted({str(removal.found.facts["vpc_id"]) for removal in group})
    in_vpcs = [{"Name": "vpc-id", "Values": vpcs_of}]
    acls = pages(client, "describe_network_acls", "NetworkAcls", Filters=in_vpcs)
    default = {acl["VpcId"]: acl["NetworkAclId"] for acl in acls if acl["IsDefault"]}
    going = {removal.found.id for removal in group}
    for acl in (acl for acl in acls if acl["NetworkAclId"] in going):
        for association in acl["Associations"]:
            arguments = {"AssociationId": association["NetworkAclAssociationId"], "NetworkAclId": default[acl["VpcId"]]}
            name = association["SubnetId"]
            call(client, "replace_network_acl_association", subject=name, absent=NO_ASSOCIATION, **arguments)
    _acl(clients, group, patience)


def security_groups(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """Groups that refer to each other cannot be deleted before the rules in which they do."""
    client = clients("ec2")
    filters = [{"Name": "group-id", "Values": [removal.found.id for removal in group]}]
    for rule in pages(client, "describe_security_group_rules", "SecurityGroupRules", Filters=filters):
        if rule.get("ReferencedGroupInfo", {}).get("GroupId", rule["GroupId"]) != rule["GroupId"]:
            _revoke(client, rule)
    _group(clients, group, patience)


def _revoke(client: Any, rule: dict[str, Any]) -> None:
    method = "revoke_security_group_egress" if rule["IsEgress"] else "revoke_security_group_ingress"
    gone = {"InvalidSecurityGroupRuleId.NotFound"}
    ids = [rule["SecurityGroupRuleId"]]
    call(client, method, subject=rule["GroupId"], absent=gone, GroupId=rule["GroupId"], SecurityGroupRuleIds=ids)


def route_tables(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    client = clients("ec2")
    filters = [{"Name": "route-table-id", "Values": [removal.found.id for removal in group]}]
    for table in pages(client, "describe_route_tables", "RouteTables", Filters=filters):
        for association in table.get("Associations", ()):
            name = association["RouteTableAssociationId"]
            call(client, "disassociate_route_table", subject=name, absent=NO_ASSOCIATION, AssociationId=name)
    _table(clients, group, patience)

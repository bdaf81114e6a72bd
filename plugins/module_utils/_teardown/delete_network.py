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
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
BUSY = frozenset({"DependencyViolation"})
NO_ENDPOINT = {"InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"}

_group = Deletion("ec2", "delete_security_group", "GroupId", frozenset({"InvalidGroup.NotFound"}), BUSY, "group-id")
_table = Deletion("ec2", "delete_route_table", "RouteTableId", frozenset({"InvalidRouteTableID.NotFound"}), BUSY)
subnets = Deletion("ec2", "delete_subnet", "SubnetId", frozenset({"InvalidSubnetID.NotFound"}), BUSY, "subnet-id")
vpcs = Deletion("ec2", "delete_vpc", "VpcId", frozenset({"InvalidVpcID.NotFound"}), BUSY, "vpc-id")


def endpoints(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """Their routes leave the route tables only when they are gone."""
    client, ids = clients("ec2"), [removal.found.id for removal in group]
    answer = call(client, "delete_vpc_endpoints", VpcEndpointIds=ids)
    for failure in answer.get("Unsuccessful", ()):
        code, message = failure["Error"]["Code"], failure["Error"].get("Message", "")
        if code not in NO_ENDPOINT:
            raise AwsError("ec2", "DeleteVpcEndpoints", failure["ResourceId"], code, message)
    for removal in group:
        patience.until(partial(_endpoint_state, client, removal.found.id), f"gateway endpoint {removal.found.name}")


def _endpoint_state(client: Any, endpoint: str) -> str:
    found = pages(client, "describe_vpc_endpoints", "VpcEndpoints", absent=NO_ENDPOINT, VpcEndpointIds=[endpoint])
    return "".join(raw["State"].lower() for raw in found).replace("deleted", "")


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
    gone = {"InvalidAssociationID.NotFound"}
    for table in pages(client, "describe_route_tables", "RouteTables", Filters=filters):
        for association in table.get("Associations", ()):
            name = association["RouteTableAssociationId"]
            call(client, "disassociate_route_table", subject=name, absent=gone, AssociationId=name)
    _table(clients, group, patience)

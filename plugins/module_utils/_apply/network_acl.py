# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module vpc_network_acl."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.ec2_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.network_acl import PROTOCOLS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan

NUMBERS = {name: number for number, name in PROTOCOLS.items()}
NO_RULES: dict[str, list[Mapping[str, Any]]] = {"ingress": [], "egress": []}


def apply_network_acl(client: Any, desired: Desired, observed: Observed | None, planned: Plan) -> str | None:
    """Carry out the plan; returns the id of the ACL that there is now."""
    if planned.action is Action.DELETE and observed is not None:
        acl_id = str(observed.attributes["id"])
        _associate(client, _default(client, observed), observed.properties["subnet_ids"])
        call(client, "delete_network_acl", NetworkAclId=acl_id, subject=desired.name)
        return None
    acl_id = str(observed.attributes["id"]) if observed else _create(client, desired)
    after = {change.property: change.after for change in planned.changes}
    # Rules before subnets: an ACL without rules lets nothing through.
    for direction, none in NO_RULES.items():
        if direction in after:
            before = observed.properties[direction] if observed else none
            _rules(client, acl_id, direction == "egress", before, after[direction])
    if "subnet_ids" in after:
        _move(client, acl_id, observed, after["subnet_ids"])
    if observed:
        apply_tags(client, acl_id, planned)
    return acl_id


def _create(client: Any, desired: Desired) -> str:
    arguments: dict[str, Any] = {"VpcId": desired.properties["vpc_id"], "ClientToken": str(uuid.uuid4())}
    if desired.tags:
        arguments["TagSpecifications"] = [{"ResourceType": "network-acl", "Tags": from_tags(desired.tags)}]
    made = call(client, "create_network_acl", subject=desired.name, **arguments)
    return str(made["NetworkAcl"]["NetworkAclId"])


def _rules(
    client: Any, acl_id: str, egress: bool, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> None:
    """New ones and changed ones first, so that what is allowed before and after is never refused in between."""
    had, wanted = ({rule["rule_number"]: rule for rule in rules} for rules in (before, after))
    for number, rule in sorted(wanted.items()):
        if had.get(number) != rule:
            method = "replace_network_acl_entry" if number in had else "create_network_acl_entry"
            call(client, method, subject=acl_id, NetworkAclId=acl_id, Egress=egress, **_entry(rule))
    for number in sorted(had.keys() - wanted.keys()):
        arguments = {"NetworkAclId": acl_id, "Egress": egress, "RuleNumber": number}
        call(client, "delete_network_acl_entry", subject=acl_id, **arguments)


def _entry(rule: Mapping[str, Any]) -> dict[str, Any]:
    block = rule["cidr_block"]
    entry: dict[str, Any] = {
        "RuleNumber": rule["rule_number"],
        "Protocol": NUMBERS.get(rule["protocol"], rule["protocol"]),
        "RuleAction": rule["action"],
        "Ipv6CidrBlock" if ":" in block else "CidrBlock": block,
    }
    if rule["from_port"] is not None:
        entry["PortRange"] = {"From": rule["from_port"], "To": rule["to_port"]}
    if rule["protocol"] == "icmp":
        entry["IcmpTypeCode"] = {"Type": -1, "Code": -1}
    return entry


def _move(client: Any, acl_id: str, observed: Observed | None, after: Iterable[str]) -> None:
    before = set(observed.properties["subnet_ids"]) if observed else set()
    wanted = set(after)
    _associate(client, acl_id, wanted - before)
    if observed and before - wanted:
        _associate(client, _default(client, observed), before - wanted)


def _associate(client: Any, acl_id: str, subnets: Iterable[str]) -> None:
    """Every subnet has one ACL at all times; giving it another is one call."""
    moving = sorted(subnets)
    if not moving:
        return
    by_subnet = [{"Name": "association.subnet-id", "Values": moving}]
    for acl in pages(client, "describe_network_acls", "NetworkAcls", Filters=by_subnet):
        for association in acl["Associations"]:
            if association["SubnetId"] in moving:
                arguments = {"AssociationId": association["NetworkAclAssociationId"], "NetworkAclId": acl_id}
                call(client, "replace_network_acl_association", subject=association["SubnetId"], **arguments)


def _default(client: Any, observed: Observed) -> str:
    """The ACL of subnets that have no other."""
    vpc_id = observed.properties["vpc_id"]
    filters = [{"Name": "vpc-id", "Values": [vpc_id]}, {"Name": "default", "Values": ["true"]}]
    (acl,) = pages(client, "describe_network_acls", "NetworkAcls", Filters=filters, subject=vpc_id)
    return str(acl["NetworkAclId"])

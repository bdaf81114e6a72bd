# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module vpc_interface_endpoint."""

from __future__ import annotations

import uuid
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.ec2_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Observed, Plan

GONE = {"InvalidVpcEndpoint.NotFound", "InvalidVpcEndpointId.NotFound"}
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
LISTS = {"subnet_ids": "SubnetIds", "security_group_ids": "SecurityGroupIds"}


def apply_interface_endpoint(
    client: Any, region: str, desired: Desired, observed: Observed | None, planned: Plan
) -> str | None:
    """Carry out the plan; returns the id of the endpoint that there is now."""
    if observed is None:
        return _create(client, region, desired)
    endpoint_id = str(observed.attributes["id"])
    if planned.action is Action.DELETE:
        _delete(client, endpoint_id, desired.name)
        return None
    settings: dict[str, Any] = {}
    for change in planned.changes:
        settings |= _settings(change)
    if settings:
        call(client, "modify_vpc_endpoint", VpcEndpointId=endpoint_id, subject=planned.name, **settings)
    apply_tags(client, endpoint_id, planned)
    return endpoint_id


def _create(client: Any, region: str, desired: Desired) -> str:
    """The token makes the retries of this call one; a run killed after it finds the endpoint by VPC and service."""
    p = desired.properties
    arguments: dict[str, Any] = {theirs: list(p[ours]) for ours, theirs in LISTS.items() if ours in p}
    if "private_dns_enabled" in p:
        arguments["PrivateDnsEnabled"] = p["private_dns_enabled"]
    if desired.tags:
        arguments["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": from_tags(desired.tags)}]
    made = call(
        client,
        "create_vpc_endpoint",
        subject=desired.name,
        VpcEndpointType="Interface",
        VpcId=p["vpc_id"],
        ServiceName=f"com.amazonaws.{region}.{p['service']}",
        ClientToken=str(uuid.uuid4()),
        **arguments,
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def _settings(change: Change) -> dict[str, Any]:
    if change.property == "private_dns_enabled":
        return {"PrivateDnsEnabled": change.after}
    if change.property not in LISTS:
        return {}
    before, after, name = set(change.before), set(change.after), LISTS[change.property]
    arguments = {f"Add{name}": sorted(after - before), f"Remove{name}": sorted(before - after)}
    return {argument: ids for argument, ids in arguments.items() if ids}


def _delete(client: Any, endpoint_id: str, name: str) -> None:
    """AWS answers 200 and lists what it did not delete:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html"""
    answer = call(client, "delete_vpc_endpoints", VpcEndpointIds=[endpoint_id], subject=name)
    for error in (failed["Error"] for failed in answer.get("Unsuccessful", ())):
        if error["Code"] not in GONE:
            raise AwsError("ec2", "DeleteVpcEndpoints", name, error["Code"], error.get("Message", ""))

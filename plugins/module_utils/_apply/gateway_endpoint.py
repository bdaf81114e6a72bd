# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module vpc_gateway_endpoint."""

from __future__ import annotations

import json
import uuid
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, call, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.ec2_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Observed, Plan


def apply_gateway_endpoint(
    client: Any, region: str, desired: Desired, observed: Observed | None, planned: Plan
) -> str | None:
    """Carry out the plan; returns the id of the endpoint that there is now."""
    if observed is None:
        return _create(client, region, desired)
    endpoint_id = str(observed.attributes["id"])
    if planned.action is Action.DELETE:
        _delete(client, endpoint_id, desired.name)
        return None
    _update(client, endpoint_id, planned)
    return endpoint_id


def _create(client: Any, region: str, desired: Desired) -> str:
    """The token makes the retries of this call one; a run killed after it finds the endpoint by VPC and service."""
    p = desired.properties
    arguments: dict[str, Any] = {"RouteTableIds": list(p.get("route_table_ids", ()))}
    if "policy" in p:
        arguments["PolicyDocument"] = json.dumps(p["policy"])
    if desired.tags:
        arguments["TagSpecifications"] = [{"ResourceType": "vpc-endpoint", "Tags": from_tags(desired.tags)}]
    made = call(
        client,
        "create_vpc_endpoint",
        subject=desired.name,
        VpcEndpointType="Gateway",
        VpcId=p["vpc_id"],
        ServiceName=f"com.amazonaws.{region}.{p['service']}",
        ClientToken=str(uuid.uuid4()),
        **arguments,
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def _update(client: Any, endpoint_id: str, planned: Plan) -> None:
    settings: dict[str, Any] = {}
    for change in planned.changes:
        if change.property == "policy":
            settings["PolicyDocument"] = json.dumps(change.after)
        elif change.property == "route_table_ids":
            settings |= _routes(change)
    if settings:
        call(client, "modify_vpc_endpoint", VpcEndpointId=endpoint_id, subject=planned.name, **settings)
    apply_tags(client, endpoint_id, planned)


def _routes(change: Change) -> dict[str, list[str]]:
    before, after = set(change.before), set(change.after)
    arguments = {"AddRouteTableIds": sorted(after - before), "RemoveRouteTableIds": sorted(before - after)}
    return {name: ids for name, ids in arguments.items() if ids}


def _delete(client: Any, endpoint_id: str, name: str) -> None:
    """AWS answers 200 and lists what it did not delete:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html"""
    for failed in call(client, "delete_vpc_endpoints", VpcEndpointIds=[endpoint_id], subject=name).get(
        "Unsuccessful", ()
    ):
        if failed["Error"]["Code"] != "InvalidVpcEndpoint.NotFound":
            raise AwsError(
                "ec2", "DeleteVpcEndpoints", name, failed["Error"]["Code"], failed["Error"].get("Message", "")
            )

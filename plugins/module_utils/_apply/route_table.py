# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module vpc_route_table."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, from_tags, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.ec2_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.route_table import destination_field, target_field
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan

NO_ASSOCIATION = {"InvalidAssociationID.NotFound"}


def apply_route_table(client: Any, desired: Desired, observed: Observed | None, planned: Plan) -> str | None:
    """Carry out the plan; returns the id of the table that there is now."""
    if planned.action is Action.DELETE and observed is not None:
        _disassociate(client, observed, observed.properties["subnet_ids"])
        call(client, "delete_route_table", RouteTableId=observed.attributes["id"], subject=desired.name)
        return None
    table_id = str(observed.attributes["id"]) if observed else _create(client, desired)
    before = observed.properties if observed else {"routes": [], "subnet_ids": []}
    after = {change.property: change.after for change in planned.changes}
    # Routes first: a subnet never has a table that leads nowhere.
    _routes(client, table_id, before["routes"], after.get("routes"))
    _subnets(client, table_id, observed, before["subnet_ids"], after.get("subnet_ids"))
    if observed:
        apply_tags(client, table_id, planned)
    return table_id


def _create(client: Any, desired: Desired) -> str:
    arguments: dict[str, Any] = {"VpcId": desired.properties["vpc_id"], "ClientToken": str(uuid.uuid4())}
    if desired.tags:
        arguments["TagSpecifications"] = [{"ResourceType": "route-table", "Tags": from_tags(desired.tags)}]
    made = call(client, "create_route_table", subject=desired.name, **arguments)
    return str(made["RouteTable"]["RouteTableId"])


def _routes(
    client: Any, table_id: str, before: Iterable[Mapping[str, str]], after: Iterable[Mapping[str, str]] | None
) -> None:
    if after is None:
        return
    had = {route["destination"]: route["target"] for route in before}
    wanted = {route["destination"]: route["target"] for route in after}
    for destination in sorted(had.keys() - wanted.keys()):
        call(client, "delete_route", subject=table_id, RouteTableId=table_id, **_to(destination))
    for destination, target in wanted.items():
        if had.get(destination) != target:
            method = "replace_route" if destination in had else "create_route"
            arguments = {**_to(destination), str(target_field(target)): target}
            call(client, method, subject=table_id, RouteTableId=table_id, **arguments)


def _to(destination: str) -> dict[str, str]:
    return {destination_field(destination): destination}


def _subnets(
    client: Any, table_id: str, observed: Observed | None, before: Iterable[str], after: Iterable[str] | None
) -> None:
    """A subnet moves from another table in one call, so that it has one at all times."""
    if after is None:
        return
    gained = sorted(set(after) - set(before))
    elsewhere = _associations(client, "association.subnet-id", gained) if gained else {}
    for subnet in gained:
        if subnet in elsewhere:
            arguments = {"AssociationId": elsewhere[subnet], "RouteTableId": table_id}
            call(client, "replace_route_table_association", subject=subnet, **arguments)
        else:
            call(client, "associate_route_table", subject=subnet, RouteTableId=table_id, SubnetId=subnet)
    if observed:
        _disassociate(client, observed, sorted(set(before) - set(after)))


def _disassociate(client: Any, observed: Observed, subnets: Iterable[str]) -> None:
    lost = set(subnets)
    if not lost:
        return
    for subnet, association in _associations(client, "route-table-id", [observed.attributes["id"]]).items():
        if subnet in lost:
            call(client, "disassociate_route_table", subject=subnet, absent=NO_ASSOCIATION, AssociationId=association)


def _associations(client: Any, by: str, values: list[str]) -> dict[str, str]:
    """Ids of the associations that subnets have with route tables, by subnet."""
    found = pages(client, "describe_route_tables", "RouteTables", Filters=[{"Name": by, "Values": values}])
    return {
        a["SubnetId"]: a["RouteTableAssociationId"]
        for table in found
        for a in table.get("Associations", ())
        if "SubnetId" in a
    }

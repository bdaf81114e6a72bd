# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads Lambda functions, and the network interfaces that outlive them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
OF_LAMBDA = [{"Name": "interface-type", "Values": ["lambda"]}]


def functions(look: Look) -> Iterator[Found]:
    """Also those of the inventory that are gone and whose interfaces are not: a run was stopped while it waited.

    ``shared``: another function has the same groups, and with them the interfaces, which then stay.
    """
    client = look.clients("lambda")
    every = pages(client, "list_functions", "Functions")
    there = {raw["FunctionName"] for raw in every}
    for raw in every:
        name, arn = raw["FunctionName"], raw["FunctionArn"]
        if look.asks_about("lambda_function", name, arn):
            tags = call(client, "list_tags", Resource=arn, subject=name, absent={"ResourceNotFoundException"})
            if tags is not None:
                facts = {"vpc_id": _vpc_id(raw), "shared": _shared(raw, every)}
                yield Found("lambda_function", name, name, tags.get("Tags", {}), facts)
    for name in sorted(look.names.get("lambda_function", frozenset()) - there):
        if interfaces_of(look.clients, name):
            yield Found("lambda_function", name, name, look.owner.tags(), {"shared": False})


def functions_in(look: Look, vpc_ids: Sequence[str]) -> Iterator[Found]:
    """Whosever they are."""
    for raw in pages(look.clients("lambda"), "list_functions", "Functions"):
        if _vpc_id(raw) in vpc_ids:
            name = raw["FunctionName"]
            yield Found("lambda_function", name, name, {}, {"vpc_id": _vpc_id(raw)})


def interfaces_of(clients: Clients, function: str) -> list[str]:
    """The interfaces that Lambda made for a function. It describes them by its name."""
    found = pages(clients("ec2"), "describe_network_interfaces", "NetworkInterfaces", Filters=OF_LAMBDA)
    begin = f"AWS Lambda VPC ENI-{function}-"
    # A function's name may begin with another's; after it comes a UUID.
    return [
        str(raw["NetworkInterfaceId"])
        for raw in found
        if raw.get("Description", "").startswith(begin) and raw["Description"].count("-") == begin.count("-") + 4
    ]


def _groups(raw: Mapping[str, Any]) -> set[str]:
    return set((raw.get("VpcConfig") or {}).get("SecurityGroupIds", ()))


def _vpc_id(raw: Mapping[str, Any]) -> str:
    return str((raw.get("VpcConfig") or {}).get("VpcId", ""))


def _shared(raw: Mapping[str, Any], every: Sequence[Mapping[str, Any]]) -> bool:
    others = (other for other in every if other["FunctionName"] != raw["FunctionName"])
    return bool(_groups(raw)) and any(_groups(other) == _groups(raw) for other in others)

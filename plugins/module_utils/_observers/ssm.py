# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of parameters: the wanted ones, and an owner's others under the same paths."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, lots, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import ssm_parameter
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import (
    confirmed_tags,
    indexed_tags,
    refuse_unowned,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html: Names
MOST_NAMES = 10
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html: Values, MaxResults
MOST_DESCRIPTIONS = 50


def observe_parameters(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return _observe(scope, wanted, ssm_parameter.by_path(wanted))


def observe_path(scope: Scope, wanted: Sequence[Desired], path: str) -> Iterator[Observed]:
    """Parameters under a path: the wanted ones, whosever they are, and all others of the owner."""
    return _observe(scope, wanted, [path])


def _observe(scope: Scope, wanted: Sequence[Desired], paths: Collection[str]) -> Iterator[Observed]:
    """By name, ten together, whatever their paths: what the index knows of somebody's own is all there is to find."""
    client = scope.clients("ssm")
    by_name = {desired.name: desired for desired in wanted}
    indexed = indexed_tags(scope, "ssm:parameter")
    owned = {name for arn in indexed for name in names_of(arn) if is_under(paths, name)}
    described = _descriptions(client, [name for name in by_name if "description" in by_name[name].properties])
    for names in lots(by_name.keys() | owned, MOST_NAMES):
        for raw in call(client, "get_parameters", Names=names, subject=", ".join(names))["Parameters"]:
            name = raw["Name"]
            tags = confirmed_tags(indexed.get(raw["ARN"]), by_name.get(name), partial(parameter_tags, client, name))
            yield ssm_parameter.from_aws(raw, described.get(name), tags)


def names_of(arn: str) -> list[str]:
    """arn:aws:ssm:region:account:parameter/a/b is that of /a/b; that of a name without levels tells no slash:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html"""
    name = arn.split(":", 5)[5].removeprefix("parameter")
    return [name] if "/" in name[1:] else [name, name[1:]]


def is_under(paths: Iterable[str], name: str) -> bool:
    return any(name.startswith(f"{path.rstrip('/')}/") or path == "/" for path in paths)


def _descriptions(client: Any, names: Collection[str]) -> dict[str, str]:
    """GetParameters leaves them out."""
    found: dict[str, str] = {}
    for lot in lots(names, MOST_DESCRIPTIONS):
        filters = [{"Key": "Name", "Option": "Equals", "Values": lot}]
        paging = {"PageSize": MOST_DESCRIPTIONS}
        read = pages(
            client,
            "describe_parameters",
            "Parameters",
            subject=", ".join(lot),
            ParameterFilters=filters,
            PaginationConfig=paging,
        )
        found |= {raw["Name"]: raw.get("Description", "") for raw in read}
    return found


def parameter_tags(client: Any, name: str) -> Mapping[str, str]:
    gone = {"InvalidResourceId"}
    found = call(client, "list_tags_for_resource", ResourceType="Parameter", ResourceId=name, subject=name, absent=gone)
    return to_tags((found or {}).get("TagList"))


def under_path(wanted: Sequence[Desired], observed: Observed) -> bool:
    """A document decides about the parameters under its paths: a deployment has others under the paths of others."""
    return is_under(ssm_parameter.by_path(wanted), observed.name)


SSM_PARAMETER = Handler(
    ssm_parameter.SSM_PARAMETER, observe_parameters, verify=refuse_unowned, prune=True, within=under_path
)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of an owner's parameters under one path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import ssm_parameter
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import (
    confirmed_tags,
    indexed_tags,
    refuse_unowned,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def observe_parameters(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    for path, of_path in ssm_parameter.by_path(wanted).items():
        yield from observe_path(scope, of_path, path)


def observe_path(scope: Scope, wanted: Sequence[Desired], path: str) -> Iterator[Observed]:
    """Parameters under a path: the wanted ones, whosever they are, and all others of the owner."""
    client = scope.clients("ssm")
    by_name = {desired.name: desired for desired in wanted}
    indexed = indexed_tags(scope, "ssm:parameter")
    found = pages(client, "get_parameters_by_path", "Parameters", Path=path, Recursive=True, subject=path)
    described = _descriptions(client, path) if any("description" in desired.properties for desired in wanted) else {}
    for raw in found:
        name, arn = raw["Name"], raw["ARN"]
        if name in by_name or arn in indexed:
            tags = confirmed_tags(indexed.get(arn), by_name.get(name), partial(parameter_tags, client, name))
            yield ssm_parameter.from_aws(raw, described.get(name), tags)


def _descriptions(client: Any, path: str) -> dict[str, str]:
    """GetParametersByPath leaves them out:
    https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html"""
    filters = [{"Key": "Path", "Option": "Recursive", "Values": [path]}]
    found = pages(client, "describe_parameters", "Parameters", ParameterFilters=filters, subject=path)
    return {raw["Name"]: raw.get("Description", "") for raw in found}


def parameter_tags(client: Any, name: str) -> Mapping[str, str]:
    gone = {"InvalidResourceId"}
    found = call(client, "list_tags_for_resource", ResourceType="Parameter", ResourceId=name, subject=name, absent=gone)
    return to_tags((found or {}).get("TagList"))


def under_path(wanted: Sequence[Desired], observed: Observed) -> bool:
    """A document decides about the parameters under its path: a deployment has others under the paths of others."""
    path = ssm_parameter.common_path(desired.name for desired in wanted)
    return observed.name.startswith(path if path.endswith("/") else f"{path}/")


SSM_PARAMETER = Handler(
    ssm_parameter.SSM_PARAMETER, observe_parameters, verify=refuse_unowned, prune=True, within=under_path
)

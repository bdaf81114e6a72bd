# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Whose resources are, from the Resource Groups Tagging API: one paged call instead of one per resource.

Its index lags behind the services, so a difference in it is confirmed with the service itself before anybody acts on it.
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, tag_changes

Tags = Mapping[str, str]


def indexed_tags(scope: Scope, resource_type: str) -> dict[str, dict[str, str]]:
    """ARN to tags of the owner's resources of a type such as ``cloudwatch:alarm``, as the index knows them."""
    filters = [{"Key": key, "Values": [value]} for key, value in sorted(scope.owner.tags().items())]
    found = pages(
        scope.clients("resourcegroupstaggingapi"),
        "get_resources",
        "ResourceTagMappingList",
        ResourceTypeFilters=[resource_type],
        TagFilters=filters,
        PaginationConfig={"PageSize": 100},
    )
    return {entry["ResourceARN"]: to_tags(entry["Tags"]) for entry in found}


def confirmed_tags(indexed: Tags | None, desired: Desired | None, read: Callable[[], Tags]) -> Tags:
    """The indexed tags where they are as wanted; else what the service says now."""
    if indexed is not None and desired is not None and not tag_changes(desired.tags, indexed):
        return indexed
    return read()


def refuse_unowned(scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """Kinds that are created with their tags in one call: what bears no ownership tags was made by somebody else, and is not adopted."""
    if observed is not None and not scope.owner.owns(observed.tags):
        message = f"exists and has no ownership tags of system {scope.owner.system}, suffix {scope.owner.suffix}. Choose another name, or delete it."
        yield Problem(desired.keys.get("name", "name"), desired.key, message)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Which resources are an owner's, by the Resource Groups Tagging API: one paged call.

Its index lags behind the services: a difference in it is confirmed with the service itself before anybody acts on it.
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
    """For kinds that are created together with their tags: what lacks ours is somebody else's, and only taken over when
    the document says so."""
    if observed is not None and not desired.adopt and not scope.owner.owns(observed.tags):
        ours = ", ".join(f"{key}={value}" for key, value in scope.owner.tags().items())
        what = f"exists and is not ours: it lacks the tags {ours}."
        message = f"{what} Choose another name, delete it first, or take it over with adopt=true (-e adopt=true)."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)

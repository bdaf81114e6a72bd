# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Which resources are an owner's, by the Resource Groups Tagging API: one paged call.

Its index lags behind the services: a difference in it is confirmed with the service itself before anybody acts on it.
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, tag_changes

Tags = Mapping[str, str]


# https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagFilter.html
MOST_VALUES = 20


# What a plan takes from the index. Of RDS not everything: a database has dozens of snapshots.
PLANNED = ["cloudwatch:alarm", "kms", "logs", "rds:cluster-pg", "rds:es", "rds:pg", "rds:subgrp", "s3", "sns", "ssm"]


def current_tags(scope: Scope, arn: str, desired: Desired | None, read: Callable[[], Tags]) -> Tags:
    """Tags of a resource: the index's where a plan may believe it, else those that the service has."""
    return confirmed_tags(indexed_tags(scope, "").get(arn), desired, read) if scope.indexed else read()


def indexed_tags(scope: Scope, resource_type: str) -> dict[str, dict[str, str]]:
    """ARN to tags of the owner's resources of a type such as ``cloudwatch:alarm``, as the index knows them.

    A plan reads the index once, for all types that it needs.
    """
    if not scope.indexed:
        return _index(scope, [resource_type])
    whose = json.dumps(scope.tag_values())
    found: dict[str, dict[str, str]] = scope.clients.once("index", whose, lambda: _index(scope, PLANNED))
    return {arn: tags for arn, tags in found.items() if _has_type(arn, resource_type)}


def _has_type(arn: str, resource_type: str) -> bool:
    """``ssm:parameter`` as arn:aws:ssm:region:account:parameter/name; any for none."""
    service, _colon, kind = resource_type.partition(":")
    parts = arn.split(":", 5)
    return not service or (parts[2] == service and parts[5].startswith((f"{kind}:", f"{kind}/")))


def _index(scope: Scope, resource_types: list[str]) -> dict[str, dict[str, str]]:
    # No value stands for any: with more than AWS takes, others' are read too, and left out.
    values = scope.tag_values().items()
    filters = [{"Key": key, "Values": several if len(several) <= MOST_VALUES else []} for key, several in values]
    found = pages(
        scope.clients("resourcegroupstaggingapi"),
        "get_resources",
        "ResourceTagMappingList",
        ResourceTypeFilters=resource_types,
        TagFilters=filters,
        PaginationConfig={"PageSize": 100},
    )
    tags = {entry["ResourceARN"]: to_tags(entry["Tags"]) for entry in found}
    return {arn: theirs for arn, theirs in tags.items() if scope.owns(theirs)}


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

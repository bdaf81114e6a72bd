# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads what a teardown decides about. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

Tags = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Look:
    """Whose resources to look for, and what is known of them beforehand.

    ``names``: by kind, what the inventory calls them; ``databases``, ``clusters``: the owner's, of which some may be
    gone; ``indexed``: ARN to tags as the tagging API knows them.
    """

    clients: Clients
    owner: Owner
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    databases: frozenset[str] = frozenset()
    clusters: frozenset[str] = frozenset()
    indexed: Mapping[str, Tags] = field(default_factory=dict)

    def asks_about(self, kind: str, name: str, arn: str = "") -> bool:
        """Whether to read the tags of something, where AWS lists things without them (a request each).

        A name of ours has the suffix in it, is in the inventory, or has been indexed since. Tags then decide.
        """
        return self.owner.suffix in name.lower() or name in self.names.get(kind, ()) or arn in self.indexed


Reader = Callable[[Look], Iterable[Found]]


def with_index(look: Look) -> Look:
    """The tagging API lags behind the services by minutes, so it only says what else to ask the services about.

    https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
    """
    filters = [{"Key": key, "Values": [value]} for key, value in look.owner.tags().items()]
    client = look.clients("resourcegroupstaggingapi")
    found = pages(client, "get_resources", "ResourceTagMappingList", TagFilters=filters)
    return replace(look, indexed={entry["ResourceARN"]: to_tags(entry["Tags"]) for entry in found})


def names_of(resources: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """By kind, the names of a document; what belongs to somebody else (``external``) is not asked about."""
    names: dict[str, frozenset[str]] = {}
    for entry in resources:
        if not entry.get("external"):
            names[entry["kind"]] = names.get(entry["kind"], frozenset()) | {entry["name"]}
    return names

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. What all reads of RDS share: by name for one, in pages for several, and tags by ARN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

INSTANCE_ABSENT = frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"})
CLUSTER_ABSENT = frozenset({"DBClusterNotFoundFault", "DBClusterNotFound"})
PARAMETER_GROUP_ABSENT = frozenset({"DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"})
SUBNET_GROUP_ABSENT = frozenset({"DBSubnetGroupNotFoundFault", "DBSubnetGroupNotFound"})


def described(
    client: Any, method: str, key: str, argument: str, absent: frozenset[str], wanted: Sequence[Desired]
) -> list[Any]:
    """The existing ones of the wanted: one request for one, the pages of all for several."""
    names = {desired.name.lower() for desired in wanted}
    if len(names) == 1:
        return pages(client, method, key, absent=absent, subject=wanted[0].name, **{argument: wanted[0].name})
    found = pages(client, method, key)
    return [raw for raw in found if raw[argument].lower() in names]


def tags_of(client: Any, arn: str) -> dict[str, str]:
    return to_tags(call(client, "list_tags_for_resource", subject=arn, ResourceName=arn)["TagList"])

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An IAM role with its trust, managed and inline policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, canonical_policy, same_policy

NAME_LIMIT = 64


def check(desired: Desired) -> list[Problem]:
    """Role names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    if len(desired.name) <= NAME_LIMIT:
        return []
    return [
        Problem(
            desired.keys.get("name", "name"),
            desired.name,
            f"has {len(desired.name)} characters; a role name has {NAME_LIMIT} at most.",
        )
    ]


def same_policies(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    def canonical(policies: Mapping[str, Any] | None) -> dict[str, Any]:
        return {name: canonical_policy(policy) for name, policy in (policies or {}).items()}

    return canonical(before) == canonical(after)


IAM_ROLE = Kind(
    "iam_role",
    {
        "description": Property(),
        "assume_role_policy": Property(same_policy),
        "managed_policy_arns": Property(as_set),
        "inline_policies": Property(same_policies),
    },
    check,
)


def from_aws(role: Mapping[str, Any], managed: Sequence[Mapping[str, Any]], inline: Mapping[str, Any]) -> Observed:
    properties = {
        "description": role.get("Description", ""),
        "assume_role_policy": role["AssumeRolePolicyDocument"],
        "managed_policy_arns": [policy["PolicyArn"] for policy in managed],
        "inline_policies": dict(inline),
    }
    attributes = {"arn": role["Arn"], "inline_policy_names": sorted(inline)}
    return Observed("iam_role", role["RoleName"], properties, to_tags(role.get("Tags")), attributes)

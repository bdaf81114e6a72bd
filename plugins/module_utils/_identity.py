# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Who a deployment is: the rules over its system, suffix and environment, and the tags they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._owner import (
    ENVIRONMENTS,
    SUFFIX_PATTERN,
    SYSTEM_PATTERN,
    Owner,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Problem

TAG_LIMIT = 50 - 1 - 7  # AWS allows 50 a resource: less Name and the seven below


def problems(system: str, suffix: str, environment: str, extra_tags: Mapping[str, Any]) -> Iterable[Problem]:
    """What AWS or the naming scheme would refuse. Tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"""
    if not SYSTEM_PATTERN.fullmatch(system):
        yield Problem("system", system, "allowed: 1 to 20 lower-case letters and digits, beginning with a letter.")
    if not SUFFIX_PATTERN.fullmatch(suffix):
        yield Problem(
            "env_suffix",
            suffix,
            "allowed: 1 to 12 lower-case letters and digits, beginning with a letter, such as prod or pr42.",
        )
    if environment not in ENVIRONMENTS:
        yield Problem("env", environment, f"allowed: {', '.join(ENVIRONMENTS)}.")
    for key, value in extra_tags.items():
        if key.lower().startswith("aws:") or key.startswith("pgfleet:"):
            yield Problem(
                f"extra_tags.{key}",
                value,
                "tags that begin with aws: or pgfleet: are not yours to set. Choose another key.",
            )
        if len(key) > 128 or len(str(value)) > 256:
            yield Problem(f"extra_tags.{key}", value, "a tag has a key of 128 characters and a value of 256 at most.")
    if len(extra_tags) > TAG_LIMIT:
        yield Problem("extra_tags", len(extra_tags), f"at most {TAG_LIMIT} tags of your own fit on a resource.")


def tags(
    owner: Owner, environment: str, project: str, cost_center: str, extra_tags: Mapping[str, Any]
) -> dict[str, str]:
    """The tags of every resource but ``Name``; the operator's own come first and cannot shadow ours."""
    common = {
        "Environment": ENVIRONMENTS[environment],
        "Project": project,
        "CostCenter": cost_center,
        "ManagedBy": "Ansible",
    }
    return {k: str(v) for k, v in extra_tags.items()} | common | owner.tags()


def account_problem(account_id: str, allowed: Iterable[str]) -> list[Problem]:
    permitted = [str(a) for a in allowed]
    if account_id in permitted:
        return []
    message = f"these credentials are of account {account_id}. Use credentials of an allowed account, or add this one to the inventory."
    return [Problem("allowed_account_ids", ", ".join(permitted) or "none", message)]

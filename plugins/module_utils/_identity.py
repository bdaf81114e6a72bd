# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Who a deployment is: the rules over its names, and the tags that they give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._owner import (
    ENVIRONMENTS,
    SUFFIX_PATTERN,
    SYSTEM_PATTERN,
    Owner,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Problem

# What every service takes: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
TAG_TEXT = re.compile(r"[\w .:/=+@-]*")
KEY_LIMIT, VALUE_LIMIT = 128, 256
CHARACTERS = "letters, digits, spaces and . : / = + @ - _"

OUR_KEYS = ("Name", "Environment", "Project", "CostCenter", "ManagedBy")
# AWS allows 50 a resource: less these, the two of ownership, and two that say more of a subnet or a secret.
TAG_LIMIT = 50 - len(OUR_KEYS) - 2 - 2


def problems(system: str, suffix: str, environment: str, extra_tags: Mapping[str, Any]) -> Iterable[Problem]:
    """What AWS or the naming scheme would refuse."""
    if not SYSTEM_PATTERN.fullmatch(system):
        yield Problem("system", system, "allowed: 1 to 20 lower-case letters and digits, beginning with a letter.")
    if not SUFFIX_PATTERN.fullmatch(suffix):
        message = "allowed: 1 to 12 lower-case letters and digits, beginning with a letter, such as prod or pr42."
        yield Problem("env_suffix", suffix, message)
    if environment not in ENVIRONMENTS:
        yield Problem("env", environment, f"allowed: {', '.join(ENVIRONMENTS)}.")
    for key, value in extra_tags.items():
        yield from (Problem(f"extra_tags.{key}", value, message) for message in _key_faults(key))
    yield from tag_value_problems({f"extra_tags.{key}": value for key, value in extra_tags.items()})
    if len(extra_tags) > TAG_LIMIT:
        yield Problem("extra_tags", len(extra_tags), f"at most {TAG_LIMIT} tags of your own fit on a resource.")


def _key_faults(key: str) -> Iterable[str]:
    if key.lower().startswith("aws:") or key.startswith("pgfleet:"):
        yield "tags that begin with aws: or pgfleet: are not yours to set. Choose another key."
    if not 0 < len(key) <= KEY_LIMIT or not TAG_TEXT.fullmatch(key):
        yield f"a tag has a key of 1 to {KEY_LIMIT} {CHARACTERS}."
    if key not in OUR_KEYS and key.lower() in {ours.lower() for ours in OUR_KEYS}:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
        yield "IAM does not tell it from a tag that every resource has, which differs in case. Choose another key."


def tag_value_problems(values: Mapping[str, Any]) -> Iterable[Problem]:
    """Inputs that become the values of tags, by name."""
    for name, value in values.items():
        if len(str(value)) > VALUE_LIMIT or not TAG_TEXT.fullmatch(str(value)):
            yield Problem(name, value, f"becomes the value of a tag: {VALUE_LIMIT} {CHARACTERS} at most.")


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
    remedy = "Use credentials of an allowed account, or add this one to the inventory."
    message = f"these credentials are of account {account_id}. {remedy}"
    return [Problem("allowed_account_ids", ", ".join(permitted) or "none", message)]

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A customer-managed KMS key behind an alias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    plan,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import same_policy


def check(desired: Desired) -> list[Problem]:
    """Alias names: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html"""
    if desired.name.startswith("alias/") and not desired.name.startswith("alias/aws/"):
        return []
    return [
        Problem(
            desired.keys.get("name", "name"), desired.name, "a key's alias begins with alias/ and not with alias/aws/."
        )
    ]


KMS_KEY = Kind(
    "kms_key",
    {
        "alias": Property(),
        "description": Property(),
        "policy": Property(same_policy),
        "enable_key_rotation": Property(),
        "enabled": Property(),
    },
    check,
)


def from_aws(
    name: str, alias: str | None, metadata: Mapping[str, Any], policy: str, rotation: bool, tags: Mapping[str, str]
) -> Observed:
    """``alias`` is None for a key that a killed run has made and not yet named."""
    properties = {
        "alias": alias,
        "description": metadata.get("Description", ""),
        "policy": policy,
        "enable_key_rotation": rotation,
        "enabled": metadata["KeyState"] == "Enabled",
    }
    attributes = {"id": metadata["KeyId"], "arn": metadata["Arn"], "state": metadata["KeyState"]}
    return Observed("kms_key", name, properties, tags, attributes)


def without_alias(observed: Observed, alias_key: str) -> Observed:
    """A key of ours whose alias leads to the key ``alias_key``, if to any."""
    return replace(observed, attributes={**observed.attributes, "_alias_key": alias_key})


def plan_kms_key(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """An alias that leads to another key is not taken away from it: something may be encrypted by that key."""
    other = observed.attributes.get("_alias_key") if observed else None
    if observed is None or not other:
        return plan(kind, desired, observed, allow)
    message = (
        f"leads to the key {other} and not to {observed.attributes['id']}, which bears the tags of this deployment."
        " Move it back (aws kms update-alias), or take the tags away from the key that is not meant."
    )
    problem = Problem(desired.keys.get("name", "name"), desired.name, message)
    return Plan(desired.kind, desired.name, Action.REFUSE, refusals=(problem,))

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Comparisons of values rather than of spellings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

ACCOUNT_ROOT = re.compile(r"arn:[a-z-]+:iam::(\d{12}):root")


def as_set(before: Iterable[Any] | None, after: Iterable[Any] | None) -> bool:
    """Equal whatever the order; elements may be mappings."""
    return canonical_list(before) == canonical_list(after)


def canonical_list(values: Iterable[Any] | None) -> list[str]:
    return sorted(json.dumps(v, sort_keys=True, default=str) for v in values or ())


def at_least(before: float | None, after: float) -> bool:
    """A floor: more than wanted is fine (storage that autoscaling has grown)."""
    return before is not None and before >= after


def same_text(before: str | None, after: str | None) -> bool:
    return (before or "").lower() == (after or "").lower()


def same_key(before: str | None, after: str | None) -> bool:
    """Two spellings of a KMS key: its id or its alias, and the ARN that ends with it."""
    one, other = sorted((before or "", after or ""), key=len)
    return one == other or (bool(one) and other.endswith((f":key/{one}", f":{one}")))


def same_policy(before: Any, after: Any) -> bool:
    """Two IAM policy documents that mean the same.

    A single value and a list of it, the order of actions, resources and statements, and an account id beside its root
    ARN are the same to IAM: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
    """
    return canonical_policy(before) == canonical_policy(after)


def canonical_policy(policy: Any) -> dict[str, Any] | None:
    """One spelling for all policies, as text or as mapping, that mean the same; None where there is none."""
    if not policy:
        return None
    document = json.loads(policy) if isinstance(policy, str) else policy
    statements = _listed(document.get("Statement", []))
    return {
        "Version": document.get("Version", "2008-10-17"),
        "Id": document.get("Id"),
        "Statement": sorted((_statement(s) for s in statements), key=lambda s: json.dumps(s, sort_keys=True)),
    }


def _statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _element(key, value) for key, value in statement.items()}


def _element(key: str, value: Any) -> Any:
    if key in ("Principal", "NotPrincipal"):
        pairs = {"AWS": "*"} if value == "*" else value
        return {kind: sorted({_principal(p) for p in _listed(ids)}) for kind, ids in pairs.items()}
    if key == "Condition":
        return {operator: {k.lower(): _texts(v) for k, v in test.items()} for operator, test in value.items()}
    if key in ("Effect", "Sid"):
        return value
    return sorted({text.lower() for text in _texts(value)}) if key.endswith("Action") else _texts(value)


def _texts(values: Any) -> list[str]:
    """Values of a condition and names, sorted; JSON's true is the text ``true``."""
    return sorted({json.dumps(v) if isinstance(v, bool) else str(v) for v in _listed(values)})


def _principal(principal: str) -> str:
    account = ACCOUNT_ROOT.fullmatch(principal)
    return account[1] if account else principal


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]

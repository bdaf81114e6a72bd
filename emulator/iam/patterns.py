"""Wildcards and variables in policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

ARN_PARTS = 6

# ${key}, ${key, 'default'}; and ${*}, ${?}, ${$} for the characters themselves.
_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")

# What stands for a character that is none of a pattern's.
_LITERAL = {"*": "\ue000", "?": "\ue001"}


class Keys(Protocol):
    """The condition keys of a request."""

    def get(self, key: str) -> list[str] | None:
        """Its values, or None if the request has not got it. The case of the name does not matter."""


def substituted(text: str, keys: Keys, *, pattern: bool) -> str | None:
    """With the values of its variables; None if the request has not got one of them.

    In a pattern a value's own asterisks are no wildcards.
    """
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        name, default = match.groups()
        if name in ("*", "?", "$"):
            found: str | None = name
        else:
            values = keys.get(name)
            # A variable of several values has none: the documentation allows single-valued keys only.
            found = values[0] if values and len(values) == 1 else default
        missing = missing or found is None
        return "".join(_LITERAL.get(c, c) if pattern else c for c in found or "")

    result = _VARIABLE.sub(value, text)
    return None if missing else result


def matches(pattern: str, text: str) -> bool:
    """`*` is any text and `?` any character."""
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=100_000)
def matches_any_case(pattern: str, text: str) -> bool:
    return matches(pattern.lower(), text.lower())


def arn_matches(pattern: str, arn: str) -> bool:
    """Part by part, so that no wildcard reaches beyond the colon of its part; the last part has the rest."""
    if pattern == "*":
        return True
    wanted, found = pattern.split(":", ARN_PARTS - 1), arn.split(":", ARN_PARTS - 1)
    if len(wanted) != ARN_PARTS or len(found) != ARN_PARTS:
        return pattern == arn
    return all(matches(one, other) for one, other in zip(wanted, found, strict=True))


@lru_cache(maxsize=10_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    wild = {"*": ".*", "?": ".", _LITERAL["*"]: re.escape("*"), _LITERAL["?"]: re.escape("?")}
    return re.compile("".join(wild.get(c) or re.escape(c) for c in pattern), re.DOTALL)

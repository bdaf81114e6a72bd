# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A Systems Manager parameter, in plain text: secrets belong in Secrets Manager.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Kind,
    Observed,
    Problem,
    Property,
    unknown,
)

NAME = re.compile(r"/(?!aws|ssm)[\w.-]+(/[\w.-]+)*|(?!aws|ssm)[\w.-]+", re.ASCII | re.IGNORECASE)
NAME_LIMIT = 1011
LEVELS = 15
VALUE_BYTES = 4096
TYPES = ("String", "StringList")


def text(value: Any) -> str:
    """A value as AWS keeps it: numbers as text, a list (of type StringList) joined by commas."""
    if isinstance(value, (list, tuple)):
        return ",".join(text(item) for item in value)
    return "" if value is None else str(value)


def check(desired: Desired) -> Iterable[Problem]:
    if not NAME.fullmatch(desired.name) or len(desired.name) > NAME_LIMIT or desired.name.count("/") > LEVELS:
        message = f"a path has letters, digits and . _ -, at most {LEVELS} levels, and does not begin with aws or ssm."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)
    if desired.properties.get("type") not in (None, *TYPES):
        yield desired.problem(
            "type", f"{desired.name}: is none of {', '.join(TYPES)}. Secrets belong in Secrets Manager."
        )
    yield from _check_value(desired)


def _check_value(desired: Desired) -> Iterable[Problem]:
    if unknown(desired.properties.get("value")):
        return
    value = text(desired.properties.get("value"))
    if not value:
        yield desired.problem("value", f"{desired.name}: AWS takes no empty value.", value or "(none)")
    elif len(value.encode()) > VALUE_BYTES:
        message = f"{desired.name}: has {len(value.encode())} bytes; a standard parameter has {VALUE_BYTES} at most."
        yield desired.problem("value", message)
    elif "{{" in value:
        yield desired.problem("value", f"{desired.name}: AWS takes {{{{ for a reference to another parameter.")


SSM_PARAMETER = Kind(
    "ssm_parameter",
    {
        "value": Property(lambda before, after: before == text(after)),
        "type": Property(immutable="AWS cannot change the type of a parameter: delete it, then run again."),
        "description": Property(),
    },
    check,
)


def from_aws(raw: Mapping[str, Any], description: str | None, tags: Mapping[str, str]) -> Observed:
    """The value of a SecureString is never shown, not even encrypted."""
    properties = {
        "value": raw["Value"] if raw["Type"] in TYPES else None,
        "type": raw["Type"],
        "description": description or "",
    }
    return Observed("ssm_parameter", raw["Name"], properties, tags, {"arn": raw["ARN"]})


def common_path(names: Iterable[str]) -> str:
    """The deepest path that all names are under; ``/`` when there is none but the root."""
    paths = [name.split("/")[:-1] for name in names]
    shared: list[str] = []
    for level in zip(*paths, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return "/".join(shared) or "/"


def by_path(wanted: Iterable[Desired]) -> dict[str, list[Desired]]:
    """Parameters by the deepest path that those of the same first level are under.

    The outputs of a deployment and what its applications read have no path in common but the root.
    """
    of_level: dict[str, list[Desired]] = {}
    for desired in wanted:
        of_level.setdefault(desired.name.split("/")[1] if "/" in desired.name else "", []).append(desired)
    return {common_path(desired.name for desired in group): group for group in of_level.values()}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. An alias of a Lambda function: the version that callers get.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Desired,
    Kind,
    Observed,
    Problem,
    Property,
)

# https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
ALIAS = re.compile(r"(?!\d+$)[A-Za-z0-9_-]{1,128}")
VERSION = re.compile(r"[1-9]\d*")


def name_of(function: str, alias: str) -> str:
    return f"{function}:{alias}"


def function_of(name: str) -> str:
    return name.partition(":")[0]


def alias_of(name: str) -> str:
    return name.partition(":")[2]


def check(desired: Desired) -> Iterable[Problem]:
    if not ALIAS.fullmatch(alias_of(desired.name)):
        message = "an alias has 1 to 128 letters, digits, - and _, and is no number."
        yield Problem(desired.keys.get("name", "alias"), alias_of(desired.name), message)
    version = desired.properties.get("version")
    if version not in (None, KNOWN_AFTER_APPLY) and not VERSION.fullmatch(str(version)):
        yield desired.problem("version", "is no published version: they are numbers from 1.")


LAMBDA_ALIAS = Kind(
    "lambda_alias",
    {"version": Property(lambda before, after: before == str(after)), "weights": Property()},
    check,
)


def from_aws(function: str, raw: Mapping[str, Any]) -> Observed:
    """``weights`` are the shares of calls that other versions get, as in a canary release."""
    properties = {
        "version": raw["FunctionVersion"],
        "weights": dict((raw.get("RoutingConfig") or {}).get("AdditionalVersionWeights", {})),
    }
    return Observed("lambda_alias", name_of(function, raw["Name"]), properties, {}, {"arn": raw["AliasArn"]})


def pointed_at(desired: Desired, newest: str | None) -> Desired:
    """An alias that no version is given for goes to the newest."""
    if desired.properties.get("version") is not None:
        return desired
    return replace(desired, properties={**desired.properties, "version": newest or KNOWN_AFTER_APPLY})


def version_problems(desired: Desired, published: Iterable[str]) -> Iterable[Problem]:
    """A version that there is not, to which an alias cannot go back."""
    version, there = desired.properties["version"], sorted(published, key=int)
    if str(version) not in there:
        message = f"is not published. Published: {', '.join(there) or 'none'}."
        yield desired.problem("version", message)

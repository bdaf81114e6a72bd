# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Checks of JSON values, made of one another; each finding names its path.

What is only known after apply passes every check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import unknown

# Path, value, and what is wrong with it.
Finding = tuple[str, Any, str]
Check = Callable[[str, Any], Iterator[Finding]]
Test = Callable[[Any], bool]


def must(test: Test, message: str) -> Check:
    def check(path: str, value: Any) -> Iterator[Finding]:
        if not (isinstance(value, str) and unknown(value)) and not test(value):
            yield path, value, message

    return check


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and float(value).is_integer()


def anything(_path: str, _value: Any) -> Iterator[Finding]:
    return iter(())


text = must(lambda value: isinstance(value, str), "is a text.")
flag = must(lambda value: isinstance(value, bool), "is true or false.")
number = must(_is_number, "is a number.")


def whole(low: int, high: int | None = None) -> Check:
    limits = f"{low} to {high}" if high is not None else f"{low} or more"

    def fits(value: Any) -> bool:
        return _is_whole(value) and value >= low and (high is None or value <= high)

    return must(fits, f"is a whole number, {limits}.")


def one_of(*allowed: str) -> Check:
    return must(lambda value: value in allowed, f"is one of {', '.join(allowed)}.")


def matching(pattern: re.Pattern[str], message: str) -> Check:
    return must(lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None, message)


def listed(of: Check, low: int = 0, high: int | None = None) -> Check:
    """A list of so many; each element is checked by itself."""
    limits = f"{low} to {high}" if high is not None else f"{low} or more"

    def check(path: str, value: Any) -> Iterator[Finding]:
        if not isinstance(value, list | tuple):
            yield from must(lambda _: False, "is a list.")(path, value)
            return
        if len(value) < low or (high is not None and len(value) > high):
            yield path, f"a list of {len(value)}", f"has {limits} elements."
        for index, one in enumerate(value):
            yield from of(f"{path}[{index}]", one)

    return check


def fields(known: Mapping[str, Check], *required: str) -> Check:
    """An object; what it has beside these is left to AWS."""

    def check(path: str, value: Any) -> Iterator[Finding]:
        if not isinstance(value, Mapping):
            yield from must(lambda _: False, "is an object.")(path, value)
            return
        for name in required:
            if value.get(name) is None:
                yield f"{path}.{name}", "(none)", "is required here."
        for name, of in known.items():
            if value.get(name) is not None:
                yield from of(f"{path}.{name}", value[name])

    return check


def all_of(*checks: Check) -> Check:
    def check(path: str, value: Any) -> Iterator[Finding]:
        for one in checks:
            yield from one(path, value)

    return check

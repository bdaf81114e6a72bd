# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A parameter of a DB parameter group: what RDS says of it, values as RDS keeps them.

Values are compared in canonical form, so that '64MB' and '65536' kB, 'on' and '1', 'ALL' and 'all' are the same.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Parameter.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_formula import (
    BadFormula,
    canonical_formula,
    is_formula,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_units import in_unit, unit_of

TRUE = frozenset({"1", "on", "true", "yes", "t", "y"})
FALSE = frozenset({"0", "off", "false", "no", "f", "n"})
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
RANGE = re.compile(rf"({NUMBER})-({NUMBER})")
WORD = re.compile(r"[^\[\](){}*|\\^$]+")
SHOWN_CHOICES = 25


class BadValue(ValueError):
    """What is wrong with a value, as the end of a sentence about it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What RDS says of a parameter. ``value`` is None where the engine's own default holds."""

    name: str
    value: str | None = None
    data_type: str = "string"
    allowed: str = ""
    static: bool = False
    modifiable: bool = True
    user: bool = False
    unit: str = ""

    @property
    def apply_method(self) -> str:
        """A static parameter sent as ``immediate`` is refused by RDS."""
        return "pending-reboot" if self.static else "immediate"

    def ranges(self) -> list[tuple[Fraction, Fraction]]:
        """The allowed ranges of a number; empty when RDS gives none that can be read."""
        found: list[tuple[Fraction, Fraction]] = []
        for part in filter(None, (p.strip() for p in self.allowed.split(","))):
            bounds = RANGE.fullmatch(part)
            single = re.fullmatch(NUMBER, part)
            if bounds:
                found.append((Fraction(bounds[1]), Fraction(bounds[2])))
            elif single:
                found.append((Fraction(part), Fraction(part)))
            else:
                return []
        return found

    def choices(self) -> list[str]:
        """The allowed words; empty when RDS gives a pattern, which only RDS itself can judge."""
        words = [choice.strip() for choice in self.allowed.split(",") if choice.strip()]
        return words if all(WORD.fullmatch(word) for word in words) else []


def from_aws(raw: Mapping[str, Any]) -> Parameter:
    name = raw["ParameterName"]
    return Parameter(
        name,
        raw.get("ParameterValue"),
        raw.get("DataType", "string"),
        raw.get("AllowedValues") or "",
        raw.get("ApplyType") == "static",
        bool(raw.get("IsModifiable", True)),
        raw.get("Source") == "user",
        unit_of(name, raw.get("Description") or ""),
    )


def plain(value: Any) -> str:
    """A value from YAML as text, where nothing is known of the parameter."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple)):
        return ",".join(plain(item) for item in value)
    return str(value)


def canonical(value: Any, parameter: Parameter) -> str:
    """The value as RDS keeps it. Raises BadValue saying what is allowed."""
    text = plain(value).strip()
    if parameter.data_type in ("integer", "boolean") and is_formula(text):
        try:
            return canonical_formula(text)
        except BadFormula as bad:
            raise BadValue(f"is a formula that {bad}.") from bad
    match parameter.data_type:
        case "boolean":
            return _boolean(text)
        case "integer" | "long":
            return _integer(text, parameter)
        case "float" | "double" | "real":
            return _decimal(_number(text, parameter))
        case "list":
            return _list(_word(value, text, parameter), parameter)
        case _:
            return _choice(_word(value, text, parameter), parameter)


def same(before: str | None, after: str, parameter: Parameter) -> bool:
    """Whether what RDS has means the wanted canonical value. What it has may be a spelling that we would refuse."""
    if before is None:
        return False
    try:
        return canonical(before, parameter) == after
    except BadValue:
        return False


def _boolean(text: str) -> str:
    if text.lower() in TRUE:
        return "1"
    if text.lower() in FALSE:
        return "0"
    raise BadValue("is no boolean. Allowed: 1, on, true, 0, off, false, or an RDS formula.")


def _integer(text: str, parameter: Parameter) -> str:
    number = _number(text, parameter)
    if number.denominator != 1:
        counted = f" of {parameter.unit}" if parameter.unit else ""
        raise BadValue(f"is not a whole number{counted}. {_allowed_range(parameter)}")
    return str(number)


def _number(text: str, parameter: Parameter) -> Fraction:
    try:
        number = in_unit(text, parameter.unit)
    except ValueError as bad:
        raise BadValue(f"{bad}. {_allowed_range(parameter)}") from bad
    ranges = parameter.ranges()
    if ranges and not any(low <= number <= high for low, high in ranges):
        raise BadValue(f"is out of range. {_allowed_range(parameter)}")
    return number


def _allowed_range(parameter: Parameter) -> str:
    counted = f" {parameter.unit}" if parameter.unit else ""
    shown = ", ".join(_range_text(*bounds) for bounds in parameter.ranges())
    return f"Allowed: {shown or 'a number'}{counted}."


def _range_text(low: Fraction, high: Fraction) -> str:
    return _decimal(low) if low == high else f"{_decimal(low)} to {_decimal(high)}"


def _decimal(number: Fraction) -> str:
    """As short as it can be written: 0.10 is 0.1. RDS ends the largest ranges at 1.79769e+308."""
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return short if len(short) < len("18446744073709551616") else f"{float(number):g}"


def _list(text: str, parameter: Parameter) -> str:
    """The order counts: libraries are loaded, and schemas searched, in it."""
    items = [item.strip() for item in text.split(",") if item.strip()]
    choices = parameter.choices()
    if not choices:
        return ",".join(items)
    return ",".join(_chosen(item, choices, parameter) for item in items)


def _word(value: Any, text: str, parameter: Parameter) -> str:
    """The allowed word that a boolean means: YAML reads a bare on, off, yes or no as one.

    Some of Aurora's switches are lists of one: apg_plan_mgmt.use_plan_baselines takes true or false.
    """
    if not isinstance(value, bool):
        return text
    spellings = TRUE if value else FALSE
    return next((choice for choice in parameter.choices() if choice.lower() in spellings), text)


def _choice(text: str, parameter: Parameter) -> str:
    """Text; with AllowedValues one of them, or several where RDS says string and PostgreSQL takes a list."""
    choices = parameter.choices()
    if not choices:
        return text
    if text.lower() in (choice.lower() for choice in choices):
        return _chosen(text, choices, parameter)
    return ",".join(_chosen(item.strip(), choices, parameter) for item in text.split(","))


def _chosen(item: str, choices: Sequence[str], parameter: Parameter) -> str:
    """The allowed spelling of an item: PostgreSQL ignores the letter case of enumerations, RDS lists them in either."""
    for choice in choices:
        if choice.lower() == item.lower():
            return choice
    more = f" and {len(choices) - SHOWN_CHOICES} more" if len(choices) > SHOWN_CHOICES else ""
    kind = "may hold" if parameter.data_type == "list" else "is one of"
    raise BadValue(f"has {item!r}, which is not allowed; it {kind}: {', '.join(choices[:SHOWN_CHOICES])}{more}.")

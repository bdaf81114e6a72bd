# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The formulas that RDS takes for integer and boolean parameters.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence

VARIABLES = ("AllocatedStorage", "DBInstanceClassMemory", "DBInstanceVCPU", "EndPointPort", "TrueIfReplica")

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[A-Za-z]+|<=|>=|=<|=>|[-{}(),*/<>$])")
LOOKS = re.compile(r"[{]|^\s*(?:GREATEST|LEAST|SUM)\s*\(", re.IGNORECASE)
COMPARISONS = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    "=<": operator.le,
    ">=": operator.ge,
    "=>": operator.ge,
}
CALCULATIONS: dict[str, Callable[[Sequence[float]], float]] = {"GREATEST": max, "LEAST": min, "SUM": sum}
FUNCTIONS = tuple(CALCULATIONS)
# Of no meaning: for reading a formula whose value nobody asks for.
ANY_VALUES = dict.fromkeys(VARIABLES, 1e9)


class BadFormula(ValueError):
    """What is wrong with a formula, as the end of a sentence about it."""


def is_formula(text: str) -> bool:
    return bool(LOOKS.search(text))


def canonical_formula(text: str) -> str:
    """The formula without blanks, functions in capitals. Raises BadFormula."""
    tokens = _tokens(text)
    _Reader(tokens, ANY_VALUES).whole()
    return "".join(_spelled(token) for token in tokens)


def evaluate(text: str, variables: Mapping[str, float]) -> int:
    """The value of a formula, or of a plain number, rounded down; a comparison is 1 or 0. Raises BadFormula."""
    return math.floor(_Reader(_tokens(text), variables).whole())


def _spelled(token: str) -> str:
    return token.upper() if token.upper() in FUNCTIONS else token


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if not found:
            raise BadFormula(f"has {text[at:].strip()[0]!r}, which no formula has")
        tokens.append(found[1])
        at = found.end()
    return tokens


class _Reader:
    """Recursive descent: comparison = value [op value]; value = [-]number | {product} | FUNCTION(value, ...)."""

    def __init__(self, tokens: list[str], variables: Mapping[str, float]) -> None:
        self._tokens = tokens
        self._variables = variables
        self._at = 0

    def whole(self) -> float:
        value = self._comparison()
        rest = self._tokens[self._at :]
        if rest:
            raise BadFormula(f"has {' '.join(rest)!r} after its end")
        return value

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _expect(self, token: str) -> None:
        found = self._next()
        if found != token:
            raise BadFormula(f"needs {token!r} where it has {found or 'its end'!r}")

    def _comparison(self) -> float:
        value = self._value()
        if self._peek() in COMPARISONS:
            compare = COMPARISONS[self._next()]
            return float(compare(value, self._value()))
        return value

    def _value(self) -> float:
        token = self._peek()
        if token.upper() in FUNCTIONS:
            return self._function()
        if token in ("{", "$"):
            return self._braces()
        return self._number()

    def _function(self) -> float:
        calculate = CALCULATIONS[self._next().upper()]
        self._expect("(")
        values = [self._value()]
        while self._peek() == ",":
            self._next()
            values.append(self._value())
        self._expect(")")
        return calculate(values)

    def _braces(self) -> float:
        # RDS's own defaults of max_worker_processes are written ${DBInstanceVCPU*2}.
        if self._peek() == "$":
            self._next()
        self._expect("{")
        value = self._product()
        self._expect("}")
        return value

    def _product(self) -> float:
        value = self._factor()
        while self._peek() in ("*", "/"):
            if self._next() == "*":
                value *= self._factor()
            else:
                value = _divided(value, self._factor())
        return value

    def _factor(self) -> float:
        word = self._peek()
        if word == "log":
            self._next()
            self._expect("(")
            value = self._product()
            self._expect(")")
            return _logarithm(value)
        if word in VARIABLES:
            return self._variables[self._next()]
        if word[:1].isalpha():
            raise BadFormula(f"has no variable {word}; RDS has {', '.join(VARIABLES)}")
        return self._number()

    def _number(self) -> float:
        sign = 1
        if self._peek() == "-":
            self._next()
            sign = -1
        token = self._next()
        if not token[:1].isdigit():
            raise BadFormula(f"needs a number, {{...}} or {', '.join(FUNCTIONS)} where it has {token or 'its end'!r}")
        return sign * float(token)


def _divided(value: float, by: float) -> float:
    if not by:
        raise BadFormula("divides by 0")
    return value / by


def _logarithm(value: float) -> float:
    if value <= 0:
        raise BadFormula("has the logarithm of what is not above 0")
    return math.log2(value)

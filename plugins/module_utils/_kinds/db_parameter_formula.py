# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The formulas that RDS takes for integer and boolean parameters.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
"""

from __future__ import annotations

import re

VARIABLES = ("AllocatedStorage", "DBInstanceClassMemory", "DBInstanceVCPU", "EndPointPort", "TrueIfReplica")
FUNCTIONS = ("GREATEST", "LEAST", "SUM")

TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[A-Za-z]+|<=|>=|=<|=>|[-{}(),*/<>$])")
LOOKS = re.compile(r"[{]|^\s*(?:GREATEST|LEAST|SUM)\s*\(", re.IGNORECASE)
COMPARISONS = ("<", ">", "<=", ">=", "=<", "=>")


class BadFormula(ValueError):
    """What is wrong with a formula, as the end of a sentence about it."""


def is_formula(text: str) -> bool:
    return bool(LOOKS.search(text))


def canonical_formula(text: str) -> str:
    """The formula without blanks, functions in capitals. Raises BadFormula."""
    tokens = _tokens(text)
    reader = _Reader(tokens)
    reader.comparison()
    if reader.rest():
        raise BadFormula(f"has {' '.join(reader.rest())!r} after its end")
    return "".join(_spelled(token) for token in tokens)


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

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def rest(self) -> list[str]:
        return self._tokens[self._at :]

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

    def comparison(self) -> None:
        self._value()
        if self._peek() in COMPARISONS:
            self._next()
            self._value()

    def _value(self) -> None:
        token = self._peek()
        if token.upper() in FUNCTIONS:
            self._function()
        elif token in ("{", "$"):
            self._braces()
        else:
            self._number()

    def _function(self) -> None:
        self._next()
        self._expect("(")
        self._value()
        while self._peek() == ",":
            self._next()
            self._value()
        self._expect(")")

    def _braces(self) -> None:
        # RDS's own defaults of max_worker_processes are written ${DBInstanceVCPU*2}.
        if self._peek() == "$":
            self._next()
        self._expect("{")
        self._factor()
        while self._peek() in ("*", "/"):
            self._next()
            self._factor()
        self._expect("}")

    def _factor(self) -> None:
        word = self._peek()
        if word == "log":
            self._next()
            self._expect("(")
            self._factor()
            while self._peek() in ("*", "/"):
                self._next()
                self._factor()
            self._expect(")")
        elif word in VARIABLES:
            self._next()
        elif word[:1].isalpha():
            raise BadFormula(f"has no variable {word}; RDS has {', '.join(VARIABLES)}")
        else:
            self._number()

    def _number(self) -> None:
        if self._peek() == "-":
            self._next()
        token = self._next()
        if not token[:1].isdigit():
            raise BadFormula(f"needs a number, {{...}} or {', '.join(FUNCTIONS)} where it has {token or 'its end'!r}")

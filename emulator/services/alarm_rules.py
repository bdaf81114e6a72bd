"""The rule language of composite alarms.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html: AlarmRule
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

# Gives the state of an alarm by its name.
States = Callable[[str], str]
Condition = Callable[[States], bool]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[^()"]+?))\s*\)
        |(?P<word>AND|OR|NOT|TRUE|FALSE)\b
        |(?P<bracket>[()])
    )""",
    re.VERBOSE,
)
_ALARM_ARN = ":alarm:"


class BadRule(Exception):
    """The text is no rule; the message says where it stops being one."""


@dataclass(frozen=True)
class Rule:
    """`is_true` tells whether the rule holds; `children` are the names of the alarms it speaks of."""

    is_true: Condition
    children: frozenset[str]


@dataclass
class _Parser:
    """Recursive descent: OR binds least, then AND, then NOT."""

    tokens: list[re.Match[str]]
    children: set[str] = field(default_factory=set)

    def take(self, *words: str) -> bool:
        found = bool(self.tokens) and (self.tokens[0]["word"] or self.tokens[0]["bracket"]) in words
        if found:
            self.tokens.pop(0)
        return found

    def either(self) -> Condition:
        terms = [self.both()]
        while self.take("OR"):
            terms.append(self.both())
        return lambda states: any(term(states) for term in terms)

    def both(self) -> Condition:
        terms = [self.negation()]
        while self.take("AND"):
            terms.append(self.negation())
        return lambda states: all(term(states) for term in terms)

    def negation(self) -> Condition:
        if self.take("NOT"):
            negated = self.negation()
            return lambda states: not negated(states)
        return self.operand()

    def operand(self) -> Condition:
        if self.take("("):
            inner = self.either()
            if not self.take(")"):
                raise BadRule("a closing parenthesis is missing")
            return inner
        if self.take("TRUE"):
            return lambda _: True
        if self.take("FALSE"):
            return lambda _: False
        if not self.tokens or not self.tokens[0]["state"]:
            raise BadRule("an alarm's state, TRUE, FALSE or a parenthesis is missing")
        return self.state()

    def state(self) -> Condition:
        token = self.tokens.pop(0)
        wanted, name = token["state"], (token["quoted"] or token["bare"]).rpartition(_ALARM_ARN)[2]
        self.children.add(name)
        return lambda states: states(name) == wanted


def parse(text: str) -> Rule:
    """Raises BadRule."""
    parser = _Parser(_tokens(text))
    condition = parser.either()
    if parser.tokens:
        raise BadRule(f"something is wrong from {parser.tokens[0].group().strip()!r} on")
    return Rule(condition, frozenset(parser.children))


def _tokens(text: str) -> list[re.Match[str]]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadRule(f"something is wrong from {text[position:].strip()!r} on")
        found.append(match)
        position = match.end()
    return found

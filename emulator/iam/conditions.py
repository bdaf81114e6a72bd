"""The Condition of a policy's statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.iam.patterns import Keys, arn_matches, matches, substituted
from emulator.policies import as_list

Compare = Callable[[str, str], bool]


class Malformed(Exception):
    """A condition that IAM would not have stored; the message says why."""


def _moment(value: str) -> datetime.datetime:
    """ISO 8601, or seconds since 1970."""
    try:
        return datetime.datetime.fromtimestamp(float(value), datetime.UTC)
    except ValueError:
        moment = datetime.datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _in_network(actual: str, wanted: str) -> bool:
    return ipaddress.ip_address(actual) in ipaddress.ip_network(wanted, strict=False)


def _same(convert: Callable[[str], Any]) -> Compare:
    return lambda actual, wanted: bool(convert(actual) == convert(wanted))


def _less(convert: Callable[[str], Any]) -> Compare:
    return lambda actual, wanted: bool(convert(actual) < convert(wanted))


def _not_more(convert: Callable[[str], Any]) -> Compare:
    return lambda actual, wanted: bool(convert(actual) <= convert(wanted))


def _turned(compare: Compare) -> Compare:
    return lambda actual, wanted: compare(wanted, actual)


_ORDERED: dict[str, Callable[[Callable[[str], Any]], Compare]] = {
    "LessThan": _less,
    "LessThanEquals": _not_more,
    "GreaterThan": lambda convert: _turned(_less(convert)),
    "GreaterThanEquals": lambda convert: _turned(_not_more(convert)),
}

COMPARISONS: dict[str, Compare] = {
    "StringEquals": _same(str),
    "StringEqualsIgnoreCase": _same(str.lower),
    "ArnEquals": lambda actual, wanted: arn_matches(wanted, actual),
    "ArnLike": lambda actual, wanted: arn_matches(wanted, actual),
    "StringLike": lambda actual, wanted: matches(wanted, actual),
    "Bool": _same(str.lower),
    "BinaryEquals": _same(str),
    "IpAddress": _in_network,
    "NumericEquals": _same(float),
    "DateEquals": _same(_moment),
    **{f"Numeric{name}": make(float) for name, make in _ORDERED.items()},
    **{f"Date{name}": make(_moment) for name, make in _ORDERED.items()},
}

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}

# Whose values may hold wildcards; in others a substituted value has none left to mean anything.
_PATTERNS = {"StringLike", "ArnLike", "ArnEquals"}


def hold(condition: Mapping[str, Mapping[str, Any]], keys: Keys) -> bool:
    """Whether all operators hold for all of their keys."""
    return all(
        _holds(operator, keys.get(key), _texts(wanted), keys)
        for operator, block in condition.items()
        for key, wanted in block.items()
    )


def _texts(value: Any) -> list[str]:
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in as_list(value)]


def _holds(operator: str, actual: list[str] | None, wanted: list[str], keys: Keys) -> bool:
    quantifier, _, plain = operator.rpartition(":")
    if plain == "Null":
        return (actual is None) == (wanted[0].lower() == "true")
    optional = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    if optional and actual is None:
        return True
    negated = plain in NEGATED
    name = NEGATED.get(plain, plain)
    if name not in COMPARISONS:
        raise Malformed(f"there is no condition operator {operator}")
    texts = [text for text in (substituted(one, keys, pattern=name in _PATTERNS) for one in wanted) if text is not None]

    def fits(value: str) -> bool:
        return _any(COMPARISONS[name], value, texts) is not negated

    return _quantified(quantifier, actual, fits, negated)


def _quantified(quantifier: str, actual: list[str] | None, fits: Callable[[str], bool], negated: bool) -> bool:
    values = actual or []
    if quantifier == "ForAllValues":
        return all(fits(value) for value in values)
    if quantifier == "ForAnyValue":
        return any(fits(value) for value in values)
    if quantifier:
        raise Malformed(f"there is no {quantifier}: before a condition operator")
    # A key that the request has not got: nothing equals it, so that it differs from everything.
    return negated if actual is None else any(fits(value) for value in values)


def _any(compare: Compare, actual: str, wanted: Iterable[str]) -> bool:
    for one in wanted:
        try:
            if compare(actual, one):
                return True
        except ValueError:
            # "x" is no number, date or address, hence none that is wanted.
            continue
    return False

"""Our part in single AWS operations: rules before moto, answers in its place, corrections after it.

`refuses` marks what raises AwsError for a call that AWS would refuse; about things that do not exist it says nothing,
because moto does. `answers` marks what returns the result in moto's place (or None, for moto to answer after all),
`follows` what corrects moto's state after it has done the call. All take parameters and return results as boto3 names
them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.core.request import Request

from emulator.context import Context
from emulator.identify import Call
from emulator.protocol import parameters

ANY = "*"

Key = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """One call: who asks where for what."""

    context: Context
    call: Call
    account_id: str
    params: dict[str, Any]

    @property
    def region(self) -> str:
        return self.call.region


Rule = Callable[[Asked], None]
Answer = Callable[[Asked], dict[str, Any] | None]

_rules: dict[Key, list[Rule]] = {}
_answers: dict[Key, Answer] = {}
_follow_ups: dict[Key, list[Rule]] = {}


def refuses(service: str, *actions: str) -> Callable[[Rule], Rule]:
    """For these actions, or for ANY of the service."""

    def register(rule: Rule) -> Rule:
        for action in actions:
            _rules.setdefault((service, action), []).append(rule)
        return rule

    return register


def answers(service: str, action: str) -> Callable[[Answer], Answer]:
    def register(answer: Answer) -> Answer:
        _answers[service, action] = answer
        return answer

    return register


def follows(service: str, *actions: str) -> Callable[[Rule], Rule]:
    def register(rule: Rule) -> Rule:
        for action in actions:
            _follow_ups.setdefault((service, action), []).append(rule)
        return rule

    return register


def asked(context: Context, call: Call, request: Request) -> Asked | None:
    """The call, if anything here is about it."""
    key, every = (call.service, call.action), (call.service, ANY)
    concerned = every in _rules or any(key in registered for registered in (_rules, _answers, _follow_ups))
    if not concerned or call.operation() is None:
        return None
    return read(context, call, request)


def read(context: Context, call: Call, request: Request) -> Asked:
    """The call with its parameters; without, if it is none of the service's model."""
    params = parameters(call, request) if call.operation() else {}
    return Asked(context, call, _account(call.access_key), params)


def before(call: Asked) -> dict[str, Any] | None:
    """The result, if moto is not to be asked; raises AwsError if the call is refused."""
    key = (call.call.service, call.call.action)
    for rule in [*_rules.get((call.call.service, ANY), []), *_rules.get(key, [])]:
        rule(call)
    return _answers[key](call) if key in _answers else None


def after(call: Asked) -> None:
    """Follow up on what moto has done."""
    for follow_up in _follow_ups.get((call.call.service, call.call.action), []):
        follow_up(call)


def _account(access_key: str) -> str:
    # Here, because it takes 0.2 s, in which a starting emulator can already be ready.
    from moto.iam.models import get_account_id_from

    return get_account_id_from(access_key)

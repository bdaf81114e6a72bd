"""Our part in single AWS operations: rules before moto, answers in its place, corrections after it.

`refuses` marks what raises AwsError for a call that AWS would refuse; about things that do not exist it says nothing,
because moto does. `answers` marks what returns the result in moto's place, `follows` what corrects moto's state after
it has done the call. All take parameters and return results as boto3 names them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from moto.core.request import Request
from werkzeug.wrappers import Response

from emulator.context import Context
from emulator.identify import Call
from emulator.protocol import parameters, respond

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
Answer = Callable[[Asked], dict[str, Any]]

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


def perform(context: Context, call: Call, request: Request, moto: Callable[[Request], Response]) -> Response:
    """Do a call; raises AwsError if it is refused."""
    key = (call.service, call.action)
    rules = [*_rules.get((call.service, ANY), []), *_rules.get(key, [])]
    if call.operation() is None or not (rules or key in _answers or key in _follow_ups):
        return moto(request)
    asked = Asked(context, call, _account(call.access_key), parameters(call, request))
    for rule in rules:
        rule(asked)
    if key in _answers:
        return respond(call, _answers[key](asked))
    response = moto(request)
    if response.status_code < HTTPStatus.BAD_REQUEST:
        for follow_up in _follow_ups.get(key, []):
            follow_up(asked)
    return response


def _account(access_key: str) -> str:
    # Here, because it takes 0.2 s, in which a starting emulator can already be ready.
    from moto.iam.models import get_account_id_from

    return get_account_id_from(access_key)

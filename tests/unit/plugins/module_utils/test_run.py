"""The life of a module: plan, apply, result; and failures that a person can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._document import DocumentError
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Effect, Plan, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import (
    ALLOW_ARGUMENT,
    Module,
    Refused,
    Spec,
    WaitTimeout,
    allowed,
    converge,
    outcome,
    refuse_problems,
    run,
)

from tests.unit.modules import returned

PROBLEMS = (Problem("shop_size", 19, "allowed 20 to 100."), Problem("shop_zone", "x", "no such zone."))
RENAMED = Plan("thing", "one", Action.UPDATE, (Change("name", "a", "b"),))
WAITING = Plan("thing", "two", Action.NONE, (), (Change("size", 1, 2, Effect.REBOOT),))
IN_SYNC = Plan("thing", "three")
REFUSED = Plan("thing", "four", Action.REFUSE, (), (), PROBLEMS)


def module_main(body: Callable[[Any, Clients], Mapping[str, Any]]) -> Callable[[], None]:
    """A module with the option ``allow`` whose work is ``body(module, clients)``."""

    def main() -> None:
        run(Spec({"allow": ALLOW_ARGUMENT}), body)

    return main


def test_the_result_of_a_module(capsys: pytest.CaptureFixture[str]) -> None:
    def body(_module: Any, clients: Clients) -> dict[str, Any]:
        return {"changed": False, "clients": type(clients).__name__}

    result = returned(capsys, module_main(body), region="us-west-2")
    assert (result["changed"], result["clients"]) == (False, "Clients")
    assert "failed" not in result


def test_clients_are_the_modules(capsys: pytest.CaptureFixture[str]) -> None:
    def body(_module: Any, clients: Clients) -> dict[str, Any]:
        return {"region": clients("kms").meta.region_name, "endpoint": clients("kms").meta.endpoint_url}

    result = returned(capsys, module_main(body), region="eu-central-1", endpoint_url="http://127.0.0.1:9")
    assert (result["region"], result["endpoint"]) == ("eu-central-1", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            Refused(PROBLEMS),
            {
                "msg": "Refused; nothing was changed.\n"
                "  shop_size: 19\n    allowed 20 to 100.\n"
                "  shop_zone: x\n    no such zone."
            },
        ),
        (WaitTimeout("db one is still creating"), {"msg": "db one is still creating"}),
        (DocumentError("unknown kind 'thong'"), {"msg": "unknown kind 'thong'"}),
        (
            AwsError("kms", "ListKeys", "all", "Strange", "AWS's words."),
            {
                "msg": "kms:ListKeys for all failed: Strange: AWS's words.",
                "service": "kms",
                "action": "ListKeys",
                "error_code": "Strange",
            },
        ),
    ],
)
def test_failures(capsys: pytest.CaptureFixture[str], error: Exception, said: dict[str, str]) -> None:
    def body(_module: Any, _clients: Clients) -> dict[str, Any]:
        raise error

    result = returned(capsys, module_main(body), region="us-west-2")
    assert result.pop("failed") is True
    assert {name: result[name] for name in said} == said


def test_a_bug_is_not_dressed_up_as_a_failure() -> None:
    def body(_module: Any, _clients: Clients) -> dict[str, Any]:
        raise KeyError("vpc")

    class Stub:
        client = None

    with pytest.raises(KeyError):
        outcome(cast(Module, Stub()), body)


def test_effects_that_are_allowed(capsys: pytest.CaptureFixture[str]) -> None:
    def body(module: Any, _clients: Clients) -> dict[str, Any]:
        return {"allowed": sorted(allowed(module))}

    asked = ["reboot", "restart of readers"]
    assert returned(capsys, module_main(body), region="us-west-2", allow=asked)["allowed"] == asked
    assert returned(capsys, module_main(body), region="us-west-2")["allowed"] == []


def test_every_effect_that_costs_something_and_is_not_refused_can_be_allowed() -> None:
    assert set(ALLOW_ARGUMENT["choices"]) == set(Effect) - {Effect.NONE, Effect.REPLACEMENT}


def test_refuse_problems_refuses_all_at_once() -> None:
    refuse_problems([])
    with pytest.raises(Refused) as caught:
        refuse_problems(problem for problem in PROBLEMS)
    assert caught.value.problems == PROBLEMS


@pytest.mark.parametrize("check", [False, True])
@pytest.mark.parametrize(
    ("plans", "changing"), [((), []), ((IN_SYNC, WAITING), []), ((WAITING, RENAMED, IN_SYNC), [RENAMED])]
)
def test_converge(
    capsys: pytest.CaptureFixture[str], plans: tuple[Plan, ...], changing: list[Plan], check: bool
) -> None:
    """Check mode says what a run says, and writes nothing."""
    applied: list[Plan] = []

    def body(module: Any, _clients: Clients) -> dict[str, Any]:
        return converge(module, plans, applied.append)

    result = returned(capsys, module_main(body), region="us-west-2", _ansible_check_mode=check)
    assert applied == ([] if check else changing)
    assert result["changed"] is bool(changing)
    assert result["diff"] == [plan.diff() for plan in changing]
    assert result["plan"] == [plan.as_dict() for plan in plans if plan is not IN_SYNC]
    waits = {"resource": "thing/two", "property": "size", "before": 1, "after": 2, "effect": "reboot"}
    assert result["waiting"] == ([waits] if WAITING in plans else [])


def test_nothing_is_applied_when_one_plan_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    applied: list[Plan] = []

    def body(module: Any, _clients: Clients) -> dict[str, Any]:
        return converge(module, [RENAMED, REFUSED], applied.append)

    result = returned(capsys, module_main(body), region="us-west-2")
    assert applied == []
    assert result["failed"] is True
    assert "shop_size: 19" in result["msg"]

"""The writes of lambda_function: one change at a time, each awaited before the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _waiters
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.lambda_function import (
    Work,
    apply_alias,
    apply_function,
    publish,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function import (
    LAMBDA_FUNCTION,
    UNRESERVED,
    from_aws,
    plan_function,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function_requests import creation
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan, removal
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import WaitFailed

from tests.unit.lambdas import ALIAS_ARN, ARN, CODE, CODE_SHA256, properties, raw
from tests.unit.stubs import Exchange, answering

NAMED = {"FunctionName": "orders"}
NEW = {**NAMED, **creation(Desired("lambda_function", "orders", properties())), "Code": {"ZipFile": CODE}}
READY = Exchange("get_function_configuration", NAMED, raw())


def look(version: str = "", **members: Any) -> Exchange:
    which = {"Qualifier": version} if version else {}
    return Exchange("get_function_configuration", NAMED | which, raw(version or "$LATEST", **members))


PENDING, UPDATING = look(State="Pending"), look(LastUpdateStatus="InProgress")


@contextmanager
def working(*exchanges: Exchange, seconds: float = 30) -> Iterator[Work]:
    with answering("lambda", *exchanges) as scope:
        yield Work(scope.clients("lambda"), "orders", lambda: CODE, seconds)


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_waiters, "FIRST_PAUSE_SECONDS", 0.0)


def run(wanted: Desired, found: Observed | None, *exchanges: Exchange, seconds: float = 30) -> str | None:
    with working(*exchanges, seconds=seconds) as work:
        plan = plan_function(LAMBDA_FUNCTION, wanted, found)
        return apply_function(work, wanted, found, plan)


def desired(**given: Any) -> Desired:
    return Desired("lambda_function", "orders", given)


def observed(tags: dict[str, str] | None = None, **members: Any) -> Observed:
    return from_aws(raw(**members), [raw("1")], {"ReservedConcurrentExecutions": 5}, tags or {})


def test_a_new_function_is_awaited() -> None:
    reserved = Exchange("put_function_concurrency", {**NAMED, "ReservedConcurrentExecutions": 5})
    wanted = desired(**properties(reserved_concurrency=5))
    assert run(wanted, None, Exchange("create_function", NEW, raw()), PENDING, READY, reserved) == ARN


@pytest.mark.parametrize(
    "said", ["cannot be assumed by Lambda", "does not have permissions to call CreateNetworkInterface"]
)
def test_a_role_that_is_too_new_is_waited_for(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    answers = iter([AwsError("lambda", "CreateFunction", "orders", "InvalidParameterValueException", said)])

    def refused_once(client: Any, method: str, **arguments: Any) -> Any:
        for answer in answers:
            raise answer
        arguments.pop("subject")
        return getattr(client, method)(**arguments)

    monkeypatch.setattr(f"{Work.__module__}.call", refused_once)
    assert run(desired(**properties()), None, Exchange("create_function", NEW, raw()), READY) == ARN


def test_another_refusal_is_none_of_the_role() -> None:
    refused = Exchange("create_function", NEW, refusal="InvalidParameterValueException")
    with pytest.raises(AwsError, match="InvalidParameterValueException"):
        run(desired(**properties()), None, refused)


def test_a_role_that_stays_refused_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise AwsError(
            "lambda", "CreateFunction", "orders", "InvalidParameterValueException", "cannot be assumed by Lambda"
        )

    monkeypatch.setattr(f"{Work.__module__}.call", refused)
    with pytest.raises(WaitTimeout, match=r"refused .InvalidParameterValueException: cannot be assumed by Lambda"):
        run(desired(**properties()), None, seconds=0)


def test_a_creation_that_fails_says_why() -> None:
    failed = look(State="Failed", StateReason="The subnet has no free address.")
    with pytest.raises(WaitFailed, match=r"Lambda function orders has failed: The subnet has no free address."):
        run(desired(**properties()), None, Exchange("create_function", NEW, raw()), failed)


def test_configuration_and_code_one_after_the_other() -> None:
    change = Exchange("update_function_configuration", {**NAMED, "MemorySize": 128}, raw())
    code = {**NAMED, "ZipFile": CODE, "Architectures": ["arm64"], "Publish": False}
    wanted = desired(memory_mb=128, code_sha256="00")
    exchanges = (READY, change, UPDATING, READY, READY, Exchange("update_function_code", code, raw()), UPDATING, READY)
    assert run(wanted, observed(), *exchanges) == ARN


def test_another_architecture_is_other_code() -> None:
    code = {**NAMED, "ZipFile": CODE, "Architectures": ["x86_64"], "Publish": False}
    run(desired(architecture="x86_64"), observed(), READY, Exchange("update_function_code", code, raw()), READY)


def test_what_failed_before_is_no_obstacle_to_a_change() -> None:
    failed = look(LastUpdateStatus="Failed")
    change = Exchange("update_function_configuration", {**NAMED, "MemorySize": 128}, raw())
    run(desired(memory_mb=128), observed(LastUpdateStatus="Failed"), failed, change, READY, READY)


def test_tags_and_concurrency() -> None:
    wanted = Desired("lambda_function", "orders", {"reserved_concurrency": UNRESERVED}, {"a": "1"})
    exchanges = (
        Exchange("untag_resource", {"Resource": ARN, "TagKeys": ["b"]}),
        Exchange("tag_resource", {"Resource": ARN, "Tags": {"a": "1"}}),
        READY,
        Exchange("delete_function_concurrency", NAMED),
    )
    assert run(wanted, observed({"b": "2"}), *exchanges) == ARN


@pytest.mark.parametrize("refusal", ["", "ResourceNotFoundException"])
def test_deletion(refusal: str) -> None:
    found = observed()
    with working(Exchange("delete_function", NAMED, {}, refusal)) as work:
        assert apply_function(work, desired(), found, removal(found)) is None


def test_what_is_published_is_what_was_looked_at() -> None:
    as_seen = {**NAMED, "CodeSha256": CODE_SHA256, "RevisionId": "r1"}
    exchanges = (READY, Exchange("publish_version", as_seen, raw("2")), look("2", State="Pending"), look("2"))
    with working(*exchanges) as work:
        assert publish(work) == "2"


@pytest.mark.parametrize(
    ("action", "method", "more"),
    [
        (Action.CREATE, "create_alias", {}),
        (Action.UPDATE, "update_alias", {"RoutingConfig": {"AdditionalVersionWeights": {}}}),
    ],
)
def test_an_alias_goes_to_one_version(action: Action, method: str, more: dict[str, Any]) -> None:
    exchange = Exchange(method, {**NAMED, "Name": "live", "FunctionVersion": "2", **more}, {"AliasArn": ALIAS_ARN})
    with working(exchange) as work:
        assert apply_alias(work, "orders:live", "2", Plan("lambda_alias", "orders:live", action)) == ALIAS_ARN

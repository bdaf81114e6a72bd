"""What is read of Lambda functions and aliases, and what an alias follows from."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.lambda_functions import (
    LAMBDA_ALIAS,
    LAMBDA_FUNCTION,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import plan_stack

from tests.unit.lambdas import ALIAS_ARN, properties, raw
from tests.unit.stubs import OWNER, Exchange, answering

NAMED = {"FunctionName": "orders"}
TAGS = OWNER.tags()
GONE = Exchange("get_function", NAMED, refusal="ResourceNotFoundException")
NO_ALIAS = Exchange("get_alias", {**NAMED, "Name": "live"}, refusal="ResourceNotFoundException")
REGISTRY = {"lambda_function": LAMBDA_FUNCTION, "lambda_alias": LAMBDA_ALIAS}


def function(**members: Any) -> Exchange:
    answer = {"Configuration": raw(), "Tags": TAGS, "Concurrency": {"ReservedConcurrentExecutions": 5}}
    return Exchange("get_function", NAMED, {**answer, **members})


def versions(*numbers: str) -> Exchange:
    return Exchange("list_versions_by_function", NAMED, {"Versions": [raw(), *(raw(n) for n in numbers)]})


def alias(version: str) -> Exchange:
    answer = {"AliasArn": ALIAS_ARN, "Name": "live", "FunctionVersion": version}
    return Exchange("get_alias", {**NAMED, "Name": "live"}, answer)


def document(pinned: str | None = None, **changed: Any) -> list[Desired]:
    version = {} if pinned is None else {"version": pinned}
    return [
        Desired("lambda_function", "orders", properties(**changed), TAGS),
        Desired("lambda_alias", "orders:live", {**version, "weights": {}}),
    ]


def planned(*exchanges: Exchange, pinned: str | None = None, **changed: Any) -> dict[str, list[tuple[str, Any, Any]]]:
    with answering("lambda", *exchanges) as scope:
        stack = plan_stack(scope, document(pinned, **changed), REGISTRY, frozenset())
    assert not stack.problems, stack.problems
    return {p.kind: [(c.property, c.before, c.after) for c in p.changes] for p in stack.plans if p.changed}


def test_a_deployment_in_sync() -> None:
    assert planned(function(), versions("1", "2"), alias("2"), reserved_concurrency=5) == {}


def test_on_an_empty_account() -> None:
    found = planned(GONE, NO_ALIAS)
    assert ("version", None, KNOWN_AFTER_APPLY) in found["lambda_alias"]
    assert found.keys() == {"lambda_function", "lambda_alias"}


def test_a_change_of_the_function_moves_the_alias() -> None:
    assert planned(function(), versions("1"), alias("1"), memory_mb=128) == {
        "lambda_function": [("memory_mb", 512, 128), ("version", "1", KNOWN_AFTER_APPLY)],
        "lambda_alias": [("version", "1", KNOWN_AFTER_APPLY)],
    }


def test_an_alias_that_lags_behind_is_moved() -> None:
    assert planned(function(), versions("1", "2"), alias("1")) == {"lambda_alias": [("version", "1", "2")]}


def test_an_alias_that_is_pinned_goes_back() -> None:
    assert planned(function(), versions("1", "2"), alias("2"), pinned="1") == {"lambda_alias": [("version", "2", "1")]}
    assert planned(function(), versions("1", "2"), alias("1"), pinned="1") == {}


def test_an_alias_cannot_go_to_what_was_never_published() -> None:
    with answering("lambda", function(), versions("1"), alias("1")) as scope:
        stack = plan_stack(scope, document("7"), REGISTRY, frozenset())
    assert [(p.input, p.message) for p in stack.problems] == [("version", "is not published. Published: 1.")]


def test_a_new_function_needs_all_that_makes_one() -> None:
    wanted = Desired("lambda_function", "orders", {"subnet_ids": ["subnet-a"]}, TAGS)
    with answering("lambda", GONE) as scope:
        stack = plan_stack(scope, [wanted], REGISTRY, frozenset())
    assert [p.input for p in stack.problems] == ["role_arn", "runtime", "handler", "zip_file", "security_group_ids"]


def test_tags_that_may_not_be_read_are_not_taken_for_none() -> None:
    error = {"ErrorCode": "AccessDeniedException", "Message": "User is not allowed to do this. " * 4}
    with (
        answering("lambda", function(Tags={}, TagsError=error)) as scope,
        pytest.raises(AwsError, match="lambda:ListTags for orders failed: AccessDeniedException: User"),
    ):
        list(LAMBDA_FUNCTION.observe(scope, document()[:1]))


def test_the_function_of_another_deployment_is_refused() -> None:
    theirs = {"pgfleet:system": "shop", "pgfleet:suffix": "prod"}
    with answering("lambda", function(Tags=theirs), versions("1"), alias("1")) as scope:
        stack = plan_stack(scope, document(), REGISTRY, frozenset())
    assert "belongs to system shop" in stack.problems[0].message

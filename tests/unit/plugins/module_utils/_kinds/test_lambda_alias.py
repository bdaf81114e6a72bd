"""Aliases of Lambda functions: names, the version that they go to, and versions that there are not."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_alias import (
    LAMBDA_ALIAS,
    from_aws,
    pointed_at,
    version_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired, plan

from tests.unit.lambdas import ALIAS_ARN

RAW = {"AliasArn": ALIAS_ARN, "Name": "live", "FunctionVersion": "3"}


def desired(alias: str = "live", **properties: Any) -> Desired:
    return Desired("lambda_alias", f"orders:{alias}", properties)


@pytest.mark.parametrize(
    ("wanted", "inputs"),
    [
        (desired(version="3"), []),
        (desired(version=KNOWN_AFTER_APPLY), []),
        (desired(), []),
        (desired("7"), ["alias"]),
        (desired(""), ["alias"]),
        (desired("a.b", version="$LATEST"), ["alias", "version"]),
        (desired(version="0"), ["version"]),
    ],
)
def test_rules(wanted: Desired, inputs: list[str]) -> None:
    assert [problem.input for problem in LAMBDA_ALIAS.check(wanted)] == inputs


def test_one_version_gets_all_calls() -> None:
    found = from_aws("orders", {**RAW, "RoutingConfig": {"AdditionalVersionWeights": {"4": 0.1}}})
    assert (found.name, found.attributes) == ("orders:live", {"arn": ALIAS_ARN})
    changes = plan(LAMBDA_ALIAS, desired(version=3, weights={}), found).changes
    assert [(c.property, c.before) for c in changes] == [("weights", {"4": 0.1})]
    assert plan(LAMBDA_ALIAS, desired(version="3", weights={}), from_aws("orders", RAW)).action is Action.NONE


@pytest.mark.parametrize(
    ("given", "newest", "expected"),
    [(None, "3", "3"), (None, None, KNOWN_AFTER_APPLY), (None, KNOWN_AFTER_APPLY, KNOWN_AFTER_APPLY), ("2", "3", "2")],
)
def test_where_an_alias_goes(given: str | None, newest: str | None, expected: str) -> None:
    wanted = desired() if given is None else desired(version=given)
    assert pointed_at(wanted, newest).properties["version"] == expected


def test_a_version_that_there_is_not() -> None:
    (problem,) = version_problems(desired(version="3"), ["10", "2"])
    assert problem.message == "is not published. Published: 2, 10."
    (problem,) = version_problems(desired(version="3"), [])
    assert problem.message == "is not published. Published: none."
    assert not list(version_problems(desired(version=2), ["2"]))

"""Ownership tags: what the lagging index says is used where it changes nothing, and confirmed where it would."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import confirmed_tags, refuse_unowned
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

WANTED = {"pgfleet:system": "retail", "pgfleet:suffix": "prod"}
NOW = {"Team": "dba"}


def unneeded() -> dict[str, str]:
    raise AssertionError("asked the service although the index is as wanted")


def test_an_index_that_is_as_wanted_is_believed() -> None:
    indexed = {**WANTED, "aws:cloudformation:stack-name": "x"}
    assert confirmed_tags(indexed, Desired("metric_alarm", "a", {}, WANTED), unneeded) == indexed


@pytest.mark.parametrize(
    ("indexed", "desired"),
    [
        (None, Desired("metric_alarm", "a", {}, WANTED)),
        ({**WANTED, "Team": "old"}, Desired("metric_alarm", "a", {}, WANTED)),
        (WANTED, Desired("metric_alarm", "a", {}, {**WANTED, "Team": "dba"})),
        (WANTED, None),
    ],
    ids=["not indexed", "one too many", "one missing", "not wanted"],
)
def test_what_would_be_acted_on_is_confirmed(indexed: dict[str, str] | None, desired: Desired | None) -> None:
    assert confirmed_tags(indexed, desired, lambda: NOW) == NOW


@pytest.mark.parametrize(
    ("tags", "refused"),
    [(WANTED, False), ({}, True), ({"pgfleet:system": "retail", "pgfleet:suffix": "pr4"}, True)],
)
def test_only_what_bears_our_tags_is_ours(tags: dict[str, str], refused: bool) -> None:
    scope = Scope(Clients(lambda service, **_: service), Owner("retail", "prod"), "1", "us-west-2")
    found = list(refuse_unowned(scope, Desired("metric_alarm", "a"), Observed("metric_alarm", "a", {}, tags)))
    assert [problem.value for problem in found] == (["a"] if refused else [])
    assert not list(refuse_unowned(scope, Desired("metric_alarm", "a"), None))


def test_what_nobody_owns_is_taken_over_where_the_document_says_so() -> None:
    scope = Scope(Clients(lambda service, **_: service), Owner("retail", "prod"), "1", "us-west-2")
    found = Observed("metric_alarm", "a", {}, {})
    (problem,) = refuse_unowned(scope, Desired("metric_alarm", "a"), found)
    assert "-e adopt=true" in problem.message
    assert not list(refuse_unowned(scope, Desired("metric_alarm", "a", adopt=True), found))

"""Ownership tags: what the lagging index says is used where it changes nothing, and confirmed where it would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import (
    PLANNED,
    confirmed_tags,
    current_tags,
    indexed_tags,
    refuse_unowned,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import Exchange, answering

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


TAGGING = "resourcegroupstaggingapi"
ALARM = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:a"
GROUP = "arn:aws:rds:us-west-2:123456789012:pg:a"


def listed(types: Sequence[str], values: Mapping[str, list[str]], found: Mapping[str, Mapping[str, str]]) -> Exchange:
    filters = [{"Key": key, "Values": several} for key, several in values.items()]
    asked = {"ResourceTypeFilters": list(types), "TagFilters": filters, "ResourcesPerPage": 100}
    entries = [
        {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
        for arn, tags in found.items()
    ]
    return Exchange("get_resources", asked, {"ResourceTagMappingList": entries})


def owned_by(*systems: str) -> dict[str, Any]:
    return {"pgfleet:suffix": ["prod"], "pgfleet:system": sorted(systems)}


def test_the_index_of_one_type() -> None:
    with answering(TAGGING, listed(["cloudwatch:alarm"], owned_by("retail"), {ALARM: WANTED})) as scope:
        assert indexed_tags(scope, "cloudwatch:alarm") == {ALARM: WANTED}


def test_a_plan_reads_the_index_once() -> None:
    with answering(TAGGING, listed(PLANNED, owned_by("retail"), {ALARM: WANTED, GROUP: WANTED})) as scope:
        planning = replace(scope, indexed=True)
        assert indexed_tags(planning, "cloudwatch:alarm") == {ALARM: WANTED}
        assert indexed_tags(planning, "ssm:parameter") == {}
        wanted = Desired("db_parameter_group", "a", {}, WANTED)
        assert current_tags(planning, GROUP, wanted, unneeded) == WANTED
        assert current_tags(planning, GROUP.replace(":a", ":b"), wanted, lambda: NOW) == NOW
    assert current_tags(scope, GROUP, wanted, lambda: NOW) == NOW


def test_of_several_owners_with_what_they_own_and_nothing_else() -> None:
    """One of each of their tags is not theirs yet; more systems than AWS takes are told apart here."""
    theirs = {"pgfleet:system": "retail", "pgfleet:suffix": "pr42"}
    values = {"pgfleet:suffix": ["pr42", "prod"], "pgfleet:system": ["finance", "retail"]}
    with answering(TAGGING, listed(["cloudwatch:alarm"], values, {ALARM: WANTED, f"{ALARM}b": theirs})) as scope:
        two = replace(scope, owners=frozenset({Owner("retail", "prod"), Owner("finance", "pr42")}))
        assert indexed_tags(two, "cloudwatch:alarm") == {ALARM: WANTED}
    values = {"pgfleet:suffix": ["prod"], "pgfleet:system": []}
    with answering(TAGGING, listed(["cloudwatch:alarm"], values, {ALARM: WANTED})) as scope:
        many = replace(scope, owners=frozenset(Owner(f"s{n}", "prod") for n in range(21)))
        assert indexed_tags(many, "cloudwatch:alarm") == {}

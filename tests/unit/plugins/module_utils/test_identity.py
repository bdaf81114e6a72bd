"""Who a deployment is, and its tags."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._identity import (
    OUR_KEYS,
    TAG_LIMIT,
    account_problem,
    problems,
    tag_value_problems,
    tags,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import secret_attachment
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner

GOOD: dict[str, Any] = {"system": "retail", "suffix": "prod", "environment": "prod", "extra_tags": {}}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"system": "a"},
        {"system": "a2345678901234567890"},
        {"suffix": "pr42"},
        {"suffix": "a23456789012"},
        {"environment": "dev"},
        {"environment": "staging"},
        {"extra_tags": {"Team": "Data & Analytics".replace("&", "+"), "url": "https://example.org/a_b=c@d", "n": 7}},
        {"extra_tags": {"k" * 128: "v" * 256}},
        {"extra_tags": {"Größe": "groß"}},
        {"extra_tags": {"Project": "mine"}},
        {"extra_tags": {f"k{n}": "" for n in range(TAG_LIMIT)}},
    ],
)
def test_what_can_be(given: dict[str, Any]) -> None:
    assert [str(problem) for problem in problems(**GOOD | given)] == []


@pytest.mark.parametrize(
    ("given", "key", "said"),
    [
        ({"system": ""}, "system", "1 to 20 lower-case letters and digits"),
        ({"system": "Retail"}, "system", "1 to 20"),
        ({"system": "9retail"}, "system", "beginning with a letter"),
        ({"system": "retail-x"}, "system", "1 to 20"),
        ({"system": "a23456789012345678901"}, "system", "1 to 20"),
        ({"suffix": "pr-42"}, "env_suffix", "1 to 12 lower-case letters and digits"),
        ({"suffix": "a234567890123"}, "env_suffix", "1 to 12"),
        ({"suffix": "prod\n"}, "env_suffix", "1 to 12"),
        ({"environment": "production"}, "env", "allowed: dev, staging, prod."),
        ({"extra_tags": {"aws:x": "y"}}, "extra_tags.aws:x", "not yours to set"),
        ({"extra_tags": {"AWS:x": "y"}}, "extra_tags.AWS:x", "not yours to set"),
        ({"extra_tags": {"pgfleet:system": "y"}}, "extra_tags.pgfleet:system", "not yours to set"),
        ({"extra_tags": {"k" * 129: "v"}}, f"extra_tags.{'k' * 129}", "a key of 1 to 128"),
        ({"extra_tags": {"": "v"}}, "extra_tags.", "a key of 1 to 128"),
        ({"extra_tags": {"R&D": "v"}}, "extra_tags.R&D", "letters, digits, spaces and"),
        ({"extra_tags": {"project": "v"}}, "extra_tags.project", "IAM does not tell it"),
        ({"extra_tags": {"NAME": "v"}}, "extra_tags.NAME", "IAM does not tell it"),
        ({"extra_tags": {"k": "v" * 257}}, "extra_tags.k", "256 letters"),
        ({"extra_tags": {"k": "R&D"}}, "extra_tags.k", "letters, digits, spaces and"),
        ({"extra_tags": {f"k{n}": "" for n in range(TAG_LIMIT + 1)}}, "extra_tags", f"at most {TAG_LIMIT}"),
    ],
)
def test_what_cannot(given: dict[str, Any], key: str, said: str) -> None:
    (problem,) = problems(**GOOD | given)
    assert problem.input == key
    assert said in problem.message


def test_all_that_cannot_be_is_said_at_once() -> None:
    bad = problems("Retail", "pr-42", "production", {"aws:x": "R&D", "k": "v" * 257})
    keys = ["system", "env_suffix", "env", "extra_tags.aws:x", "extra_tags.aws:x", "extra_tags.k"]
    assert [problem.input for problem in bad] == keys


def test_inputs_that_become_tags() -> None:
    (problem,) = tag_value_problems({"project": "Retail Inventory", "cost_center": "R&D"})
    assert str(problem).startswith("cost_center: R&D\n    becomes the value of a tag")


def test_the_tags_of_every_resource() -> None:
    given = tags(Owner("retail", "pr42"), "dev", "RetailInventory", "retail", {"Team": "data", "n": 7, "Project": "x"})
    assert given == {
        "Team": "data",
        "n": "7",
        "Project": "RetailInventory",
        "CostCenter": "retail",
        "Environment": "Development",
        "ManagedBy": "Ansible",
        "pgfleet:system": "retail",
        "pgfleet:suffix": "pr42",
    }
    assert list(given)[:2] == ["Team", "n"]


def test_the_most_tags_of_ones_own_fit_on_the_resource_that_has_most() -> None:
    mine = {f"k{n}": "" for n in range(TAG_LIMIT)}
    most = tags(Owner("retail", "prod"), "prod", "p", "c", mine) | {"Name": "secret-retail-prod"}
    assert len(most | dict.fromkeys(secret_attachment.TAGS, "")) == 50
    assert most.keys() >= set(OUR_KEYS)


@pytest.mark.parametrize(
    ("allowed", "shown"),
    [(["999999999999", "111111111111"], "999999999999, 111111111111"), ([], "none"), ([12345678901], "12345678901")],
)
def test_another_account_is_refused(allowed: list[Any], shown: str) -> None:
    (problem,) = account_problem("123456789012", allowed)
    assert (problem.input, problem.value) == ("allowed_account_ids", shown)
    assert "are of account 123456789012." in problem.message


@pytest.mark.parametrize("allowed", [["123456789012"], [123456789012, "999999999999"]])
def test_an_allowed_account_is_not(allowed: list[Any]) -> None:
    assert account_problem("123456789012", allowed) == []

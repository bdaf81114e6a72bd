"""What IAM takes for the same policy is the same, whatever the policy says."""

from __future__ import annotations

import json
import random
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set, canonical_policy, same_policy
from hypothesis import given
from hypothesis import strategies as st

words = st.sampled_from(["*", "s3:GetObject", "s3:PutObject", "kms:Decrypt", "arn:aws:s3:::bucket/*"])
several = words | st.lists(words, min_size=1, max_size=4)
principals = st.just("*") | st.dictionaries(
    st.sampled_from(["AWS", "Service"]), st.sampled_from(["123456789012", "rds.amazonaws.com"]), min_size=1
)
conditions = st.dictionaries(
    st.sampled_from(["Bool", "StringEquals"]),
    st.dictionaries(st.sampled_from(["aws:SecureTransport", "aws:SourceAccount"]), st.booleans() | several, min_size=1),
    min_size=1,
)
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": several},
    optional={
        "Sid": st.sampled_from(["One", "Two"]),
        "Resource": several,
        "Principal": principals,
        "Condition": conditions,
    },
)
policies = st.fixed_dictionaries(
    {"Statement": st.lists(statements, min_size=1, max_size=4)},
    optional={"Version": st.sampled_from(["2008-10-17", "2012-10-17"]), "Id": st.just("mine")},
)


def respelled(value: Any, chance: random.Random) -> Any:
    """The same policy with lists shuffled, lists of one and their value exchanged, and mappings in another order."""
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        fixed = {"Version", "Id", "Effect", "Sid", "Principal", "Bool", "StringEquals", "Condition"}
        return {
            name: respelled(value[name], chance)
            if name in fixed or chance.random() < 0.5
            else listed(value[name], chance)
            for name in names
        }
    if isinstance(value, list) and len(value) == 1 and chance.random() < 0.5:
        return respelled(value[0], chance)
    return listed(value, chance) if isinstance(value, list) else value


def listed(value: Any, chance: random.Random) -> list[Any]:
    items = [respelled(item, chance) for item in value] if isinstance(value, list) else [respelled(value, chance)]
    chance.shuffle(items)
    return items


@given(policies, st.randoms(use_true_random=False))
def test_a_respelled_policy_is_the_same(policy: dict[str, Any], chance: random.Random) -> None:
    other = respelled(policy, chance)
    assert canonical_policy(other) == canonical_policy(policy)
    assert same_policy(json.dumps(other), policy)


@given(policies)
def test_the_canonical_spelling_is_a_policy_of_the_same_meaning(policy: dict[str, Any]) -> None:
    canonical = canonical_policy(policy)
    assert canonical_policy(canonical) == canonical


@given(policies, st.data())
def test_a_statement_less_is_another_policy(policy: dict[str, Any], data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, len(policy["Statement"]) - 1))
    rest = [statement for n, statement in enumerate(policy["Statement"]) if n != gone]
    assert not same_policy(policy, {**policy, "Statement": rest})


items = st.lists(st.integers(0, 3) | st.dictionaries(st.sampled_from("ab"), st.integers(0, 1)), max_size=5)


@given(items, st.randoms(use_true_random=False))
def test_order_means_nothing_to_sets(values: list[Any], chance: random.Random) -> None:
    other = list(values)
    chance.shuffle(other)
    assert as_set(values, other)


@given(items, st.integers(0, 3))
def test_one_more_means_something_to_sets(values: list[Any], more: int) -> None:
    assert not as_set(values, [*values, more])

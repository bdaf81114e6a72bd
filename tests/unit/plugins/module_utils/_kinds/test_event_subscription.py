"""Event subscriptions: rules, plans, and the requests that carry them out, in their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.event_subscription import (
    EVENT_SUBSCRIPTION,
    all_as_none,
    category_problems,
    from_aws,
    missing_for_creation,
    plan_event_subscription,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.event_subscription_requests import (
    Request,
    changes,
    creation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Desired,
    Observed,
    Plan,
)
from hypothesis import given
from hypothesis import strategies as st

TOPIC = "arn:aws:sns:us-west-2:123456789012:alerts"
OFFERED = {"db-instance": ["creation", "failover", "failure"], "db-snapshot": ["creation", "restoration"]}
RAW = {
    "CustSubscriptionId": "retail-prod",
    "SnsTopicArn": TOPIC,
    "Status": "active",
    "Enabled": True,
    "EventSubscriptionArn": "arn:aws:rds:us-west-2:123456789012:es:retail-prod",
}


def desired(name: str = "retail-prod", **properties: Any) -> Desired:
    return Desired(EVENT_SUBSCRIPTION.name, name, properties)


def observed(**members: Any) -> Observed:
    return from_aws("retail-prod", {**RAW, **members}, {})


def planned(wanted: Desired, found: Observed | None) -> Plan:
    return plan_event_subscription(EVENT_SUBSCRIPTION, wanted, found)


@pytest.mark.parametrize(
    ("wanted", "inputs"),
    [
        (
            desired(sns_topic_arn=TOPIC, source_type="db-instance", source_ids=["db-1"], event_categories=["failure"]),
            [],
        ),
        (desired(sns_topic_arn=KNOWN_AFTER_APPLY, source_type="db-instance", source_ids=[KNOWN_AFTER_APPLY]), []),
        (desired(source_ids=[], event_categories=[]), []),
        (desired("x" * 254), []),
        (desired("x" * 255), ["name"]),
        (desired(""), ["name"]),
        (desired(sns_topic_arn=f"{TOPIC}.fifo"), ["sns_topic_arn"]),
        (desired(sns_topic_arn="alerts"), ["sns_topic_arn"]),
        (desired(source_type="db-table"), ["source_type"]),
        (desired(source_ids=["db1"], event_categories=["failure"]), ["source_ids", "event_categories"]),
        (desired(source_type="db-instance", source_ids=["a-", "1a", "a--b", "ok"]), ["source_ids"]),
    ],
)
def test_rules(wanted: Desired, inputs: list[str]) -> None:
    assert [problem.input for problem in EVENT_SUBSCRIPTION.check(wanted)] == inputs


def test_all_strange_identifiers_are_named() -> None:
    (problem,) = EVENT_SUBSCRIPTION.check(desired(source_type="db-instance", source_ids=["a-", "ok", "a--b"]))
    assert problem.value == "a-, a--b"


def test_what_aws_leaves_out_is_all() -> None:
    found = observed()
    assert found.properties["source_ids"] == found.properties["event_categories"] == []
    assert found.properties["source_type"] is None
    assert found.attributes == {"arn": RAW["EventSubscriptionArn"], "status": "active"}


@pytest.mark.parametrize(("categories", "shown"), [(["failure"], ["failure"]), (OFFERED["db-instance"], [])])
def test_each_category_is_all_categories(categories: list[str], shown: list[str]) -> None:
    found = observed(SourceType="db-instance", EventCategoriesList=categories)
    assert all_as_none(found, OFFERED["db-instance"]).properties["event_categories"] == shown


def test_identifiers_differ_in_case_only() -> None:
    found = observed(SourceType="db-instance", SourceIdsList=["db-1", "db-2"])
    assert not planned(desired(source_ids=["DB-2", "db-1"]), found).changed


def test_a_new_subscription_needs_a_topic() -> None:
    assert [problem.input for problem in missing_for_creation(desired())] == ["sns_topic_arn"]
    assert not list(missing_for_creation(desired(sns_topic_arn=TOPIC)))


def test_all_bad_categories_are_named_with_what_is_allowed() -> None:
    (problem,) = category_problems(
        desired(event_categories=["b", "failure", "a"]), "db-instance", ["failure", "backup"]
    )
    assert problem.value == "a, b"
    assert problem.message == "is no category of db-instance events. Allowed: backup, failure; [] is all."
    assert not list(category_problems(desired(), "db-instance", ["failure"]))


@pytest.mark.parametrize(
    ("members", "wanted", "named"),
    [
        ({"SourceIdsList": ["db-1"]}, {}, ["source_ids"]),
        ({"EventCategoriesList": ["failure"]}, {}, ["event_categories"]),
        ({"SourceIdsList": ["a"], "EventCategoriesList": ["failure"]}, {}, ["source_ids", "event_categories"]),
        ({"SourceIdsList": ["db-1"]}, {"source_ids": []}, []),
        ({}, {}, []),
    ],
)
def test_another_type_leaves_nothing_of_the_old_one(
    members: dict[str, Any], wanted: dict[str, Any], named: list[str]
) -> None:
    found = planned(desired(source_type="db-snapshot", **wanted), observed(SourceType="db-instance", **members))
    assert (found.action is Action.REFUSE) == bool(named)
    assert [f"Give {name}" in refusal.message for name, refusal in zip(named, found.refusals, strict=True)] == [
        True for _ in named
    ]


def test_creation_leaves_out_what_is_all() -> None:
    assert creation(desired(sns_topic_arn=TOPIC, source_ids=[], enabled=False)) == {
        "SubscriptionName": "retail-prod",
        "SnsTopicArn": TOPIC,
        "Enabled": False,
    }
    tagged = Desired(EVENT_SUBSCRIPTION.name, "a", {"source_type": "db-instance", "source_ids": ["b"]}, {"A": "1"})
    assert creation(tagged) == {
        "SubscriptionName": "a",
        "SourceType": "db-instance",
        "SourceIds": ["b"],
        "Tags": [{"Key": "A", "Value": "1"}],
    }


def requested(wanted: Desired, found: Observed) -> list[Request]:
    kind = wanted.properties.get("source_type") or found.properties["source_type"]
    return list(changes(wanted, found, planned(wanted, found), OFFERED.get(kind, [])))


def test_new_sources_come_before_old_ones_go() -> None:
    """Between the two there must be a source, or the subscription would be one to all of them."""
    found = observed(SourceType="db-instance", SourceIdsList=["a", "b"])
    assert [
        (method, request["SourceIdentifier"]) for method, request in requested(desired(source_ids=["c"]), found)
    ] == [
        ("add_source_identifier_to_subscription", "c"),
        ("remove_source_identifier_from_subscription", "a"),
        ("remove_source_identifier_from_subscription", "b"),
    ]


def test_sources_of_another_type_go_first() -> None:
    found = observed(SourceType="db-instance", SourceIdsList=["a"], EventCategoriesList=["failover"])
    wanted = desired(source_type="db-snapshot", source_ids=["a"], event_categories=["restoration"])
    assert requested(wanted, found) == [
        (
            "remove_source_identifier_from_subscription",
            {"SubscriptionName": "retail-prod", "SourceIdentifier": "a"},
        ),
        (
            "modify_event_subscription",
            {
                "SubscriptionName": "retail-prod",
                "SourceType": "db-snapshot",
                "EventCategories": ["restoration"],
            },
        ),
        ("add_source_identifier_to_subscription", {"SubscriptionName": "retail-prod", "SourceIdentifier": "a"}),
    ]


def test_all_of_one_type_is_named_for_another() -> None:
    """AWS may have all of the old type by name, which the observer shows as all."""
    found = all_as_none(
        observed(SourceType="db-instance", EventCategoriesList=OFFERED["db-instance"]), OFFERED["db-instance"]
    )
    (request,) = requested(desired(source_type="db-snapshot", event_categories=[]), found)
    assert request[1]["EventCategories"] == ["creation", "restoration"]


# What AWS describes, and what is wanted: a type, with sources and categories of it.
identifiers = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)
topics = st.sampled_from([TOPIC, f"{TOPIC}2"])


def narrowed(kind: str | None) -> st.SearchStrategy[dict[str, Any]]:
    if kind is None:
        return st.just({"source_type": None, "source_ids": [], "event_categories": []})
    categories = st.lists(st.sampled_from(OFFERED[kind]), unique=True)
    return st.fixed_dictionaries(
        {"source_type": st.just(kind), "source_ids": identifiers, "event_categories": categories}
    )


states = st.tuples(
    st.sampled_from([None, *OFFERED]).flatmap(narrowed),
    st.fixed_dictionaries({"sns_topic_arn": topics, "enabled": st.booleans()}),
).map(lambda parts: {**parts[0], **parts[1]})
wishes = st.tuples(
    st.sampled_from(list(OFFERED)).flatmap(narrowed),
    st.fixed_dictionaries({}, optional={"sns_topic_arn": topics, "enabled": st.booleans()}),
    st.sets(st.sampled_from(["source_ids", "event_categories"])),
).map(lambda parts: {name: value for name, value in {**parts[0], **parts[1]}.items() if name not in parts[2]})


def carried_out(state: dict[str, Any], requests: Iterable[Request]) -> dict[str, Any]:
    """What AWS has after these requests."""
    state = {**state, "source_ids": set(state["source_ids"])}
    for method, request in requests:
        if method.startswith("add_"):
            state["source_ids"].add(request["SourceIdentifier"])
        elif method.startswith("remove_"):
            state["source_ids"].remove(request["SourceIdentifier"])
        else:
            assert not ("EventCategories" in request and "SourceType" not in request)
            state["sns_topic_arn"] = request.get("SnsTopicArn", state["sns_topic_arn"])
            state["enabled"] = request.get("Enabled", state["enabled"])
            state["source_type"] = request.get("SourceType", state["source_type"])
            state["event_categories"] = request.get("EventCategories", state["event_categories"])
    return {**state, "source_ids": sorted(state["source_ids"])}


@given(before=states, wanted=wishes)
def test_an_applied_plan_leaves_nothing_to_plan(before: dict[str, Any], wanted: dict[str, Any]) -> None:
    kind, wish = EVENT_SUBSCRIPTION.name, desired(**wanted)

    def seen(state: dict[str, Any]) -> Observed:
        """As the observer shows it."""
        found = Observed(kind, "retail-prod", state)
        return all_as_none(found, OFFERED[state["source_type"]]) if wanted.get("event_categories") == [] else found

    started = Observed(kind, "retail-prod", before) if before["source_type"] is None else seen(before)
    found = planned(wish, started)
    if found.action is Action.REFUSE:
        assert before["source_type"] not in (None, wanted["source_type"])
        return
    requests = requested(wish, started)
    assert bool(requests) == found.changed
    after = carried_out(before, requests)
    assert not planned(wish, seen(after)).changed
    assert {**after, "event_categories": [], "source_ids": []} == {
        **before,
        **wanted,
        "event_categories": [],
        "source_ids": [],
    }
    assert after["source_ids"] == sorted(wanted.get("source_ids", before["source_ids"]))
    every = wanted.get("event_categories", before["event_categories"])
    assert sorted(after["event_categories"]) in (sorted(every), OFFERED[after["source_type"]])
    assert set(after["event_categories"]) <= set(OFFERED[after["source_type"]])

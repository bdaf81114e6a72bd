"""Reads of alarms: the owner's by the index, the wanted by name, tags confirmed where they would be acted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.cloudwatch import (
    COMPOSITE_ALARM,
    METRIC_ALARM,
    alarm_tags,
    name_of,
    observe_alarms,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired

from tests.unit.stubs import ACCOUNT, OWNER, REGION, Exchange, answering

OURS = OWNER.tags()
FILTERS = [{"Key": key, "Values": [value]} for key, value in sorted(OURS.items())]


def arn(name: str) -> str:
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"


def tagged(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def index(*pages: dict[str, dict[str, str]]) -> list[Exchange]:
    """Pages of names and their tags, as GetResources answers them."""
    asked: dict[str, Any] = {
        "ResourceTypeFilters": ["cloudwatch:alarm"],
        "TagFilters": FILTERS,
        "ResourcesPerPage": 100,
    }
    exchanges = []
    for number, page in enumerate(pages):
        token = {"PaginationToken": str(number)} if number else {}
        found = [{"ResourceARN": arn(name), "Tags": tagged(tags)} for name, tags in page.items()]
        more = str(number + 1) if number + 1 < len(pages) else ""
        answer = {"ResourceTagMappingList": found, "PaginationToken": more}
        exchanges.append(Exchange("get_resources", {**asked, **token}, answer))
    return exchanges


def metric(name: str) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmArn": arn(name), "StateValue": "OK", "Threshold": 1.0}


def composite(name: str) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmArn": arn(name), "StateValue": "OK", "AlarmRule": "TRUE"}


def described(
    names: Sequence[str], metrics: Iterable[str] = (), composites: Iterable[str] = (), **paging: str
) -> Exchange:
    asked = {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100}
    answer = {"MetricAlarms": [metric(n) for n in metrics], "CompositeAlarms": [composite(n) for n in composites]}
    token = {"NextToken": paging["asked"]} if "asked" in paging else {}
    more = {"NextToken": paging["more"]} if "more" in paging else {}
    return Exchange("describe_alarms", {**asked, **token}, {**answer, **more})


def listed(name: str, tags: dict[str, str]) -> Exchange:
    return Exchange("list_tags_for_resource", {"ResourceARN": arn(name)}, {"Tags": tagged(tags)})


@contextmanager
def account(indexed: Sequence[Exchange], *exchanges: Exchange) -> Iterator[Scope]:
    with answering("resourcegroupstaggingapi", *indexed) as tags, answering("cloudwatch", *exchanges) as alarms:
        scopes = {"resourcegroupstaggingapi": tags, "cloudwatch": alarms}
        yield Scope(Clients(lambda service, **_: scopes[service].clients(service)), OWNER, ACCOUNT, REGION)


def wanted(*names: str) -> list[Desired]:
    return [Desired("metric_alarm", name, {}, OURS) for name in names]


def seen(scope: Scope, desired: Sequence[Desired]) -> dict[str, dict[str, str]]:
    return {observed.name: dict(observed.tags) for observed in observe_alarms(scope, desired)}


def test_alarms_as_wanted_take_two_calls() -> None:
    with account(index({"a": OURS}), described(["a", "new"], ["a"])) as scope:
        assert seen(scope, wanted("a", "new")) == {"a": OURS}


def test_what_the_lagging_index_would_change_is_confirmed() -> None:
    stale = {**OURS, "Old": "x"}
    exchanges = [
        described(["deleted", "new", "orphan", "stale"], ["stale", "orphan", "new"]),
        listed("new", {}),
        listed("orphan", OURS),
        listed("stale", OURS),
    ]
    with account(index({"stale": stale, "orphan": OURS, "deleted": OURS}), *exchanges) as scope:
        assert seen(scope, wanted("stale", "new")) == {"new": {}, "orphan": OURS, "stale": OURS}


def test_more_than_a_hundred_are_read_by_hundreds() -> None:
    names = [f"a{number:03}" for number in range(150)]
    exchanges = [
        described(names[:100], names[:60], more="next"),
        described(names[:100], names[60:100], asked="next"),
        described(names[100:], names[100:]),
    ]
    pages = [dict.fromkeys(names[:100], OURS), dict.fromkeys(names[100:], OURS)]
    with account(index(*pages), *exchanges) as scope:
        assert list(seen(scope, wanted(*names))) == names


def test_both_sorts_are_read_once() -> None:
    exchanges = [described(["a", "c", "gone"], ["a"], ["c"]), described(["new"])]
    with account(index({"a": OURS, "c": OURS}), *exchanges) as scope:
        assert [o.key for o in METRIC_ALARM.observe(scope, wanted("a", "gone"))] == ["metric_alarm/a"]
        composites = [Desired("composite_alarm", name, {}, OURS) for name in ("c", "new")]
        assert [o.key for o in COMPOSITE_ALARM.observe(scope, composites)] == ["composite_alarm/c"]


def test_nothing_wanted_and_nothing_owned_takes_one_call() -> None:
    with account(index({})) as scope:
        assert seen(scope, []) == {}


@pytest.mark.parametrize(
    ("exchange", "tags"),
    [
        (listed("a", OURS), OURS),
        (Exchange("list_tags_for_resource", {"ResourceARN": arn("a")}, refusal="ResourceNotFoundException"), {}),
    ],
    ids=["there", "deleted meanwhile"],
)
def test_tags_as_cloudwatch_knows_them(exchange: Exchange, tags: dict[str, str]) -> None:
    with answering("cloudwatch", exchange) as scope:
        assert alarm_tags(scope.clients("cloudwatch"), arn("a")) == tags


def test_a_name_may_hold_colons() -> None:
    assert name_of(arn("a:b:c")) == "a:b:c"

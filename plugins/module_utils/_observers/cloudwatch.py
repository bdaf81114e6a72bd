# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of an owner's alarms: one call per 100 of them and one for their tags."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import answers, call, lots, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import composite_alarm, metric_alarm
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.capacity import settle_share
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import (
    confirmed_tags,
    indexed_tags,
    refuse_unowned,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

# The most names and the most alarms of one call:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
PAGE = 100
# Without AlarmTypes, DescribeAlarms leaves out composite alarms (same page).
TYPES = ["MetricAlarm", "CompositeAlarm"]
METRIC, COMPOSITE = metric_alarm.METRIC_ALARM.name, composite_alarm.COMPOSITE_ALARM.name
SORTS = {METRIC: "MetricAlarms", COMPOSITE: "CompositeAlarms"}
FROM_AWS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, str]], Observed]] = {
    METRIC: metric_alarm.from_aws,
    COMPOSITE: composite_alarm.from_aws,
}
# Kinds and descriptions by name.
Read = dict[str, list[tuple[str, Mapping[str, Any]]]]


def observe_alarms(
    scope: Scope, wanted: Sequence[Desired], kinds: Collection[str] = (METRIC, COMPOSITE)
) -> Iterator[Observed]:
    """Alarms of these kinds: those with a wanted name, whosever they are, and all others of the owner.

    What one kind has read serves the other too: metric and composite alarms share their names.
    """
    client = scope.clients("cloudwatch")
    indexed = scope.clients.once("tags of alarms", "", lambda: indexed_tags(scope, "cloudwatch:alarm"))
    read: Read = scope.clients.once("alarms", "", dict)
    by_name = {desired.name: desired for desired in wanted}
    names = sorted(by_name.keys() | {name_of(arn) for arn in indexed})
    with scope.clients.one_at_a_time("alarms"):
        _describe(client, [name for name in names if name not in read], read)
    for name in names:
        for kind, raw in read[name]:
            if kind in kinds:
                tags = partial(alarm_tags, client, raw["AlarmArn"])
                yield FROM_AWS[kind](raw, confirmed_tags(indexed.get(raw["AlarmArn"]), by_name.get(name), tags))


def _describe(client: Any, names: Sequence[str], read: Read) -> None:
    """Add what CloudWatch says of these names, which may be nothing."""
    read.update({name: [] for name in names})
    for chunk in lots(names, PAGE):
        paging = {"PageSize": PAGE}
        for page in answers(client, "describe_alarms", AlarmNames=chunk, AlarmTypes=TYPES, PaginationConfig=paging):
            for kind, sort in SORTS.items():
                for raw in page.get(sort, ()):
                    read[raw["AlarmName"]].append((kind, raw))


def name_of(arn: str) -> str:
    """An alarm's name may hold colons: arn:aws:cloudwatch:region:account:alarm:name."""
    return arn.split(":", 6)[6]


def alarm_tags(client: Any, arn: str) -> dict[str, str]:
    """Tags as CloudWatch knows them; none for an alarm deleted meanwhile."""
    found = call(
        client, "list_tags_for_resource", ResourceARN=arn, subject=name_of(arn), absent={"ResourceNotFoundException"}
    )
    return to_tags((found or {}).get("Tags"))


def observe_metric_alarms(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return observe_alarms(scope, wanted, [METRIC])


def observe_composite_alarms(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return observe_alarms(scope, wanted, [COMPOSITE])


METRIC_ALARM = Handler(
    metric_alarm.METRIC_ALARM,
    observe_metric_alarms,
    plan=metric_alarm.plan_metric_alarm,
    verify=refuse_unowned,
    settle=settle_share,
    prune=True,
)
COMPOSITE_ALARM = Handler(
    composite_alarm.COMPOSITE_ALARM,
    observe_composite_alarms,
    plan=composite_alarm.plan_composite_alarm,
    verify=refuse_unowned,
    prune=True,
)

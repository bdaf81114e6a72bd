"""The writes of metric filters, of a group that did not exist when the plan was made."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._apply.metric_filters import apply_metric_filters
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_filters import (
    METRIC_FILTERS,
    plan_metric_filters,
)

from tests.unit.plugins.module_utils._kinds.test_metric_filters import ERRORS, GROUP, RAW, desired
from tests.unit.stubs import Exchange, answering


def test_all_are_put() -> None:
    wanted = desired(ERRORS, {**ERRORS, "name": "more"})
    puts = [
        Exchange("put_metric_filter", {"logGroupName": GROUP, **RAW}),
        Exchange("put_metric_filter", {"logGroupName": GROUP, **RAW, "filterName": "more"}),
    ]
    plan = plan_metric_filters(METRIC_FILTERS, wanted, None, frozenset())
    with answering("logs", *puts) as scope:
        apply_metric_filters(scope.clients("logs"), wanted, plan)

"""Metric filters of a log group, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.cloudwatch_metric_filters import SPEC, ensure

from tests.unit.modules import asked
from tests.unit.plugins.module_utils._kinds.test_metric_filters import ERRORS, GROUP, OURS, RAW, raw
from tests.unit.stubs import Exchange, account

NO_GROUP = Exchange("describe_metric_filters", {"logGroupName": GROUP}, refusal="ResourceNotFoundException")


def described(*found: dict[str, Any]) -> Exchange:
    return Exchange("describe_metric_filters", {"logGroupName": GROUP}, {"metricFilters": list(found)})


def ensured(*requests: Exchange, filters: list[dict[str, Any]], check: bool = False) -> dict[str, Any]:
    module = asked(SPEC, check=check, log_group_name=GROUP, namespace=OURS, filters=filters)
    with account({"logs": requests}) as scope:
        return ensure(module, scope.clients)


PUT = Exchange("put_metric_filter", {"logGroupName": GROUP, **RAW})


def test_what_differs_is_put_and_what_is_not_wanted_deleted() -> None:
    gone = Exchange(
        "delete_metric_filter", {"logGroupName": GROUP, "filterName": "a"}, refusal="ResourceNotFoundException"
    )
    result = ensured(described(raw("a"), raw("b", namespace="other")), PUT, gone, filters=[ERRORS])
    assert (result["changed"], result["names"]) == (True, ["errors"])
    [plan] = result["plan"]
    assert [change["property"] for change in plan["changes"]] == ["filters.a", "filters.errors"]


def test_what_is_as_wanted_is_left() -> None:
    result = ensured(described(RAW), filters=[ERRORS])
    assert (result["changed"], result["plan"]) == (False, [])


def test_check_mode_reads_and_needs_no_group() -> None:
    assert ensured(described(), filters=[ERRORS], check=True)["changed"] is True
    assert ensured(NO_GROUP, filters=[ERRORS], check=True)["changed"] is True


def test_nothing_is_wanted_of_no_group() -> None:
    assert ensured(NO_GROUP, filters=[])["changed"] is False


def test_a_missing_group_is_refused() -> None:
    with pytest.raises(Refused, match=r"log_group_name: /aws/rds.*\n.*Make it first"):
        ensured(NO_GROUP, filters=[ERRORS])


def test_bad_filters_are_refused_before_anything_is_asked() -> None:
    with pytest.raises(Refused, match=r"filters\.errors\.pattern"):
        ensured(filters=[{**ERRORS, "pattern": '"'}])

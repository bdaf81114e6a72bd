"""The writes of cloudwatch_dashboard, and the reads around them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.dashboard import apply_dashboard
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard import DASHBOARD as KIND
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.dashboard import plan_dashboard
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.dashboards import DASHBOARD
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, removal

from tests.unit.stubs import Exchange, answering

ARN = "arn:aws:cloudwatch::123456789012:dashboard/d"
BODY: dict[str, Any] = {"widgets": []}
OTHER: dict[str, Any] = {"widgets": [], "start": "-PT1H"}
TEXT = json.dumps(BODY)


def got(text: str = TEXT) -> Exchange:
    answer = {"DashboardName": "d", "DashboardArn": ARN, "DashboardBody": text}
    return Exchange("get_dashboard", {"DashboardName": "d"}, answer)


def put(body: dict[str, Any], *warnings: dict[str, str], **more: Any) -> Exchange:
    asked = {"DashboardName": "d", "DashboardBody": json.dumps(body), **more}
    return Exchange("put_dashboard", asked, {"DashboardValidationMessages": list(warnings)})


TAGS = Exchange("list_tags_for_resource", {"ResourceARN": ARN}, {"Tags": [{"Key": "a", "Value": "b"}]})
GONE = Exchange("get_dashboard", {"DashboardName": "d"}, refusal="ResourceNotFound")
UNTAGGED = Exchange("list_tags_for_resource", {"ResourceARN": ARN}, refusal="ResourceNotFoundException")
SEEN = Observed("cloudwatch_dashboard", "d", {"body": BODY}, {"a": "b"}, {"arn": ARN})


@pytest.mark.parametrize(
    ("exchanges", "seen"),
    [([got(), TAGS], [SEEN]), ([GONE], []), ([got(), UNTAGGED], [])],
    ids=["there", "not there", "deleted meanwhile"],
)
def test_what_is_seen(exchanges: Sequence[Exchange], seen: list[Observed]) -> None:
    with answering("cloudwatch", *exchanges) as scope:
        assert list(DASHBOARD.observe(scope, [Desired("cloudwatch_dashboard", "d")] * 2)) == seen


def applied(wanted: Desired, observed: Observed | None, *exchanges: Exchange) -> tuple[str | None, list[str]]:
    warnings: list[str] = []
    plan = plan_dashboard(KIND, wanted, observed, frozenset())
    with answering("cloudwatch", *exchanges) as scope:
        arn = apply_dashboard(scope.clients("cloudwatch"), wanted, observed, plan, warnings.append)
    return arn, warnings


def desired(body: dict[str, Any] = BODY, **tags: str) -> Desired:
    return Desired("cloudwatch_dashboard", "d", {"body": body}, tags)


def test_a_new_one_is_put_with_its_tags() -> None:
    assert applied(desired(a="b"), None, put(BODY, Tags=[{"Key": "a", "Value": "b"}]), got()) == (ARN, [])
    assert applied(desired(), None, put(BODY), got()) == (ARN, [])


def test_what_cloudwatch_says_of_a_body_it_takes_are_warnings() -> None:
    said = {"DataPath": "/widgets/0", "Message": 'The "z" property is not expected'}
    _, warnings = applied(desired(OTHER), SEEN, put(OTHER, said, {}))
    assert warnings == [
        'CloudWatch says of dashboard d: /widgets/0: The "z" property is not expected',
        "CloudWatch says of dashboard d: : ",
    ]


def test_tags_alone_put_nothing() -> None:
    tag = Exchange("tag_resource", {"ResourceARN": ARN, "Tags": [{"Key": "c", "Value": "d"}]})
    untag = Exchange("untag_resource", {"ResourceARN": ARN, "TagKeys": ["a"]})
    assert applied(desired(c="d"), SEEN, tag, untag)[0] == ARN


def test_a_body_that_cloudwatch_refuses_is_told() -> None:
    asked = {"DashboardName": "d", "DashboardBody": json.dumps(OTHER)}
    with pytest.raises(AwsError, match="cloudwatch:PutDashboard for d failed: InvalidParameterInput"):
        applied(desired(OTHER), SEEN, Exchange("put_dashboard", asked, refusal="InvalidParameterInput"))


@pytest.mark.parametrize("refusal", ["", "ResourceNotFound"])
def test_one_that_is_gone_already_is_deleted(refusal: str) -> None:
    delete = Exchange("delete_dashboards", {"DashboardNames": ["d"]}, refusal=refusal)
    with answering("cloudwatch", delete) as scope:
        client = scope.clients("cloudwatch")
        assert apply_dashboard(client, desired(), SEEN, removal(SEEN), lambda _: None) is None

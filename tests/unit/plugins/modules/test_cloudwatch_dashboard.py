"""A dashboard, from options to requests and result."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.cloudwatch_dashboard import SPEC, ensure

from tests.unit.modules import Asked, asked
from tests.unit.stubs import OWNER, Exchange, account

ARN = "arn:aws:cloudwatch::123456789012:dashboard/d"
BODY: dict[str, Any] = {"widgets": []}
OTHER: dict[str, Any] = {"widgets": [], "start": "-PT1H"}
GONE = Exchange("get_dashboard", {"DashboardName": "d"}, refusal="ResourceNotFound")
GOT = Exchange(
    "get_dashboard",
    {"DashboardName": "d"},
    {"DashboardName": "d", "DashboardArn": ARN, "DashboardBody": json.dumps(BODY)},
)


def tags(**has: str) -> Exchange:
    answer = {"Tags": [{"Key": key, "Value": value} for key, value in has.items()]}
    return Exchange("list_tags_for_resource", {"ResourceARN": ARN}, answer)


def put(body: dict[str, Any], *warnings: dict[str, str], **more: Any) -> Exchange:
    request = {"DashboardName": "d", "DashboardBody": json.dumps(body), **more}
    return Exchange("put_dashboard", request, {"DashboardValidationMessages": list(warnings)})


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> tuple[dict[str, Any], Asked]:
    module = asked(SPEC, check=check, name="d", **options)
    with account({"cloudwatch": requests}) as scope:
        return ensure(module, scope.clients), module


def test_a_new_dashboard() -> None:
    result, _ = ensured(GONE, put(BODY, Tags=[{"Key": "a", "Value": "1"}]), GOT, body=BODY, tags={"a": 1})
    assert (result["changed"], result["name"], result["arn"]) == (True, "d", ARN)
    assert [entry["action"] for entry in result["plan"]] == ["create"]


def test_check_mode_of_a_new_dashboard() -> None:
    result, _ = ensured(GONE, check=True, body=BODY)
    assert (result["changed"], result["arn"]) == (True, KNOWN_AFTER_APPLY)


def test_a_dashboard_as_wanted() -> None:
    result, _ = ensured(GOT, tags(a="1"), body=BODY)
    assert (result["changed"], result["arn"], result["plan"]) == (False, ARN, [])


def test_what_cloudwatch_says_of_a_changed_body_is_a_warning() -> None:
    said = {"DataPath": "/widgets/0", "Message": "odd"}
    result, module = ensured(GOT, tags(), put(OTHER, said), body=OTHER)
    assert (result["changed"], result["arn"]) == (True, ARN)
    assert module.warnings == ["CloudWatch says of dashboard d: /widgets/0: odd"]


@pytest.mark.parametrize("check", [False, True])
def test_deletion(check: bool) -> None:
    delete = [] if check else [Exchange("delete_dashboards", {"DashboardNames": ["d"]})]
    result, _ = ensured(GOT, tags(), *delete, check=check, state="absent")
    assert (result["changed"], [entry["action"] for entry in result["plan"]]) == (True, ["delete"])
    assert "arn" not in result


def test_what_is_not_there_needs_no_deletion() -> None:
    assert ensured(GONE, state="absent")[0]["changed"] is False


def test_a_bad_body_is_refused_before_aws_is_asked() -> None:
    with pytest.raises(Refused, match="widgets"):
        ensured(body={"widgets": [{"type": "picture", "properties": {}}]})


def test_a_dashboard_of_another_deployment_is_refused() -> None:
    with pytest.raises(Refused, match="belongs to"):
        ensured(GOT, tags(**OWNER.tags()), body=OTHER, tags={**OWNER.tags(), "pgfleet:suffix": "test"})

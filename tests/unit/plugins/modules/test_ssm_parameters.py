"""The parameters of one owner, from options to requests and result."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.ssm_parameters import SPEC, ensure

from tests.unit.modules import Asked, asked
from tests.unit.stubs import OWNER, Exchange, account

PLACE = "/pgfleet/retail/prod"
OLD = f"{PLACE}/old"
OLD_ARN = f"arn:aws:ssm:us-west-2:123456789012:parameter{OLD}"
NEW = f"{PLACE}/new"
TAGS = [{"Key": key, "Value": value} for key, value in OWNER.tags().items()]


def given(*parameters: dict[str, Any], **options: Any) -> Asked:
    defaults: dict[str, Any] = {"path": f"{PLACE}/", "parameters": list(parameters)}
    return asked(SPEC, **{"system": "retail", "suffix": "prod", **defaults, **options})


def reads(*wanted: str) -> dict[str, list[Exchange]]:
    """One parameter of ours, which nobody wants any more, and none of those that are wanted."""
    filters = [{"Key": key, "Values": [value]} for key, value in sorted(OWNER.tags().items())]
    indexed = {"ResourceTypeFilters": ["ssm:parameter"], "TagFilters": filters, "ResourcesPerPage": 100}
    old = {"Name": OLD, "ARN": OLD_ARN, "Value": "1", "Type": "String"}
    tags = {"ResourceType": "Parameter", "ResourceId": OLD}
    missing = {"InvalidParameters": list(wanted)} if wanted else {}
    return {
        "resourcegroupstaggingapi": [
            Exchange("get_resources", indexed, {"ResourceTagMappingList": [{"ResourceARN": OLD_ARN, "Tags": TAGS}]})
        ],
        "ssm": [
            Exchange("get_parameters", {"Names": [*wanted, OLD]}, {"Parameters": [old], **missing}),
            Exchange("list_tags_for_resource", tags, {"TagList": TAGS}),
        ],
    }


def created() -> Exchange:
    tags = [{"Key": key, "Value": value} for key, value in sorted({**OWNER.tags(), "Name": NEW}.items())]
    return Exchange("put_parameter", {"Name": NEW, "Value": "5432", "Type": "String", "Tags": tags})


@pytest.mark.parametrize("prune", [True, False])
def test_what_is_wanted_is_put_and_the_rest_of_the_owner_goes_with_prune_alone(prune: bool) -> None:
    services = reads(NEW)
    services["ssm"] += [created()] + ([Exchange("delete_parameters", {"Names": [OLD]})] if prune else [])
    with account(services) as scope:
        result = ensure(given({"name": NEW, "value": 5432}, prune=prune), scope.clients)
    assert (result["changed"], result["names"]) == (True, [NEW])
    assert [entry["name"] for entry in result["plan"]] == ([NEW, OLD] if prune else [NEW])


def test_check_mode_writes_nothing() -> None:
    with account(reads(NEW)) as scope:
        result = ensure(given({"name": NEW, "value": 5432}, check=True), scope.clients)
    assert [(entry["name"], entry["action"]) for entry in result["plan"]] == [(NEW, "create"), (OLD, "delete")]


def test_the_root_is_a_path() -> None:
    with account(reads()) as scope:
        assert ensure(given(path="/", check=True), scope.clients)["changed"] is True


def test_everything_that_cannot_be_is_named_before_aws_is_asked() -> None:
    parameters = [{"name": NEW, "value": "1"}, {"name": NEW, "value": ""}, {"name": "/elsewhere/port", "value": "1"}]
    with account({"ssm": []}) as scope, pytest.raises(Refused) as refused:
        ensure(given(*parameters), scope.clients)
    said = str(refused.value)
    assert f"{NEW}\n    stands more than once in the set." in said
    assert f"/elsewhere/port\n    is not under path, {PLACE}/." in said
    assert "AWS takes no empty value" in said

"""Writes of parameters: one request each, tags apart, deletes together."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.ssm_parameters import ParameterWriter
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Desired, Plan

from tests.unit.stubs import Exchange, answering

NAME = "/pgfleet/retail/prod/port"
WANTED = Desired("ssm_parameter", NAME, {"value": 5432, "type": "String"}, {"Name": NAME})
TAG = {"ResourceType": "Parameter", "ResourceId": NAME}
PUT = {"Name": NAME, "Value": "5432", "Type": "String", "Overwrite": True}


@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        ([Change("value", "1", 5432)], [Exchange("put_parameter", PUT)]),
        (
            [Change("tags.a", None, "1"), Change("tags.b", "1", None)],
            [
                Exchange("add_tags_to_resource", TAG | {"Tags": [{"Key": "a", "Value": "1"}]}),
                Exchange("remove_tags_from_resource", TAG | {"TagKeys": ["b"]}),
            ],
        ),
        (
            [Change("value", "1", 5432), Change("tags.a", "1", "2")],
            [
                Exchange("put_parameter", PUT),
                Exchange("add_tags_to_resource", TAG | {"Tags": [{"Key": "a", "Value": "2"}]}),
            ],
        ),
    ],
)
def test_updates(changes: list[Change], requests: list[Exchange]) -> None:
    with answering("ssm", *requests) as scope:
        writer = ParameterWriter(scope.clients("ssm"), [WANTED])
        writer.apply(Plan("ssm_parameter", NAME, Action.UPDATE, tuple(changes)))


@pytest.mark.parametrize(
    ("properties", "asked"),
    [
        ({"value": 5432}, {"Value": "5432"}),
        ({"value": ["a", "b"], "type": "StringList"}, {"Value": "a,b", "Type": "StringList"}),
        ({"value": "x", "description": "Which port"}, {"Value": "x", "Description": "Which port"}),
    ],
)
def test_a_new_one_is_made_with_its_tags(properties: dict[str, Any], asked: dict[str, Any]) -> None:
    wanted = Desired("ssm_parameter", NAME, properties, {"Name": NAME})
    tags = [{"Key": "Name", "Value": NAME}]
    with answering("ssm", Exchange("put_parameter", {"Name": NAME, **asked, "Tags": tags})) as scope:
        ParameterWriter(scope.clients("ssm"), [wanted]).apply(Plan("ssm_parameter", NAME, Action.CREATE))


def test_deletes_go_together_ten_at_a_time() -> None:
    names = [f"/pgfleet/{n}" for n in range(11)]
    requests = [Exchange("delete_parameters", {"Names": batch}) for batch in (names[:10], names[10:])]
    with answering("ssm", *requests) as scope:
        writer = ParameterWriter(scope.clients("ssm"), [])
        for name in names:
            writer.apply(Plan("ssm_parameter", name, Action.DELETE))
        writer.delete()

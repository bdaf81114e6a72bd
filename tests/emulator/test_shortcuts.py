"""What the emulator remembers in moto's place is what moto works out, and is worked out once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, ClassVar
from unittest.mock import Mock

import pytest
from moto.core import errors, responses
from moto.core.model import ListShape, StructureShape
from moto.core.serialize import QuerySerializer, ResponseSerializer, XFormedAttributePicker
from moto.core.utils import get_service_model
from moto.iam.responses import IamResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from emulator import shortcuts


class Named:
    """As moto names things: some as AWS does, some in its own way."""

    def __init__(self) -> None:
        self.alarm_arn, self.name, self.state_value, self.AlarmActions = "arn", "cpu", None, ["a"]
        self.arn, self.description, self.assume_role_policy_document = "role", "of a role", '{"a": 1}'


class Alarm(Named):
    """By its class: AlarmName is name."""


class Role(Named):
    class Meta:
        serialization_aliases: ClassVar = {"RoleName": "description"}


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in (
        (ResponseSerializer, "get_value"),
        (errors.ErrorLookupFactory, "_create_error_lut"),
        (responses, "method_names_from_class"),
        (DomainDispatcherApplication, "get_backend_for_host"),
    ):
        monkeypatch.setattr(owner, name, vars(owner)[name])
    shortcuts.install()


def members(shape: Any) -> Iterator[tuple[str, Any]]:
    """Of all structures of an answer, as deep as they go."""
    if isinstance(shape, ListShape):
        yield from members(shape.member)
    if isinstance(shape, StructureShape):
        each: Any
        for key, each in shape.members.items():
            each.parent = shape  # As moto does.
            yield key, each
            yield from members(each)


@pytest.mark.parametrize("result", [Alarm(), Role(), Named(), {"AlarmName": "x", "Arn": None}, "text"])
@pytest.mark.parametrize(
    ("service", "operation"), [("cloudwatch", "DescribeAlarms"), ("iam", "CreateRole"), ("rds", "DescribeDBClusters")]
)
def test_members_are_found_where_moto_finds_them(service: str, operation: str, result: Any) -> None:
    model = get_service_model(service).operation_model(operation)
    picker = XFormedAttributePicker(response_transformers=IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER)
    serializer = QuerySerializer(model, value_picker=picker)
    serializer.path = [operation, f"{operation}Response", "Role"]
    for key, shape in members(model.output_shape):
        for _again in range(2):
            assert shortcuts.member(serializer, result, key, shape) == shortcuts._member(serializer, result, key, shape)


@pytest.mark.usefixtures("installed")
def test_names_are_worked_out_once_for_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unseen(Alarm):
        pass

    asked = Mock(side_effect=XFormedAttributePicker.get_possible_keys, autospec=True)
    monkeypatch.setattr(XFormedAttributePicker, "get_possible_keys", lambda *given: asked(*given))
    model = get_service_model("cloudwatch").operation_model("DescribeAlarms")
    serializer = QuerySerializer(model, value_picker=XFormedAttributePicker())
    body = serializer.serialize({"MetricAlarms": [Unseen() for _ in range(100)]})["body"]
    assert str(body).count("<AlarmArn>arn</AlarmArn>") == 100
    counted = [(type(call.args[1].obj), call.args[1].shape) for call in asked.call_args_list]
    assert len(counted) == len(set(counted))


@pytest.mark.usefixtures("installed")
def test_a_service_and_its_errors_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = get_service_model("kms")
    lookup = errors.ErrorLookupFactory._create_error_lut(model)
    assert errors.ErrorLookupFactory._create_error_lut(model) is lookup
    assert lookup.from_code("NotFoundException") is not None
    names = vars(responses)["method_names_from_class"]
    assert names(IamResponse) is names(IamResponse)
    application = DomainDispatcherApplication(Mock())
    assert application.get_backend_for_host("kms.us-west-2.amazonaws.com") == "kms"
    monkeypatch.setattr(os, "listdir", Mock(side_effect=AssertionError("moto's directory was read again")))
    assert application.get_backend_for_host("kms.us-west-2.amazonaws.com") == "kms"

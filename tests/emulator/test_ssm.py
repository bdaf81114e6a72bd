"""Parameter Store as AWS documents it, where moto differs, and paging, on which readers depend."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from moto.ssm.models import SimpleSystemManagerBackend

from emulator.services.ssm import _tagged, _tagged_by_moto, matching
from emulator.testing import Emulator

PATH = "/pgfleet/retail/prod"


@pytest.fixture
def ssm(aws: Emulator) -> Any:
    return aws.client("ssm", "us-west-2")


def put(ssm: Any, name: str, **changes: Any) -> None:
    ssm.put_parameter(**{"Name": name, "Value": "x", "Type": "String", **changes})


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("/with space", {}, "ValidationException"),
        ("not/qualified", {}, "ValidationException"),
        ("/" + "/".join("abcdefghijklmnop"), {}, "HierarchyLevelLimitExceededException"),
        ("/long", {"Value": "x" * 4097}, "ValidationException"),
        ("/aws/own", {}, "AccessDeniedException"),
        ("/kind", {"Type": "Number"}, "ValidationException"),
    ],
)
def test_impossible_parameters_are_refused(ssm: Any, name: str, changes: dict[str, str], code: str) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html"""
    with pytest.raises(ClientError, match=rf"\({code}\)"):
        put(ssm, name, **changes)


def test_the_longest_value_and_the_deepest_name_are_taken(ssm: Any) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"""
    put(ssm, "/" + "/".join("abcdefghijklmno"), Value="x" * 4096)
    put(ssm, "/advanced", Value="x" * 8192, Tier="Advanced")


def test_a_parameter_keeps_its_type(ssm: Any) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html"""
    put(ssm, f"{PATH}/port")
    put(ssm, f"{PATH}/port", Value="y", Overwrite=True)
    with pytest.raises(ClientError, match="HierarchyTypeMismatchException"):
        put(ssm, f"{PATH}/port", Type="SecureString", Overwrite=True)
    assert ssm.get_parameter(Name=f"{PATH}/port")["Parameter"]["Value"] == "y"


def test_a_path_is_read_in_pages_of_ten(ssm: Any) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html"""
    names = {f"{PATH}/{number}" for number in range(23)}
    for name in names:
        put(ssm, name)
    pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path=PATH))
    assert [len(page["Parameters"]) for page in pages] == [10, 10, 3]
    assert {parameter["Name"] for page in pages for parameter in page["Parameters"]} == names


@pytest.mark.parametrize("action", ["get_parameters", "delete_parameters"])
def test_no_more_than_ten_names_in_a_call(ssm: Any, action: str) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html"""
    with pytest.raises(ClientError, match="ValidationException"):
        getattr(ssm, action)(Names=[f"/{number}" for number in range(11)])


def test_descriptions_of_names_come_in_pages_of_the_size_asked_for(ssm: Any) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html"""
    names = [f"{PATH}/{number:02}" for number in range(60)]
    for name in names:
        put(ssm, name, Description=f"of {name}")
    filters = [{"Key": "Name", "Option": "Equals", "Values": names[:50]}]
    answer = ssm.describe_parameters(ParameterFilters=filters, MaxResults=50)
    assert {one["Name"]: one["Description"] for one in answer["Parameters"]} == {n: f"of {n}" for n in names[:50]}
    assert "NextToken" not in answer
    pages = ssm.get_paginator("describe_parameters").paginate(PaginationConfig={"PageSize": 25})
    assert [len(page["Parameters"]) for page in pages] == [25, 25, 10]


def test_parameters_that_nobody_asked_for_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = SimpleSystemManagerBackend("us-west-2", "123456789012")
    for number in range(1000):
        backend._parameters[f"{PATH}/{number}"] = [Mock(name=f"{PATH}/{number}")]
    backend._parameters["flat"] = [Mock()]
    compared = Mock(return_value=True)
    monkeypatch.setattr(backend, "_match_filters", compared)
    asked = [{"Key": "Name", "Values": [f"{PATH}/7", "/flat", f"{PATH}/3", "/absent"]}]
    found = matching(backend, None, asked)
    assert found == [backend._parameters[name][0] for name in (f"{PATH}/3", f"{PATH}/7", "flat")]
    assert compared.call_count == len(found)


def test_tags_are_read_without_a_look_at_the_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    """As moto reads them: also of a name without levels, whose slash it leaves out, and of none."""
    backend = SimpleSystemManagerBackend("us-west-2", "123456789012")
    content = json.dumps({"schemaVersion": "2.2", "description": "x", "mainSteps": []})
    backend.create_document(content, [], [], "document", "", "Command", "JSON", "", [{"Key": "a", "Value": "0"}])
    for name, tags in ((f"{PATH}/one", {"a": "1"}), ("/flat", {"a": "2", "b": ""}), (f"{PATH}/two", {})):
        backend.put_parameter(name, "", "x", "String", "", "", True, [], "text", "", "")
        backend.add_tags_to_resource("Parameter", name, tags)
    expected = list(_tagged_by_moto(backend))
    assert [one.tags for one in expected] == [{"a": "0"}, {"a": "1"}, {"a": "2", "b": ""}, {}]
    assert list(_tagged(backend)) == expected
    looked = Mock(side_effect=backend.get_parameter)
    monkeypatch.setattr(backend, "get_parameter", looked)
    assert list(_tagged(backend)) == expected
    assert looked.call_count == 1  # By moto, for the first of three, where the documents end.

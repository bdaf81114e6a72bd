"""Reads of parameters: the wanted ones whosever they are, and all others of the owner under their path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ssm import (
    observe_parameters,
    observe_path,
    parameter_tags,
    under_path,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import OWNER, Exchange, answering

TAGGING = "resourcegroupstaggingapi"
PATH = "/retail/prod"
HOST, PORT, OLD, FOREIGN = (f"{PATH}/{name}" for name in ("host", "port", "old", "foreign"))
OURS = [{"Key": key, "Value": value} for key, value in OWNER.tags().items()]


def arn(name: str) -> str:
    return f"arn:aws:ssm:us-west-2:123456789012:parameter{name}"


def parameter(name: str, value: str = "x", type_: str = "String") -> dict[str, Any]:
    return {"Name": name, "ARN": arn(name), "Type": type_, "Value": value}


def listed(*parameters: dict[str, Any], path: str = PATH) -> Exchange:
    return Exchange("get_parameters_by_path", {"Path": path, "Recursive": True}, {"Parameters": list(parameters)})


def tags(name: str, tags: list[dict[str, str]]) -> Exchange:
    return Exchange("list_tags_for_resource", {"ResourceType": "Parameter", "ResourceId": name}, {"TagList": tags})


DESCRIPTIONS = Exchange(
    "describe_parameters",
    {"ParameterFilters": [{"Key": "Path", "Option": "Recursive", "Values": [PATH]}]},
    {"Parameters": [{"Name": HOST, "Description": "Address"}, {"Name": PORT}]},
)


@contextmanager
def scoped(indexed: list[str], *exchanges: Exchange) -> Iterator[Scope]:
    """A scope in which the tagging API knows parameters of these names as ours."""
    index = Exchange(
        "get_resources",
        {
            "ResourceTypeFilters": ["ssm:parameter"],
            "TagFilters": [{"Key": key, "Values": [value]} for key, value in sorted(OWNER.tags().items())],
            "ResourcesPerPage": 100,
        },
        {"ResourceTagMappingList": [{"ResourceARN": arn(name), "Tags": OURS} for name in indexed]},
    )
    with answering(TAGGING, index) as tagging, answering("ssm", *exchanges) as ssm:
        clients = {TAGGING: tagging.clients, "ssm": ssm.clients}
        yield replace(ssm, clients=Clients(lambda service, **_options: clients[service](service)))


def wanted(*names: str, **properties: Any) -> list[Desired]:
    return [Desired("ssm_parameter", name, properties, OWNER.tags()) for name in names]


def by_name(found: Iterator[Observed] | list[Observed]) -> dict[str, Observed]:
    return {each.name: each for each in found}


def test_wanted_and_owned_but_not_others() -> None:
    # The index is as wanted for one; what the service says counts for one that is not indexed, and for an orphan.
    asked = [listed(*(parameter(name) for name in (FOREIGN, HOST, OLD, PORT))), tags(OLD, OURS), tags(PORT, [])]
    with scoped([HOST, OLD], *asked) as scope:
        found = by_name(list(observe_parameters(scope, wanted(HOST, PORT))))
    assert {name: each.tags for name, each in found.items()} == {HOST: OWNER.tags(), OLD: OWNER.tags(), PORT: {}}
    assert found[HOST].properties == {"value": "x", "type": "String", "description": ""}


def test_descriptions_are_read_where_they_are_wanted() -> None:
    with scoped([HOST, PORT], listed(parameter(HOST), parameter(PORT)), DESCRIPTIONS) as scope:
        found = by_name(list(observe_path(scope, wanted(HOST, PORT, description="Address"), PATH)))
    assert {name: each.properties["description"] for name, each in found.items()} == {HOST: "Address", PORT: ""}


def test_nothing_there() -> None:
    with scoped([], listed()) as scope:
        assert list(observe_path(scope, wanted(HOST), PATH)) == []


def test_tags_of_a_parameter_that_is_gone() -> None:
    asked = {"ResourceType": "Parameter", "ResourceId": HOST}
    with answering("ssm", Exchange("list_tags_for_resource", asked, refusal="InvalidResourceId")) as scope:
        assert parameter_tags(scope.clients("ssm"), HOST) == {}


def test_a_document_decides_about_its_own_path() -> None:
    wanted = [Desired("ssm_parameter", f"{PATH}/database/{name}") for name in ("host", "port")]
    decided = {name: under_path(wanted, Observed("ssm_parameter", name)) for name in (f"{PATH}/database/old", HOST)}
    assert decided == {f"{PATH}/database/old": True, HOST: False}
    assert under_path(
        [Desired("ssm_parameter", "/a/b"), Desired("ssm_parameter", "/c")], Observed("ssm_parameter", HOST)
    )

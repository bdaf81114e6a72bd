"""Reads of parameters: the wanted ones whosever they are, and all others of the owner under their path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ssm import (
    is_under,
    names_of,
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


def read(*names: str, missing: tuple[str, ...] = ()) -> Exchange:
    """A call for these names in their order, of which some do not exist."""
    found = [parameter(name) for name in names if name not in missing]
    invalid = {"InvalidParameters": list(missing)} if missing else {}
    return Exchange("get_parameters", {"Names": list(names)}, {"Parameters": found, **invalid})


def tags(name: str, tags: list[dict[str, str]]) -> Exchange:
    return Exchange("list_tags_for_resource", {"ResourceType": "Parameter", "ResourceId": name}, {"TagList": tags})


def descriptions(described: dict[str, str]) -> Exchange:
    filters = [{"Key": "Name", "Option": "Equals", "Values": list(described)}]
    found = [{"Name": name, **({"Description": text} if text else {})} for name, text in described.items()]
    return Exchange("describe_parameters", {"ParameterFilters": filters, "MaxResults": 50}, {"Parameters": found})


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
    asked = [read(HOST, OLD, PORT), tags(OLD, OURS), tags(PORT, [])]
    with scoped([HOST, OLD, "/elsewhere"], *asked) as scope:
        found = by_name(list(observe_parameters(scope, wanted(HOST, PORT))))
    assert {name: each.tags for name, each in found.items()} == {HOST: OWNER.tags(), OLD: OWNER.tags(), PORT: {}}
    assert found[HOST].properties == {"value": "x", "type": "String", "description": ""}


def test_descriptions_are_read_where_they_are_wanted() -> None:
    asked = [descriptions({HOST: "Address", PORT: ""}), read(HOST, OLD, PORT)]
    names = [*wanted(HOST, PORT, description="Address"), *wanted(OLD)]
    with scoped([HOST, OLD, PORT], *asked) as scope:
        found = by_name(list(observe_path(scope, names, PATH)))
    said = {name: each.properties["description"] for name, each in found.items()}
    assert said == {HOST: "Address", OLD: "", PORT: ""}


def test_names_go_together_whatever_their_paths() -> None:
    names = [f"/{n:02}/of/this/path" for n in range(60)]
    lots = [names[n : n + 10] for n in range(0, 60, 10)]
    asked = [descriptions(dict.fromkeys(lot, "Why")) for lot in (names[:50], names[50:])]
    with scoped(names, *asked, *(read(*lot) for lot in lots)) as scope:
        found = list(observe_parameters(scope, wanted(*names, description="Why")))
    assert [each.name for each in found] == names


def test_nothing_there() -> None:
    """Nor what the index still knows."""
    with scoped([OLD], read(HOST, OLD, missing=(HOST, OLD))) as scope:
        assert list(observe_path(scope, wanted(HOST), PATH)) == []


def test_nothing_wanted_and_nothing_owned() -> None:
    with scoped([]) as scope:
        assert list(observe_path(scope, [], PATH)) == []


def test_the_name_in_an_arn() -> None:
    """That of a name without levels has no slash to tell."""
    assert names_of(arn("/a/b")) == ["/a/b"]
    assert names_of(arn("/a")) == ["/a", "a"]


def test_under_a_path() -> None:
    assert [is_under(["/"], name) for name in ("a", "/a", "/a/b")] == [True, True, True]
    assert [is_under(["/a", "/c/"], name) for name in ("/a/b", "/c/d", "/ab", "/a", "/b")] == [True, True, *[False] * 3]


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


def test_a_document_of_two_paths_does_not_decide_about_what_lies_beside_them() -> None:
    wanted = [Desired("ssm_parameter", f"{top}{PATH}/database/host") for top in ("", "/pgfleet")]
    beside = ("/pgfleet/retail/prod/network/vpc_id", "/retail/prod/other")
    below = ("/pgfleet/retail/prod/database/old", "/retail/prod/database/old")
    assert [under_path(wanted, Observed("ssm_parameter", name)) for name in (*beside, *below)] == [
        *(False, False),
        *(True, True),
    ]

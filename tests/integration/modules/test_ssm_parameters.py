"""ssm_parameters through ansible-playbook: create, change, no-op, prune, check mode, refusals."""

from __future__ import annotations

from typing import Any

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

PATH = "/pgfleet/retail/prod/"
ENDPOINT = {"name": f"{PATH}endpoint", "value": "db.example.com", "description": "endpoint of retail prod"}
PORT = {"name": f"{PATH}port", "value": "5432"}
SUBNETS = {"name": f"{PATH}subnets", "value": ["subnet-a", "subnet-b"], "type": "StringList"}


def run(aws: Emulator, *parameters: dict[str, Any], check: bool = False, **options: Any) -> Ran:
    given = {"system": "retail", "suffix": "prod", "path": PATH, "parameters": list(parameters), **options}
    return run_module(aws, "ssm_parameters", given, check=check)


def values(aws: Emulator, path: str = "/pgfleet") -> dict[str, str]:
    pages = aws.client("ssm").get_paginator("get_parameters_by_path").paginate(Path=path, Recursive=True)
    return {raw["Name"]: raw["Value"] for page in pages for raw in page["Parameters"]}


def tags(aws: Emulator, name: str) -> dict[str, str]:
    found = aws.client("ssm").list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_life_of_a_set(aws: Emulator) -> None:
    wanted = (ENDPOINT, PORT, SUBNETS)
    checked = run(aws, *wanted, check=True)
    assert (checked.changed, checked.writes) == (True, [])

    made = run(aws, *wanted, tags={"Environment": "Production"})
    assert made.writes == ["PutParameter"] * 3
    assert values(aws) == {
        ENDPOINT["name"]: "db.example.com",
        PORT["name"]: "5432",
        SUBNETS["name"]: "subnet-a,subnet-b",
    }
    assert tags(aws, str(PORT["name"])) == {
        "Environment": "Production",
        "Name": PORT["name"],
        "pgfleet:system": "retail",
        "pgfleet:suffix": "prod",
    }

    again = run(aws, *wanted, tags={"Environment": "Production"})
    assert (again.changed, again.actions) == (False, ["GetResources", "DescribeParameters", "GetParameters"])

    changed = run(aws, ENDPOINT | {"value": "other"}, PORT | {"description": "port"}, SUBNETS)
    assert sorted(changed.writes) == ["PutParameter"] * 2 + ["RemoveTagsFromResource"] * 3
    assert values(aws)[str(ENDPOINT["name"])] == "other"
    described = aws.client("ssm").describe_parameters()["Parameters"]
    assert {raw["Name"]: raw.get("Description") for raw in described} == {
        ENDPOINT["name"]: ENDPOINT["description"],
        PORT["name"]: "port",
        SUBNETS["name"]: None,
    }

    checked = run(aws, PORT, check=True)
    assert (checked.changed, checked.writes) == (True, [])
    assert run(aws, PORT, prune=False).writes == []
    assert run(aws, PORT).writes == ["DeleteParameters"]
    assert list(values(aws)) == [PORT["name"]]


def test_many_are_read_by_pages_and_deleted_by_tens(aws: Emulator) -> None:
    many = [{"name": f"{PATH}p{number}", "value": "x"} for number in range(23)]
    assert run(aws, *many).writes == ["PutParameter"] * 23
    assert not run(aws, *many).changed
    assert run(aws).writes == ["DeleteParameters"] * 3
    assert values(aws) == {}


def test_parameters_of_others_are_refused_and_left_alone(aws: Emulator) -> None:
    client = aws.client("ssm")
    client.put_parameter(Name=f"{PATH}by-hand", Value="x", Type="String")
    run(aws, {"name": "/pgfleet/retail/pr4/port", "value": "1"}, path="/pgfleet/retail/pr4", suffix="pr4")
    unowned = run(aws, PORT, {"name": f"{PATH}by-hand", "value": "y"})
    assert unowned.writes == []
    assert "is not ours" in unowned.message
    theirs = run(aws, {"name": "/pgfleet/retail/pr4/port", "value": "2"}, path="/pgfleet/retail/")
    assert theirs.writes == []
    assert "belongs to system retail, suffix pr4" in theirs.message
    assert not run(aws, path="/pgfleet").changed
    assert values(aws).keys() == {f"{PATH}by-hand", "/pgfleet/retail/pr4/port"}


def test_bad_input_is_named_before_anything_is_asked(aws: Emulator) -> None:
    ran = run(
        aws,
        PORT | {"value": ""},
        {"name": "/elsewhere/port", "value": "1"},
        {"name": f"{PATH}a//b", "value": "1"},
        PORT,
    )
    assert ran.requests == []
    for named in (f"parameters[{PORT['name']}].value", "parameters[/elsewhere/port].name", "a//b", "more than once"):
        assert named in ran.message


def test_a_secure_string_of_ours_is_refused_and_its_value_not_shown(aws: Emulator) -> None:
    owner = [{"Key": "pgfleet:system", "Value": "retail"}, {"Key": "pgfleet:suffix", "Value": "prod"}]
    aws.client("ssm").put_parameter(Name=PORT["name"], Value="s3cr3t-value", Type="SecureString", Tags=owner)
    ran = run(aws, PORT)
    assert ran.writes == []
    assert "is SecureString" in ran.message
    assert "s3cr3t-value" not in ran.output

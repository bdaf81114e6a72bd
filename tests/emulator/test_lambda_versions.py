"""Versions, aliases, concurrency and policies of Lambda functions.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.emulator.lambdas import Lambda, package

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
WHICH = "def handler(event, context):\n    return {!r}, context.function_version, context.invoked_function_arn\n"


@pytest.fixture
def functions(aws: Emulator) -> Lambda:
    made = Lambda.of(aws)
    made.create(WHICH.format("first"))
    return made


def publish(functions: Lambda, **params: Any) -> str:
    return str(functions.client.publish_version(FunctionName="orders", **params)["Version"])


def change(functions: Lambda, what: str) -> None:
    functions.client.update_function_code(FunctionName="orders", ZipFile=package(WHICH.format(what)))


def versions(functions: Lambda) -> list[str]:
    found = functions.client.list_versions_by_function(FunctionName="orders")["Versions"]
    return [each["FunctionArn"].removeprefix(f"{ARN}:") for each in found]


def test_a_version_is_published_when_something_has_changed(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html"""
    assert publish(functions, Description="the first") == "1"
    assert publish(functions, Description="the same") == "1"
    change(functions, "second")
    assert publish(functions) == "2"
    functions.client.update_function_configuration(FunctionName="orders", Timeout=9)
    assert publish(functions) == "3"
    assert versions(functions) == ["$LATEST", "1", "2", "3"]
    first = functions.configuration(Qualifier="1")
    assert (first["Description"], first["Timeout"], first["FunctionArn"]) == ("the first", 3, f"{ARN}:1")
    assert functions.configuration(Qualifier="3")["Timeout"] == 9
    assert functions.configuration()["Version"] == "$LATEST"


def test_versions_stay_what_they_are(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""
    publish(functions)
    change(functions, "second")
    assert functions.call(Qualifier="1").result == ["first", "1", f"{ARN}:1"]
    assert functions.call(name=f"{ARN}:1").version == "1"
    assert functions.call().result == ["second", "$LATEST", ARN]
    assert functions.call(Qualifier="$LATEST").result == ["second", "$LATEST", f"{ARN}:$LATEST"]


def test_publishing_with_a_change(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html: Publish"""
    params = {"FunctionName": "orders", "ZipFile": package(), "Publish": True}
    assert functions.client.update_function_code(**params)["Version"] == "1"
    assert functions.create(name="other", Publish=True)["Version"] == "1"


def test_what_is_not_published(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html: CodeSha256, RevisionId"""
    refused = functions.refused("publish_version", FunctionName="orders", CodeSha256="other")
    assert refused[0] == "InvalidParameterValueException"
    refused = functions.refused("publish_version", FunctionName="orders", RevisionId="other")
    assert refused[0] == "PreconditionFailedException"


def test_deleted_versions_and_their_numbers_do_not_come_back(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html: Qualifier"""
    publish(functions)
    functions.client.delete_function(FunctionName="orders", Qualifier="1")
    assert versions(functions) == ["$LATEST"]
    assert publish(functions) == "2"
    functions.client.create_alias(FunctionName="orders", Name="live", FunctionVersion="2")
    for qualifier, code in (
        ("$LATEST", "InvalidParameterValueException"),
        ("live", "InvalidParameterValueException"),
        ("1", "ResourceNotFoundException"),
        ("2", "ResourceConflictException"),
    ):
        assert functions.refused("delete_function", FunctionName="orders", Qualifier=qualifier)[0] == code


def test_an_alias_is_moved_from_version_to_version(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html"""
    publish(functions)
    change(functions, "second")
    publish(functions)
    named = {"FunctionName": "orders", "Name": "live"}
    made = functions.client.create_alias(**named, FunctionVersion="1", Description="in use")
    assert functions.call(Qualifier="live").result == ["first", "1", f"{ARN}:live"]
    moved = functions.client.update_alias(**named, FunctionVersion="2", RevisionId=made["RevisionId"])
    assert functions.call(Qualifier="live").result == ["second", "2", f"{ARN}:live"]
    found = functions.client.get_alias(**named)
    assert (found["AliasArn"], found["FunctionVersion"]) == (f"{ARN}:live", "2")
    assert (found["Description"], found["RevisionId"]) == ("in use", moved["RevisionId"])
    refused = functions.refused("update_alias", **named, RevisionId=made["RevisionId"])
    assert refused[0] == "PreconditionFailedException"
    functions.client.create_alias(FunctionName="orders", Name="next", FunctionVersion="$LATEST")
    listed = functions.client.list_aliases(FunctionName="orders")["Aliases"]
    assert [each["Name"] for each in listed] == ["live", "next"]
    assert len(functions.client.list_aliases(FunctionName="orders", FunctionVersion="2")["Aliases"]) == 1
    assert functions.configuration(Qualifier="live")["FunctionArn"] == f"{ARN}:live"
    functions.client.delete_alias(**named)
    functions.client.delete_alias(**named)
    assert functions.refused("get_alias", **named) == (
        "ResourceNotFoundException",
        f"Cannot find alias arn: {ARN}:live",
    )


def test_an_alias_can_divide_its_events(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    publish(functions)
    change(functions, "second")
    publish(functions)
    named = {"FunctionName": "orders", "Name": "live"}
    all_to_second = {"AdditionalVersionWeights": {"2": 1.0}}
    functions.client.create_alias(**named, FunctionVersion="1", RoutingConfig=all_to_second)
    assert functions.call(Qualifier="live").version == "2"
    functions.client.update_alias(**named, RoutingConfig={"AdditionalVersionWeights": {}})
    assert functions.call(Qualifier="live").version == "1"
    assert "RoutingConfig" not in functions.client.get_alias(**named)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"FunctionVersion": "7"}, "ResourceNotFoundException"),
        ({"Name": "1"}, "ValidationException"),
        ({"Name": "taken"}, "ResourceConflictException"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}, "InvalidParameterValueException"),
        ({"RoutingConfig": {"AdditionalVersionWeights": {"7": 0.5}}}, "ResourceNotFoundException"),
        ({"FunctionVersion": "$LATEST", "RoutingConfig": {"AdditionalVersionWeights": {"1": 0.5}}}, "InvalidParam"),
    ],
)
def test_aliases_that_are_refused(functions: Lambda, params: Any, code: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html"""
    publish(functions)
    functions.client.create_alias(FunctionName="orders", Name="taken", FunctionVersion="1")
    given = {"FunctionName": "orders", "Name": "live", "FunctionVersion": "1", **params}
    assert functions.refused("create_alias", **given)[0].startswith(code)


def test_concurrency_is_taken_from_what_all_share(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    client = functions.client
    functions.create(name="other")

    def shared() -> int:
        return int(client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"])

    assert shared() == 1000
    assert "ReservedConcurrentExecutions" not in client.get_function_concurrency(FunctionName="orders")
    client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=600)
    client.put_function_concurrency(FunctionName="other", ReservedConcurrentExecutions=300)
    assert client.get_function(FunctionName="other")["Concurrency"] == {"ReservedConcurrentExecutions": 300}
    assert shared() == 100
    refused = functions.refused("put_function_concurrency", FunctionName="other", ReservedConcurrentExecutions=301)
    assert refused == (
        "InvalidParameterValueException",
        (
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution"
            " below its minimum value of [100]."
        ),
    )
    client.delete_function_concurrency(FunctionName="orders")
    assert shared() == 700
    usage = client.get_account_settings()["AccountUsage"]
    assert usage == {
        "FunctionCount": 2,
        "TotalCodeSize": sum(f["CodeSize"] for f in client.list_functions()["Functions"]),
    }


def test_who_may_call_a_function(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"""
    client = functions.client
    assert functions.refused("get_policy", FunctionName="orders")[0] == "ResourceNotFoundException"
    given = {"FunctionName": "orders", "StatementId": "events", "Action": "lambda:InvokeFunction"}
    rule = "arn:aws:events:us-east-1:123456789012:rule/daily"
    client.add_permission(**given, Principal="events.amazonaws.com", SourceArn=rule)
    found = client.get_policy(FunctionName="orders")
    expected = {
        "Sid": "events",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        "Condition": {"ArnLike": {"AWS:SourceArn": rule}},
    }
    assert json.loads(found["Policy"]) == {"Version": "2012-10-17", "Id": "default", "Statement": [expected]}
    assert functions.refused("add_permission", **given, Principal="s3.amazonaws.com")[0] == "ResourceConflictException"
    client.add_permission(**{**given, "StatementId": "account"}, Principal="123456789012")
    revision = found["RevisionId"]
    refused = functions.refused("remove_permission", FunctionName="orders", StatementId="events", RevisionId=revision)
    assert refused[0] == "PreconditionFailedException"
    client.remove_permission(FunctionName="orders", StatementId="events")
    statement = json.loads(client.get_policy(FunctionName="orders")["Policy"])["Statement"][0]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert functions.refused("remove_permission", FunctionName="orders", StatementId="events")[0].startswith("Resource")
    publish(functions)
    client.add_permission(**given, Principal="s3.amazonaws.com", Qualifier="1")
    statement = json.loads(client.get_policy(FunctionName="orders", Qualifier="1")["Policy"])["Statement"][0]
    assert statement["Resource"] == f"{ARN}:1"
    refused = functions.refused("add_permission", **{**given, "StatementId": "x"}, Principal="nobody")
    assert refused[0] == "InvalidParameterValueException"

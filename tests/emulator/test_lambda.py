"""Lambda functions, their states and what is refused. https://docs.aws.amazon.com/lambda/latest/api/welcome.html"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import urllib.request
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.context import Context, Tls
from emulator.errors import AwsError
from emulator.identify import Call
from emulator.operations import Asked
from emulator.services.lambda_.packages import given
from emulator.testing import Emulator
from tests.emulator.lambdas import Lambda, package, role

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"


@pytest.fixture
def functions(aws: Emulator) -> Lambda:
    return Lambda.of(aws)


def creation(functions: Lambda, **params: Any) -> tuple[str, str]:
    """Code and message of the refusal of a function with these parameters."""
    with pytest.raises(ClientError) as caught:
        functions.create(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_is_shown_of_a_function(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html"""
    code = package()
    made = functions.create(Code={"ZipFile": code}, Description="orders", Tags={"team": "retail"})
    assert (made["State"], made["StateReasonCode"], made["FunctionArn"]) == ("Pending", "Creating", ARN)
    found = functions.client.get_function(FunctionName="orders")
    configuration = found["Configuration"]
    expected = {
        "FunctionName": "orders",
        "FunctionArn": ARN,
        "Runtime": "python3.13",
        "Role": functions.role,
        "Handler": "app.handler",
        "Description": "orders",
        "Timeout": 3,
        "MemorySize": 128,
        "CodeSize": len(code),
        "CodeSha256": base64.b64encode(hashlib.sha256(code).digest()).decode(),
        "Version": "$LATEST",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 512},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/orders"},
        "TracingConfig": {"Mode": "PassThrough"},
        "RevisionId": made["RevisionId"],
    }
    assert configuration | expected == configuration
    assert "VpcConfig" not in configuration
    assert found["Tags"] == {"team": "retail"}
    assert "Concurrency" not in found
    with urllib.request.urlopen(found["Code"]["Location"]) as download:  # noqa: S310  # the emulator's own
        assert download.read() == code


@pytest.mark.parametrize("name", [ARN, "123456789012:function:orders", "orders:$LATEST", f"{ARN}:$LATEST"])
def test_names_of_a_function(functions: Lambda, name: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html: FunctionName"""
    functions.create()
    assert functions.configuration(name)["FunctionName"] == "orders"
    assert functions.configuration(name)["FunctionArn"] == (f"{ARN}:$LATEST" if "$" in name else ARN)


def test_creation_and_updates_take_time(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
    aws.set_time_scale(600)
    functions.create()
    assert functions.configuration()["State"] == "Pending"
    refusal = "The operation cannot be performed at this time. "
    pending = f"{refusal}The function is currently in the following state: Pending"
    for action, params in (("update_function_configuration", {"Timeout": 4}), ("invoke", {}), ("publish_version", {})):
        assert functions.refused(action, FunctionName="orders", **params) == ("ResourceConflictException", pending)
    functions.client.delete_function(FunctionName="orders")
    aws.set_time_scale(0)
    functions.create("def handler(event, context):\n    return 'old'")
    aws.set_time_scale(600)
    changed = functions.client.update_function_code(FunctionName="orders", ZipFile=package())
    assert (changed["State"], changed["LastUpdateStatus"]) == ("Active", "InProgress")
    busy = f"{refusal}An update is in progress for resource: {ARN}"
    refused = functions.refused("update_function_configuration", FunctionName="orders", Timeout=4)
    assert refused == ("ResourceConflictException", busy)
    # What was before runs until the update is done.
    assert functions.call({"a": 1}).result == "old"


def test_waiters(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
    aws.set_time_scale(1)
    config = {"Delay": 0.05, "MaxAttempts": 100}
    functions.create()
    functions.client.get_waiter("function_active_v2").wait(FunctionName="orders", WaiterConfig=config)
    functions.client.update_function_configuration(FunctionName="orders", Timeout=4)
    functions.client.get_waiter("function_updated_v2").wait(FunctionName="orders", WaiterConfig=config)
    assert functions.configuration()["Timeout"] == 4


def test_an_update_changes_what_is_given(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html"""
    functions.create(Environment={"Variables": {"AA": "1", "BB": "2"}}, Timeout=10)
    before = functions.configuration()
    functions.client.update_function_configuration(
        FunctionName="orders", MemorySize=512, Environment={"Variables": {"BB": "3"}}
    )
    after = functions.configuration()
    assert (after["Timeout"], after["MemorySize"]) == (10, 512)
    assert after["Environment"] == {"Variables": {"BB": "3"}}
    assert after["CodeSha256"] == before["CodeSha256"]
    assert after["RevisionId"] != before["RevisionId"]
    code = package("x = 1")
    dry = functions.client.update_function_code(FunctionName="orders", ZipFile=code, DryRun=True)
    assert (dry["CodeSize"], functions.configuration()["CodeSize"]) == (len(code), before["CodeSize"])
    functions.client.update_function_code(FunctionName="orders", ZipFile=code, Architectures=["arm64"])
    after = functions.configuration()
    assert (after["CodeSize"], after["Architectures"]) == (len(code), ["arm64"])


def test_an_update_of_another_revision_is_refused(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html: RevisionId"""
    revision = functions.create()["RevisionId"]
    params = {"FunctionName": "orders", "Timeout": 5, "RevisionId": revision}
    functions.client.update_function_configuration(**params)
    assert functions.refused("update_function_configuration", **params)[0] == "PreconditionFailedException"


def test_deletion(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html"""
    functions.create()
    functions.client.delete_function(FunctionName="orders")
    for action in ("get_function", "get_function_configuration", "delete_function", "publish_version"):
        expected = ("ResourceNotFoundException", f"Function not found: {ARN}")
        assert functions.refused(action, FunctionName="orders") == expected


def test_functions_are_listed_in_pages(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html"""
    for name in ("b", "a", "c"):
        functions.create(name=name)
    functions.client.publish_version(FunctionName="a")
    pages = list(functions.client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
    assert [[each["FunctionName"] for each in page["Functions"]] for page in pages] == [["a", "b"], ["c"]]
    everything = functions.client.list_functions(FunctionVersion="ALL")["Functions"]
    assert [each["FunctionArn"].split(":", 6)[6] for each in everything] == [
        "a:$LATEST",
        "a:1",
        "b:$LATEST",
        "c:$LATEST",
    ]


def test_code_from_s3(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCode.html"""
    s3 = aws.client("s3")
    where = {"S3Bucket": "packages", "S3Key": "orders.zip"}
    assert "S3 Error Code: NoSuchBucket" in creation(functions, Code=where)[1]
    s3.create_bucket(Bucket="packages")
    assert "S3 Error Code: NoSuchKey" in creation(functions, Code=where)[1]
    s3.put_object(Bucket="packages", Key="orders.zip", Body=package())
    functions.create(Code=where)
    assert functions.call({"from": "s3"}).result == {"from": "s3"}
    s3.put_object(Bucket="packages", Key="orders.zip", Body=package("def handler(e, c):\n    return 2"))
    functions.client.update_function_code(FunctionName="orders", **where)
    assert functions.call().result == 2


def archive(*sizes: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for number, size in enumerate(sizes):
            made.writestr(str(number), bytes(size))
    return content.getvalue()


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ({"ZipFile": b"no zip"}, "InvalidParameterValueException", "Could not unzip uploaded file"),
        ({"ZipFile": archive()}, "InvalidParameterValueException", "must be a non-empty zip"),
        (
            {"ZipFile": archive(*[64 * 1024 * 1024] * 4)},
            "InvalidParameterValueException",
            "Unzipped size must be small",
        ),
        ({}, "InvalidParameterValueException", "Please provide a source for function code"),
    ],
)
def test_packages_that_are_refused(functions: Lambda, code: Any, kind: str, message: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    refused = creation(functions, Code=code)
    assert refused[0] == kind
    assert message in refused[1]


@pytest.mark.parametrize(
    ("params", "code", "message"),
    [
        ({"FunctionName": "a b"}, "ValidationException", "functionName"),
        ({"FunctionName": "a" * 65}, "ValidationException", "less than or equal to 64"),
        ({"Runtime": "python3.1"}, "InvalidParameterValueException", "Value python3.1 at 'runtime' failed to satisfy"),
        ({"Runtime": "nodejs24.x"}, "NotImplemented", "no runtime nodejs24.x"),
        ({"Timeout": 901}, "ValidationException", "Value '901' at 'timeout' failed to satisfy constraint"),
        ({"MemorySize": 10241}, "ValidationException", "less than or equal to 10240"),
        ({"EphemeralStorage": {"Size": 10241}}, "ValidationException", "less than or equal to 10240"),
        ({"Architectures": ["sparc"]}, "ValidationException", "[x86_64, arm64]"),
        ({"Handler": "app handler"}, "ValidationException", "handler"),
        ({"Description": "x" * 257}, "ValidationException", "256"),
        ({"Environment": {"Variables": {"A": "x"}}}, "ValidationException", "environment"),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x", "LAMBDA_TASK_ROOT": "x"}}},
            "InvalidParameterValueException",
            "Reserved keys used in this request: AWS_REGION, LAMBDA_TASK_ROOT",
        ),
        (
            {"Environment": {"Variables": {"BIG": "x" * 4096}}},
            "InvalidParameterValueException",
            "exceeded the 4KB limit",
        ),
        ({"LoggingConfig": {"ApplicationLogLevel": "DEBUG"}}, "InvalidParameterValueException", "LogFormat is JSON"),
        (
            {"Role": "arn:aws:iam::123456789012:role/absent"},
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
        ),
        (
            {"Role": "arn:aws:iam::210987654321:role/other"},
            "InvalidParameterValueException",
            "Cross-account pass role is not allowed.",
        ),
        ({"Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:tools:1"]}, "NotImplemented", "no Layers"),
    ],
)
def test_what_is_refused(functions: Lambda, params: Any, code: str, message: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    refused = creation(functions, **params)
    assert refused[0] == code
    assert message in refused[1]
    assert functions.client.list_functions()["Functions"] == []


def test_a_role_for_another_service(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"""
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    other = role(aws, name="other", trust=trust)
    functions.create()
    refused = functions.refused("update_function_configuration", FunctionName="orders", Role=other)
    assert refused[1] == "The role defined for the function cannot be assumed by Lambda."


def test_a_name_is_taken_once(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html: ResourceConflictException"""
    functions.create()
    assert creation(functions) == ("ResourceConflictException", "Function already exist: orders")


def test_tags(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html"""
    functions.create(Tags={"a": "1", "b": "2"})
    functions.client.tag_resource(Resource=ARN, Tags={"b": "3", "c": "4"})
    functions.client.untag_resource(Resource=ARN, TagKeys=["a"])
    assert functions.client.list_tags(Resource=ARN)["Tags"] == {"b": "3", "c": "4"}
    tagging = aws.client("resourcegroupstaggingapi")
    found = tagging.get_resources(ResourceTypeFilters=["lambda:function"])["ResourceTagMappingList"]
    assert [(each["ResourceARN"], len(each["Tags"])) for each in found] == [(ARN, 2)]
    tagging.tag_resources(ResourceARNList=[ARN], Tags={"d": "5"})
    assert functions.client.list_tags(Resource=ARN)["Tags"]["d"] == "5"
    assert functions.refused("list_tags", Resource=f"{ARN}s")[0] == "ResourceNotFoundException"
    refused = functions.refused("tag_resource", Resource=ARN, Tags={str(number): "" for number in range(50)})
    assert refused[0] == "InvalidParameterValueException"


def test_a_package_that_is_too_large_for_a_request(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 50 MB, zipped"""
    call = Call("lambda", "CreateFunction", "us-east-1", "rest-json", "")
    context = Context(aws.state, 0, Tls(aws.state, aws.state, aws.state))
    with pytest.raises(AwsError, match="Request must be smaller than 70167211 bytes for the CreateFunction operation"):
        given(Asked(context, call, "123456789012", {}), {"ZipFile": bytes(50 * 1024 * 1024 + 1)})


def test_what_the_emulator_does_not_have_says_so(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"""
    assert functions.refused("list_layers")[0] == "NotImplemented"

"""Lambda really runs functions. https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.services.lambda_.leftovers import directory, reap
from emulator.testing import Emulator
from tests.emulator.lambdas import ECHO, LOGS, Lambda, allow, package

SECONDS = 10


@pytest.fixture
def functions(aws: Emulator) -> Lambda:
    return Lambda.of(aws)


def eventually(holds: Any) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def logged(aws: Emulator, group: str = "/aws/lambda/orders") -> list[str]:
    found = aws.client("logs").filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in found]


def test_a_function_answers(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html"""
    functions.create()
    answer = functions.call({"order": [1, None, "ü"]})
    assert (answer.status, answer.error, answer.version) == (200, None, "$LATEST")
    assert answer.result == {"order": [1, None, "ü"]}
    assert functions.call().result == {}


def test_what_a_function_knows(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """
    code = """
        import os, sys

        def handler(event, context):
            attributes = ("function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb",
                          "aws_request_id", "log_group_name", "log_stream_name", "client_context")
            return {
                "environment": dict(os.environ),
                "context": {name: getattr(context, name) for name in attributes},
                "left": context.get_remaining_time_in_millis(),
                "directory": os.getcwd(),
            }
        """
    functions.create(code, Environment={"Variables": {"STAGE": "dev"}}, MemorySize=512, Timeout=60)
    result = functions.call().result
    environment, context = result["environment"], result["context"]
    arn = "arn:aws:lambda:us-east-1:123456789012:function:orders"
    expected = {
        "STAGE": "dev",
        "_HANDLER": "app.handler",
        "AWS_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": "orders",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders",
        "AWS_ENDPOINT_URL": aws.endpoint,
        "LAMBDA_TASK_ROOT": result["directory"],
        "TZ": ":UTC",
    }
    assert environment | expected == environment
    assert environment["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    # Nothing of the emulator's own environment.
    assert not {name for name in os.environ if name.startswith(("PYTEST", "PYTHON", "VIRTUAL"))} & set(environment)
    assert not [name for name in environment if name.startswith("_EMULATOR")]
    assert 50_000 < result["left"] <= 60_000
    assert context["invoked_function_arn"] == arn
    assert (context["memory_limit_in_mb"], context["client_context"]) == ("512", None)
    assert context["log_stream_name"] == environment["AWS_LAMBDA_LOG_STREAM_NAME"]


def test_a_function_has_its_role_and_boto3_and_no_other_library(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
    """
    code = """
        import importlib.util
        import boto3

        def handler(event, context):
            found = [name for name in ("moto", "psycopg", "emulator", "pytest") if importlib.util.find_spec(name)]
            return boto3.client("sts").get_caller_identity()["Arn"], found
        """
    functions.create(code, Timeout=30)
    assert functions.call().result == ["arn:aws:sts::123456789012:assumed-role/runner/orders", []]


def test_a_warm_sandbox_is_used_again_until_something_changes(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""
    code = """
        import os
        calls = 0

        def handler(event, context):
            global calls
            calls += 1
            return calls, os.getpid(), os.environ.get("STAGE")
        """
    functions.create(code)
    first, second = functions.call(), functions.call()
    assert (first.result[0], second.result[0]) == (1, 2)
    assert first.result[1] == second.result[1]
    assert "Init Duration" in first.log
    assert "Init Duration" not in second.log
    functions.client.update_function_configuration(FunctionName="orders", Environment={"Variables": {"STAGE": "b"}})
    assert functions.call().result[::2] == [1, "b"]
    functions.client.update_function_code(FunctionName="orders", ZipFile=package(ECHO))
    assert functions.call({"new": "code"}).result == {"new": "code"}


def test_what_an_error_looks_like(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"""
    functions.create("def handler(event, context):\n    raise ValueError('no such order')\n")
    answer = functions.call()
    assert (answer.status, answer.error) == (200, "Unhandled")
    assert answer.result["errorType"] == "ValueError"
    assert answer.result["errorMessage"] == "no such order"
    assert 'app.py", line 2, in handler\n    raise ValueError' in answer.result["stackTrace"][0]
    assert "[ERROR] ValueError: no such order\nTraceback (most recent call last):\n" in answer.log


@pytest.mark.parametrize(
    ("code", "handler", "kind", "message"),
    [
        (ECHO, "other.handler", "Runtime.ImportModuleError", "Unable to import module 'other': No module named"),
        (ECHO, "app.other", "Runtime.HandlerNotFound", "Handler 'other' missing on module 'app'"),
        (ECHO, "app", "Runtime.MalformedHandlerName", "Bad handler 'app'"),
        ("def", "app.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("1 / 0", "app.handler", "ZeroDivisionError", "division by zero"),
        ("def handler(e, c):\n    return {1, 2}", "app.handler", "Runtime.MarshalError", "Unable to marshal response"),
        ("def handler(e, c):\n    raise SystemExit(3)", "app.handler", "Runtime.ExitError", "exit status 3"),
        (
            "import os\ndef handler(e, c):\n    os.kill(os.getpid(), 9)",
            "app.handler",
            "Runtime.ExitError",
            "signal: kill",
        ),
        (
            "def handler(e, c):\n    return 'x' * 7_000_000",
            "app.handler",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size",
        ),
    ],
)
def test_functions_that_cannot_work(functions: Lambda, code: str, handler: str, kind: str, message: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html"""
    functions.create(code, Handler=handler)
    answer = functions.call()
    assert answer.error == "Unhandled"
    assert answer.result["errorType"] == kind
    assert message in answer.result["errorMessage"]


def test_files_that_not_everybody_may_read(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-package.html"""
    functions.create(Code={"ZipFile": package(mode=0o600)})
    assert "Permission denied" in functions.call().result["errorMessage"]


def test_a_function_that_takes_too_long_is_killed(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html"""
    code = """
        import os, time

        def handler(event, context):
            if event.get("sleep"):
                print("process", os.getpid())
                time.sleep(60)
            return "awake"
        """
    functions.create(code, Timeout=1)
    answer = functions.call({"sleep": True})
    assert answer.error == "Unhandled"
    assert answer.result["errorType"] == "Sandbox.Timedout"
    assert answer.result["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert "Task timed out after 1.00 seconds" in answer.log
    assert "Status: timeout" in answer.log
    pid = next(line.split()[1] for line in logged(aws) if line.startswith("process"))
    assert not Path(f"/proc/{pid}").exists()
    assert functions.call({}).result == "awake"


def test_what_is_logged(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
    code = """
        import logging, sys
        print("loaded")

        def handler(event, context):
            print("one")
            print("two", file=sys.stderr)
            logging.warning("first\\nsecond")
            logging.info("not shown")
        """
    functions.create(code)
    answer = functions.call()
    start, *output, end, report = logged(aws)
    request = start.split()[2]
    assert start == f"START RequestId: {request} Version: $LATEST\n"
    assert [line.partition("\t")[0] for line in output] == ["loaded\n", "one\n", "two\n", "[WARNING]"]
    assert output[-1].endswith(f"\t{request}\tfirst\nsecond\n")
    assert end == f"END RequestId: {request}\n"
    assert report.startswith(f"REPORT RequestId: {request}\tDuration: ")
    assert "Max Memory Used: 0 MB" not in report
    assert answer.log == "".join([start, *output, end, report])


def test_what_is_logged_as_json(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html"""
    logging = {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "LogGroup": "/own/group"}
    functions.create("import logging\ndef handler(e, c):\n    logging.info('hello')", LoggingConfig=logging)
    functions.call()
    start, record, report = (json.loads(line) for line in logged(aws, "/own/group"))
    assert (start["type"], report["type"]) == ("platform.start", "platform.report")
    assert report["record"]["metrics"]["memorySizeMB"] == 128
    assert (record["level"], record["message"]) == ("INFO", "hello")
    assert record["requestId"] == start["record"]["requestId"]


def test_logs_are_lost_without_the_role_s_permission(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"""
    functions.create()
    allow(aws, LOGS[1:])
    functions.call()
    logs = aws.client("logs")
    assert logs.describe_log_groups()["logGroups"] == []
    logs.create_log_group(logGroupName="/aws/lambda/orders")
    functions.call()
    assert logged(aws) != []


def test_a_dry_run_does_nothing(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: InvocationType"""
    functions.create()
    assert functions.call(InvocationType="DryRun").status == 204
    assert aws.client("logs").describe_log_groups()["logGroups"] == []


def test_an_event_is_answered_before_it_is_done_and_tried_again_when_it_fails(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    functions.create("def handler(event, context):\n    print('tried')\n    raise ValueError")
    answer = functions.call({}, InvocationType="Event")
    assert (answer.status, answer.result) == (202, None)
    aws.client("logs").create_log_group(logGroupName="/aws/lambda/orders")
    eventually(lambda: logged(aws).count("tried\n") == 3)


@pytest.mark.parametrize(
    ("payload", "kind", "code"),
    [
        (b"{", "RequestResponse", "InvalidRequestContentException"),
        (b'"' + b"x" * 6 * 1024 * 1024 + b'"', "RequestResponse", "RequestTooLargeException"),
        (b'"' + b"x" * 1024 * 1024 + b'"', "Event", "RequestTooLargeException"),
    ],
)
def test_payloads_that_are_refused(functions: Lambda, payload: bytes, kind: str, code: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    functions.create()
    assert functions.refused("invoke", FunctionName="orders", Payload=payload, InvocationType=kind)[0] == code


def test_what_does_not_exist_is_not_invoked(functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: ResourceNotFoundException"""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:orders"
    expected = ("ResourceNotFoundException", f"Function not found: {arn}")
    assert functions.refused("invoke", FunctionName="orders") == expected
    functions.create()
    expected = ("ResourceNotFoundException", f"Function not found: {arn}:live")
    assert functions.refused("invoke", FunctionName="orders", Qualifier="live") == expected


def test_reserved_concurrency_throttles(functions: Lambda, tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    code = """
        import os, pathlib, time

        def handler(event, context):
            pathlib.Path(event["here"]).touch()
            while not pathlib.Path(event["until"]).exists():
                time.sleep(0.02)
            return os.getpid()
        """
    functions.create(code, Timeout=30)
    functions.client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=2)
    answers: list[Any] = []
    until = str(tmp_path / "until")

    def run(number: int) -> None:
        # The client of a test has one connection at a time for each thread.
        answers.append(functions.call({"here": str(tmp_path / str(number)), "until": until}).result)

    threads = [threading.Thread(target=run, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    eventually(lambda: all((tmp_path / str(number)).exists() for number in range(2)))
    with pytest.raises(ClientError) as caught:
        functions.call({})
    response: Any = caught.value.response
    assert response["Error"]["Code"] == "TooManyRequestsException"
    assert response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 429
    Path(until).touch()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 2
    functions.client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    assert functions.refused("invoke", FunctionName="orders")[0] == "TooManyRequestsException"


def test_alarms_see_errors_and_throttles(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"""
    cloudwatch = aws.client("cloudwatch")
    for metric in ("Errors", "Throttles", "Invocations"):
        cloudwatch.put_metric_alarm(
            AlarmName=metric,
            Namespace="AWS/Lambda",
            MetricName=metric,
            Dimensions=[{"Name": "FunctionName", "Value": "orders"}],
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=2,
            DatapointsToAlarm=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="notBreaching",
        )

    def alarmed() -> set[str]:
        found = cloudwatch.describe_alarms(StateValue="ALARM")["MetricAlarms"]
        return {alarm["AlarmName"] for alarm in found}

    functions.create("def handler(event, context):\n    return 1 / event['by']")
    functions.call({"by": 1})
    assert alarmed() == {"Invocations"}
    functions.call({"by": 0})
    assert alarmed() == {"Invocations", "Errors"}
    functions.client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    functions.refused("invoke", FunctionName="orders")
    assert alarmed() == {"Invocations", "Errors", "Throttles"}


def test_a_role_that_is_gone_cannot_be_assumed(aws: Emulator, functions: Lambda) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"""
    functions.create()
    aws.client("iam").delete_role_policy(RoleName="runner", PolicyName="all")
    aws.client("iam").delete_role(RoleName="runner")
    code, message = functions.refused("invoke", FunctionName="orders")
    assert code == "AccessDeniedException"
    assert "cannot be assumed by Lambda" in message


WHO = "import os\ndef handler(event, context):\n    return os.getpid()"


def gone(pid: int) -> bool:
    command = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return command.stdout.strip()[:1] in ("", "Z")


def test_processes_end_with_their_function(aws: Emulator, functions: Lambda) -> None:
    """Not AWS's: nothing shall be left on this machine."""
    functions.create(WHO)
    pid = functions.call().result
    assert not gone(pid)
    functions.client.delete_function(FunctionName="orders")
    assert gone(pid)
    functions.create(WHO)
    pid = functions.call().result
    aws.reset()
    assert gone(pid)


def test_processes_end_with_an_emulator_that_is_killed(tmp_path: Path) -> None:
    """Not AWS's: nothing shall be left on this machine."""
    with Emulator(state=tmp_path) as aws:
        functions = Lambda.of(aws)
        functions.create(WHO)
        pid = functions.call().result
        assert not gone(pid)
        assert aws._process is not None
        os.kill(aws._process.pid, signal.SIGKILL)
        eventually(lambda: gone(pid))
    assert directory(tmp_path).exists()
    reap(tmp_path)
    assert not directory(tmp_path).exists()

"""What surrounds the services: who called what, the request log, missing actions, the control interface."""

from __future__ import annotations

import gc
import http.client
import json
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response

from emulator import dispatch, front
from emulator.context import Context, Tls
from emulator.faults import Faults
from emulator.requestlog import RequestLog
from emulator.testing import Emulator

REGION = "us-west-2"


def ask(aws: Emulator, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=10)
    connection.request(method, f"/_emulator/{path}", None if body is None else json.dumps(body))
    answer = connection.getresponse()
    content = json.load(answer)
    connection.close()
    return answer.status, content


CALLS: list[tuple[str, str, dict[str, Any], str, str, int, str | None]] = [
    ("ec2", "describe_vpcs", {}, "DescribeVpcs", "read", 200, None),
    ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, "CreateVpc", "write", 200, None),
    ("ec2", "delete_vpc", {"VpcId": "vpc-0"}, "DeleteVpc", "write", 400, "InvalidVpcID.NotFound"),
    ("iam", "get_role", {"RoleName": "r"}, "GetRole", "read", 404, "NoSuchEntity"),
    ("sts", "get_caller_identity", {}, "GetCallerIdentity", "read", 200, None),
    ("sns", "list_topics", {}, "ListTopics", "read", 200, None),
    ("kms", "list_keys", {}, "ListKeys", "read", 200, None),
    ("kms", "encrypt", {"KeyId": "no", "Plaintext": b"x"}, "Encrypt", "read", 400, "NotFoundException"),
    ("logs", "create_log_group", {"logGroupName": "g"}, "CreateLogGroup", "write", 200, None),
    ("cloudwatch", "describe_alarms", {}, "DescribeAlarms", "read", 200, None),
    ("cloudwatch", "get_dashboard", {"DashboardName": "d"}, "GetDashboard", "read", 404, "ResourceNotFound"),
    ("ssm", "get_parameter", {"Name": "/p"}, "GetParameter", "read", 400, "ParameterNotFound"),
    ("secretsmanager", "get_random_password", {}, "GetRandomPassword", "read", 200, None),
    ("resourcegroupstaggingapi", "get_resources", {}, "GetResources", "read", 200, None),
    ("sqs", "list_queues", {}, "ListQueues", "read", 200, None),
    ("s3", "list_buckets", {}, "ListBuckets", "read", 200, None),
    ("s3", "get_bucket_policy", {"Bucket": "absent"}, "GetBucketPolicy", "read", 404, "NoSuchBucket"),
    ("s3", "put_object", {"Bucket": "absent", "Key": "a/b", "Body": b"x"}, "PutObject", "write", 404, "NoSuchBucket"),
    ("s3", "head_object", {"Bucket": "absent", "Key": "a/b"}, "HeadObject", "read", 404, "404"),
    ("lambda", "get_function", {"FunctionName": "f"}, "GetFunction", "read", 404, "ResourceNotFoundException"),
    ("rds", "describe_db_instances", {}, "DescribeDBInstances", "read", 200, None),
]  # fmt: skip


@pytest.mark.parametrize(("service", "method", "asked", "action", "access", "status", "error"), CALLS)
def test_every_request_is_logged(
    aws: Emulator, service: str, method: str, asked: dict[str, Any], action: str, access: str, status: int, error: Any
) -> None:
    """In each of the protocols, with its own form of errors: https://smithy.io/2.0/aws/protocols/index.html"""
    call = getattr(aws.client(service, REGION), method)
    if error is None:
        call(**asked)
    else:
        with pytest.raises(ClientError) as raised:
            call(**asked)
        assert raised.value.response["Error"]["Code"] == error
    [entry] = aws.log()
    found = (entry["service"], entry["action"], entry["region"], entry["access"], entry["status"], entry["error"])
    assert found == (service, action, REGION, access, status, error)
    logged = {"n", "time", "service", "action", "region", "access", "status", "error", "ms", "allowed", "denied"}
    assert set(entry) == logged


def test_the_log_is_filtered_and_written_to_a_file(aws: Emulator) -> None:
    aws.client("ec2").describe_vpcs()
    mark = aws.mark()
    aws.client("sns").create_topic(Name="secret-name")
    aws.client("sns").list_topics()
    assert [entry["action"] for entry in aws.log(service="sns")] == ["CreateTopic", "ListTopics"]
    assert [entry["action"] for entry in aws.writes(mark)] == ["CreateTopic"]
    assert [entry["action"] for entry in aws.log(since=mark, access="read")] == ["ListTopics"]
    text = (aws.state / "requests.jsonl").read_text()
    assert [json.loads(line) for line in text.splitlines()] == aws.log()
    assert "secret-name" not in text


def test_numbers_go_on_after_the_log_was_cleared(aws: Emulator) -> None:
    aws.client("sns").list_topics()
    mark = aws.mark()
    assert ask(aws, "DELETE", "log") == (200, {})
    assert aws.log() == []
    aws.client("sns").list_topics()
    assert [entry["n"] for entry in aws.log(since=mark)] == [mark + 1]


@pytest.mark.parametrize("service", ["cloudwatch", "resourcegroupstaggingapi"])
def test_a_client_may_speak_cbor(aws: Emulator, service: str) -> None:
    """https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html"""
    session = botocore.session.get_session()
    model = session.get_component("data_loader").load_service_model(service, "service-2")
    model["metadata"]["protocols"] = ["smithy-rpc-v2-cbor"]
    client: Any = boto3.Session(botocore_session=session).client(
        service,  # type: ignore[call-overload]  # types-boto3 has one overload per name
        region_name=REGION,
        endpoint_url=aws.endpoint,
        aws_access_key_id="x",
        aws_secret_access_key="x",
    )
    if service == "cloudwatch":
        now = "2026-01-02T03:04:05Z"
        datum = {"MetricName": "m", "Value": 0.5, "Timestamp": now}
        client.put_metric_data(Namespace="n", MetricData=[datum])
        found = client.get_metric_data(
            StartTime="2026-01-02T03:00:00Z",
            EndTime="2026-01-02T04:00:00Z",
            MetricDataQueries=[
                {
                    "Id": "a",
                    "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Sum"},
                }
            ],
        )["MetricDataResults"][0]
        assert found["Values"] == [0.5]
        assert found["Timestamps"][0].year == 2026
        with pytest.raises(ClientError, match=r"\(ValidationError\)"):
            client.describe_alarms(MaxRecords=101)
        assert [entry["action"] for entry in aws.log()] == ["PutMetricData", "GetMetricData", "DescribeAlarms"]
    else:
        aws.client("sns", REGION).create_topic(Name="t", Tags=[{"Key": "a", "Value": "b"}])
        assert len(client.get_resources()["ResourceTagMappingList"]) == 1


def test_an_action_that_is_absent_is_an_error_of_aws(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: NotImplemented, 501"""
    missing: list[tuple[str, Callable[[Any], Any]]] = [
        ("ec2", lambda client: client.describe_verified_access_groups()),
        ("cloudwatch", lambda client: client.list_managed_insight_rules(ResourceARN="arn")),
        ("lambda", lambda client: client.list_capacity_providers()),
        ("pi", lambda client: client.describe_dimension_keys(
            ServiceType="RDS", Identifier="x", StartTime=0, EndTime=1, Metric="m", GroupBy={"Group": "g"})),
    ]  # fmt: skip
    for service, call in missing:
        with pytest.raises(ClientError, match=rf"\(NotImplemented\).*no {service}:") as raised:
            call(aws.client(service, REGION))
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert [entry["error"] for entry in aws.log()] == ["NotImplemented"] * len(missing)


def test_a_failure_inside_the_emulator_is_an_error_of_aws(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: InternalFailure"""
    # moto takes any text for a number here.
    with pytest.raises(ClientError, match=r"\(InternalFailure\).*failed in ec2:DescribeInstances.*ValueError"):
        aws.client("ec2").describe_instances(NextToken="x", MaxResults=5)
    assert aws.log()[-1]["error"] == "InternalFailure"


def test_reset_forgets_everything(aws: Emulator) -> None:
    aws.client("sns").create_topic(Name="t")
    aws.client("s3").create_bucket(Bucket="bucket")
    aws.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    aws.fault("throttle")
    aws.set_time_scale(7)
    aws.reset()
    assert aws.log() == []
    assert aws.client("sns").list_topics()["Topics"] == []
    assert aws.client("s3").list_buckets()["Buckets"] == []
    assert len(aws.client("ec2").describe_vpcs()["Vpcs"]) == 1
    assert ask(aws, "GET", "health")[1]["time_scale"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("POST", "health", {}, 404),
        ("POST", "clock", {"time_scale": -1}, 400),
        ("POST", "clock", {"time_scale": "x"}, 400),
        ("POST", "clock", [], 400),
        ("GET", "log?since=x", None, 400),
        ("GET", "databases", None, 200),
    ],
)
def test_the_control_interface_says_what_is_wrong(
    aws: Emulator, method: str, path: str, body: Any, status: int
) -> None:
    found, answer = ask(aws, method, path, body)
    assert found == status
    assert (status == 200) != ("error" in answer)


def test_a_connection_serves_many_calls(aws: Emulator) -> None:
    """Also after bodies, answers without one, and errors. What may have more to it than was read is the last one."""
    with closing(http.client.HTTPConnection(aws.endpoint.removeprefix("http://"), timeout=10)) as connection:
        connection.connect()
        own = connection.sock.getsockname()
        for method, path, body in (
            ("GET", "/", None),
            ("POST", "/_emulator/clock", '{"time_scale": 0}'),
            ("HEAD", "/absent", None),
            ("GET", "/absent", None),
            ("POST", "/_emulator/clock", "{"),
            ("GET", "/", None),
        ):
            connection.request(method, path, body)
            connection.getresponse().read()
            assert connection.sock.getsockname() == own
        connection.request("POST", "/_emulator/clock", iter([b'{"time_scale"', b": 0}"]))
        assert connection.getresponse().headers["Connection"] == "close"


def test_the_collector_leaves_alone_what_a_service_is_made_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once what its first call has imported and loaded is there."""
    frozen = Mock()
    monkeypatch.setattr(gc, "freeze", frozen)
    monkeypatch.setattr(front, "Moto", Mock())
    monkeypatch.setattr(dispatch, "_used", set())
    context = Context(tmp_path, 0, Tls(tmp_path, tmp_path, tmp_path))
    with closing(RequestLog(tmp_path / "log")) as log:
        application = front.Front(context, log, Faults(), Mock())
        application._moto.answer.return_value = Response()  # type: ignore[attr-defined]
        for service in ("sts", "sts", "sqs", "sts"):
            scope = f"Credential=x/20260101/{REGION}/{service}/aws4_request"
            environ = create_environ(headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}, Signature=x"})
            run_wsgi_app(application, environ)
        assert [entry.service for entry in log.entries()] == ["sts", "sts", "sqs", "sts"]
    assert frozen.call_count == 2


def test_a_call_takes_milliseconds(aws: Emulator) -> None:
    """Connections are kept alive and answers leave in one piece."""
    for service, method in (("ec2", "describe_vpcs"), ("cloudwatch", "describe_alarms"), ("kms", "list_keys")):
        call = getattr(aws.client(service), method)
        call()
        assert min(seconds(call) for _ in range(20)) < 0.035


def seconds(call: Callable[[], Any]) -> float:
    started = time.monotonic()
    call()
    return time.monotonic() - started


def test_objects_keep_their_bytes_and_their_metadata(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"""
    s3, body = aws.client("s3"), bytes(range(256)) * 4096
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="a b/ü=&?.bin", Body=body, Metadata={"with_underscore": "x"})
    found = s3.get_object(Bucket="bucket", Key="a b/ü=&?.bin")
    assert found["Body"].read() == body
    assert found["Metadata"] == {"with_underscore": "x"}


def test_other_accounts_are_other_accounts(aws: Emulator) -> None:
    """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
    role = "arn:aws:iam::210987654321:role/other"
    credentials = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    session = boto3.Session(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], region_name=REGION
    )
    assert session.client("sts", endpoint_url=aws.endpoint).get_caller_identity()["Account"] == "210987654321"
    kms = session.client("kms", endpoint_url=aws.endpoint)
    key = kms.create_key()["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["Arn"])
    assert key["AWSAccountId"] == "210987654321"
    assert aws.client("kms", REGION).list_keys()["Keys"] == []

"""Calls to AWS, and what becomes of those that fail."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _api
from ansible_collections.pgfleet.aws.plugins.module_utils._api import (
    HINTS,
    AwsError,
    Clients,
    answers,
    call,
    from_tags,
    lots,
    pages,
    to_tags,
)
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, EndpointConnectionError

from emulator.testing import Emulator
from tests.unit.stubs import Exchange, answering, client

ALIASES = Exchange("list_account_aliases", {}, {"AccountAliases": ["one"], "IsTruncated": True, "Marker": "more"})
MORE = Exchange("list_account_aliases", {"Marker": "more"}, {"AccountAliases": ["two", "three"], "IsTruncated": False})
ABSENT = {"NoSuchEntity"}
ROLE = {"Path": "/", "RoleName": "one", "RoleId": "A" * 16, "Arn": "arn:aws:iam::1:role/one", "CreateDate": 0}

ASKS: dict[str, Callable[..., Any]] = {
    "call": lambda iam, **options: call(iam, "list_account_aliases", **options),
    "pages": lambda iam, **options: pages(iam, "list_account_aliases", "AccountAliases", **options),
    "answers": lambda iam, **options: answers(iam, "list_account_aliases", **options),
}


def test_call_answers() -> None:
    with answering("iam", Exchange("get_role", {"RoleName": "one"}, {"Role": ROLE})) as scope:
        assert call(scope.clients("iam"), "get_role", RoleName="one")["Role"] == ROLE


def test_call_answers_none_for_an_absent_code() -> None:
    with answering("iam", Exchange("get_role", {"RoleName": "one"}, refusal="NoSuchEntity")) as scope:
        assert call(scope.clients("iam"), "get_role", RoleName="one", absent=ABSENT) is None


def test_pages_are_joined() -> None:
    with answering("iam", ALIASES, MORE) as scope:
        assert ASKS["pages"](scope.clients("iam")) == ["one", "two", "three"]


def test_no_page_is_read_after_the_last_that_is_needed() -> None:
    with answering("iam", ALIASES) as scope:
        found = ASKS["answers"](scope.clients("iam"), until=lambda read: "one" in read[-1]["AccountAliases"])
    assert len(found) == 1


def test_lots_of_names() -> None:
    assert lots(["c", "a", "b"], 2) == [["a", "b"], ["c"]]
    assert lots([], 2) == []


def test_answers_are_whole_pages() -> None:
    with answering("iam", ALIASES, MORE) as scope:
        found = ASKS["answers"](scope.clients("iam"))
    assert [page["AccountAliases"] for page in found] == [["one"], ["two", "three"]]


GONE = Exchange("list_account_aliases", refusal="NoSuchEntity")
GONE_MEANWHILE = Exchange("list_account_aliases", {"Marker": "more"}, refusal="NoSuchEntity")


@pytest.mark.parametrize("ask", ["pages", "answers"])
@pytest.mark.parametrize("exchanges", [(GONE,), (ALIASES, GONE_MEANWHILE)], ids=["first page", "later page"])
def test_an_absent_code_is_no_pages(ask: str, exchanges: tuple[Exchange, ...]) -> None:
    with answering("iam", *exchanges) as scope:
        assert ASKS[ask](scope.clients("iam"), absent=ABSENT) == []


NO_INVALIDATIONS = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 0}
AN_INVALIDATION = {"Id": "a", "CreateTime": 0, "Status": "Completed"}


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ({"InvalidationList": NO_INVALIDATIONS | {"Quantity": 1, "Items": [AN_INVALIDATION]}}, ["a"]),
        ({"InvalidationList": NO_INVALIDATIONS}, []),
        ({}, []),
    ],
    ids=["some", "no items", "nothing around them either"],
)
def test_items_that_aws_nests(answer: dict[str, Any], ids: list[str]) -> None:
    asked = {"DistributionId": "d"}
    with answering("cloudfront", Exchange("list_invalidations", asked, answer)) as scope:
        found = pages(scope.clients("cloudfront"), "list_invalidations", "InvalidationList.Items", **asked)
    assert [item["Id"] for item in found] == ids


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        ("AccessDenied", "No.", f"No. {HINTS['AccessDenied']}"),
        ("AccessDenied", "", f" {HINTS['AccessDenied']}"),
        ("ExpiredToken", "The token is expired", "The token is expired. The session has expired: log in again."),
        ("400", "Bad Request", f"Bad Request. {HINTS['400']}"),
        ("InvalidThing", "Bad thing", "Bad thing"),
    ],
)
def test_a_code_that_is_known_says_what_to_do(code: str, words: str, told: str) -> None:
    assert str(AwsError("s3", "HeadBucket", "", code, words)) == f"s3:HeadBucket failed: {code}: {told}"


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
def test_a_refusal_says_what_was_asked_of_what(ask: Callable[..., Any]) -> None:
    refusal = Exchange("list_account_aliases", refusal="AccessDenied")
    with answering("iam", refusal) as scope, pytest.raises(AwsError) as caught:
        ask(scope.clients("iam"), subject="retail", absent=ABSENT)
    error = caught.value
    assert str(error) == f"iam:ListAccountAliases for retail failed: AccessDenied: AWS's words. {HINTS['AccessDenied']}"
    asked = (error.service, error.action, error.subject, error.code)
    assert asked == ("iam", "ListAccountAliases", "retail", "AccessDenied")
    assert isinstance(error.__cause__, ClientError)


def test_a_refusal_without_subject_or_hint() -> None:
    refusal = Exchange("list_account_aliases", refusal="Strange")
    with answering("iam", refusal) as scope, pytest.raises(AwsError) as caught:
        ASKS["call"](scope.clients("iam"))
    assert str(caught.value) == "iam:ListAccountAliases failed: Strange: AWS's words."


def test_another_operation_that_fails_on_the_way_is_named() -> None:
    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "AssumeRole")

    with instead(refused) as iam, pytest.raises(AwsError, match="iam:AssumeRole failed: AccessDenied"):
        ASKS["call"](iam)


class Body:
    """The body of an HTTP answer."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def garbage(**_: Any) -> AWSResponse:
    return AWSResponse("https://example.org", 200, HTTPHeaders(), Body(b"<html>A proxy's login page"))


def unreachable(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="https://example.org")


@contextmanager
def instead(answer: Callable[..., Any]) -> Iterator[Any]:
    """An IAM client for which ``answer`` takes the place of the network."""
    iam = client("iam")
    iam.meta.events.register("before-send.iam", answer)
    yield iam
    iam.meta.events.unregister("before-send.iam", answer)


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
@pytest.mark.parametrize(
    ("answer", "code"), [(garbage, "ResponseParserError"), (unreachable, "EndpointConnectionError")]
)
def test_what_is_no_answer_of_aws_is_an_error_of_the_same_type(
    ask: Callable[..., Any], answer: Callable[..., Any], code: str
) -> None:
    with instead(answer) as iam, pytest.raises(AwsError, match=f"iam:ListAccountAliases for all failed: {code}: "):
        ask(iam, subject="all", absent={code})


def test_a_request_that_cannot_be_sent_is_an_error_of_the_same_type() -> None:
    with pytest.raises(AwsError, match="iam:GetRole failed: ParamValidationError"):
        call(client("iam"), "get_role", Name="one")


def test_clients_are_made_once_each() -> None:
    made: list[tuple[str, Any]] = []

    def make(service: str, config: Any) -> Any:
        made.append((service, config))
        return client(service)

    clients = Clients(make)
    assert clients("ec2") is clients("ec2")
    assert clients("ec2") is not clients("rds")
    assert [service for service, _ in made] == ["ec2", "rds"]
    assert made[0][1].retries == {"mode": "standard", "max_attempts": 10}


def test_what_clients_send_is_counted() -> None:
    """Each attempt: botocore emits before-send for it."""
    clients = Clients(lambda service, **_: client(service))
    for service in ("ec2", "rds", "rds"):
        clients(service).meta.events.emit(f"before-send.{service}.DescribeThings", request=None)
    assert clients.requests == 3


def test_what_is_read_once_is_not_read_again() -> None:
    reads: list[str] = []

    def reader(answer: str) -> Callable[[], str]:
        def read() -> str:
            reads.append(answer)
            return answer

        return read

    clients = Clients(lambda _service, **_options: object())
    asked = [("secret", "one"), ("secret", "two"), ("secret", "one"), ("key", "one")]
    assert [clients.once(*what, reader(f"{n}")) for n, what in enumerate(asked)] == ["0", "1", "0", "3"]
    assert reads == ["0", "1", "3"]


@pytest.mark.parametrize("fault", ["throttle", "error500", "drop"])
def test_a_passing_fault_is_not_noticed(aws: Emulator, fault: str) -> None:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""

    def make(service: str, config: Any) -> Any:
        credentials = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "example"}
        return boto3.client(service, region_name="us-west-2", endpoint_url=aws.endpoint, config=config, **credentials)  # type: ignore[call-overload]  # types-boto3 has one overload per name

    aws.fault(fault, service="kms", action="ListKeys", count=2)
    assert pages(Clients(make)("kms"), "list_keys", "Keys") == []
    assert [entry["status"] == 200 for entry in aws.log(service="kms")] == [False, False, True]


def test_without_boto3_the_collection_still_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """AnsibleAWSModule then says what is missing."""
    for name in ("botocore.config", "botocore.exceptions", "botocore.parsers"):
        monkeypatch.setitem(sys.modules, name, None)
    spec = importlib.util.spec_from_file_location("api_without_boto", _api.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert not hasattr(module, "ClientError")
    assert module.to_tags([]) == {}


@pytest.mark.parametrize(
    ("listed", "names", "mapping"),
    [
        ([{"Key": "A", "Value": "1"}, {"Key": "B", "Value": ""}], (), {"A": "1", "B": ""}),
        ([{"TagKey": "A", "TagValue": "1"}], ("TagKey", "TagValue"), {"A": "1"}),
        ([], (), {}),
    ],
)
def test_tags_to_and_fro(listed: list[dict[str, str]], names: tuple[str, ...], mapping: dict[str, str]) -> None:
    assert to_tags(listed, *names) == mapping
    assert from_tags(mapping, *names) == listed


def test_no_tags_at_all() -> None:
    assert to_tags(None) == {}


def test_tags_are_listed_in_order() -> None:
    assert [tag["Key"] for tag in from_tags({"B": "1", "A": "2"})] == ["A", "B"]

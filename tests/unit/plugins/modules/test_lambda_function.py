"""A Lambda function with its version and alias, from options to requests and result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils import _waiters
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.modules.lambda_function import SPEC, ensure, main

from tests.unit.lambdas import ALIAS_ARN, ARN, CODE, CODE_SHA256, ROLE, raw
from tests.unit.modules import asked, returned
from tests.unit.stubs import Exchange, account

NAMED = {"FunctionName": "orders"}
GONE = Exchange("get_function", NAMED, refusal="ResourceNotFoundException")
NO_ALIAS = Exchange("get_alias", {**NAMED, "Name": "live"}, refusal="ResourceNotFoundException")
READY = Exchange("get_function_configuration", NAMED, raw())
SEEN = {**NAMED, "CodeSha256": CODE_SHA256, "RevisionId": "r1"}
NEEDED: dict[str, Any] = {"role_arn": ROLE, "runtime": "python3.13", "handler": "orders.handle"}


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_waiters, "FIRST_PAUSE_SECONDS", 0.0)


@pytest.fixture
def zip_file(tmp_path: Path) -> str:
    (tmp_path / "orders.zip").write_bytes(CODE)
    return str(tmp_path / "orders.zip")


def function(**members: Any) -> Exchange:
    return Exchange("get_function", NAMED, {"Configuration": raw(**members), "Tags": {}})


def versions(*numbers: str, **members: Any) -> Exchange:
    return Exchange("list_versions_by_function", NAMED, {"Versions": [raw(n, **members) for n in numbers]})


def alias(method: str, version: str, **more: Any) -> Exchange:
    answer = {"AliasArn": ALIAS_ARN, "Name": "live", "FunctionVersion": version}
    return Exchange(method, {**NAMED, "Name": "live", **more}, answer)


def to_version(version: str) -> Exchange:
    return alias("update_alias", version, FunctionVersion=version, RoutingConfig={"AdditionalVersionWeights": {}})


def published(version: str) -> list[Exchange]:
    look = Exchange("get_function_configuration", {**NAMED, "Qualifier": version}, raw(version))
    return [READY, Exchange("publish_version", SEEN, raw(version)), look]


def ensured(*requests: Exchange, check: bool = False, **options: Any) -> dict[str, Any]:
    with account({"lambda": requests}) as scope:
        return ensure(asked(SPEC, check=check, name="orders", **options), scope.clients)


def test_a_new_function_with_version_and_alias(zip_file: str) -> None:
    made = {**NAMED, "Role": ROLE, "Runtime": "python3.13", "Handler": "orders.handle", "Code": {"ZipFile": CODE}}
    create = Exchange("create_function", made, raw())
    routed = alias("create_alias", "1", FunctionVersion="1")
    result = ensured(GONE, NO_ALIAS, create, READY, *published("1"), routed, **NEEDED, zip_file=zip_file, alias="live")
    assert result["changed"]
    assert (result["arn"], result["version"], result["alias_arn"]) == (ARN, "1", ALIAS_ARN)
    assert [entry["kind"] for entry in result["plan"]] == ["lambda_function", "lambda_alias"]


def test_check_mode_of_a_new_function(zip_file: str) -> None:
    result = ensured(GONE, NO_ALIAS, check=True, **NEEDED, zip_file=zip_file, alias="live")
    assert (result["changed"], result["arn"], result["version"]) == (True, KNOWN_AFTER_APPLY, KNOWN_AFTER_APPLY)
    assert result["alias_arn"] == KNOWN_AFTER_APPLY


def test_a_function_as_wanted(zip_file: str) -> None:
    requests = (function(), versions("1", "2"), alias("get_alias", "2"))
    result = ensured(*requests, zip_file=zip_file, memory_mb=512, environment={"ORDERS": "/orders/"}, alias="live")
    assert (result["changed"], result["plan"]) == (False, [])
    assert (result["arn"], result["version"], result["alias_arn"]) == (ARN, "2", ALIAS_ARN)


def test_a_change_is_published_and_gets_to_callers() -> None:
    change = Exchange("update_function_configuration", {**NAMED, "Environment": {"Variables": {"AA": "1"}}}, raw())
    requests = (function(), versions("1"), alias("get_alias", "1"), READY, change, READY, READY, *published("2"))
    result = ensured(*requests, to_version("2"), environment={"AA": 1}, alias="live")
    assert (result["changed"], result["version"]) == (True, "2")


def test_without_an_alias_a_change_is_published() -> None:
    change = Exchange("update_function_configuration", {**NAMED, "MemorySize": 128}, raw())
    result = ensured(function(), versions("1"), READY, change, READY, READY, *published("2"), memory_mb=128)
    assert result["version"] == "2"
    assert "alias_arn" not in result


def test_what_is_no_part_of_a_version_is_changed_without_one() -> None:
    change = Exchange("put_function_concurrency", {**NAMED, "ReservedConcurrentExecutions": 3})
    result = ensured(function(), versions("1"), READY, change, reserved_concurrency=3)
    assert (result["changed"], result["version"]) == (True, "1")


def test_back_to_a_version_before() -> None:
    result = ensured(function(), versions("1", "2"), alias("get_alias", "2"), to_version("1"), alias="live", version=1)
    assert (result["changed"], result["version"]) == (True, "2")


def test_a_version_that_there_is_not_is_refused() -> None:
    with pytest.raises(Refused, match=r"is not published\. Published: 1"):
        ensured(function(), versions("1"), alias("get_alias", "1"), alias="live", version=4)


def test_an_alias_that_cannot_be_is_refused_before_anything_is_read() -> None:
    with pytest.raises(Refused, match="alias: 7"):
        ensured(alias="7")


def test_what_a_killed_run_has_begun_is_awaited_before_a_change() -> None:
    busy = function(LastUpdateStatus="InProgress", MemorySize=128)
    requests = (busy, versions("1"), READY, function(MemorySize=128), versions("1", "2", MemorySize=128))
    assert ensured(*requests, alias("get_alias", "2"), memory_mb=128, alias="live")["changed"] is False


def test_check_mode_waits_for_nothing() -> None:
    busy = function(LastUpdateStatus="InProgress")
    assert ensured(busy, versions("1"), check=True, memory_mb=128)["changed"] is True


@pytest.mark.parametrize("check", [False, True])
def test_deletion(check: bool) -> None:
    delete = [] if check else [Exchange("delete_function", NAMED)]
    result = ensured(function(), versions("1"), *delete, check=check, state="absent", alias="live")
    assert (result["changed"], [entry["action"] for entry in result["plan"]]) == (True, ["delete"])
    assert not {"arn", "version", "alias_arn"} & result.keys()


def test_nothing_to_delete() -> None:
    assert ensured(GONE, state="absent")["changed"] is False


def test_code_that_cannot_be_read() -> None:
    with pytest.raises(Refused, match=r"zip_file: /no/such\.zip\n.*cannot be read: No such file"):
        ensured(zip_file="/no/such.zip")


def test_the_module(capsys: pytest.CaptureFixture[str]) -> None:
    result = returned(capsys, main, name="orders", region="us-west-2", zip_file="/no/such.zip")
    assert result["failed"]
    assert "cannot be read" in result["msg"]

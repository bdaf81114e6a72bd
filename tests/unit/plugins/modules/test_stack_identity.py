"""Whose account this is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.modules import stack_identity

from emulator.testing import Emulator
from tests.unit.modules import asked, returned
from tests.unit.stubs import Exchange, answering

RETAIL: dict[str, Any] = {
    "system": "retail",
    "suffix": "pr42",
    "environment": "dev",
    "project": "RetailInventory",
    "cost_center": "retail",
    "extra_tags": {"Team": "data"},
    "allowed_account_ids": ["123456789012"],
}


def identify(aws: Emulator, capsys: pytest.CaptureFixture[str], **options: Any) -> dict[str, Any]:
    credentials = {
        "endpoint_url": aws.endpoint,
        "access_key": aws.env["AWS_ACCESS_KEY_ID"],
        "secret_key": aws.env["AWS_SECRET_ACCESS_KEY"],
        "region": "us-west-2",
    }
    return returned(capsys, stack_identity.main, **credentials | RETAIL | options)


@pytest.mark.parametrize("check", [False, True])
def test_an_allowed_account(aws: Emulator, capsys: pytest.CaptureFixture[str], check: bool) -> None:
    result = identify(aws, capsys, _ansible_check_mode=check)
    assert (result["account_id"], result["partition"], result["region"]) == ("123456789012", "aws", "us-west-2")
    assert result["changed"] is False
    assert result["tags"]["pgfleet:suffix"] == "pr42"
    assert result["tags"]["Team"] == "data"


def test_who_calls_is_asked_once_for_all_deployments() -> None:
    caller = {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ann", "UserId": "AIDA"}
    with answering("sts", Exchange("get_caller_identity", {}, caller)) as scope:
        for suffix in ("pr42", "pr43"):
            module = asked(stack_identity.SPEC, **RETAIL | {"suffix": suffix})
            assert stack_identity.ensure(module, scope.clients)["account_id"] == "123456789012"


def test_another_account(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    result = identify(aws, capsys, allowed_account_ids=["999999999999"])
    assert "allowed_account_ids: 999999999999" in result["msg"]
    assert {entry["action"] for entry in aws.log()} == {"GetCallerIdentity"}


def test_what_cannot_be_is_refused_before_aws_is_asked(aws: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    result = identify(aws, capsys, suffix="pr-42", cost_center="R&D")
    assert "env_suffix: pr-42" in result["msg"]
    assert "cost_center: R&D" in result["msg"]
    assert aws.log() == []

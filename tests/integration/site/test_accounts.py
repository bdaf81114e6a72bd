"""Hosts of one inventory in several accounts: by a role to assume, or by a profile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator.testing import Emulator
from tests.integration.playbook import run

OTHER = "111122223333"
ROLE = f"arn:aws:iam::{OTHER}:role/pgfleet"
NETWORK = ("--limit", "finance_network")


def test_a_host_whose_role_is_in_another_account(account: Emulator) -> None:
    """Modules of amazon.aws and of ours work there, and the credentials appear nowhere."""
    role: dict[str, Any] = {"aws_assume_role_arn": ROLE, "aws_assume_role_external_id": "pgfleet"}
    before = account.mark()
    elsewhere = run(account, "site.yml", *NETWORK, **role)
    assert elsewhere.status != 0
    assert f"account {OTHER}" in elsewhere.text
    assert account.writes(before) == []

    made = run(account, "site.yml", *NETWORK, "-vvv", **role, allowed_account_ids=[OTHER])
    assert made.status == 0, made.output
    assert f"finance_network (prod, us-east-1, {OTHER})" in made.output
    taken = account.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="test")["Credentials"]
    assert taken["SessionToken"][:12] not in made.output
    # Where arguments are shown at all: not by default since ansible-core 2.21.
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in made.output or '"invocation"' not in made.output
    there = boto3.client(
        "ec2",
        region_name="us-east-1",
        endpoint_url=account.endpoint,
        aws_access_key_id=taken["AccessKeyId"],
        aws_secret_access_key=taken["SecretAccessKey"],
        aws_session_token=taken["SessionToken"],
    )
    named = [{"Name": "tag:Name", "Values": ["vpc-finance-prod"]}]
    (vpc,) = there.describe_vpcs(Filters=named)["Vpcs"]
    assert vpc["OwnerId"] == OTHER
    assert account.client("ec2", "us-east-1").describe_vpcs(Filters=named)["Vpcs"] == []


def test_a_role_that_cannot_be_assumed(account: Emulator) -> None:
    before = account.mark()
    refused = run(account, "site.yml", *NETWORK, aws_assume_role_arn="pgfleet")
    assert refused.status != 0
    assert "aws_assume_role_arn: pgfleet cannot be assumed: " in refused.text, refused.output
    assert account.writes(before) == []


@pytest.fixture
def profiles(account: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The account, without keys in the environment: they would exclude a profile."""
    keys = {name: account.env[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    (tmp_path / "config").write_text(
        "[profile theirs]\n" + "".join(f"{name.lower()} = {value}\n" for name, value in keys.items())
    )
    there = Emulator.at(account.endpoint, account.state)
    there.env = {name: value for name, value in there.env.items() if name not in keys}
    for name in keys:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return there


def test_a_profile_that_does_not_exist(profiles: Emulator) -> None:
    mark = profiles.mark()
    refused = run(profiles, "site.yml", *NETWORK, aws_profile="nobody")
    assert refused.status != 0
    said = "profile (aws_profile of the inventory): nobody There is no such profile. There are: theirs."
    assert said in refused.text, refused.output
    assert profiles.log(since=mark) == []

    planned = run(profiles, "site.yml", *NETWORK, "--check", aws_profile="theirs")
    assert planned.status == 0, planned.output
    assert "finance_network (prod, us-east-1, 123456789012)" in planned.output

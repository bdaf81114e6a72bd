"""tools/demo.py: the local AWS behind `make demo`, and what it says at the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tools import connect, demo

# The local AWS is meant to outlive the process that starts it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

ARN = "arn:aws:secretsmanager:us-west-2:123456789012:secret:retail-prod-master-AbCdEf"
OUTPUTS = {
    "retail": {
        "system": "retail",
        "suffix": "prod",
        "region": "us-west-2",
        "outputs": {
            "endpoint": "127.0.0.1",
            "port": 54321,
            "engine_version": "16.14",
            "secret_arn": ARN,
            "alarm_names": ["cpu", "connections", "storage", "read-latency", "write-latency"],
            "topic_arn": "arn:aws:sns:us-west-2:123456789012:alerts-retail-prod",
        },
    },
    "transactions": {
        "system": "transactions",
        "suffix": "prod",
        "region": "us-east-1",
        "outputs": {
            "endpoint": "127.0.0.1",
            "reader_endpoint": "127.0.0.2",
            "port": 54322,
            "engine_version": "15.10",
            "secret_arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:transactions-AbCdEf",
            "alarm_names": ["cpu", "cpu-1", "cpu-2"],
        },
    },
    "retail-network": {"system": "retail", "suffix": "prod", "region": "us-west-2", "outputs": {"vpc_id": "vpc-1"}},
}

CLOSING = """
retail · prod · us-west-2                                          ready in 41 s
  endpoint    127.0.0.1:54321  (emulated RDS, PostgreSQL 16.14, TLS)
  connect     .venv/bin/python tools/connect.py --demo retail
  secret      arn:aws:secretsmanager:us-west-2:123456789012:secret:retail-prod-…
  watching    5 alarms · topic alerts-retail-prod
  outputs     outputs/prod/retail.json · ssm:/pgfleet/retail/prod/

transactions · prod · us-east-1                                    ready in 41 s
  endpoint    127.0.0.1:54322  (emulated RDS, PostgreSQL 15.10, TLS)
  readers     127.0.0.2:54322
  connect     .venv/bin/python tools/connect.py --demo transactions
  secret      arn:aws:secretsmanager:us-east-1:123456789012:secret:transactions…
  watching    3 alarms
  outputs     outputs/prod/transactions.json · ssm:/pgfleet/transactions/prod/

Next:  source .demo/env
       ansible-playbook site.yml -i inventories/prod
       make demo-down"""


@pytest.fixture
def local_aws(tmp_path: Path) -> Iterator[demo.LocalAws]:
    aws = demo.LocalAws(tmp_path / "demo")
    yield aws
    if aws.running():
        aws.stop()


def test_what_a_person_needs_next_fits_80_columns() -> None:
    text = demo.closing(OUTPUTS, 41.2)
    assert text == CLOSING
    assert max(len(line) for line in text.splitlines()) == 80


def test_starts_stops_and_leaves_nothing(local_aws: demo.LocalAws, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not local_aws.running()
    local_aws.start()
    assert local_aws.running()
    monkeypatch.setattr(os, "environ", os.environ.copy())
    connect.use_demo(local_aws.env)
    assert boto3.Session().client("sts").get_caller_identity()["Account"] == "123456789012"
    local_aws.stop()
    assert not local_aws.running()
    local_aws.remove()
    assert list(local_aws.directory.iterdir()) == []


def test_down_after_a_kill(local_aws: demo.LocalAws, capsys: pytest.CaptureFixture[str]) -> None:
    local_aws.start()
    os.kill(int((local_aws.directory / "emulator.pid").read_text()), signal.SIGKILL)
    assert demo.down(local_aws) == 0
    assert not local_aws.exists()
    assert demo.down(local_aws) == 0
    assert "There is no demo" in capsys.readouterr().out


def test_says_why_it_did_not_start(local_aws: demo.LocalAws) -> None:
    local_aws.directory.mkdir()
    (local_aws.directory / "state").write_text("in the way of a directory")
    with pytest.raises(demo.DemoError, match="FileExistsError"):
        local_aws.start()

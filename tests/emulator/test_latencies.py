"""How long things take: AWS's own times, on one scale. Wall time is compared with what could not be, never measured."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from emulator.rds import lifecycle
from emulator.rds.clusters import lifecycle as clusters
from emulator.rds.lifecycle import BACKUP_MINUTES, CREATE_MINUTES
from emulator.services import nat, vpc_endpoints
from emulator.testing import Emulator

REGION = "us-west-2"


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator(call_ms=60) as running:
        yield running


def test_what_aws_takes() -> None:
    """Minutes as people see them.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status
    """
    assert CREATE_MINUTES + BACKUP_MINUTES == 8
    assert (clusters.CREATE_MINUTES, clusters.MEMBER_MINUTES) == (4, 7)
    assert (nat.CREATE_MINUTES, vpc_endpoints.CREATE_MINUTES) == (2, 1.5)
    assert lifecycle.REBOOT_MINUTES < CREATE_MINUTES


def test_a_call_takes_its_time_on_the_same_scale(aws: Emulator) -> None:
    """Latency is the network's and the service's: https://docs.aws.amazon.com/whitepapers/latest/aws-overview/"""
    sts = aws.client("sts", REGION)
    sts.get_caller_identity()
    aws.set_time_scale(600)
    began = time.monotonic()
    sts.get_caller_identity()
    assert time.monotonic() - began >= 0.6
    aws.set_time_scale(0)

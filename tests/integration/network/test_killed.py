"""A run that is killed while it makes a NAT gateway is finished by the next, with one gateway and one address."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from emulator.testing import Emulator
from tests.integration.network.account import INVENTORY, Network, converge
from tests.integration.playbook import ROOT, command, environment

LIMIT = ("--limit", "bank_network")
# Wall seconds for a minute of AWS: the gateway is still pending when the second run looks.
SECONDS_A_MINUTE = 10


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator(time_scale=SECONDS_A_MINUTE) as running:
        yield running


def kill_after(aws: Emulator, action: str) -> None:
    """Start a run, and kill its whole process group once it has asked for this."""
    begun = aws.mark()
    process = subprocess.Popen(
        command("site.yml", *LIMIT, inventory=INVENTORY, outputs_directory=str(aws.state / "outputs")),
        cwd=ROOT,
        env=environment(aws),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while action not in {write["action"] for write in aws.writes(begun)}:
        assert process.poll() is None, f"the run ended without {action}"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_between_address_and_gateway_and_while_it_is_pending(account: Emulator) -> None:
    bank = Network(account, "bank")
    kill_after(account, "AllocateAddress")
    (address,) = bank.addresses()
    assert bank.nat_gateways() == []
    kill_after(account, "CreateNatGateway")
    (gateway,) = bank.nat_gateways()
    finished = converge(account, *LIMIT)
    assert finished.status == 0, finished.output
    assert [found["AllocationId"] for found in bank.addresses()] == [address["AllocationId"]]
    (found,) = bank.nat_gateways()
    assert (found["NatGatewayId"], found["State"]) == (gateway["NatGatewayId"], "available")
    for subnet in bank.subnets("private").values():
        assert bank.way_out(subnet) == [gateway["NatGatewayId"]]

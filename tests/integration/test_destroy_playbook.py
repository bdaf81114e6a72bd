"""playbooks/destroy.yml, as an operator runs it, on a deployment of inventories/prod."""

from __future__ import annotations

import pytest

from emulator.testing import Emulator
from tests.integration.destroyable import Deployment
from tests.integration.playbook import Run, run, run_and_kill

PLAYBOOK = "playbooks/destroy.yml"
NETWORK_KINDS = {"vpc", "subnet", "route_table", "security_group", "gateway_endpoint"}
WRITES_BETWEEN_KILLS = 5


@pytest.fixture
def retail(aws: Emulator) -> Deployment:
    return Deployment(aws)


def succeeded(result: Run) -> Run:
    assert result.status == 0, result.output
    return result


def test_a_system_is_taken_away_a_host_at_a_time_or_whole(retail: Deployment) -> None:
    retail.make()
    whole, before = retail.left(), retail.aws.mark()
    listed = succeeded(run(retail.aws, PLAYBOOK, "--check"))
    for line in ("would remove 21 resources:", "database          db-retail-prod", "VPC               vpc-retail-prod"):
        assert line in listed.output
    assert retail.aws.writes(before) == []

    network_alone = run(retail.aws, PLAYBOOK, "--limit", "retail_network", confirm="prod")
    assert network_alone.status != 0
    assert "is in use by database db-retail-prod (available)" in network_alone.text
    assert retail.aws.writes(before) == []
    assert retail.left() == whole

    database = succeeded(run(retail.aws, PLAYBOOK, "--limit", "retail", confirm="prod"))
    assert "retail (prod): removed 12 resources." in database.output
    left = retail.left()
    assert {kind: left[kind] for kind in NETWORK_KINDS} == {kind: whole[kind] for kind in NETWORK_KINDS}
    assert left.keys() - NETWORK_KINDS == {"kms_key", "ssm_parameter"}

    rest = succeeded(run(retail.aws, PLAYBOOK, confirm="prod"))
    assert "retail (prod): removed 9 resources." in rest.output
    assert rest.changed == {"retail": 0, "retail_network": 1}
    assert retail.left() == {"kms_key": ["alias/key-retail-prod"]}

    before = retail.aws.mark()
    again = succeeded(run(retail.aws, PLAYBOOK, confirm="prod"))
    assert set(again.changed.values()) == {0}
    assert retail.aws.writes(before) == []
    (snapshot,) = retail.snapshots()
    for line in ("nothing to remove.", "Kept on purpose:", f"snapshot  {snapshot}", "recoverable until 20"):
        assert line in again.output


def test_a_network_that_others_use_stays_and_the_end_says_so(retail: Deployment) -> None:
    retail.make_network()
    retail.make_alarms("arn:aws:sns:us-west-2:123456789012:topic")
    subnet = retail.left()["subnet"][0]
    retail.client("ec2").create_network_interface(SubnetId=subnet, Description="web server")
    result = run(retail.aws, PLAYBOOK, confirm="prod")
    assert result.failed == {"retail": 0, "retail_network": 1}
    assert "web server" in result.text
    assert "retail (prod): removed 2 resources." in result.output
    assert "Not finished: retail_network" in result.output
    assert "metric_alarm" not in retail.left()
    assert "vpc" in retail.left()


def test_killed_again_and_again_it_gets_there(retail: Deployment) -> None:
    retail.make()
    kills = 0
    while run_and_kill(retail.aws, PLAYBOOK, WRITES_BETWEEN_KILLS, confirm="prod"):
        kills += 1
        assert kills < 20, "the runs make no progress"
    assert kills > 2
    settled = succeeded(run(retail.aws, PLAYBOOK, confirm="prod"))
    assert set(settled.changed.values()) == {0}
    assert retail.left() == {"kms_key": ["alias/key-retail-prod"]}
    assert len(retail.snapshots()) == 1

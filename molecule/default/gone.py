"""After destroy.yml the account holds the network of others and what is kept on purpose, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from emulator.testing import Emulator
from tests.deployed import Deployed
from tests.integration.site.permissions import denied, unexpected, unneeded
from tests.whole_account import everything
from tools import existing_network


def test_nothing_is_left_in_the_whole_account() -> None:
    vpc, *subnets, _ = existing_network.make(Deployed("transactions", "Transactions", "us-east-1").client("ec2"))
    assert everything("us-east-1") == {
        "Vpcs": [vpc],
        "Subnets": sorted(subnets),
        "SecurityGroups": [existing_network.GROUP],
        "DBClusterSnapshots": ["cluster-experimentation-prod"],
        "Keys": ["alias/key-experimentation-prod"],
    }
    assert everything("us-west-2") == {"DBSnapshots": ["db-retail-prod"], "Keys": ["alias/key-retail-prod"]}


def test_nobody_was_denied_anything_and_every_permission_was_taken() -> None:
    """What only other changes take is `also` in docs/iam/policies.yml, with the reason."""
    account = Emulator.at(os.environ["AWS_ENDPOINT_URL"], Path(os.environ["PGSSLROOTCERT"]).parent)
    log = account.log()
    assert denied(log) == []
    assert "\n".join([*unneeded(log), *unexpected(log)]) == ""

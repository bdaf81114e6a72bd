"""After destroy.yml the account holds the final snapshot and its key, and nothing else."""

from __future__ import annotations

import pytest

from tests.deployed import Deployed
from tests.whole_account import everything


def test_nothing_is_left_but_what_is_kept_on_purpose() -> None:
    assert everything("us-east-1") == {
        "DBClusterSnapshots": ["cluster-experimentation-prod"],
        "Keys": ["alias/key-experimentation-prod"],
    }


@pytest.mark.parametrize("name", ["secret-experimentation-prod", "secret-readonly-experimentation-prod"])
def test_the_secrets_can_still_be_recovered(name: str) -> None:
    manager = Deployed("experimentation", "Experimentation", "us-east-1").client("secretsmanager")
    assert manager.describe_secret(SecretId=name)["DeletedDate"] is not None

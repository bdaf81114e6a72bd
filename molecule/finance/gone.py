"""After destroy.yml the account holds nothing: `finance` goes without a final snapshot, and has no key of its own."""

from __future__ import annotations

from tests.deployed import Deployed
from tests.whole_account import everything


def test_nothing_is_left() -> None:
    assert everything("us-east-1") == {}


def test_the_secret_can_still_be_recovered() -> None:
    manager = Deployed("finance", "Finance", "us-east-1").client("secretsmanager")
    assert manager.describe_secret(SecretId="secret-finance-prod")["DeletedDate"] is not None

"""After destroy.yml the account holds what is kept on purpose, and nothing else."""

from __future__ import annotations

from tests.deployed import Deployed
from tests.whole_account import everything

client = Deployed("retail", "RetailInventory", "us-west-2").client


def test_nothing_is_left_but_the_final_snapshot_and_the_key_that_reads_it() -> None:
    assert everything("us-west-2") == {"DBSnapshots": ["db-retail-prod"], "Keys": ["alias/key-retail-prod"]}
    (snapshot,) = client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert (snapshot["Encrypted"], snapshot["Status"]) == (True, "available")
    key = client("kms").describe_key(KeyId="alias/key-retail-prod")["KeyMetadata"]
    assert (key["KeyState"], key["Arn"]) == ("Enabled", snapshot["KmsKeyId"])


def test_the_key_of_the_topic_can_still_be_recovered() -> None:
    kms = client("kms")
    tagged = {
        key["KeyId"]: {tag["TagKey"]: tag["TagValue"] for tag in kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]}
        for key in kms.list_keys()["Keys"]
    }
    (topic_key,) = [key for key, tags in tagged.items() if tags.get("Name") == "alias/topic-retail-prod"]
    assert kms.describe_key(KeyId=topic_key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert "alias/topic-retail-prod" not in [alias["AliasName"] for alias in kms.list_aliases()["Aliases"]]


def test_the_secret_can_still_be_recovered() -> None:
    secret = client("secretsmanager").describe_secret(SecretId="secret-retail-prod")
    assert secret["DeletedDate"] is not None

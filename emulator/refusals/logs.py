"""What CloudWatch Logs refuses."""

from __future__ import annotations

from moto.kms.models import Key

from emulator import policies
from emulator.errors import AwsError
from emulator.operations import Asked, refuses
from emulator.services.kms import find_key

RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


@refuses("logs", "PutRetentionPolicy")
def retention_that_is_not_on_the_list(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""
    days = asked.params["retentionInDays"]
    if days not in RETENTION_DAYS:
        raise AwsError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: "
            f"Member must satisfy enum value set: {list(RETENTION_DAYS)}",
        )


@refuses("logs", "CreateLogGroup", "AssociateKmsKey")
def unusable_key(asked: Asked) -> None:
    """The key exists, is enabled, and its policy lets the region's Logs service use it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    key_id = asked.params.get("kmsKeyId")
    if key_id is None:
        return
    key = find_key(asked.account_id, asked.region, key_id)
    if key is None or not key.enabled or not _allows_logs(asked, key):
        raise AwsError(
            "InvalidParameterException",
            f"The specified KMS key does not exist or is not allowed to be used with {asked.call.action}: {key_id}",
        )


def _allows_logs(asked: Asked, key: Key) -> bool:
    names = {"logs.amazonaws.com", f"logs.{asked.region}.amazonaws.com"}
    return any(
        names & set(policies.services(statement))
        for statement in policies.statements(str(key.policy))
        if statement.get("Effect") == "Allow"
    )

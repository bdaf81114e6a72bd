"""Reads of log groups: AWS finds by prefix, we by the whole name."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.logs import LOG_GROUP
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import Exchange, answering

NAME = "/aws/rds/a"
ARN = f"arn:aws:logs:us-west-2:123456789012:log-group:{NAME}"


def groups(*names: str) -> Exchange:
    found = [{"logGroupName": name, "arn": f"{ARN.removesuffix(NAME)}{name}:*", "retentionInDays": 7} for name in names]
    return Exchange("describe_log_groups", {"logGroupNamePrefix": NAME}, {"logGroups": found})


TAGS = Exchange("list_tags_for_resource", {"resourceArn": ARN}, {"tags": {"Team": "dba"}})
GONE = Exchange("list_tags_for_resource", {"resourceArn": ARN}, refusal="ResourceNotFoundException")
PROPERTIES = {"retention_days": 7, "kms_key_id": "", "log_group_class": "STANDARD"}
SEEN = Observed("log_group", NAME, PROPERTIES, {"Team": "dba"}, {"arn": ARN})


@pytest.mark.parametrize(
    ("exchanges", "seen"),
    [
        ([groups(NAME, f"{NAME}b"), TAGS], [SEEN]),
        ([groups(f"{NAME}b")], []),
        ([groups()], []),
        ([groups(NAME), GONE], []),
    ],
    ids=["there", "only a longer name", "not there", "deleted meanwhile"],
)
def test_what_is_seen(exchanges: list[Exchange], seen: list[Observed]) -> None:
    with answering("logs", *exchanges) as scope:
        assert list(LOG_GROUP.observe(scope, [Desired("log_group", NAME)] * 2)) == seen

"""Reads of log groups: AWS finds by prefix, we by the whole name."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.logs import LOG_GROUP, find_log_group, prefixes
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


@pytest.mark.parametrize(
    ("exchanges", "seen"), [([groups(f"{NAME}b", NAME), TAGS], [SEEN]), ([groups(f"{NAME}b")], [])]
)
def test_one_by_its_name(exchanges: list[Exchange], seen: list[Observed]) -> None:
    with answering("logs", *exchanges) as scope:
        assert list(find_log_group(scope.clients("logs"), NAME)) == seen


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], []),
        (["/aws/rds/instance/db-a/postgresql"], ["/aws/rds/instance/db-a/postgresql"]),
        (["/aws/rds/instance/db-b/upgrade", "/aws/rds/instance/db-a/postgresql"], ["/aws/rds/instance/db-"]),
        (["/aws/rds/cluster/c/postgresql", "/aws/rds/instance/a/upgrade", "/aws/rds/instance/a/upgrade2"],
         ["/aws/rds/cluster/c/postgresql", "/aws/rds/instance/a/upgrade"]),
        (["audit", "audit-old"], ["audit", "audit-old"]),
    ],
)  # fmt: skip
def test_groups_of_one_sort_are_looked_for_together(names: list[str], found: list[str]) -> None:
    assert prefixes(names) == found

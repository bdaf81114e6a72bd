"""Reads of quotas of RDS."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.rds_quotas import beyond_quotas
from ansible_collections.pgfleet.aws.plugins.module_utils._quotas import Take
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused

from tests.unit.stubs import Exchange, answering

ONE = [Take("DBInstances", 1, "rds_instance/one")]


def told(used: int, most: int) -> Exchange:
    quotas = [{"AccountQuotaName": "DBInstances", "Used": used, "Max": most}]
    return Exchange("describe_account_attributes", {}, {"AccountQuotas": quotas})


def test_aws_is_not_asked_when_nothing_counts() -> None:
    with answering("rds") as scope:
        assert beyond_quotas(scope, {"a": [], "b": ()}) == {}


def test_aws_is_asked_once_for_all() -> None:
    with answering("rds", told(39, 40)) as scope:
        found = beyond_quotas(scope, {"a": ONE, "b": ONE, "c": []})
    assert list(found) == ["b"]
    assert isinstance(found["b"], Refused)
    assert "39 of 40 used in us-west-2 of account 123456789012" in str(found["b"])


def test_whoever_wants_something_fails_when_aws_does_not_say() -> None:
    refusal = Exchange("describe_account_attributes", refusal="AccessDenied")
    with answering("rds", refusal) as scope:
        found = beyond_quotas(scope, {"a": ONE, "b": []})
    assert list(found) == ["a"]
    assert isinstance(found["a"], AwsError)
    assert "rds:DescribeAccountAttributes failed: AccessDenied" in str(found["a"])

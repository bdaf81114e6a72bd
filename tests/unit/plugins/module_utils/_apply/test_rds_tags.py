"""Tags of RDS resources."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_tags import apply_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan

from tests.unit.stubs import Exchange, answering

ARN = "arn:aws:rds:us-west-2:123456789012:db:one"
SET = Exchange("add_tags_to_resource", {"ResourceName": ARN, "Tags": [{"Key": "a", "Value": "1"}]})
REMOVED = Exchange("remove_tags_from_resource", {"ResourceName": ARN, "TagKeys": ["b"]})


@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        ([], []),
        ([Change("port", 1, 2)], []),
        ([Change("tags.a", None, "1")], [SET]),
        ([Change("tags.b", "1", None)], [REMOVED]),
        ([Change("tags.a", None, "1"), Change("tags.b", "1", None)], [REMOVED, SET]),
    ],
)
def test_only_what_the_plan_names_is_asked_for(changes: list[Change], requests: list[Exchange]) -> None:
    with answering("rds", *requests) as scope:
        apply_tags(scope.clients("rds"), ARN, Plan("rds_instance", "one", Action.UPDATE, tuple(changes)))

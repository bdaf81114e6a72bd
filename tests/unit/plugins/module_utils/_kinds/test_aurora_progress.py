"""What AWS has made of a cluster so far."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_progress import unfinished, unsettled
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change

from tests.unit.plugins.module_utils._kinds.cluster_states import INSTANCES, READER, WRITER, instance, observed, role


@pytest.mark.parametrize(
    ("instances", "roles", "found"),
    [
        (INSTANCES, None, []),
        ([instance(WRITER, DBInstanceStatus="rebooting")], None, [f"{WRITER} rebooting"]),
        ([instance(WRITER)], [role(WRITER, status="applying")], [f"{WRITER} applying parameters"]),
        (
            [instance(WRITER, DBParameterGroups=[{"DBParameterGroupName": "g", "ParameterApplyStatus": "applying"}])],
            None,
            [f"{WRITER} applying parameters"],
        ),
        ([instance("application-autoscaling-1", DBInstanceStatus="creating")], None, []),
    ],
)
def test_members_that_are_under_way(instances: Any, roles: Any, found: list[str]) -> None:
    assert unsettled(observed(instances, roles), {"available"}) == found


PENDING = observed(
    [instance(WRITER, PendingModifiedValues={"DBInstanceClass": "db.r5.large"}), INSTANCES[1]],
    [role(WRITER, writer=True, status="pending-reboot"), role(READER)],
    PendingModifiedValues={"IAMDatabaseAuthenticationEnabled": True},
)


@pytest.mark.parametrize(
    ("name", "after", "made"),
    [
        ("port", 5432, True),
        ("port", 5433, False),
        ("engine_version", "15", True),
        ("iam_authentication", False, False),
        ("tags.Name", "other", True),
        (f"members.{WRITER}", {}, True),
        (f"members.{WRITER}", None, False),
        ("members.third", {}, False),
        ("members.third", None, True),
        ("members.third.promotion_tier", 1, False),
        (f"members.{READER}.promotion_tier", 1, True),
        (f"members.{READER}.promotion_tier", 2, False),
        (f"members.{WRITER}.instance_class", "db.serverless", False),
        (f"members.{WRITER}.parameter_apply_status", "in-sync", False),
        (f"members.{READER}.parameter_apply_status", "in-sync", True),
    ],
)
def test_changes_that_are_made(name: str, after: Any, made: bool) -> None:
    assert unfinished([Change(name, "before", after)], PENDING) == ([] if made else [name])

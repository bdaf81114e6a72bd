"""Rules of a cluster and its members that need no AWS, tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_rules import (
    check_aurora_cluster,
    missing_for_creation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired

from tests.unit.plugins.module_utils._kinds.cluster_states import NAME, WRITER, desired, members

SCALING = "serverless_v2_scaling"


def problems(**properties: Any) -> list[tuple[str, str]]:
    found = check_aurora_cluster(desired(properties))
    return [(p.input.removeprefix("aurora_serverless_"), p.message) for p in found]


def test_a_good_cluster() -> None:
    assert problems() == []
    assert problems(members=None, serverless_v2_scaling=None) == []
    assert problems(monitoring_role_arn=KNOWN_AFTER_APPLY, kms_key_id=KNOWN_AFTER_APPLY) == []


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"engine": "aurora-mysql"}, "is not allowed. Allowed: aurora-postgresql."),
        ({"engine_version": "newest"}, "is not allowed. Allowed: a version of PostgreSQL"),
        ({"storage_type": "gp3"}, "is not allowed. Allowed: aurora, aurora-iopt1."),
        ({"backup_retention_days": 0}, "is out of range. Allowed: 1 to 35."),
        ({"backup_retention_days": 36}, "is out of range. Allowed: 1 to 35."),
        ({"port": 80}, "is out of range. Allowed: 1150 to 65535."),
        ({"backup_window": "03:00"}, "is no window. Allowed: hh:mm-hh:mm in UTC"),
        ({"maintenance_window": "mon:03:30-mon:04:30"}, "overlaps aurora_serverless_backup_window 03:00-04:00."),
        ({"master_username": "admin"}, "is reserved by RDS."),
        ({"db_name": "1st"}, "is not allowed."),
        ({"log_exports": ["upgrade"]}, "has upgrade. Allowed: instance, postgresql, iam-db-auth-error."),
        ({"performance_insights_retention_days": 8}, "is not allowed. Allowed: 7, 31,"),
        ({"database_insights_mode": "advanced"}, "needs performance_insights_enabled, and"),
        ({"monitoring_interval_seconds": 7}, "is not allowed. Allowed: 0, 1, 5, 10, 15, 30, 60."),
        ({"manage_master_user_password": True}, "excludes master_user_secret_arn"),
        ({"kms_key_id": "a", "storage_encrypted": False}, "encrypts nothing while storage_encrypted is false."),
    ],
)
def test_bad_values_of_the_cluster(properties: dict[str, Any], message: str) -> None:
    ((name, found),) = problems(**properties)
    assert name == next(iter(properties))
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("scaling", "found"),
    [
        ({"min_acu": 0.3, "max_acu": 1}, [("min_acu", "is not allowed. Allowed: 0 to 256 in steps of 0.5.")]),
        ({"min_acu": -1, "max_acu": 1}, [("min_acu", "is not allowed. Allowed: 0 to 256 in steps of 0.5.")]),
        ({"min_acu": 0.5, "max_acu": 0.5}, [("max_acu", "is not allowed. Allowed: 1 to 256 in steps of 0.5.")]),
        ({"min_acu": 0.5, "max_acu": 300}, [("max_acu", "is not allowed. Allowed: 1 to 256 in steps of 0.5.")]),
        ({"min_acu": 4, "max_acu": 2}, [("max_acu", "is below min_acu 4. Allowed: 4 and more.")]),
        ({"min_acu": 4}, [("max_acu", "is missing: min_acu and max_acu go together.")]),
        ({"max_acu": 4}, [("min_acu", "is missing: min_acu and max_acu go together.")]),
        (
            {"min_acu": 0, "max_acu": 2, "seconds_until_auto_pause": 299},
            [("seconds_until_auto_pause", "is out of range. Allowed: 300 to 86400.")],
        ),
        (
            {"min_acu": 0.5, "max_acu": 2, "seconds_until_auto_pause": 300},
            [
                (
                    "seconds_until_auto_pause",
                    "means nothing while min_acu is above 0: only at 0 does a member pause. Leave it out.",
                )
            ],
        ),
        ({"min_acu": 0, "max_acu": 256, "seconds_until_auto_pause": 86400}, []),
    ],
)
def test_capacity_ranges(scaling: dict[str, Any], found: list[tuple[str, str]]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html"""
    assert problems(**{SCALING: scaling}) == [(f"{SCALING}.{name}", message) for name, message in found]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("promotion_tier", 16, "is out of range. Allowed: 0 to 15."),
        ("promotion_tier", -1, "is out of range. Allowed: 0 to 15."),
        ("maintenance_window", "mon:04:00", "is no window. Allowed: ddd:hh:mm-ddd:hh:mm in UTC"),
        ("maintenance_window", "tue:03:30-tue:04:30", "overlaps aurora_serverless_backup_window 03:00-04:00."),
        ("monitoring_interval_seconds", 60, "is managed by aurora_serverless_monitoring_interval_seconds of the"),
        ("performance_insights_enabled", True, "is managed by aurora_serverless_performance_insights_enabled of the"),
    ],
)
def test_bad_values_of_a_member(name: str, value: Any, message: str) -> None:
    ((found, said), *rest) = problems(members=members({name: value}, {}))
    assert found == f"members.{WRITER}.{name}"
    assert said.startswith(("needs monitoring_role_arn", message))
    assert all(text.startswith(message) for _name, text in rest)


def test_a_member_may_have_what_the_cluster_leaves_to_it() -> None:
    cluster = {"monitoring_interval_seconds": None, "monitoring_role_arn": None, "backup_window": "bad"}
    monitored = {
        "monitoring_interval_seconds": 60,
        "monitoring_role_arn": "arn",
        "maintenance_window": "tue:04:00-tue:05:00",
    }
    assert [name for name, _text in problems(**cluster, members=members(monitored, {}))] == ["backup_window"]


def test_names() -> None:
    bad = [{"name": "Big"}, {"name": "one"}, {"name": "one"}, {"name": "application-autoscaling-1"}]
    found = problems(members=bad)
    assert [name for name, _text in found] == ["members", "members.Big.name", "members.application-autoscaling-1.name"]
    assert found[0][1] == "has one 2 times. Give each member a name of its own."
    ((name, message),) = [
        (p.input, p.message) for p in check_aurora_cluster(Desired("aurora_cluster", "a--b", {}, role="r"))
    ]
    assert (name, message.split(".")[0]) == ("r_name", "is no DB cluster identifier")


def test_too_many_members() -> None:
    ((name, message),) = problems(members=[{"name": f"m{n}"} for n in range(17)])
    assert (name, message) == ("members", "are too many. Allowed: 16, a writer and 15 readers.")


def test_what_a_new_cluster_needs() -> None:
    bare = Desired("aurora_cluster", NAME, {"members": [{"name": "one"}]})
    assert [(p.input, p.value) for p in missing_for_creation(bare)] == [
        ("engine_version", "(not given)"),
        ("master_username", "(not given)"),
        ("master_user_secret_arn", "(not given)"),
        ("members.one.instance_class", "(not given)"),
    ]
    assert list(missing_for_creation(desired())) == []

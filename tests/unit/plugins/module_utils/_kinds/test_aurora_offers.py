"""What AWS offers against what is wanted of a cluster, tables."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import wanted_members
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_offers import (
    depends_on_offer,
    member_problems,
    new_members,
    scaling_problems,
    taken_problems,
    zone_problems,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Problem

from tests.unit.plugins.module_utils._kinds.cluster_states import READER, WRITER, desired, members, observed

WHERE = ("15.12", "us-east-1")
FULL: dict[str, Any] = {
    "DBInstanceClass": "db.serverless",
    "StorageType": "aurora",
    "SupportsPerformanceInsights": True,
    "SupportsEnhancedMonitoring": True,
    "SupportsIAMDatabaseAuthentication": True,
    "SupportsStorageEncryption": True,
}


@pytest.mark.parametrize(
    ("properties", "asked"),
    [
        ({}, False),
        ({"backup_retention_days": 9}, False),
        ({"engine_version": KNOWN_AFTER_APPLY}, False),
        ({"engine_version": "15.13"}, True),
        ({"storage_type": "aurora-iopt1"}, True),
        ({"log_exports": ["instance"]}, True),
        ({"serverless_v2_scaling": {"min_acu": 0, "max_acu": 1}}, True),
        ({"members": members({"instance_class": "db.r5.large"}, {})}, True),
        ({"members": members({"ca_certificate_identifier": "rds-ca-ecc384-g1"}, {})}, True),
        ({"members": members({"promotion_tier": 3}, {})}, False),
        ({"members": [{"name": "third"}]}, True),
    ],
)
def test_aws_is_asked_only_about_what_it_may_not_offer(properties: dict[str, Any], asked: bool) -> None:
    assert depends_on_offer(desired(properties), observed()) is asked


def test_everything_of_a_new_cluster_is_asked_about() -> None:
    assert depends_on_offer(desired(), None)
    assert [member.name for member in new_members(desired(), None)] == [WRITER, READER]
    assert new_members(desired(), observed()) == []


def said(problems: Any) -> list[tuple[str, str]]:
    found: list[Problem] = list(problems)
    return [(p.input.removeprefix("aurora_serverless_"), p.message) for p in found]


@pytest.mark.parametrize(
    ("scaling", "supported", "found"),
    [
        (None, {"MinCapacity": 0, "MaxCapacity": 256}, []),
        ({"min_acu": 0, "max_acu": 256}, None, []),
        ({"min_acu": 0, "max_acu": 256}, {"MinCapacity": 0, "MaxCapacity": 256}, []),
        ({"min_acu": None, "max_acu": None}, {"MinCapacity": 0.5, "MaxCapacity": 128}, []),
        (
            {"min_acu": 0, "max_acu": 200},
            {"MinCapacity": 0.5, "MaxCapacity": 128},
            [
                ("min_acu", "is too low for 15.3, whose members cannot pause. Allowed: 0.5 and more."),
                ("max_acu", "is too high for 15.3. Allowed: 128 and less."),
            ],
        ),
    ],
)
def test_capacity_of_a_version(scaling: Any, supported: Any, found: list[tuple[str, str]]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html"""
    raw = {"EngineVersion": "15.3", "ServerlessV2FeaturesSupport": supported}
    problems = said(scaling_problems(desired({"serverless_v2_scaling": scaling}), raw))
    assert problems == [(f"serverless_v2_scaling.{name}", message) for name, message in found]


@pytest.mark.parametrize(
    ("cluster", "member", "options", "found"),
    [
        ({}, {}, [FULL], []),
        ({}, {}, [{**FULL, "StorageType": None}], []),
        ({"storage_type": None}, {}, [FULL], []),
        (
            {},
            {},
            [],
            [
                (
                    f"members.{WRITER}.instance_class",
                    "is not offered for PostgreSQL 15.12 in us-east-1. Offered: db.r5.large.",
                )
            ],
        ),
        (
            {"storage_type": "aurora-iopt1"},
            {},
            [FULL],
            [("storage_type", "is not offered with db.serverless. Allowed: aurora.")],
        ),
        (
            {"iam_authentication": True, "monitoring_interval_seconds": 0},
            {"performance_insights_enabled": True},
            [{**FULL, "SupportsPerformanceInsights": False, "SupportsIAMDatabaseAuthentication": False}],
            [
                ("performance_insights_enabled", "is not supported by db.serverless."),
                (f"members.{WRITER}.performance_insights_enabled", "is not supported by db.serverless."),
                ("iam_authentication", "is not supported by db.serverless."),
            ],
        ),
    ],
)
def test_what_a_class_does_not_have(
    cluster: dict[str, Any], member: dict[str, Any], options: list[Any], found: list[tuple[str, str]]
) -> None:
    wanted = desired({**cluster, "members": members(member, {})})
    others = [{"DBInstanceClass": "db.r5.large"}]
    assert said(member_problems(wanted, wanted_members(wanted)[0], options, others, WHERE)) == found


@pytest.mark.parametrize(
    ("zone", "zones", "wrong"),
    [("us-east-1a", ["us-east-1a"], False), ("us-east-1c", ["us-east-1a", "us-east-1b"], True), (None, ["x"], False)],
)
def test_zones(zone: str | None, zones: list[str], wrong: bool) -> None:
    wanted = wanted_members(desired({"members": members({"availability_zone": zone}, {})}))
    message = f"is no zone of the DB subnet group. Allowed: {', '.join(zones)}."
    expected = [(f"members.{WRITER}.availability_zone", message)] if wrong else []
    assert said(zone_problems(wanted, zones)) == expected
    assert said(zone_problems(wanted, [])) == []


def test_names_that_others_have() -> None:
    owners = {WRITER: "other", READER: ""}
    assert said(taken_problems(wanted_members(desired()), owners)) == [
        (f"members.{WRITER}.name", "exists and is a member of cluster other. Choose another name."),
        (f"members.{READER}.name", "exists and is an instance of its own. Choose another name."),
    ]
    assert said(taken_problems(wanted_members(desired()), {})) == []

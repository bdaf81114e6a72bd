"""A DB instance as a plan leaves it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.planned_database import Planned, planned_database
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Observed

ONE = {"name": "one", "instance_class": "db.serverless", "db_parameter_group_name": "g"}
NEW: dict[str, Any] = {
    "engine": "aurora-postgresql",
    "serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 2},
    "db_cluster_parameter_group_name": "shared",
    "members": [ONE, {"name": "two", "instance_class": "db.r6g.large"}],
}
THERE = {
    **NEW,
    "members": ["one"],
    "_members": {"one": Observed("aurora_member", "one", {"instance_class": "db.r5.large"})},
}
SHARED = "db_cluster_parameter_group/shared"


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param({}, None, id="of no document"),
        pytest.param({"aurora_cluster/c": {**NEW, "members": None}}, None, id="without members"),
        pytest.param({"rds_instance/one": {}}, Planned("", ""), id="of nothing known"),
        pytest.param(
            {
                "rds_instance/one": {
                    "engine": "postgres",
                    "instance_class": "db.t3.micro",
                    "allocated_storage_gib": 20,
                    "db_parameter_group_name": "g",
                }
            },
            Planned("postgres", "db.t3.micro", 20, groups=("db_parameter_group/g",)),
            id="an instance",
        ),
        pytest.param(
            {"vpc/v": {}, "aurora_cluster/c": NEW},
            Planned(
                "aurora-postgresql", "db.serverless", max_acu=2, min_acu=0.5, groups=("db_parameter_group/g", SHARED)
            ),
            id="a member of a new cluster",
        ),
        pytest.param(
            {"aurora_cluster/other": {**NEW, "members": []}, "aurora_cluster/c": THERE},
            Planned("aurora-postgresql", "db.r5.large", groups=(SHARED,)),
            id="a member that is there",
        ),
        pytest.param(
            {"aurora_cluster/c": {**THERE, "members.one.instance_class": "db.serverless", "members.one.tags.a": "b"}},
            Planned("aurora-postgresql", "db.serverless", max_acu=2, min_acu=0.5, groups=(SHARED,)),
            id="a member that changes",
        ),
        pytest.param(
            {"aurora_cluster/c": {**THERE, "_members": {}, "members.one": {"instance_class": "db.r6g.large"}}},
            Planned("aurora-postgresql", "db.r6g.large", groups=(SHARED,)),
            id="a new member",
        ),
        pytest.param({"aurora_cluster/c": {**THERE, "_members": {}}}, None, id="no member"),
        pytest.param({"aurora_cluster/c": {"members": [{"name": "one"}]}}, Planned("", ""), id="of nothing known"),
    ],
)
def test_a_database_after_the_run(after: Any, expected: Planned | None) -> None:
    assert planned_database(after, "one") == expected

"""What the planner sees of Aurora clusters and their members, for several at once, and with which calls."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.aurora_cluster import NOUN, apply_create
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.rds_session import Session
from ansible_collections.pgfleet.aws.plugins.module_utils._document import parse
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Action, Desired
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan, check, plan_stack

from emulator.testing import Emulator

OURS = Owner("transactions", "prod")


@pytest.fixture
def scope(aws: Emulator) -> Scope:
    return Scope(Clients(lambda service, **_: aws.client(service)), OURS, "123456789012", "us-east-1")


def document(aws: Emulator, *suffixes: str) -> list[Desired]:
    """Clusters as a role would have them, each with a subnet group that does not exist yet."""
    ec2 = aws.client("ec2")
    subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets()["Subnets"]]
    entries: list[dict[str, Any]] = []
    for suffix in suffixes:
        group = {
            "kind": "db_subnet_group",
            "name": f"group-{suffix}",
            "properties": {"subnet_ids": subnets, "description": "x"},
        }
        cluster = {
            "kind": "aurora_cluster",
            "name": f"cluster-{suffix}",
            "role": "aurora_serverless",
            "tags": OURS.tags(),
            "properties": {
                "engine_version": "15",
                "master_username": "dbadmin",
                "manage_master_user_password": True,
                "serverless_v2_scaling": {"min_acu": 0.5, "max_acu": 1},
                "db_subnet_group_name": f"group-{suffix}",
                "kms_key_id": {"ref": "kms_key/none", "get": "arn"},
                "backup_retention_days": 7,
                "members": [{"name": f"one-{suffix}", "instance_class": "db.serverless"}],
            },
        }
        entries += [group, cluster]
    return parse(entries, {name: handler.kind for name, handler in HANDLERS.items()})


def planned(scope: Scope, wanted: list[Desired]) -> StackPlan:
    return plan_stack(scope, wanted, HANDLERS, frozenset())


def test_an_empty_account(aws: Emulator, scope: Scope) -> None:
    wanted = document(aws, "a")
    assert not check(wanted, HANDLERS)
    found = planned(scope, wanted)
    assert (found.problems, found.totals()["add"]) == ((), 2)
    changes = {change.property: change.after for change in found.plans[1].changes}
    assert changes["kms_key_id"] == KNOWN_AFTER_APPLY
    assert changes["members.one-a"] == {"instance_class": "db.serverless"}
    assert aws.writes() == []


def test_what_cannot_be_names_the_key_of_the_inventory(aws: Emulator, scope: Scope) -> None:
    (_group, cluster) = document(aws, "a")
    properties = {
        **cluster.properties,
        "engine_version": "15.3",
        "members": [{"name": "one-a", "instance_class": "db.m5.large", "promotion_tier": 20}],
    }
    wanted = Desired("aurora_cluster", "cluster-a", properties, role="aurora_serverless")
    assert [problem.input for problem in check([wanted], HANDLERS)] == [
        "aurora_serverless_members.one-a.promotion_tier"
    ]
    assert [problem.input for problem in planned(scope, [wanted]).problems] == [
        "aurora_serverless_engine_version",
        "aurora_serverless_members.one-a.instance_class",
    ]


def test_clusters_are_read_together_and_drift_is_found(aws: Emulator, scope: Scope) -> None:
    wanted = [resource for resource in document(aws, "a", "b") if resource.kind == "aurora_cluster"]
    wanted = [
        Desired(
            resource.kind,
            resource.name,
            {k: v for k, v in resource.properties.items() if k not in ("kms_key_id", "db_subnet_group_name")},
            resource.tags,
        )
        for resource in wanted
    ]
    for resource in wanted:
        session = Session(scope, HANDLERS["aurora_cluster"], NOUN, resource, frozenset(), True, 60)
        assert apply_create(session) is not None
    mark = aws.mark()
    found = planned(scope, wanted)
    assert found.in_sync
    assert [request["action"] for request in aws.log(since=mark)] == ["DescribeDBClusters", "DescribeDBInstances"]
    assert found.known["aurora_cluster/cluster-a"]["members"][0]["role"] == "writer"
    assert not any(name.startswith("_") for name in found.known["aurora_cluster/cluster-a"])

    rds = aws.client("rds")
    rds.modify_db_cluster(DBClusterIdentifier="cluster-b", BackupRetentionPeriod=3, ApplyImmediately=True)
    rds.modify_db_instance(DBInstanceIdentifier="one-a", DBInstanceClass="db.r6g.large", ApplyImmediately=True)
    drifted = planned(scope, wanted)
    assert {plan.name: [c.property for c in (*plan.changes, *plan.waiting)] for plan in drifted.plans} == {
        "cluster-a": ["members.one-a.instance_class"],
        "cluster-b": ["backup_retention_days"],
    }
    assert drifted.plans[0].action is Action.NONE

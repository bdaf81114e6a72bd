"""What an account may have of RDS in a region, and has."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.testing import Emulator
from tests.emulator.rds.conftest import CLUSTER, MEMBER, REQUIRED, Aurora, Rds

GROUP = {"DBParameterGroupFamily": "postgres16", "Description": "one"}


def quotas(rds: Rds) -> dict[str, tuple[int, int]]:
    """Used and most, by name."""
    found = rds.client.describe_account_attributes()["AccountQuotas"]
    return {each["AccountQuotaName"]: (each["Used"], each["Max"]) for each in found}


def used(rds: Rds) -> dict[str, int]:
    return {name: number for name, (number, _most) in quotas(rds).items() if number}


def test_what_aws_gives_everybody(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"""
    assert quotas(rds) == {
        "DBInstances": (0, 40),
        "ReservedDBInstances": (0, 40),
        "AllocatedStorage": (0, 100_000),
        "DBSecurityGroups": (0, 25),
        "AuthorizationsPerDBSecurityGroup": (0, 20),
        "DBParameterGroups": (0, 50),
        "ManualSnapshots": (0, 100),
        "EventSubscriptions": (0, 20),
        "DBSubnetGroups": (0, 50),
        "OptionGroups": (0, 20),
        "SubnetsPerDBSubnetGroup": (0, 20),
        "ReadReplicasPerMaster": (0, 15),
        "DBClusters": (0, 40),
        "DBClusterParameterGroups": (0, 50),
        "DBClusterRoles": (0, 5),
        "DBInstanceRoles": (0, 5),
        "ManualClusterSnapshots": (0, 100),
        "CustomEndpointsPerDBCluster": (0, 5),
    }


def test_what_is_used_of_them(aurora: Aurora) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html

    Default parameter groups do not count, and the storage of clusters is no storage of instances.
    """
    aurora.create("db1", AllocatedStorage=30)
    aurora.client.create_db_instance_read_replica(
        DBInstanceIdentifier="db1-r", SourceDBInstanceIdentifier="db1", AllocatedStorage=40
    )
    aurora.create_cluster()
    aurora.add("c1-a")
    aurora.client.create_db_parameter_group(DBParameterGroupName="g", **GROUP)
    aurora.client.create_db_cluster_parameter_group(DBClusterParameterGroupName="g", **GROUP)
    aurora.client.create_db_snapshot(DBSnapshotIdentifier="s", DBInstanceIdentifier="db1")
    aurora.client.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="s", DBClusterIdentifier="c1")
    topic = aurora.service("sns").create_topic(Name="events")["TopicArn"]
    aurora.client.create_event_subscription(SubscriptionName="e", SnsTopicArn=topic)
    subnets = len(aurora.get()["DBSubnetGroup"]["Subnets"])
    assert used(aurora) == {
        "DBInstances": 3,
        "AllocatedStorage": 70,
        "DBParameterGroups": 1,
        "ManualSnapshots": 1,
        "EventSubscriptions": 1,
        "DBSubnetGroups": 1,
        "SubnetsPerDBSubnetGroup": subnets,
        "ReadReplicasPerMaster": 1,
        "DBClusters": 1,
        "DBClusterParameterGroups": 1,
        "ManualClusterSnapshots": 1,
    }


def test_what_is_more_is_refused(aurora: Aurora) -> None:
    """By the codes of the pages of the actions, such as
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (InstanceQuotaExceeded)
    """
    rds, refused = aurora, aurora.refusal
    _, subnets, _ = rds.network(zones="abc")
    topic = rds.service("sns").create_topic(Name="events")["TopicArn"]
    rds.create("db1")
    rds.create_cluster()
    rds.client.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="one", SubnetIds=subnets[:2])
    rds.aws.set_quotas(
        DBInstances=1,
        DBClusters=1,
        DBParameterGroups=0,
        DBClusterParameterGroups=0,
        EventSubscriptions=0,
        DBSubnetGroups=2,
        SubnetsPerDBSubnetGroup=2,
        ManualSnapshots=0,
        ManualClusterSnapshots=0,
        ReadReplicasPerMaster=0,
    )
    replica = {"DBInstanceIdentifier": "r", "SourceDBInstanceIdentifier": "db1"}
    more: list[tuple[str, dict[str, Any], str]] = [
        ("create_db_instance", {"DBInstanceIdentifier": "db2", **REQUIRED}, "InstanceQuotaExceeded"),
        ("create_db_instance", {"DBInstanceIdentifier": "c1-a", **MEMBER}, "InstanceQuotaExceeded"),
        ("create_db_instance_read_replica", replica, "InstanceQuotaExceeded"),
        ("create_db_cluster", {**CLUSTER, "DBClusterIdentifier": "c2"}, "DBClusterQuotaExceededFault"),
        ("create_db_parameter_group", {"DBParameterGroupName": "g", **GROUP}, "DBParameterGroupQuotaExceeded"),
        (
            "create_db_cluster_parameter_group",
            {"DBClusterParameterGroupName": "g", **GROUP},
            "DBParameterGroupQuotaExceeded",
        ),
        (
            "create_event_subscription",
            {"SubscriptionName": "e", "SnsTopicArn": topic},
            "EventSubscriptionQuotaExceeded",
        ),
        (
            "create_db_subnet_group",
            {"DBSubnetGroupName": "h", "DBSubnetGroupDescription": "one", "SubnetIds": subnets[:2]},
            "DBSubnetGroupQuotaExceeded",
        ),
        (
            "modify_db_subnet_group",
            {"DBSubnetGroupName": "g", "SubnetIds": subnets},
            "DBSubnetQuotaExceededFault",
        ),
        ("create_db_snapshot", {"DBSnapshotIdentifier": "s", "DBInstanceIdentifier": "db1"}, "SnapshotQuotaExceeded"),
        (
            "create_db_cluster_snapshot",
            {"DBClusterSnapshotIdentifier": "s", "DBClusterIdentifier": "c1"},
            "SnapshotQuotaExceeded",
        ),
    ]
    for action, params, code in more:
        assert refused(action, **params)[0] == code, action
    assert "(ReadReplicasPerMaster)" in refused("create_db_instance_read_replica", **replica)[1]
    before = used(rds)
    assert before == {**before, "DBInstances": 1, "DBClusters": 1, "DBSubnetGroups": 2}


def test_storage(rds: Rds) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (StorageQuotaExceeded)"""
    rds.create("db1", AllocatedStorage=20)
    rds.aws.set_quotas(AllocatedStorage=45)
    assert rds.creation_refusal(AllocatedStorage=26)[0] == "StorageQuotaExceeded"
    grow = {"DBInstanceIdentifier": "db1", "ApplyImmediately": True}
    assert rds.refusal("modify_db_instance", AllocatedStorage=46, **grow)[0] == "StorageQuotaExceeded"
    rds.modify("db1", AllocatedStorage=45, ApplyImmediately=True)
    assert quotas(rds)["AllocatedStorage"] == (45, 45)
    rds.aws.set_quotas(AllocatedStorage=30)
    assert rds.modify("db1", BackupRetentionPeriod=3, ApplyImmediately=True)["BackupRetentionPeriod"] == 3


def test_other_numbers_last_until_reset(rds: Rds, aws: Emulator) -> None:
    aws.set_quotas(DBInstances=3)
    assert quotas(rds)["DBInstances"] == (0, 3)
    for wrong in ({"Instances": 3}, {"DBInstances": -1}, {"DBInstances": "many"}):
        with pytest.raises(ValueError, match="give a number, 0 or more, of DBInstances"):
            aws.set_quotas(**wrong)
    aws.reset()
    assert quotas(rds)["DBInstances"] == (0, 40)

"""A run that is killed, wherever, is finished by the next; then there is one of everything."""

from __future__ import annotations

from pathlib import Path

from emulator.testing import Emulator
from tests.integration.playbook import run, run_and_kill
from tools import existing_network

REGION = "us-west-2"
WRITES_BETWEEN_KILLS = 11


def test_killed_again_and_again_it_gets_there(account: Emulator, outputs: Path) -> None:
    kills = 0
    while run_and_kill(account, "site.yml", WRITES_BETWEEN_KILLS, outputs_directory=str(outputs)):
        kills += 1
        assert kills < 100, "the runs make no progress"
    assert kills > 4
    settled = run(account, "site.yml", outputs_directory=str(outputs))
    assert settled.status == 0, settled.output
    assert set(settled.changed.values()) == {0}
    ec2, rds, kms = account.client("ec2", REGION), account.client("rds", REGION), account.client("kms", REGION)
    ours = [{"Name": "tag:pgfleet:system", "Values": ["retail"]}]
    customer_keys = [
        key["KeyId"]
        for key in kms.list_keys()["Keys"]
        if kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyManager"] == "CUSTOMER"
    ]
    counts = {
        "vpcs": len(ec2.describe_vpcs(Filters=ours)["Vpcs"]),
        "subnets": len(ec2.describe_subnets(Filters=ours)["Subnets"]),
        "route tables": len(ec2.describe_route_tables(Filters=ours)["RouteTables"]),
        "endpoints": len(ec2.describe_vpc_endpoints()["VpcEndpoints"]),
        "instances": len(rds.describe_db_instances()["DBInstances"]),
        "keys": len(customer_keys),
        "secrets": len(account.client("secretsmanager", REGION).list_secrets()["SecretList"]),
        "buckets": len(account.client("s3", REGION).list_buckets()["Buckets"]),
        "topics": len(account.client("sns", REGION).list_topics()["Topics"]),
        "event subscriptions": len(rds.describe_event_subscriptions()["EventSubscriptionsList"]),
        "alarms": len(account.client("cloudwatch", REGION).describe_alarms()["MetricAlarms"]),
    }
    assert counts == {
        "vpcs": 1, "subnets": 2, "route tables": 2, "endpoints": 1, "instances": 1,
        "keys": 2, "secrets": 1, "buckets": 1, "topics": 1, "event subscriptions": 1, "alarms": 16,
    }  # fmt: skip


def test_a_cluster_gets_there_too_with_as_many_members_as_it_should_have(account: Emulator, outputs: Path) -> None:
    transactions, region = ("--limit", "transactions"), "us-east-1"
    existing_network.make(account.client("ec2", region))
    kills = 0
    while run_and_kill(account, "site.yml", WRITES_BETWEEN_KILLS - 2, *transactions, outputs_directory=str(outputs)):
        kills += 1
        assert kills < 100, "the runs make no progress"
    assert kills > 1
    settled = run(account, "site.yml", *transactions, outputs_directory=str(outputs))
    assert (settled.status, settled.changed) == (0, {"transactions": 0}), settled.output
    rds = account.client("rds", region)
    (cluster,) = rds.describe_db_clusters()["DBClusters"]
    counts = {
        "members": len(cluster["DBClusterMembers"]),
        "zones": len({i["AvailabilityZone"] for i in rds.describe_db_instances()["DBInstances"]}),
        "subnet groups": len(rds.describe_db_subnet_groups()["DBSubnetGroups"]),
        "secrets": len(account.client("secretsmanager", region).list_secrets()["SecretList"]),
        "alarms": len(account.client("cloudwatch", region).describe_alarms()["MetricAlarms"]),
    }
    assert counts == {"members": 2, "zones": 2, "subnet groups": 1, "secrets": 1, "alarms": 25}

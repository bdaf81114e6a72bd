"""How the values of rds_parameter_group reach the members of a cluster: what waits for reboots, and the reboots."""

from __future__ import annotations

from typing import Any

import psycopg

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

GROUP, MEMBER_GROUP, FAMILY = "cluster-group", "member-group", "aurora-postgresql16"
PASSWORD = "Zebra5Quartz7Lemon"
# In the order of their reboots: readers by name, and the writer, whose name comes first.
IN_ORDER = ["shop-2", "shop-3", "shop-1"]


def group(aws: Emulator, *, check: bool = False, **options: Any) -> Ran:
    given = {"name": GROUP, "level": "cluster", "family": FAMILY, "parameters": {}, **options}
    return run_module(aws, "rds_parameter_group", given, check=check)


def member_group(aws: Emulator, **options: Any) -> Ran:
    return group(aws, name=MEMBER_GROUP, level="instance", **options)


def shop(aws: Emulator) -> None:
    """A cluster of a writer and two readers, which uses the groups; and another cluster, which does not."""
    rds = aws.client("rds")
    family = {"DBParameterGroupFamily": FAMILY, "Description": "d"}
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName=GROUP, **family)
    rds.create_db_parameter_group(DBParameterGroupName=MEMBER_GROUP, **family)
    engine = {"Engine": "aurora-postgresql"}
    master = {"MasterUsername": "dbadmin", "MasterUserPassword": PASSWORD}
    rds.create_db_cluster(DBClusterIdentifier="shop", DBClusterParameterGroupName=GROUP, **engine, **master)
    rds.create_db_cluster(DBClusterIdentifier="other", **engine, **master)
    for name in ("shop-1", "shop-2", "shop-3"):
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            DBClusterIdentifier="shop",
            DBInstanceClass="db.t3.medium",
            DBParameterGroupName=MEMBER_GROUP,
            **engine,
        )


def shown(aws: Emulator, name: str, parameter: str) -> str:
    """What the server of a member says of its parameter."""
    (found,) = aws.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    with psycopg.connect(
        host=found["Endpoint"]["Address"],
        port=found["Endpoint"]["Port"],
        user="dbadmin",
        password=PASSWORD,
        dbname="postgres",
        sslmode="verify-full",
        sslrootcert=aws.env["PGSSLROOTCERT"],
    ) as connection:
        row = connection.execute(f"SHOW {parameter}").fetchone()
    assert row is not None
    return str(row[0])


def statuses(aws: Emulator) -> dict[str, str]:
    (cluster,) = aws.client("rds").describe_db_clusters(DBClusterIdentifier="shop")["DBClusters"]
    members = cluster["DBClusterMembers"]
    return {member["DBInstanceIdentifier"]: member["DBClusterParameterGroupStatus"] for member in members}


def restarts(aws: Emulator) -> list[str]:
    events = aws.client("rds").describe_events(SourceType="db-instance")["Events"]
    return [event["SourceIdentifier"] for event in events if event["Message"] == "DB instance restarted"]


def waiting(ran: Ran) -> list[tuple[str, str]]:
    return [(change["property"], change["effect"]) for change in ran.result["waiting"]]


def test_members_of_a_cluster_are_rebooted_readers_first_one_at_a_time(aws: Emulator) -> None:
    shop(aws)
    dynamic = group(aws, parameters={"log_statement": "ddl"})
    assert dynamic.result["pending_reboot"] == []
    assert {shown(aws, name, "log_statement") for name in IN_ORDER} == {"ddl"}

    options: dict[str, Any] = {"parameters": {"log_statement": "ddl", "track_commit_timestamp": True}}
    changed = group(aws, **options)
    assert changed.writes == ["ModifyDBClusterParameterGroup"]
    assert changed.result["pending_reboot"] == IN_ORDER
    assert waiting(changed) == [(f"members.{name}", "reboot") for name in IN_ORDER]
    assert set(statuses(aws).values()) == {"pending-reboot"}
    assert {shown(aws, name, "track_commit_timestamp") for name in IN_ORDER} == {"off"}

    planned = group(aws, check=True, allow=["reboot"], **options)
    assert planned.changed
    assert planned.writes == []
    assert [change["property"] for change in planned.result["plan"][0]["changes"]] == [
        f"members.{name}" for name in IN_ORDER
    ]
    before = restarts(aws)
    rebooted = group(aws, allow=["reboot"], **options)
    assert rebooted.writes == ["RebootDBInstance"] * 3
    assert restarts(aws)[len(before) :] == IN_ORDER
    # Each is seen back before the next one goes.
    looks = [action for action in rebooted.actions if action in ("RebootDBInstance", "DescribeDBClusters")]
    assert looks == ["DescribeDBClusters", *["RebootDBInstance", "DescribeDBClusters"] * 3]
    assert rebooted.result["pending_reboot"] == []
    assert set(statuses(aws).values()) == {"in-sync"}
    assert {shown(aws, name, "track_commit_timestamp") for name in IN_ORDER} == {"on"}
    assert not group(aws, allow=["reboot"], **options).changed

    used = run_module(aws, "rds_parameter_group", {"name": GROUP, "level": "cluster", "state": "absent"})
    assert used.result["failed"]
    assert used.result["error_code"] == "InvalidDBParameterGroupState"


def test_members_that_use_a_db_parameter_group_are_rebooted_readers_first(aws: Emulator) -> None:
    shop(aws)
    changed = member_group(aws, parameters={"track_activity_query_size": "8kB", "work_mem": "8MB"})
    assert changed.result["pending_reboot"] == IN_ORDER
    assert set(statuses(aws).values()) == {"in-sync"}
    assert {shown(aws, name, "work_mem") for name in IN_ORDER} == {"8MB"}
    before = restarts(aws)
    rebooted = member_group(aws, parameters={"track_activity_query_size": "8kB", "work_mem": "8MB"}, allow=["reboot"])
    assert rebooted.writes == ["RebootDBInstance"] * 3
    assert restarts(aws)[len(before) :] == IN_ORDER
    assert {shown(aws, name, "track_activity_query_size") for name in IN_ORDER} == {"8kB"}


def test_a_wait_that_is_too_short_names_the_member_and_its_status(aws: Emulator) -> None:
    shop(aws)
    aws.set_time_scale(60)
    ran = group(aws, parameters={"track_commit_timestamp": True}, allow=["reboot"], wait_timeout=1)
    assert ran.result["failed"]
    assert ran.message.startswith("DB instance shop-2 is still rebooting after 1 s, not available")
    # The others are left alone.
    assert ran.writes == ["ModifyDBClusterParameterGroup", "RebootDBInstance"]

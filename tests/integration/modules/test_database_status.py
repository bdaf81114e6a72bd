"""database_status through ansible-playbook: an instance and a cluster with real servers behind their endpoints."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import Awaited, wait

from emulator.testing import Emulator
from tests.integration.modules.module_runner import Ran, run_module

MASTER = {"MasterUsername": "dbadmin", "MasterUserPassword": "correct-horse"}
ALARM = {
    "Namespace": "AWS/RDS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 80.0,
    "ComparisonOperator": "GreaterThanThreshold",
}


def stopped(rds: Any) -> None:
    def status() -> str:
        return str(rds.describe_db_instances(DBInstanceIdentifier="retail")["DBInstances"][0]["DBInstanceStatus"])

    wait("retail", status, Awaited(frozenset({"stopped"})), 60)


def run(aws: Emulator, **options: Any) -> Ran:
    return run_module(aws, "database_status", options)


def test_an_instance_well_and_not(aws: Emulator) -> None:
    rds, cloudwatch = aws.client("rds"), aws.client("cloudwatch")
    sizes = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
    created = rds.create_db_instance(DBInstanceIdentifier="retail", BackupRetentionPeriod=7, **sizes, **MASTER)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="retail", WaiterConfig={"Delay": 1})
    cloudwatch.put_metric_alarm(AlarmName="cpu", **ALARM)
    cloudwatch.set_alarm_state(AlarmName="cpu", StateValue="OK", StateReason="A test.")

    well = run(aws, instance="retail", alarms=["cpu"])
    status = well.result["status"]
    assert (well.changed, well.writes, len(well.requests)) == (False, [], 4)
    assert (status["state"], status["answers"], status["trouble"]) == ("available", True, [])
    assert status["alarms"]["ok"] == ["cpu"]
    assert status["restorable_seconds_ago"] < 60
    assert [member["instance_class"] for member in status["members"]] == ["db.t3.micro"]

    aws.announce_maintenance(created["DBInstance"]["DBInstanceArn"], "system-update")
    cloudwatch.set_alarm_state(AlarmName="cpu", StateValue="ALARM", StateReason="A test.")
    rds.stop_db_instance(DBInstanceIdentifier="retail")
    stopped(rds)
    status = run(aws, instance="retail", alarms=["cpu", "storage"], certificate_days=20000).result["status"]
    assert [entry["action"] for entry in status["maintenance"]] == ["system-update"]
    assert status["trouble"] == [
        "retail is stopped",
        f"{status['endpoint']} does not accept connections: Connection refused",
        "alarm cpu",
        "alarm storage is missing",
        f"the server certificate expires on {status['certificate_valid_till'][:10]}",
    ]


def test_a_cluster_and_none(aws: Emulator) -> None:
    rds = aws.client("rds")
    scaling = {"MinCapacity": 0.5, "MaxCapacity": 1.0}
    engine = "aurora-postgresql"
    rds.create_db_cluster(
        DBClusterIdentifier="orders", Engine=engine, ServerlessV2ScalingConfiguration=scaling, **MASTER
    )
    member = {"DBInstanceIdentifier": "orders-1", "DBInstanceClass": "db.serverless"}
    rds.create_db_instance(DBClusterIdentifier="orders", Engine=engine, **member)
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier="orders-1", WaiterConfig={"Delay": 1})
    status = run(aws, cluster="orders").result["status"]
    assert (status["state"], status["answers"], status["trouble"]) == ("available", True, [])
    assert [(each["identifier"], each["role"]) for each in status["members"]] == [("orders-1", "writer")]
    assert status["capacity_acu"] == {"min": 0.5, "max": 1.0}

    status = run(aws, cluster="nothing").result["status"]
    assert status == {"identifier": "nothing", "state": "absent", "trouble": ["nothing does not exist"]}

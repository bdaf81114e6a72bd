"""What a CloudFormation stack has made is taken over: nothing is replaced, nothing comes twice, the password stays."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from emulator.testing import Emulator
from tests.integration.adoption import as_a_template_does as template
from tests.integration.adoption.as_a_template_does import REGION, Made
from tests.integration.playbook import Run, run

INVENTORY = "../tests/integration/adoption/inventory"
PLAN = Path(__file__).parent / "plan.txt"
SCREEN_INDENT = 8


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def made(account: Emulator) -> Made:
    return template.make(account)


def playbook(aws: Emulator, made: Made, name: str, **extra: Any) -> Run:
    given: dict[str, Any] = {"private_subnet_ids": made.subnets, "database_security_group_id": made.group}
    return run(aws, name, inventory=INVENTORY, vaulted_master_password=template.PASSWORD, **given, **extra)


def planned(output: str) -> list[str]:
    """The resources of the screen, with what changes of each: from the first host to the totals."""
    lines = [line[SCREEN_INDENT:].rstrip() for line in output.splitlines()]
    begin = next(number for number, line in enumerate(lines) if line.startswith("retail_network (prod"))
    end = next(number for number, line in enumerate(lines) if line.startswith("Plan: "))
    return [line for line in lines[begin:end] if line]


def counts(aws: Emulator) -> Counter[str]:
    """How many there are of what must not come twice; the default VPC's own things are always there."""
    ec2, rds = aws.client("ec2", REGION), aws.client("rds", REGION)
    return Counter(
        {
            "vpcs": len(ec2.describe_vpcs()["Vpcs"]),
            "subnets": len(ec2.describe_subnets()["Subnets"]),
            "route tables": len(ec2.describe_route_tables()["RouteTables"]),
            "endpoints": len(ec2.describe_vpc_endpoints()["VpcEndpoints"]),
            "security groups": len(ec2.describe_security_groups()["SecurityGroups"]),
            "keys": len(aws.client("kms", REGION).list_keys()["Keys"]),
            "roles": len(aws.client("iam", REGION).list_roles()["Roles"]),
            "buckets": len(aws.client("s3", REGION).list_buckets()["Buckets"]),
            "instances": len(rds.describe_db_instances()["DBInstances"]),
            "subnet groups": len(rds.describe_db_subnet_groups()["DBSubnetGroups"]),
            "parameter groups": len(rds.describe_db_parameter_groups()["DBParameterGroups"]),
            "snapshots": len(rds.describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]),
            "topics": len(aws.client("sns", REGION).list_topics()["Topics"]),
            "subscriptions": len(aws.client("sns", REGION).list_subscriptions()["Subscriptions"]),
        }
    )


def instance(aws: Emulator) -> dict[str, Any]:
    (found,) = aws.client("rds", REGION).describe_db_instances()["DBInstances"]
    return dict(found)


def log_in(aws: Emulator, password: str) -> Any:
    endpoint = instance(aws)["Endpoint"]
    place = {"host": endpoint["Address"], "port": endpoint["Port"], "dbname": "postgres", "sslmode": "require"}
    with psycopg.connect(**place, user="dbadmin", password=password) as connection:
        row = connection.execute("select count(*) from kept").fetchone()
    assert row is not None
    return row[0]


def test_alarms_of_somebody_are_refused_without_consent(account: Emulator, made: Made) -> None:
    begun = account.mark()
    refused = playbook(account, made, "site.yml")
    assert refused.status != 0
    assert "RetailInventory-Production-DB-HighCPU" in refused.text
    assert "take it over with adopt=true (-e adopt=true)" in refused.text
    assert account.writes(begun) == []


def test_it_is_taken_over_as_planned(account: Emulator, made: Made) -> None:
    """The plan is exactly the one that is checked in; it stands on the screen of the run that carries it out."""
    before, was = counts(account), instance(account)
    endpoint = was["Endpoint"]
    place = {"host": endpoint["Address"], "port": endpoint["Port"], "dbname": "postgres", "sslmode": "require"}
    with psycopg.connect(**place, user="dbadmin", password=template.PASSWORD) as connection:
        connection.execute("create table kept as select 1 as id")
    begun = account.mark()
    result = playbook(account, made, "site.yml", adopt=True)
    assert result.status == 0, result.output
    assert planned(result.output) == PLAN.read_text().splitlines()
    assert template.PASSWORD not in result.output

    # One key more, that of the topic.
    assert counts(account) - before == Counter({"keys": 1})
    assert before - counts(account) == Counter()
    is_now = instance(account)
    for fixed in ("DbiResourceId", "InstanceCreateTime", "Endpoint", "KmsKeyId", "AllocatedStorage", "DBInstanceArn"):
        assert is_now[fixed] == was[fixed], fixed
    actions = {request["action"] for request in account.writes(begun)} - {"DeleteTags"}
    assert not [action for action in actions if action.startswith(("Delete", "Reboot", "Restore", "CreateDB"))]

    assert log_in(account, template.PASSWORD) == 1
    (secret,) = account.client("secretsmanager", REGION).list_secrets()["SecretList"]
    value = json.loads(
        account.client("secretsmanager", REGION).get_secret_value(SecretId=secret["ARN"])["SecretString"]
    )
    assert value["password"] == template.PASSWORD
    assert (value["host"], value["port"]) == (endpoint["Address"], endpoint["Port"])
    # What was in the bucket is readable as before: the key is the same, and still there.
    key = account.client("kms", REGION).describe_key(KeyId=template.ALIAS)["KeyMetadata"]
    assert (key["Arn"], key["KeyState"]) == (made.key, "Enabled")


def test_from_then_on_it_is_ours_and_needs_no_consent(account: Emulator, made: Made) -> None:
    begun = account.mark()
    again = playbook(account, made, "site.yml")
    assert again.status == 0, again.output
    assert set(again.changed.values()) == {0}, again.output
    assert account.writes(begun) == []

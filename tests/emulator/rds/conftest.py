"""The emulated RDS as tests talk to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

REGION = "us-west-2"
PATIENCE_SECONDS = 60
PASSWORD = "correct-horse"
REQUIRED = {
    "Engine": "postgres",
    "DBInstanceClass": "db.t3.micro",
    "AllocatedStorage": 20,
    "MasterUsername": "dbadmin",
    "MasterUserPassword": PASSWORD,
}

CLUSTER = {
    "DBClusterIdentifier": "c1",
    "Engine": "aurora-postgresql",
    "MasterUsername": "dbadmin",
    "MasterUserPassword": PASSWORD,
}
MEMBER = {"DBClusterIdentifier": "c1", "Engine": "aurora-postgresql", "DBInstanceClass": "db.t3.medium"}


class Rds:
    """boto3's client, and what tests do with it again and again."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self.client = aws.client("rds", REGION)

    def service(self, name: str) -> Any:
        return self.aws.client(name, REGION)

    def create(self, name: str = "db1", **params: Any) -> dict[str, Any]:
        """Create an instance and return its description, which is available with time_scale 0."""
        self.client.create_db_instance(DBInstanceIdentifier=name, **{**REQUIRED, **params})
        return self.get(name)

    def get(self, name: str = "db1") -> dict[str, Any]:
        instance: dict[str, Any] = self.client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        return instance

    def modify(self, name: str = "db1", **params: Any) -> dict[str, Any]:
        """Modify an instance and return its description afterwards."""
        self.client.modify_db_instance(DBInstanceIdentifier=name, **params)
        return self.get(params.get("NewDBInstanceIdentifier", name) if params.get("ApplyImmediately") else name)

    def set(self, group: str, method: str = "immediate", **values: str) -> None:
        parameters = [
            {"ParameterName": name.replace("__", "."), "ParameterValue": value, "ApplyMethod": method}
            for name, value in values.items()
        ]
        self.client.modify_db_parameter_group(DBParameterGroupName=group, Parameters=parameters)

    def parameters(self, group: str, **params: Any) -> dict[str, dict[str, Any]]:
        pages = self.client.get_paginator("describe_db_parameters").paginate(DBParameterGroupName=group, **params)
        return {each["ParameterName"]: each for page in pages for each in page["Parameters"]}

    def refusal(self, action: str, **params: Any) -> tuple[str, str]:
        """Code and message with which an action is refused."""
        with pytest.raises(ClientError) as caught:
            getattr(self.client, action)(**params)
        error = caught.value.response["Error"]
        return error["Code"], error["Message"]

    def creation_refusal(self, **params: Any) -> tuple[str, str]:
        """What CreateDBInstance says to otherwise good parameters with these in their place; None leaves one out."""
        merged = {"DBInstanceIdentifier": "refused", **REQUIRED, **params}
        return self.refusal("create_db_instance", **{key: value for key, value in merged.items() if value is not None})

    def wait_for(
        self,
        status: str,
        name: str = "db1",
        of: Callable[[dict[str, Any]], str] = lambda each: each["DBInstanceStatus"],
    ) -> list[str]:
        """The statuses that were seen until one came."""
        seen: list[str] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while seen[-1:] != [status]:
            assert time.monotonic() < deadline, seen
            now = of(self.get(name))
            if seen[-1:] != [now]:
                seen.append(now)
            time.sleep(0.02)
        return seen

    def login(self, name: str = "db1", user: str = "dbadmin", password: str = PASSWORD, **options: Any) -> Any:
        endpoint = self.get(name)["Endpoint"]
        return psycopg.connect(
            host=endpoint["Address"],
            port=endpoint["Port"],
            user=user,
            password=password,
            autocommit=True,
            **{
                "dbname": "postgres",
                "sslmode": "verify-full",
                "sslrootcert": self.aws.env["PGSSLROOTCERT"],
                **options,
            },
        )

    def show(self, parameter: str, name: str = "db1", **options: Any) -> str:
        with self.login(name, **options) as connection:
            return str(connection.execute(f"SHOW {parameter}").fetchone()[0])

    def network(self, cidr: str = "10.60.0.0/16", zones: str = "ab") -> tuple[str, list[str], str]:
        """VPC, subnets in the zones, security group."""
        ec2 = self.service("ec2")
        vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        prefix = cidr.rsplit(".", 2)[0]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"{prefix}.{n}.0/24", AvailabilityZone=REGION + zone)["Subnet"]
            for n, zone in enumerate(zones)
        ]
        group = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
        return vpc, [subnet["SubnetId"] for subnet in subnets], group


class Aurora(Rds):
    """The same for the cluster `c1` and its members."""

    def create_cluster(self, **params: Any) -> dict[str, Any]:
        """Create the cluster and return its description; None leaves a parameter out."""
        self.client.create_db_cluster(**without_none({**CLUSTER, **params}))
        return self.cluster(params.get("DBClusterIdentifier", "c1"))

    def cluster(self, name: str = "c1") -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
        return found

    def add(self, *names: str, **params: Any) -> dict[str, Any]:
        """Create members, and return the last one's description."""
        for name in names:
            self.client.create_db_instance(DBInstanceIdentifier=name, **{**MEMBER, **params})
        return self.get(names[-1])

    def modify_cluster(self, **params: Any) -> dict[str, Any]:
        """Modify the cluster and return its description afterwards."""
        self.client.modify_db_cluster(DBClusterIdentifier="c1", **params)
        return self.cluster()

    def delete_member(self, name: str) -> None:
        self.client.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)

    def cluster_refusal(self, **params: Any) -> tuple[str, str]:
        """What CreateDBCluster says to otherwise good parameters with these in their place; None leaves one out."""
        return self.refusal(
            "create_db_cluster", **without_none({**CLUSTER, "DBClusterIdentifier": "refused", **params})
        )

    def writers(self) -> dict[str, bool]:
        """Which of the members is the writer."""
        members = self.cluster()["DBClusterMembers"]
        return {member["DBInstanceIdentifier"]: member["IsClusterWriter"] for member in members}

    def connect(self, endpoint: str = "Endpoint", password: str = PASSWORD, **options: Any) -> Any:
        """A session through an endpoint of the cluster, which is settled before."""
        cluster = self.cluster()
        defaults = {"dbname": "postgres", "sslmode": "verify-full", "sslrootcert": self.aws.env["PGSSLROOTCERT"]}
        return psycopg.connect(
            host=cluster[endpoint],
            port=cluster["Port"],
            user="dbadmin",
            password=password,
            autocommit=True,
            **{**defaults, **options},
        )

    def ask(self, query: str, endpoint: str = "Endpoint", **options: Any) -> Any:
        """The first value that a query gives."""
        with self.connect(endpoint, **options) as connection:
            return connection.execute(query).fetchone()[0]

    def run(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def wait_until(self, expected: Any, ask: Callable[[], Any]) -> None:
        """A reader sees a write a moment later."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while ask() != expected:
            assert time.monotonic() < deadline
            time.sleep(0.02)


def without_none(params: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in params.items() if value is not None}


@pytest.fixture
def aurora(aws: Emulator) -> Aurora:
    """An empty account."""
    return Aurora(aws)


@pytest.fixture(scope="module")
def shared_aurora(emulator: Emulator) -> Iterator[Aurora]:
    """An account with the available cluster `c1` with `c1-a` and `c1-b`, for all tests of a module."""
    emulator.reset()
    made = Aurora(emulator)
    made.create_cluster(DatabaseName="shop")
    made.add("c1-a", "c1-b")
    yield made
    emulator.reset()


@pytest.fixture
def rds(aws: Emulator) -> Rds:
    """An empty account."""
    return Rds(aws)


@pytest.fixture(scope="module")
def shared(emulator: Emulator) -> Iterator[Rds]:
    """An account with the available instance `db1` and its parameter group `group1`, for all tests of a module."""
    emulator.reset()
    made = Rds(emulator)
    made.client.create_db_parameter_group(
        DBParameterGroupName="group1", DBParameterGroupFamily="postgres16", Description="of db1"
    )
    made.create(DBParameterGroupName="group1")
    yield made
    emulator.reset()

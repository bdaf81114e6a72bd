"""The role of the access function: what it deploys runs, reaches PostgreSQL, and may do nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator
from tests.integration.modules.module_runner import run_module
from tests.integration.playbook import Run, run

NAME, SYSTEM, REGION, ACCOUNT = "access-function-lab-prod", "lab", "us-east-1", "123456789012"
MASTER, PASSWORD, DATABASE = "secret-lab-prod", "Zebra5Quartz7Lemon", "db-lab-prod"
TAGS = {"pgfleet:system": SYSTEM, "pgfleet:suffix": "prod", "Project": "Lab"}
PATH = "/lab/prod/database"


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator(time_scale=0) as running:
        yield running


@pytest.fixture(scope="module")
def network(aws: Emulator) -> dict[str, Any]:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    aws.client("rds").create_db_subnet_group(DBSubnetGroupName="lab", DBSubnetGroupDescription="Lab", SubnetIds=subnets)
    group = ec2.create_security_group(VpcId=vpc, GroupName="access", Description="Access")["GroupId"]
    return {"access_function_subnet_ids": subnets, "access_function_security_group_ids": [group]}


def admitting(aws: Emulator, network: dict[str, Any]) -> str:
    """A security group that lets the function through to PostgreSQL."""
    ec2 = aws.client("ec2")
    [group] = network["access_function_security_group_ids"]
    [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    database = ec2.create_security_group(VpcId=found["VpcId"], GroupName="database", Description="Database")["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": group}]}
    ec2.authorize_security_group_ingress(GroupId=database, IpPermissions=[rule])
    return str(database)


@pytest.fixture(scope="module")
def database(aws: Emulator, network: dict[str, Any]) -> dict[str, Any]:
    """RDS for PostgreSQL 15 takes TLS connections only, by its default parameters."""
    needed = {"DBInstanceClass": "db.t3.micro", "Engine": "postgres", "EngineVersion": "15", "AllocatedStorage": 20}
    where = {"DBSubnetGroupName": "lab", "VpcSecurityGroupIds": [admitting(aws, network)], "PubliclyAccessible": False}
    rds = aws.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier=DATABASE,
        DBName="lab",
        MasterUsername="dbadmin",
        MasterUserPassword=PASSWORD,
        **needed,
        **where,
    )
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=DATABASE, WaiterConfig={"Delay": 1})
    [found] = rds.describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"]
    host, port = found["Endpoint"]["Address"], found["Endpoint"]["Port"]
    value = {"username": "dbadmin", "password": PASSWORD, "engine": "postgres", "host": host, "port": port}
    attached = {"pgfleet:database": DATABASE, "pgfleet:endpoint": f"{host}:{port}"}
    secret = aws.client("secretsmanager").create_secret(
        Name=MASTER,
        SecretString=json.dumps({**value, "dbInstanceIdentifier": DATABASE}),
        Tags=[{"Key": key, "Value": value} for key, value in attached.items()],
    )
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    return {
        "access_function_host": host,
        "access_function_port": port,
        "access_function_dbname": "lab",
        "access_function_secret_arn": secret["ARN"],
        "access_function_kms_key_arn": key,
    }


Deploy = Callable[..., Run]


@pytest.fixture(scope="module")
def deploy(
    aws: Emulator, network: dict[str, Any], database: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Deploy:
    place = tmp_path_factory.mktemp("access")
    identity: dict[str, Any] = {
        "system": SYSTEM,
        "suffix": "prod",
        "account_id": ACCOUNT,
        "region": REGION,
        "tags": TAGS,
    }
    identity["build_directory"] = str(place)
    given = {f"access_function_{name}": value for name, value in identity.items()} | network | database
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {f"group/{name}.aws": {"region": REGION} for name in ("amazon.aws", "pgfleet.aws")},
        "tasks": [{"ansible.builtin.include_role": {"name": "pgfleet.aws.access_function"}, "vars": given}],
    }
    playbook = place / "play.yml"
    playbook.write_text(json.dumps([play]))

    def deployed(*arguments: str, **extra: Any) -> Run:
        done = run(aws, str(playbook), *arguments, **extra)
        assert done.status == 0, done.output
        return done

    return deployed


@pytest.fixture(scope="module")
def first(deploy: Deploy) -> Run:
    return deploy()


def invoked(aws: Emulator, operation: str, **event: Any) -> tuple[str, dict[str, Any]]:
    """The version that was run, and what it answered."""
    payload = json.dumps({"operation": operation, **event}).encode()
    answer = aws.client("lambda").invoke(FunctionName=NAME, Qualifier="live", Payload=payload)
    body: dict[str, Any] = json.load(answer["Payload"])
    assert "FunctionError" not in answer, body
    return answer["ExecutedVersion"], body


def answered(aws: Emulator, operation: str, **event: Any) -> dict[str, Any]:
    _, body = invoked(aws, operation, **event)
    assert body["ok"], body
    return body


@pytest.mark.usefixtures("first")
def test_it_reaches_the_database(aws: Emulator) -> None:
    assert answered(aws, "health")["endpoints"]["writer"]["tls"] is True
    assert answered(aws, "create_schema", schema="experiments")["changed"] is True
    assert answered(aws, "create_schema", schema="experiments")["changed"] is False
    assert answered(aws, "query", statement="experiments")["row_count"] > 0


@pytest.mark.usefixtures("first")
def test_a_second_run_deploys_nothing(aws: Emulator, deploy: Deploy) -> None:
    mark = aws.mark()
    assert deploy().changed["localhost"] == 0
    assert aws.writes(mark) == []
    assert len(aws.client("lambda").list_versions_by_function(FunctionName=NAME)["Versions"]) == 2


@pytest.mark.usefixtures("first")
def test_a_change_of_configuration_gets_to_callers_and_can_be_taken_back(aws: Emulator, deploy: Deploy) -> None:
    before, _ = invoked(aws, "health")
    mark = aws.mark()
    deploy(access_function_memory_mb=1024)
    written = [entry["action"] for entry in aws.writes(mark)]
    assert written == ["UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"]
    after, _ = invoked(aws, "health")
    assert int(after) == int(before) + 1
    deploy(access_function_memory_mb=1024, access_function_version=int(before))
    assert invoked(aws, "health")[0] == before


@pytest.mark.usefixtures("first")
def test_a_rotation_while_it_is_warm(aws: Emulator) -> None:
    answered(aws, "health")
    assert run_module(aws, "db_credentials", {"name": MASTER, "rotate": True}).changed
    assert answered(aws, "health")["endpoints"]["writer"]["tls"] is True


@pytest.fixture
def session(aws: Emulator) -> Iterator[Callable[[str], Any]]:
    """Clients with the credentials of the function's role, under enforcement."""
    role = f"arn:aws:iam::{ACCOUNT}:role/role-access-function-lab-prod"
    given = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    made = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], region_name=REGION)
    aws.enforce_iam()
    yield lambda service: made.client(service, endpoint_url=aws.endpoint)  # type: ignore[call-overload]
    aws.enforce_iam(False)


@pytest.mark.usefixtures("first")
def test_its_role_lets_it_do_what_it_needs(session: Callable[[str], Any]) -> None:
    found = session("ssm").get_parameters_by_path(Path=f"{PATH}/")["Parameters"]
    names = ("dbname", "host", "port", "reader_host", "readonly_secret_arn", "secret_arn", "tls_mode")
    assert sorted(parameter["Name"] for parameter in found) == [f"{PATH}/{name}" for name in names]
    for name in (MASTER, "secret-readonly-lab-prod"):
        assert session("secretsmanager").get_secret_value(SecretId=name)["SecretString"]


DENIED = [
    ("secretsmanager", "get_secret_value", {"SecretId": "another"}),
    ("secretsmanager", "put_secret_value", {"SecretId": MASTER, "SecretString": "x"}),
    ("secretsmanager", "list_secrets", {}),
    ("ssm", "get_parameter", {"Name": "/lab/prod/other"}),
    ("ssm", "get_parameters_by_path", {"Path": "/"}),
    ("ssm", "put_parameter", {"Name": f"{PATH}/host", "Value": "x", "Overwrite": True}),
    ("kms", "decrypt", {"CiphertextBlob": b"x", "KeyId": "{key}"}),
    ("logs", "create_log_stream", {"logGroupName": "/aws/lambda/other", "logStreamName": "x"}),
    ("logs", "delete_log_group", {"logGroupName": f"/aws/lambda/{NAME}"}),
    ("rds", "describe_db_instances", {}),
    ("lambda", "invoke", {"FunctionName": NAME}),
    ("s3", "list_buckets", {}),
    ("iam", "list_roles", {}),
]


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize(("service", "method", "arguments"), DENIED, ids=[f"{one[0]}.{one[1]}" for one in DENIED])
def test_its_role_lets_it_do_nothing_else(
    session: Callable[[str], Any], database: dict[str, Any], service: str, method: str, arguments: dict[str, Any]
) -> None:
    key = database["access_function_kms_key_arn"]
    asked = {name: key if value == "{key}" else value for name, value in arguments.items()}
    with pytest.raises(ClientError) as refused:
        getattr(session(service), method)(**asked)
    assert "AccessDenied" in refused.value.response["Error"]["Code"]


@pytest.mark.usefixtures("first")
def test_check_mode_writes_nothing(aws: Emulator, deploy: Deploy) -> None:
    mark = aws.mark()
    deploy("--check", access_function_environment={"POWERTOOLS_LOG_LEVEL": "DEBUG"})
    assert aws.writes(mark) == []

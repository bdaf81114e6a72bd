"""Every value that the access function of `experimentation` must have, and what it answers through the Lambda API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.deployed import ACCOUNT, Deployed, listed, only, statements

EXPERIMENTATION = Deployed("experimentation", "Experimentation", "us-east-1")
FUNCTION, ROLE = "access-function-experimentation-prod", "role-access-function-experimentation-prod"
LOG_GROUP, PATH = f"/aws/lambda/{FUNCTION}", "/experimentation/prod/database"
SECRETS = ["secret-experimentation-prod", "secret-readonly-experimentation-prod"]
ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{FUNCTION}"

client = EXPERIMENTATION.client


@pytest.fixture(scope="module")
def function() -> Any:
    return client("lambda").get_function(FunctionName=FUNCTION)


@pytest.fixture(scope="module")
def vpc() -> Any:
    return EXPERIMENTATION.vpc()


VALUES = [
    ("runtime", "Runtime", "python3.13"),
    ("handler", "Handler", "access_function.handler.handle"),
    ("time", "Timeout", 60),
    ("memory", "MemorySize", 512),
    ("architecture", "Architectures", ["arm64"]),
    ("environment", "Environment", {"Variables": {"DATABASE_PARAMETERS_PATH": f"{PATH}/"}}),
    ("log", "LoggingConfig", {"LogFormat": "Text", "LogGroup": LOG_GROUP}),
    ("role", "Role", f"arn:aws:iam::{ACCOUNT}:role/{ROLE}"),
    ("state", "State", "Active"),
    ("last update", "LastUpdateStatus", "Successful"),
]


@pytest.mark.parametrize(("key", "value"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_function(function: Any, key: str, value: Any) -> None:
    assert function["Configuration"][key] == value


def test_tags_concurrency_and_size(function: Any) -> None:
    assert function["Tags"] == EXPERIMENTATION.tagged(FUNCTION)
    assert function["Concurrency"] == {"ReservedConcurrentExecutions": 10}
    assert function["Configuration"]["CodeSize"] < 10 * 1024 * 1024


def test_it_is_where_the_database_is_and_in_a_group_that_the_database_admits(function: Any, vpc: Any) -> None:
    network = function["Configuration"]["VpcConfig"]
    assert network["VpcId"] == vpc["VpcId"]
    assert sorted(network["SubnetIds"]) == sorted(s["SubnetId"] for s in EXPERIMENTATION.inside(vpc, "subnets"))
    assert network["SecurityGroupIds"] == [EXPERIMENTATION.security_group(vpc, FUNCTION)["GroupId"]]


def test_callers_get_the_version_that_the_function_is(function: Any) -> None:
    versions = client("lambda").list_versions_by_function(FunctionName=FUNCTION)["Versions"]
    published = only([version for version in versions if version["Version"] != "$LATEST"])
    assert published["CodeSha256"] == function["Configuration"]["CodeSha256"]
    alias = client("lambda").get_alias(FunctionName=FUNCTION, Name="live")
    assert (alias["FunctionVersion"], alias["AliasArn"]) == (published["Version"], f"{ARN}:live")
    assert "RoutingConfig" not in alias


def test_log_group() -> None:
    group = only(client("logs").describe_log_groups(logGroupNamePrefix=LOG_GROUP)["logGroups"])
    assert group["retentionInDays"] == 90


def test_parameters() -> None:
    found = client("ssm").get_parameters_by_path(Path=PATH, Recursive=True)["Parameters"]
    cluster = only(client("rds").describe_db_clusters(DBClusterIdentifier="cluster-experimentation-prod")["DBClusters"])
    master, readonly = (client("secretsmanager").describe_secret(SecretId=name)["ARN"] for name in SECRETS)
    assert {parameter["Name"].removeprefix(f"{PATH}/"): parameter["Value"] for parameter in found} == {
        "host": cluster["Endpoint"],
        "reader_host": cluster["ReaderEndpoint"],
        "port": str(cluster["Port"]),
        "dbname": "experimentation",
        "secret_arn": master,
        "readonly_secret_arn": readonly,
        "tls_mode": "verify-full",
    }


def test_the_read_only_secret_is_encrypted_with_the_key_of_the_system() -> None:
    key = client("kms").describe_key(KeyId="alias/key-experimentation-prod")["KeyMetadata"]["Arn"]
    assert client("secretsmanager").describe_secret(SecretId=SECRETS[1])["KmsKeyId"] == key


def test_its_role_is_lambda_s_and_has_one_policy() -> None:
    iam = client("iam")
    trust = only(statements(iam.get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"]))
    assert listed(trust["Principal"]["Service"]) == ["lambda.amazonaws.com"]
    assert iam.list_attached_role_policies(RoleName=ROLE)["AttachedPolicies"] == []
    assert iam.list_role_policies(RoleName=ROLE)["PolicyNames"] == ["access"]


def allowed() -> dict[str, tuple[list[str], list[str], Any]]:
    policy = client("iam").get_role_policy(RoleName=ROLE, PolicyName="access")["PolicyDocument"]
    return {
        s["Sid"]: (listed(s["Action"]), listed(s["Resource"]), s.get("Condition"))
        for s in statements(policy)
        if s["Effect"] == "Allow"
    }


def test_what_it_may() -> None:
    key = client("kms").describe_key(KeyId="alias/key-experimentation-prod")["KeyMetadata"]["Arn"]
    secrets = sorted(client("secretsmanager").describe_secret(SecretId=name)["ARN"] for name in SECRETS)
    parameters = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter{PATH}"
    by_secrets_manager = {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}}
    reads = ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"]
    keeps = [
        "AssignPrivateIpAddresses",
        "CreateNetworkInterface",
        "DeleteNetworkInterface",
        "UnassignPrivateIpAddresses",
    ]
    assert allowed() == {
        "ReadConnectionData": (reads, [parameters, f"{parameters}/*"], None),
        "ReadCredentials": (["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], secrets, None),
        "DecryptCredentials": (["kms:Decrypt"], [key], by_secrets_manager),
        "WriteLogs": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{LOG_GROUP}:*"],
            None,
        ),
        "LookAtNetworks": (["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], ["*"], None),
        "KeepNetworkInterfaces": (
            [f"ec2:{action}" for action in keeps],
            [f"arn:aws:ec2:us-east-1:{ACCOUNT}:*/*"],
            None,
        ),
    }


@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_it_is_watched(metric: str) -> None:
    watched = [
        alarm
        for alarm in EXPERIMENTATION.alarms().values()
        if (alarm.get("Namespace"), alarm.get("MetricName")) == ("AWS/Lambda", metric)
    ]
    alarm = only(watched)
    assert {"Name": "FunctionName", "Value": FUNCTION} in alarm["Dimensions"]
    assert alarm["AlarmActions"] == [f"arn:aws:sns:us-east-1:{ACCOUNT}:topic-experimentation-prod"]


def answer(operation: str, **event: Any) -> dict[str, Any]:
    payload = json.dumps({"operation": operation, **event}).encode()
    given = client("lambda").invoke(FunctionName=FUNCTION, Qualifier="live", Payload=payload)
    body: dict[str, Any] = json.load(given["Payload"])
    assert "FunctionError" not in given, body
    return body


def test_it_answers() -> None:
    """Health over TLS; a schema, of which a second call changes nothing; its rows, by the reader."""
    assert answer("health")["endpoints"]["writer"]["tls"] is True
    assert answer("create_schema", schema="experiments")["version"] == 2
    again = answer("create_schema", schema="experiments")
    assert (again["ok"], again["applied"], again["changed"]) == (True, [], False)
    rows = answer("query", statement="experiments")["rows"]
    assert {row["name"] for row in rows} == {"checkout-button", "search-ranking"}


def test_what_is_no_event_is_refused() -> None:
    refused = answer("drop")
    assert (refused["ok"], refused["error"]["code"], refused["error"]["field"]) == (False, "invalid_event", "operation")

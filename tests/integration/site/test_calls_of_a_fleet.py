"""What one more database of a fleet asks of AWS, where nothing is to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._fleet import Deployment, plan_fleet
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan

from emulator.testing import Emulator
from tests.bench import fleet
from tests.bench.measured import REGION
from tests.documents import documents

SIZE = 3
NETWORK = "bench-network"
# What AWS tells of one resource at a time: a key and that of the topic, a bucket, and so on. Nothing can be left out
# without leaving something uncompared.
OF_EACH = {
    "kms:DescribeKey": 2,
    "kms:GetKeyPolicy": 2,
    "kms:GetKeyRotationStatus": 2,
    "s3:GetBucketEncryption": 1,
    "s3:GetBucketLifecycleConfiguration": 1,
    "s3:GetBucketPolicy": 1,
    "s3:GetBucketVersioning": 1,
    "s3:GetPublicAccessBlock": 1,
    "secretsmanager:DescribeSecret": 1,
    "rds:DescribeDBParameters": 1,
    "sns:GetTopicAttributes": 1,
    "cloudwatch:GetDashboard": 1,
    "cloudwatch:ListTagsForResource": 1,
}
# What it tells of all at once.
OF_ALL = {
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "iam:GetAccountAuthorizationDetails",
    "iam:ListRoles",
    "logs:DescribeLogGroups",
    "logs:DescribeMetricFilters",
    "rds:DescribeDBInstances",
    "rds:DescribeDBParameterGroups",
    "rds:DescribeDBSubnetGroups",
    "rds:DescribeEventSubscriptions",
    "sns:ListSubscriptions",
}
# What it tells of several, and how many of that a database has; these share calls whosever they are.
TOGETHER = {
    "cloudwatch:DescribeAlarms": 100,
    "resourcegroupstaggingapi:GetResources": 100,
    "ssm:DescribeParameters": 50,
    "ssm:GetParameters": 10,
}


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator(program="tests.bench.without_servers") as running:
        fleet.network(running, NETWORK)
        yield running


@pytest.fixture(scope="module")
def deployments(aws: Emulator, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Deployment]:
    """Databases with all that belongs to them, as they are and as they should be."""
    hosts = fleet.inventory(tmp_path_factory.mktemp("fleet"), SIZE, NETWORK)
    fleet.bring_up(aws, hosts, fleet.names(SIZE))
    return {name: _deployment(host) for name, host in documents(aws, hosts).items()}


def _deployment(host: Mapping[str, Any]) -> Deployment:
    tags = host["identity"]["tags"]
    entries = [entry for document in host["documents"].values() for entry in document]
    manages = [name for name, handler in HANDLERS.items() if handler.prune]
    return Deployment(Owner(tags["pgfleet:system"], tags["pgfleet:suffix"]), entries, manages)


def calls(aws: Emulator, deployments: Mapping[str, Deployment]) -> Counter[str]:
    """Of one plan, in which nothing is to be done."""
    clients = Clients(lambda service, **_options: aws.client(service, REGION))
    scope = Scope(clients, next(iter(deployments.values())).owner, "123456789012", REGION, indexed=True)
    mark = aws.mark()
    for host, planned in plan_fleet(scope, deployments, HANDLERS).items():
        assert isinstance(planned, StackPlan), f"{host}: {planned}"
        assert planned.in_sync, f"{host}: {planned.as_dict()['plan']}"
    assert aws.writes(since=mark) == []
    return Counter(f"{entry['service']}:{entry['action']}" for entry in aws.log(since=mark))


def test_a_fleet_is_read_together_where_aws_allows(aws: Emulator, deployments: Mapping[str, Deployment]) -> None:
    asked = calls(aws, deployments)
    assert asked.keys() == OF_EACH.keys() | OF_ALL | TOGETHER.keys()
    assert {action: asked[action] for action in OF_EACH} == {action: SIZE * each for action, each in OF_EACH.items()}
    assert {action: asked[action] for action in OF_ALL} == dict.fromkeys(OF_ALL, 1)
    kinds = Counter(entry["kind"] for one in deployments.values() for entry in one.entries)
    alarms = kinds["metric_alarm"] + kinds["composite_alarm"]
    counted = {"cloudwatch:DescribeAlarms": alarms, "ssm:DescribeParameters": kinds["ssm_parameter"]}
    counted["ssm:GetParameters"] = kinds["ssm_parameter"]
    for action, resources in counted.items():
        assert asked[action] == -(-resources // TOGETHER[action]), action
    assert asked["resourcegroupstaggingapi:GetResources"] <= -(-kinds.total() // 100)


def test_one_more_database(aws: Emulator, deployments: Mapping[str, Deployment]) -> None:
    fewer = dict(list(deployments.items())[: SIZE - 1])
    more = calls(aws, deployments) - calls(aws, fewer)
    assert more.total() <= 20, more

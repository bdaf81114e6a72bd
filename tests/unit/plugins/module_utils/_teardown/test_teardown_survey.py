"""The whole of what a teardown reads, in an account with something of each sort."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import look_network
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Options
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.survey import survey

from tests.unit.stubs import OWNER, Exchange, account

TAGS = OWNER.tags()
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
BY_TAGS = [{"Name": f"tag:{key}", "Values": [value]} for key, value in TAGS.items()]
OPTIONS = Options(datetime(2026, 11, 20, tzinfo=UTC))
PROXY = "arn:aws:rds:us-west-2:123456789012:db-proxy:prx-1"
GATEWAY = "arn:aws:ec2:us-west-2:123456789012:natgateway/nat-1"
FLOW_LOG = "arn:aws:ec2:us-west-2:123456789012:vpc-flow-log/fl-1"
LOGS = "/aws/rds/instance/{}/postgresql"


def index(*arns: str) -> Exchange:
    filters = [{"Key": key, "Values": [value]} for key, value in TAGS.items()]
    listed = [{"ResourceARN": arn, "Tags": TAG_LIST} for arn in arns]
    return Exchange("get_resources", {"TagFilters": filters}, {"ResourceTagMappingList": listed})


def parameters() -> list[Exchange]:
    ours = [{"Key": f"tag:{key}", "Values": [value]} for key, value in TAGS.items()]
    place = [{"Key": "Path", "Option": "Recursive", "Values": ["/pgfleet/retail/prod/"]}]
    return [
        Exchange("describe_parameters", {"ParameterFilters": ours}),
        Exchange("describe_parameters", {"ParameterFilters": place}),
    ]


def look(scope: Scope, **known: Any) -> Look:
    return Look(scope.clients, OWNER, **known)


def test_of_a_database() -> None:
    """Log groups of databases that are gone are looked for, as are those of databases that are there."""
    databases = [
        {"DBInstanceIdentifier": "one", "TagList": TAG_LIST},
        {"DBInstanceIdentifier": "theirs"},
        {"DBInstanceIdentifier": "member", "DBClusterIdentifier": "aurora", "TagList": TAG_LIST},
    ]
    clusters = [{"DBClusterIdentifier": "aurora", "TagList": TAG_LIST}, {"DBClusterIdentifier": "other"}]
    retained = {"Filters": [{"Name": "status", "Values": ["retained"]}]}
    scaling = {"ServiceNamespace": "rds", "ScalableDimension": "rds:cluster:ReadReplicaCount"}
    groups = [{"logGroupName": LOGS.format(n), "arn": f"arn:{n}"} for n in ("one", "gone", "theirs")]
    services = {
        "resourcegroupstaggingapi": [index(PROXY, GATEWAY)],
        "rds": [
            Exchange("describe_db_instances", {}, {"DBInstances": databases}),
            Exchange("describe_db_clusters", {}, {"DBClusters": clusters}),
            Exchange("describe_db_snapshots"),
            Exchange("describe_db_cluster_snapshots"),
            Exchange("describe_db_instance_automated_backups", retained),
            Exchange("describe_db_cluster_automated_backups", retained),
            Exchange("describe_db_parameter_groups"),
            Exchange("describe_db_cluster_parameter_groups"),
            Exchange("describe_db_subnet_groups"),
            Exchange("describe_event_subscriptions"),
        ],
        "application-autoscaling": [Exchange("describe_scalable_targets", scaling)],
        "cloudwatch": [
            Exchange("describe_alarms", {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}),
            Exchange("list_dashboards"),
        ],
        "lambda": [Exchange("list_functions")],
        "ssm": parameters(),
        "logs": [
            Exchange("describe_log_groups", {"logGroupNamePrefix": "/aws/rds/"}, {"logGroups": groups}),
            Exchange("list_tags_for_resource", {"resourceArn": "arn:one"}, {"tags": TAGS}),
            Exchange("list_tags_for_resource", {"resourceArn": "arn:gone"}, {"tags": {}}),
        ],
        "sns": [Exchange("list_topics")],
        "s3": [Exchange("list_buckets", {}, {"Buckets": []})],
        "iam": [Exchange("list_roles", {}, {"Roles": []})],
        "secretsmanager": [Exchange("list_secrets", {"IncludePlannedDeletion": True})],
        "kms": [Exchange("list_aliases"), Exchange("list_keys")],
    }
    with account(services) as scope:
        situation = survey(
            "database", look(scope, databases=frozenset({"gone"}), clusters=frozenset({"went"})), OPTIONS
        )
    assert [(f.kind, f.name) for f in situation.found] == [
        ("rds_instance", "one"),
        ("rds_instance", "theirs"),
        ("aurora_member", "member"),
        ("aurora_cluster", "aurora"),
        ("aurora_cluster", "other"),
        ("log_group", LOGS.format("one")),
        ("log_group", LOGS.format("gone")),
        ("rds:db-proxy", "prx-1"),
    ]
    assert situation.databases == {"gone", "one"}
    assert situation.clusters == {"went", "aurora"}
    assert (situation.owner, situation.options, situation.users) == (OWNER, OPTIONS, ())


def test_of_a_network() -> None:
    """The tagging API lists nothing a second time, and a VPC of others is not entered."""
    theirs = {"VpcId": "vpc-2", "Tags": [{"Key": "Name", "Value": "vpc-prod"}]}
    ours = {"VpcId": "vpc-1", "Tags": TAG_LIST}
    ec2 = [
        Exchange("describe_vpcs", {"Filters": BY_TAGS}, {"Vpcs": [ours]}),
        Exchange("describe_vpcs", {"Filters": [{"Name": "tag:Name", "Values": ["vpc-prod"]}]}, {"Vpcs": [theirs]}),
    ]
    nat = {"NatGateways": [{"NatGatewayId": "nat-1", "VpcId": "vpc-1", "State": "available"}]}
    for sort in look_network.OURS:
        inside = {sort.filters: [{"Name": sort.by_vpc, "Values": ["vpc-1"]}]}
        ec2.append(Exchange(sort.method, inside, nat if sort.kind == "nat_gateway" else {}))
        ec2.append(Exchange(sort.method, {sort.filters: BY_TAGS}))
    ec2.append(Exchange(look_network.ADDRESS.method, {"Filters": BY_TAGS}, {"Addresses": []}))
    transit = {"TransitGatewayVpcAttachments": [{"TransitGatewayAttachmentId": "tgw-1", "VpcId": "vpc-1"}]}
    for sort in look_network.USERS:
        inside = {sort.filters: [{"Name": sort.by_vpc, "Values": ["vpc-1"]}]}
        ec2.append(Exchange(sort.method, inside, transit if sort.kind == "transit_gateway_attachment" else {}))
    services = {
        "resourcegroupstaggingapi": [index(PROXY, GATEWAY, FLOW_LOG)],
        "ec2": ec2,
        "ssm": parameters(),
        "rds": [Exchange("describe_db_instances")],
        "lambda": [Exchange("list_functions")],
    }
    names = {"vpc": frozenset({"vpc-prod"})}
    with account(services) as scope:
        situation = survey("network", look(scope, names=names), OPTIONS)
    assert [(f.kind, f.name) for f in situation.found] == [
        ("vpc", "vpc-1"),
        ("vpc", "vpc-prod"),
        ("nat_gateway", "nat-1"),
        ("ec2:vpc-flow-log", "fl-1"),
    ]
    assert situation.found[3] == Found("ec2:vpc-flow-log", "fl-1", FLOW_LOG, TAGS)
    assert [f.id for f in situation.users] == ["tgw-1"]
    assert (situation.names, situation.databases) == (names, frozenset())

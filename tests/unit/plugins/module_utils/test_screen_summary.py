"""What a run leaves behind, as a person reads it."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Effect, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._screen_summary import summary_screen

BIGGER = Change("instance_class", "db.t3.micro", "db.t3.small", Effect.DOWNTIME)
DATABASE: dict[str, Any] = {
    "endpoint": "127.0.0.1",
    "port": 54321,
    "engine_version": "16.14",
    "secret_arn": "arn:aws:secretsmanager:us-west-2:123456789012:secret:secret-retail-prod",
    "alarm_names": ["alarm-cpu", "alarm-storage"],
    "topic_arn": "arn:aws:sns:us-west-2:123456789012:topic-retail-prod",
}
NETWORK: dict[str, Any] = {
    "vpc_id": "vpc-1",
    "private_subnet_ids": ["subnet-1", "subnet-2"],
    "security_group_id": "sg-1",
}


def host(name: str, outputs: dict[str, Any], *plans: Plan) -> dict[str, Any]:
    return {
        "inventory_hostname": name,
        "env_suffix": "prod",
        "region": "us-west-2",
        "stack": {"plan": [plan.as_dict() for plan in plans]},
        "outputs_outputs": outputs,
    }


def test_a_network_and_a_database_that_has_something_waiting() -> None:
    waiting = Plan("rds_instance", "db-retail-prod", Action.UPDATE, (Change("port", 1, 2),), (BIGGER,))
    made = Plan("vpc", "one", Action.CREATE)
    assert (
        summary_screen([host("retail_network", NETWORK, made), host("retail", DATABASE, waiting)])
        == """\
retail_network · prod · us-west-2
  vpc         vpc-1, 2 private subnets
  access      security group sg-1
  outputs     outputs/prod/retail_network.json
retail · prod · us-west-2
  endpoint    127.0.0.1:54321  (PostgreSQL 16.14, TLS)
  secret      arn:aws:secretsmanager:us-west-2:123456789012:secret:secret-retail-prod
  watching    2 alarms · topic-retail-prod
  outputs     outputs/prod/retail.json
    rds_instance db-retail-prod
      instance_class                db.t3.micro → db.t3.small
          downtime, -e allow=downtime to make it now"""
    )


def test_a_database_without_alarms() -> None:
    quiet = {name: value for name, value in DATABASE.items() if name != "alarm_names"}
    assert "  watching    0 alarms · topic-retail-prod" in summary_screen([host("retail", quiet)])


def test_a_cluster_with_readers_and_no_topic() -> None:
    cluster = {name: value for name, value in DATABASE.items() if name != "topic_arn"} | {
        "reader_endpoint": "127.0.0.2"
    }
    screen = summary_screen([host("transactions", cluster)])
    assert "  readers     127.0.0.2:54321\n" in screen
    assert "  watching    2 alarms\n" in screen


def test_a_network_without_subnets() -> None:
    bare = {name: value for name, value in NETWORK.items() if name != "private_subnet_ids"}
    assert "  vpc         vpc-1, no subnets" in summary_screen([host("retail_network", bare)])


def test_a_network_with_a_way_out() -> None:
    more = {"public_subnet_ids": ["subnet-3"], "nat_public_ips": ["198.51.100.7", "198.51.100.8"]}
    screen = summary_screen([host("finance_network", NETWORK | more)])
    assert "  vpc         vpc-1, 1 public and 2 private subnets\n" in screen
    assert "  internet    out through NAT from 198.51.100.7, 198.51.100.8\n" in screen


def test_a_host_that_publishes_neither() -> None:
    assert summary_screen([host("x", {})]) == "x · prod · us-west-2\n  outputs     outputs/prod/x.json"

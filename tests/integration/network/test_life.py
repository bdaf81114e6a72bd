"""Two networks: one with a NAT gateway, one without a way out. Made, left alone, repaired, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.integration.network.account import ANYWHERE, INVENTORY, REGION, Network, converge, left
from tests.integration.playbook import run
from tests.integration.site.permissions import documented, needed

ZONES = ["us-east-1a", "us-east-1b"]
# Wall seconds for a minute of AWS: gateways and endpoints are pending for a while.
SECONDS_A_MINUTE = 0.5


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    """An account that the tests of this file share, in the order in which they stand."""
    with Emulator(time_scale=SECONDS_A_MINUTE) as running:
        yield running


@pytest.fixture
def bank(account: Emulator) -> Network:
    return Network(account, "bank")


@pytest.fixture
def lab(account: Emulator) -> Network:
    return Network(account, "lab")


def test_both_are_made_in_one_run(account: Emulator) -> None:
    made = converge(account)
    assert made.status == 0, made.output
    assert "nat_gateway nat-a-bank-prod" in made.text
    assert "[WARNING]" not in made.output.replace("[WARNING]: Could not match supplied host pattern", "")


def test_private_subnets_go_out_through_the_nat_gateway(bank: Network) -> None:
    (gateway,) = bank.nat_gateways()
    (address,) = bank.addresses()
    public, private = bank.subnets("public"), bank.subnets("private")
    assert sorted(public) == sorted(private) == ZONES
    assert gateway["State"] == "available"
    assert gateway["SubnetId"] == public["us-east-1a"]
    assert gateway["NatGatewayAddresses"][0]["AllocationId"] == address["AllocationId"]
    internet = bank.internet_gateway()
    assert [attachment["VpcId"] for attachment in internet["Attachments"]] == [bank.vpc()]
    for subnet in public.values():
        assert bank.way_out(subnet) == [internet["InternetGatewayId"]]
    for subnet in private.values():
        assert bank.way_out(subnet) == [gateway["NatGatewayId"]]


def test_everything_bears_the_tags_of_its_owner(bank: Network, lab: Network) -> None:
    tagged = [*bank.nat_gateways(), *bank.addresses(), bank.internet_gateway(), lab.acl(), *lab.endpoints().values()]
    for resource in tagged:
        tags = {tag["Key"]: tag["Value"] for tag in resource["Tags"]}
        assert tags["pgfleet:suffix"] == "prod"
        assert tags["CostCenter"] == "databases"
        assert tags["Name"].endswith(f"{tags['pgfleet:system']}-prod")


def test_databases_admit_those_who_join_the_group(bank: Network, lab: Network) -> None:
    assert bank.sources("database-bank-prod") == [(5432, "10.90.0.0/16"), (5432, "clients-bank-prod")]
    assert bank.sources("clients-bank-prod") == []
    assert lab.sources("database-lab-prod") == [(5432, "functions-lab-prod")]
    assert lab.sources("endpoints-lab-prod") == [(443, "functions-lab-prod")]


def test_isolated_subnets_reach_services_inside_the_vpc_alone(lab: Network) -> None:
    isolated = lab.subnets("isolated")
    assert sorted(isolated) == ZONES
    for subnet in isolated.values():
        assert lab.routes(subnet) == []
    endpoints = lab.endpoints()
    assert sorted(endpoints) == ["kms", "logs", "secretsmanager", "ssm"]
    group = lab.groups()["endpoints-lab-prod"]["GroupId"]
    for endpoint in endpoints.values():
        assert endpoint["State"] == "available"
        assert endpoint["VpcEndpointType"] == "Interface"
        assert endpoint["PrivateDnsEnabled"]
        assert sorted(endpoint["SubnetIds"]) == sorted(isolated.values())
        assert [g["GroupId"] for g in endpoint["Groups"]] == [group]


def test_the_acl_lets_through_what_databases_need(lab: Network) -> None:
    block = "10.80.0.0/16"
    assert {a["SubnetId"] for a in lab.acl()["Associations"]} == set(lab.subnets("isolated").values())
    assert lab.rules(egress=False) == {
        100: ("allow", block, 5432, 5432),
        190: ("deny", ANYWHERE, 5432, 5432),
        200: ("allow", block, 443, 443),
        300: ("allow", block, 1024, 65535),
    }
    assert lab.rules(egress=True) == {
        100: ("allow", block, 1024, 65535),
        200: ("allow", block, 443, 443),
        210: ("allow", block, 5432, 5432),
    }


def test_what_the_networks_offer_is_published(account: Emulator, bank: Network) -> None:
    path = "/pgfleet/bank/prod/network/"
    wanted = {
        "nat_public_ips": bank.addresses()[0]["PublicIp"],
        "client_security_group_ids": bank.groups()["clients-bank-prod"]["GroupId"],
    }
    found = account.client("ssm", REGION).get_parameters(Names=[path + name for name in wanted])["Parameters"]
    assert {parameter["Name"].removeprefix(path): parameter["Value"] for parameter in found} == wanted


def test_a_second_run_changes_and_writes_nothing(account: Emulator) -> None:
    mark = account.mark()
    again = converge(account)
    assert again.status == 0, again.output
    assert set(again.changed.values()) == {0}
    assert account.writes(mark) == []
    assert needed(account.log(since=mark)) <= documented()[0]


def test_what_was_changed_by_hand_is_repaired_and_each_zone_gets_a_gateway(
    account: Emulator, bank: Network, lab: Network
) -> None:
    address = bank.addresses()[0]["PublicIp"]
    spoil_the_ways_out(bank)
    spoil_the_rules(bank)
    spoil_the_endpoints(lab)
    spoil_the_acl(lab)
    repaired = converge(account, network_nat="per_zone")
    assert repaired.status == 0, repaired.output
    gateways = {gateway["SubnetId"]: gateway for gateway in bank.nat_gateways()}
    public, private = bank.subnets("public"), bank.subnets("private")
    for zone in ZONES:
        assert bank.way_out(private[zone]) == [gateways[public[zone]]["NatGatewayId"]]
        assert bank.routes(private[zone]) == bank.routes(public[zone]) == [ANYWHERE]
    # The gateway that was deleted is another one now, with the address that firewalls of others know.
    assert gateways[public["us-east-1a"]]["NatGatewayAddresses"][0]["PublicIp"] == address
    assert len(bank.addresses()) == len(gateways) == len(ZONES)
    for resource in (bank.internet_gateway(), *bank.addresses()):
        assert "Odd" not in {tag["Key"] for tag in resource["Tags"]}
    test_databases_admit_those_who_join_the_group(bank, lab)
    test_isolated_subnets_reach_services_inside_the_vpc_alone(lab)
    test_the_acl_lets_through_what_databases_need(lab)


def spoil_the_ways_out(bank: Network) -> None:
    ec2, private = bank.ec2, bank.subnets("private")
    table = bank.route_table(private["us-east-1b"])
    ec2.delete_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock=ANYWHERE)
    internet = bank.internet_gateway()["InternetGatewayId"]
    public = bank.route_table(bank.subnets("public")["us-east-1a"])["RouteTableId"]
    ec2.create_route(RouteTableId=public, DestinationCidrBlock="10.1.0.0/16", GatewayId=internet)
    moved = bank.route_table(private["us-east-1a"])
    association = moved["Associations"][0]["RouteTableAssociationId"]
    ec2.replace_route_table_association(AssociationId=association, RouteTableId=public)
    resources = [internet, bank.addresses()[0]["AllocationId"]]
    ec2.create_tags(Resources=resources, Tags=[{"Key": "Odd", "Value": "1"}])
    ec2.delete_nat_gateway(NatGatewayId=bank.nat_gateways()[0]["NatGatewayId"])


def spoil_the_rules(bank: Network) -> None:
    groups = bank.groups()
    database, clients = (groups[name]["GroupId"] for name in ("database-bank-prod", "clients-bank-prod"))
    port = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
    of_database = [{"Name": "group-id", "Values": [database]}]
    rules = bank.ec2.describe_security_group_rules(Filters=of_database)["SecurityGroupRules"]
    (admitted,) = [
        r["SecurityGroupRuleId"] for r in rules if r.get("ReferencedGroupInfo", {}).get("GroupId") == clients
    ]
    bank.ec2.revoke_security_group_ingress(GroupId=database, SecurityGroupRuleIds=[admitted])
    everybody = [port | {"IpRanges": [{"CidrIp": ANYWHERE}]}]
    bank.ec2.authorize_security_group_ingress(GroupId=database, IpPermissions=everybody)


def spoil_the_endpoints(lab: Network) -> None:
    endpoints, isolated = lab.endpoints(), lab.subnets("isolated")
    database = lab.groups()["database-lab-prod"]["GroupId"]
    changes: dict[str, dict[str, Any]] = {
        "kms": {"RemoveSubnetIds": [isolated["us-east-1b"]]},
        "ssm": {"AddSecurityGroupIds": [database]},
        "logs": {"PrivateDnsEnabled": False},
    }
    for service, change in changes.items():
        lab.ec2.modify_vpc_endpoint(VpcEndpointId=endpoints[service]["VpcEndpointId"], **change)
    lab.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoints["secretsmanager"]["VpcEndpointId"]])


def spoil_the_acl(lab: Network) -> None:
    acl = lab.acl()
    identifier, association = acl["NetworkAclId"], acl["Associations"][0]["NetworkAclAssociationId"]
    lab.ec2.delete_network_acl_entry(NetworkAclId=identifier, RuleNumber=190, Egress=False)
    wide: dict[str, Any] = {"RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "CidrBlock": ANYWHERE}
    ports: dict[str, Any] = {"PortRange": {"From": 5432, "To": 5432}}
    lab.ec2.replace_network_acl_entry(NetworkAclId=identifier, Egress=False, **wide, **ports)
    odd = wide | {"RuleNumber": 5}
    lab.ec2.create_network_acl_entry(NetworkAclId=identifier, Egress=True, **odd, **ports)
    in_vpc = [{"Name": "vpc-id", "Values": [lab.vpc()]}, {"Name": "default", "Values": ["true"]}]
    (default,) = lab.ec2.describe_network_acls(Filters=in_vpc)["NetworkAcls"]
    lab.ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=default["NetworkAclId"])


def test_destroyed_they_leave_nothing(account: Emulator) -> None:
    gone = run(account, "playbooks/destroy.yml", inventory=INVENTORY, confirm="prod")
    assert gone.status == 0, gone.output
    assert left(account) == {}


def test_the_documented_permissions_are_those_that_all_this_took(account: Emulator) -> None:
    assert needed(account.log()) <= documented()[1]

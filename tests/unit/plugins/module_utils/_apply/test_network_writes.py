"""Writes of route tables, network ACLs and interface endpoints: what is asked of AWS, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.interface_endpoint import apply_interface_endpoint
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.network_acl import apply_network_acl
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.route_table import apply_route_table
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.interface_endpoint import INTERFACE_ENDPOINT
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.network_acl import NETWORK_ACL, Rule, rule
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.route_table import ROUTE_TABLE
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, plan, removal
from botocore.stub import ANY
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.stubs import Exchange, answering

TAGS = {"Name": "one"}


def observed(kind: Kind, identifier: str, **properties: Any) -> Observed:
    return Observed(kind.name, "one", {"vpc_id": "vpc-1", **properties}, TAGS, {"id": identifier})


def desired(kind: Kind, **properties: Any) -> Desired:
    return Desired(kind.name, "one", {"vpc_id": "vpc-1", **properties}, TAGS)


def carry_out(
    apply: Callable[..., Any], kind: Kind, wanted: Desired, before: Observed | None, *writes: Exchange
) -> Any:
    with answering("ec2", *writes) as scope:
        return apply(scope.clients("ec2"), wanted, before, plan(kind, wanted, before))


def specified(resource: str) -> dict[str, Any]:
    tags = [{"ResourceType": resource, "Tags": [{"Key": "Name", "Value": "one"}]}]
    return {"VpcId": "vpc-1", "ClientToken": ANY, "TagSpecifications": tags}


def tables(given: dict[str, Any], **subnets: str) -> Exchange:
    listed = [{"SubnetId": f"subnet-{s}", "RouteTableAssociationId": association} for s, association in subnets.items()]
    answer = {
        "RouteTables": [
            {"RouteTableId": "rtb-9", "Associations": [{"RouteTableAssociationId": "m", "Main": True}, *listed]}
        ]
    }
    return Exchange("describe_route_tables", {"Filters": [given]}, answer)


def test_a_new_route_table_has_its_routes_before_its_subnets() -> None:
    wanted = desired(
        ROUTE_TABLE,
        subnet_ids=["subnet-a", "subnet-b"],
        routes=[{"destination": "0.0.0.0/0", "target": "nat-1"}, {"destination": "::/0", "target": "eigw-1"}],
    )
    to = {"RouteTableId": "rtb-1"}
    made = carry_out(
        apply_route_table,
        ROUTE_TABLE,
        wanted,
        None,
        Exchange("create_route_table", specified("route-table"), {"RouteTable": to}),
        Exchange("create_route", to | {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}),
        Exchange("create_route", to | {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}),
        tables({"Name": "association.subnet-id", "Values": ["subnet-a", "subnet-b"]}, b="rtbassoc-b"),
        Exchange("associate_route_table", to | {"SubnetId": "subnet-a"}),
        Exchange("replace_route_table_association", to | {"AssociationId": "rtbassoc-b"}),
    )
    assert made == "rtb-1"


def test_a_route_table_is_brought_to_what_is_wanted() -> None:
    before = observed(
        ROUTE_TABLE,
        "rtb-1",
        subnet_ids=["subnet-a", "subnet-b"],
        routes=[
            {"destination": "0.0.0.0/0", "target": "igw-1"},
            {"destination": "10.1.0.0/16", "target": "pcx-1"},
            {"destination": "pl-1", "target": "tgw-1"},
        ],
    )
    kept = {"destination": "10.1.0.0/16", "target": "pcx-1"}
    routes = [{"destination": "0.0.0.0/0", "target": "nat-1"}, kept]
    to = {"RouteTableId": "rtb-1"}
    carry_out(
        apply_route_table,
        ROUTE_TABLE,
        desired(ROUTE_TABLE, subnet_ids=["subnet-a"], routes=routes),
        before,
        Exchange("delete_route", to | {"DestinationPrefixListId": "pl-1"}),
        Exchange("replace_route", to | {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}),
        tables({"Name": "route-table-id", "Values": ["rtb-1"]}, a="rtbassoc-a", b="rtbassoc-b"),
        Exchange("disassociate_route_table", {"AssociationId": "rtbassoc-b"}, refusal="InvalidAssociationID.NotFound"),
    )


def test_tags_alone() -> None:
    before = observed(ROUTE_TABLE, "rtb-1", subnet_ids=[], routes=[])
    wanted = Desired("route_table", "one", {"vpc_id": "vpc-1"}, {"Team": "a"})
    carry_out(
        apply_route_table,
        ROUTE_TABLE,
        wanted,
        before,
        Exchange("create_tags", {"Resources": ["rtb-1"], "Tags": [{"Key": "Team", "Value": "a"}]}),
        Exchange("delete_tags", {"Resources": ["rtb-1"], "Tags": [{"Key": "Name"}]}),
    )


@pytest.mark.parametrize("subnets", [[], ["subnet-a"]])
def test_a_route_table_goes(subnets: list[str]) -> None:
    before = observed(ROUTE_TABLE, "rtb-1", subnet_ids=subnets, routes=[])
    associations = tables({"Name": "route-table-id", "Values": ["rtb-1"]}, a="rtbassoc-a")
    detached = [associations, Exchange("disassociate_route_table", {"AssociationId": "rtbassoc-a"})]
    gone = Exchange("delete_route_table", {"RouteTableId": "rtb-1"})
    with answering("ec2", *(detached if subnets else []), gone) as scope:
        client = scope.clients("ec2")
        assert apply_route_table(client, desired(ROUTE_TABLE), before, removal(before)) is None


def test_tables_without_tags_and_subnets() -> None:
    wanted = Desired("route_table", "one", {"vpc_id": "vpc-1"})
    asked = {"VpcId": "vpc-1", "ClientToken": ANY}
    made = Exchange("create_route_table", asked, {"RouteTable": {"RouteTableId": "rtb-1"}})
    assert carry_out(apply_route_table, ROUTE_TABLE, wanted, None, made) == "rtb-1"


def acls(given: list[dict[str, Any]], acl: str, **subnets: str) -> Exchange:
    listed = [{"SubnetId": f"subnet-{s}", "NetworkAclAssociationId": association} for s, association in subnets.items()]
    return Exchange(
        "describe_network_acls", {"Filters": given}, {"NetworkAcls": [{"NetworkAclId": acl, "Associations": listed}]}
    )


def by_subnet(*subnets: str) -> list[dict[str, Any]]:
    return [{"Name": "association.subnet-id", "Values": list(subnets)}]


DEFAULT = [{"Name": "vpc-id", "Values": ["vpc-1"]}, {"Name": "default", "Values": ["true"]}]


def tcp(number: int, block: str, port: int = 5432) -> Rule:
    return rule(number, "tcp", "allow", block, (port, port))


def test_a_new_acl_has_its_rules_before_its_subnets() -> None:
    ping = rule(1, "icmp", "deny", "fd00::/8", (None, None))
    to = {"NetworkAclId": "acl-1", "Egress": False}
    ports = {"PortRange": {"From": 5432, "To": 5432}}
    carry_out(
        apply_network_acl,
        NETWORK_ACL,
        desired(NETWORK_ACL, subnet_ids=["subnet-a"], ingress=[tcp(100, "10.0.0.0/8")], egress=[ping]),
        None,
        Exchange("create_network_acl", specified("network-acl"), {"NetworkAcl": {"NetworkAclId": "acl-1"}}),
        Exchange(
            "create_network_acl_entry",
            to | {"RuleNumber": 100, "Protocol": "6", "RuleAction": "allow", "CidrBlock": "10.0.0.0/8"} | ports,
        ),
        Exchange(
            "create_network_acl_entry",
            {"NetworkAclId": "acl-1", "Egress": True, "RuleNumber": 1, "Protocol": "1", "RuleAction": "deny"}
            | {"Ipv6CidrBlock": "fd00::/8", "IcmpTypeCode": {"Type": -1, "Code": -1}},
        ),
        acls(by_subnet("subnet-a"), "acl-0", a="aclassoc-a", z="aclassoc-z"),
        Exchange("replace_network_acl_association", {"AssociationId": "aclassoc-a", "NetworkAclId": "acl-1"}),
    )


def test_rules_that_stay_are_left_alone_and_others_go_last() -> None:
    """Subnets are none of it where they are as wanted."""
    to = {"NetworkAclId": "acl-1", "Egress": True}
    carry_out(
        apply_network_acl,
        NETWORK_ACL,
        desired(NETWORK_ACL, subnet_ids=["subnet-a"], egress=[tcp(100, "10.0.0.0/8"), tcp(300, "10.2.0.0/16")]),
        observed(
            NETWORK_ACL,
            "acl-1",
            subnet_ids=["subnet-a"],
            ingress=[],
            egress=[tcp(100, "10.0.0.0/8"), tcp(200, "10.1.0.0/16")],
        ),
        Exchange(
            "create_network_acl_entry",
            to
            | {"RuleNumber": 300, "Protocol": "6", "RuleAction": "allow", "CidrBlock": "10.2.0.0/16"}
            | {"PortRange": {"From": 5432, "To": 5432}},
        ),
        Exchange("delete_network_acl_entry", to | {"RuleNumber": 200}),
    )


def test_subnets_of_an_acl_that_are_not_wanted_get_the_default_one() -> None:
    before = observed(NETWORK_ACL, "acl-1", subnet_ids=["subnet-a"], ingress=[], egress=[])
    carry_out(
        apply_network_acl,
        NETWORK_ACL,
        desired(NETWORK_ACL, subnet_ids=[], ingress=[], egress=[]),
        before,
        acls(DEFAULT, "acl-0"),
        acls(by_subnet("subnet-a"), "acl-1", a="aclassoc-a"),
        Exchange("replace_network_acl_association", {"AssociationId": "aclassoc-a", "NetworkAclId": "acl-0"}),
    )


def test_an_acl_goes() -> None:
    before = observed(NETWORK_ACL, "acl-1", subnet_ids=["subnet-a"], ingress=[], egress=[])
    exchanges = (
        acls(DEFAULT, "acl-0"),
        acls(by_subnet("subnet-a"), "acl-1", a="aclassoc-a"),
        Exchange("replace_network_acl_association", {"AssociationId": "aclassoc-a", "NetworkAclId": "acl-0"}),
        Exchange("delete_network_acl", {"NetworkAclId": "acl-1"}),
    )
    with answering("ec2", *exchanges) as scope:
        assert apply_network_acl(scope.clients("ec2"), desired(NETWORK_ACL), before, removal(before)) is None


def test_an_acl_without_tags() -> None:
    wanted = Desired("network_acl", "one", {"vpc_id": "vpc-1", "subnet_ids": []})
    asked = {"VpcId": "vpc-1", "ClientToken": ANY}
    made = Exchange("create_network_acl", asked, {"NetworkAcl": {"NetworkAclId": "acl-1"}})
    assert carry_out(apply_network_acl, NETWORK_ACL, wanted, None, made) == "acl-1"


class Entries:
    """A client of EC2 that has nothing but the rules of one ACL in one direction, and refuses what AWS refuses."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = {rule["rule_number"]: rule for rule in rules}
        self.writes = 0
        self.always = set(self.allowed())

    def allowed(self) -> set[str]:
        return {str(rule["cidr_block"]) for rule in self.rules.values()}

    def _put(self, asked: dict[str, Any]) -> None:
        ports = asked["PortRange"]["From"], asked["PortRange"]["To"]
        self.rules[asked["RuleNumber"]] = rule(asked["RuleNumber"], "tcp", "allow", asked["CidrBlock"], ports)
        self._wrote()

    def _wrote(self) -> None:
        self.writes += 1
        self.always &= self.allowed()

    def create_network_acl_entry(self, **asked: Any) -> None:
        assert asked["RuleNumber"] not in self.rules
        self._put(asked)

    def replace_network_acl_entry(self, **asked: Any) -> None:
        assert asked["RuleNumber"] in self.rules
        self._put(asked)

    def delete_network_acl_entry(self, **asked: Any) -> None:
        del self.rules[asked["RuleNumber"]]
        self._wrote()


rules = st.lists(
    st.builds(tcp, st.integers(1, 4), st.sampled_from(["10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"])),
    unique_by=lambda rule: rule["rule_number"],
)


@given(rules, rules)
def test_rules_come_to_what_is_wanted_with_the_fewest_writes(before: list[Rule], after: list[Rule]) -> None:
    client = Entries(before)
    had = observed(NETWORK_ACL, "acl-1", subnet_ids=[], ingress=before, egress=[])
    wanted = desired(NETWORK_ACL, ingress=after)
    apply_network_acl(client, wanted, had, plan(NETWORK_ACL, wanted, had))
    assert sorted(client.rules.values(), key=str) == sorted(after, key=str)
    differing = {r["rule_number"] for r in before if r not in after} | {
        r["rule_number"] for r in after if r not in before
    }
    assert client.writes == len(differing)


def endpoint(writes: tuple[Exchange, ...], wanted: Desired, before: Observed | None, gone: bool = False) -> Any:
    with answering("ec2", *writes) as scope:
        planned = removal(before) if gone and before else plan(INTERFACE_ENDPOINT, wanted, before)
        return apply_interface_endpoint(scope.clients("ec2"), scope.region, wanted, before, planned)


def test_an_interface_endpoint_is_made() -> None:
    wanted = desired(
        INTERFACE_ENDPOINT,
        service="ssm",
        subnet_ids=["subnet-a"],
        security_group_ids=["sg-1"],
        private_dns_enabled=True,
        status="available",
    )
    asked = specified("vpc-endpoint") | {
        "VpcEndpointType": "Interface",
        "ServiceName": "com.amazonaws.us-west-2.ssm",
        "SubnetIds": ["subnet-a"],
        "SecurityGroupIds": ["sg-1"],
        "PrivateDnsEnabled": True,
    }
    made = Exchange("create_vpc_endpoint", asked, {"VpcEndpoint": {"VpcEndpointId": "vpce-1"}})
    assert endpoint((made,), wanted, None) == "vpce-1"


def test_one_of_which_nothing_else_is_said() -> None:
    asked = {"VpcEndpointType": "Interface", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.us-west-2.ssm"}
    made = Exchange("create_vpc_endpoint", asked | {"ClientToken": ANY}, {"VpcEndpoint": {"VpcEndpointId": "vpce-1"}})
    wanted = Desired("interface_endpoint", "one", {"vpc_id": "vpc-1", "service": "ssm"})
    assert endpoint((made,), wanted, None) == "vpce-1"


def test_an_interface_endpoint_is_changed_in_one_call() -> None:
    before = observed(
        INTERFACE_ENDPOINT,
        "vpce-1",
        subnet_ids=["subnet-a", "subnet-b"],
        security_group_ids=["sg-1"],
        private_dns_enabled=False,
        status="pending",
    )
    wanted = desired(
        INTERFACE_ENDPOINT,
        subnet_ids=["subnet-b", "subnet-c"],
        security_group_ids=["sg-2"],
        private_dns_enabled=True,
        status="available",
    )
    asked = {
        "VpcEndpointId": "vpce-1",
        "AddSubnetIds": ["subnet-c"],
        "RemoveSubnetIds": ["subnet-a"],
        "AddSecurityGroupIds": ["sg-2"],
        "RemoveSecurityGroupIds": ["sg-1"],
        "PrivateDnsEnabled": True,
    }
    assert endpoint((Exchange("modify_vpc_endpoint", asked),), wanted, before) == "vpce-1"


def test_one_that_is_pending_is_left_alone() -> None:
    before = observed(INTERFACE_ENDPOINT, "vpce-1", status="pending")
    assert endpoint((), desired(INTERFACE_ENDPOINT, status="available"), before) == "vpce-1"


@pytest.mark.parametrize(
    ("code", "raised"),
    [("", False), ("InvalidVpcEndpoint.NotFound", False), ("OperationNotPermitted", True)],
)
def test_an_interface_endpoint_goes(code: str, raised: bool) -> None:
    before = observed(INTERFACE_ENDPOINT, "vpce-1")
    failure = {"ResourceId": "vpce-1", "Error": {"Code": code, "Message": "no"}}
    answer = {"Unsuccessful": [failure] if code else []}
    deleted = Exchange("delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-1"]}, answer)
    if raised:
        with pytest.raises(AwsError, match="DeleteVpcEndpoints for one failed: OperationNotPermitted: no"):
            endpoint((deleted,), desired(INTERFACE_ENDPOINT), before, gone=True)
    else:
        assert endpoint((deleted,), desired(INTERFACE_ENDPOINT), before, gone=True) is None

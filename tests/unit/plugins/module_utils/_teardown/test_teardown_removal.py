"""Deleting: what is gone is done, what is in use is tried again, and what stays is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import delete_data, delete_network, remove
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Removal, Teardown
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.order import SCOPES
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience
from botocore.stub import Stubber

from tests.unit.plugins.module_utils._teardown.cases import patience


def stubbed(service: str) -> tuple[Clients, Stubber]:
    credentials = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client: Any = boto3.client(service, region_name="us-east-1", **credentials)  # type: ignore[call-overload]
    stubber = Stubber(client)
    stubber.activate()
    return Clients(lambda *_service, **_options: client), stubber


SUBNET = Removal(Found("subnet", "subnet-a", "subnet-1"))
HELD = {
    "NetworkInterfaces": [{"NetworkInterfaceId": "eni-1", "Description": "RDSNetworkInterface", "Status": "in-use"}]
}


def test_what_is_in_use_is_tried_again_until_it_goes() -> None:
    clients, stub = stubbed("ec2")
    for _ in range(2):
        stub.add_client_error("delete_subnet", "DependencyViolation")
        stub.add_response("describe_network_interfaces", HELD)
    stub.add_response("delete_subnet", {})
    delete_network.subnets(clients, [SUBNET], patience())
    stub.assert_no_pending_responses()


def test_what_stays_in_use_is_named_with_what_holds_it() -> None:
    clients, stub = stubbed("ec2")
    for _ in range(2):
        stub.add_client_error("delete_subnet", "DependencyViolation")
        stub.add_response("describe_network_interfaces", HELD)
    with pytest.raises(
        WaitTimeout, match=r"subnet subnet-a is still held by .* eni-1 \(RDSNetworkInterface\) after 1 s"
    ):
        delete_network.subnets(clients, [SUBNET], patience(1))


def test_what_holds_nothing_known_is_said_in_the_words_of_aws() -> None:
    clients, stub = stubbed("ec2")
    for _ in range(2):
        stub.add_client_error("delete_subnet", "DependencyViolation")
        stub.add_response("describe_network_interfaces", {"NetworkInterfaces": []})
    with pytest.raises(WaitTimeout, match="subnet subnet-a is still DependencyViolation: "):
        delete_network.subnets(clients, [SUBNET], patience(1))


def test_what_is_gone_is_done_and_other_failures_are_raised() -> None:
    clients, stub = stubbed("ec2")
    stub.add_client_error("delete_subnet", "InvalidSubnetID.NotFound")
    delete_network.subnets(clients, [SUBNET], patience())
    stub.add_client_error("delete_subnet", "UnauthorizedOperation")
    with pytest.raises(AwsError, match="subnet-a failed: UnauthorizedOperation"):
        delete_network.subnets(clients, [SUBNET], patience())


@pytest.mark.parametrize(("code", "raised"), [("InvalidVpcEndpoint.NotFound", False), ("OperationNotPermitted", True)])
def test_an_endpoint_that_aws_does_not_delete_is_an_error(code: str, raised: bool) -> None:
    clients, stub = stubbed("ec2")
    failure = {"ResourceId": "vpce-1", "Error": {"Code": code, "Message": "no"}}
    stub.add_response("delete_vpc_endpoints", {"Unsuccessful": [failure]})
    stub.add_client_error("describe_vpc_endpoints", "InvalidVpcEndpointId.NotFound")
    endpoint = [Removal(Found("gateway_endpoint", "s3", "vpce-1"))]
    if raised:
        with pytest.raises(AwsError, match="DeleteVpcEndpoints for vpce-1 failed: OperationNotPermitted: no"):
            delete_network.endpoints(clients, endpoint, patience())
    else:
        delete_network.endpoints(clients, endpoint, patience())
        stub.assert_no_pending_responses()


def test_an_endpoint_is_waited_for() -> None:
    clients, stub = stubbed("ec2")
    stub.add_response("delete_vpc_endpoints", {})
    for state in ("deleting", "deleted"):
        stub.add_response("describe_vpc_endpoints", {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "State": state}]})
    delete_network.endpoints(clients, [Removal(Found("gateway_endpoint", "s3", "vpce-1"))], patience())
    stub.assert_no_pending_responses()


def going_to(kind: str, identifier: str, **facts: Any) -> Removal:
    return Removal(Found(kind, f"{kind}-a", identifier, facts=facts))


def test_an_endpoint_that_is_being_deleted_is_only_waited_for() -> None:
    clients, stub = stubbed("ec2")
    stub.add_client_error("describe_vpc_endpoints", "InvalidVpcEndpointId.NotFound")
    delete_network.endpoints(clients, [going_to("interface_endpoint", "vpce-1", state="deleting")], patience())
    stub.assert_no_pending_responses()


def gateway_state(stub: Stubber, gateway: str, *states: str) -> None:
    asked = {"Filter": [{"Name": "nat-gateway-id", "Values": [gateway]}]}
    found = [{"NatGatewayId": gateway, "State": state} for state in states]
    stub.add_response("describe_nat_gateways", {"NatGateways": found}, asked)


def test_nat_gateways_are_all_begun_before_any_is_awaited() -> None:
    clients, stub = stubbed("ec2")
    stub.add_response("delete_nat_gateway", {}, {"NatGatewayId": "nat-1"})
    stub.add_client_error("delete_nat_gateway", "NatGatewayNotFound")
    for gateway, state in (("nat-1", "deleting"), ("nat-1", "deleted"), ("nat-2", "")):
        gateway_state(stub, gateway, *filter(None, [state]))
    gateway_state(stub, "nat-3", "deleted")
    begun = going_to("nat_gateway", "nat-3", state="deleting")
    group = [going_to("nat_gateway", n, state="available") for n in ("nat-1", "nat-2")]
    delete_network.nat_gateways(clients, [*group, begun], patience())
    stub.assert_no_pending_responses()


def test_an_address_is_released_when_its_gateway_lets_go() -> None:
    clients, stub = stubbed("ec2")
    stub.add_client_error("release_address", "InvalidIPAddress.InUse")
    asked = {"Filters": [{"Name": "association.allocation-id", "Values": ["eipalloc-1"]}]}
    stub.add_response("describe_network_interfaces", HELD, asked)
    stub.add_response("release_address", {}, {"AllocationId": "eipalloc-1"})
    delete_network.addresses(clients, [going_to("elastic_ip", "eipalloc-1")], patience())
    stub.assert_no_pending_responses()


def test_an_internet_gateway_is_detached_first() -> None:
    clients, stub = stubbed("ec2")
    attached = {"InternetGatewayId": "igw-1", "VpcId": "vpc-1"}
    stub.add_client_error("detach_internet_gateway", "DependencyViolation", expected_params=attached)
    stub.add_response("detach_internet_gateway", {}, attached)
    stub.add_response("delete_internet_gateway", {}, {"InternetGatewayId": "igw-1"})
    stub.add_response("delete_internet_gateway", {}, {"InternetGatewayId": "igw-2"})
    group = [going_to("internet_gateway", "igw-1", vpc_id="vpc-1"), going_to("internet_gateway", "igw-2", vpc_id=None)]
    delete_network.internet_gateways(clients, group, patience())
    stub.assert_no_pending_responses()


def test_subnets_of_a_network_acl_get_the_default_one() -> None:
    clients, stub = stubbed("ec2")
    associations = [{"NetworkAclAssociationId": f"aclassoc-{n}", "SubnetId": f"subnet-{n}"} for n in (1, 2)]
    acl = {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "IsDefault": False, "Associations": associations}
    default = {"NetworkAclId": "acl-0", "VpcId": "vpc-1", "IsDefault": True, "Associations": []}
    other = {"NetworkAclId": "acl-9", "VpcId": "vpc-1", "IsDefault": False, "Associations": associations}
    stub.add_response("describe_network_acls", {"NetworkAcls": [acl, default, other]})
    moved = {"AssociationId": "aclassoc-1", "NetworkAclId": "acl-0"}
    stub.add_response("replace_network_acl_association", {}, moved)
    stub.add_client_error("replace_network_acl_association", "InvalidAssociationID.NotFound")
    stub.add_response("delete_network_acl", {}, {"NetworkAclId": "acl-1"})
    delete_network.network_acls(clients, [going_to("network_acl", "acl-1", vpc_id="vpc-1")], patience())
    stub.assert_no_pending_responses()


def test_an_object_that_s3_does_not_delete_is_an_error() -> None:
    clients, stub = stubbed("s3")
    stub.add_response("list_object_versions", {"Versions": [{"Key": "dump", "VersionId": "1"}]})
    stub.add_response("delete_objects", {"Errors": [{"Key": "dump", "Code": "AccessDenied", "Message": "locked"}]})
    bucket = Removal(Found("s3_bucket", "backup", "backup"), arguments={"versions": True})
    with pytest.raises(AwsError, match="DeleteObjects for backup/dump failed: AccessDenied: locked"):
        delete_data.buckets(clients, [bucket], patience())


def test_an_object_written_since_the_plan_keeps_its_bucket() -> None:
    clients, stub = stubbed("s3")
    marker = {"Key": "deleted", "VersionId": "2"}
    stub.add_response(
        "list_object_versions", {"Versions": [{"Key": "dump", "VersionId": "1"}], "DeleteMarkers": [marker]}
    )
    stub.add_client_error("delete_bucket", "BucketNotEmpty")
    bucket = Removal(Found("s3_bucket", "backup", "backup"), arguments={"versions": False})
    with pytest.raises(AwsError, match="BucketNotEmpty"):
        delete_data.buckets(clients, [bucket], patience())


def test_every_kind_that_is_removed_has_a_deleter() -> None:
    kept_only = {"db_snapshot", "db_cluster_snapshot", "automated_backup", "cluster_automated_backup"}
    assert {step.kind for steps in SCOPES.values() for step in steps} - kept_only == remove.DELETERS.keys()


@pytest.fixture
def deleted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Names as they are handed to the deleters, a list for each call."""
    calls: list[list[str]] = []

    def record(_clients: Clients, group: list[Removal], _patience: Patience) -> None:
        calls.append([removal.found.name for removal in group])

    for kind in ("sns_topic", "log_group"):
        monkeypatch.setitem(remove.DELETERS, kind, record)
    return calls


def going(*names: str) -> Teardown:
    kinds = {"t": "sns_topic", "l": "log_group"}
    return Teardown(tuple(Removal(Found(kinds[name[0]], name, name)) for name in names))


def looks(*teardowns: Teardown) -> Callable[[], Teardown]:
    return iter(teardowns).__next__


def test_a_kind_is_taken_away_at_once(deleted: list[list[str]]) -> None:
    teardown = going("l1", "t1", "t2")
    remover = remove.Remover(Clients(dict), teardown, patience())
    for removal in teardown.removals:
        remover.apply(removal.as_plan())
    assert deleted == [["l1"], ["t1", "t2"]]


def test_what_has_come_back_is_taken_away_again(deleted: list[list[str]]) -> None:
    remover = remove.Remover(Clients(dict), going("l1"), patience())
    remover.apply(going("l1").removals[0].as_plan())
    assert remover.settled(looks(going("l1"), going())) == going()
    assert deleted == [["l1"], ["l1"]]


def test_without_a_removal_there_is_no_second_look(deleted: list[list[str]]) -> None:
    remover = remove.Remover(Clients(dict), going("l1"), patience())
    assert remover.settled(looks()) == going("l1")
    assert deleted == []


def test_what_does_not_go_is_named(deleted: list[list[str]]) -> None:
    remover = remove.Remover(Clients(dict), going("l1"), patience(1))
    remover.apply(going("l1").removals[0].as_plan())
    with pytest.raises(WaitTimeout, match="still log group l1 after 1 s"):
        remover.settled(lambda: going("l1"))
    assert len(deleted) > 1


def test_a_problem_that_came_up_meanwhile_stops_it(deleted: list[list[str]]) -> None:
    remover = remove.Remover(Clients(dict), going("l1"), patience(1))
    remover.apply(going("l1").removals[0].as_plan())
    with pytest.raises(WaitTimeout, match="in use by eni-1"):
        remover.settled(lambda: going("l1") + Teardown(problems=(Problem("network", "x", "is in use by eni-1"),)))
    assert deleted == [["l1"]]


@pytest.mark.parametrize(("waits", "asked"), [(False, True), (True, False)])
def test_a_secret_that_waits_for_its_deletion_is_not_deleted_again(waits: bool, asked: bool) -> None:
    clients, stub = stubbed("secretsmanager")
    deleted = {"DeletedDate": datetime(2026, 12, 20, tzinfo=UTC)} if waits else {}
    stub.add_response("describe_secret", {"Name": "s"} | deleted)
    if asked:
        stub.add_response("delete_secret", {}, {"SecretId": "arn:secret", "RecoveryWindowInDays": 7})
    delete_data.secrets(clients, [Removal(Found("secret", "s", "arn:secret"), arguments={"days": 7})], patience())
    stub.assert_no_pending_responses()


def test_a_key_that_already_waits_for_its_deletion_is_no_error() -> None:
    clients, stub = stubbed("kms")
    stub.add_response("delete_alias", {}, {"AliasName": "alias/key"})
    stub.add_client_error("schedule_key_deletion", "KMSInvalidStateException")
    key = Removal(Found("kms_key", "alias/key", "arn:key"), arguments={"days": 7, "aliases": ("alias/key",)})
    delete_data.keys(clients, [key], patience())
    stub.assert_no_pending_responses()

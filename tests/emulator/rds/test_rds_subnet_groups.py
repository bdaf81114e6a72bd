"""DB subnet groups, and RDS in the VPC."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


def new_group(rds: Any, subnets: list[str], name: str = "Retail") -> dict[str, Any]:
    made: dict[str, Any] = rds.client.create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription="d", SubnetIds=subnets
    )["DBSubnetGroup"]
    return made


def test_group_is_described_as_made(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSubnetGroup.html"""
    vpc, subnets, _ = rds.network()
    made = new_group(rds, subnets)
    assert made == rds.client.describe_db_subnet_groups(DBSubnetGroupName="retail")["DBSubnetGroups"][0]
    zones = {each["SubnetIdentifier"]: each["SubnetAvailabilityZone"]["Name"] for each in made["Subnets"]}
    assert zones == dict(zip(subnets, ["us-west-2a", "us-west-2b"], strict=True))
    assert (made["DBSubnetGroupName"], made["VpcId"], made["SubnetGroupStatus"]) == ("retail", vpc, "Complete")
    assert made["DBSubnetGroupArn"] == "arn:aws:rds:us-west-2:123456789012:subgrp:retail"


def test_modified_group_is_still_there(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html"""
    _, subnets, _ = rds.network(zones="abc")
    new_group(rds, subnets[:2])
    rds.client.modify_db_subnet_group(DBSubnetGroupName="retail", DBSubnetGroupDescription="new", SubnetIds=subnets[1:])
    found = rds.client.describe_db_subnet_groups(DBSubnetGroupName="retail")["DBSubnetGroups"][0]
    assert found["DBSubnetGroupDescription"] == "new"
    assert [each["SubnetIdentifier"] for each in found["Subnets"]] == subnets[1:]


def test_groups_that_are_refused(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html"""
    _, subnets, _ = rds.network(zones="aab")
    _, others, _ = rds.network("10.61.0.0/16")
    new_group(rds, subnets)

    def refused(name: str, ids: list[str]) -> str:
        code: str = rds.refusal(
            "create_db_subnet_group", DBSubnetGroupName=name, DBSubnetGroupDescription="d", SubnetIds=ids
        )[0]
        return code

    assert refused("g", subnets[:2]) == "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert refused("g", [*subnets, "subnet-0"]) == "InvalidSubnet"
    assert refused("g", [*subnets, *others]) == "InvalidSubnet"
    assert refused("RETAIL", subnets) == "DBSubnetGroupAlreadyExists"
    assert refused("default", subnets) == "InvalidParameterValue"
    one_zone = {"DBSubnetGroupName": "retail", "SubnetIds": subnets[:2]}
    assert rds.refusal("modify_db_subnet_group", **one_zone)[0] == "DBSubnetGroupDoesNotCoverEnoughAZs"


@pytest.mark.parametrize("action", ["describe_db_subnet_groups", "delete_db_subnet_group"])
def test_absent_group(rds: Any, action: str) -> None:
    assert rds.refusal(action, DBSubnetGroupName="nope")[0] == "DBSubnetGroupNotFoundFault"


def test_instance_in_its_network(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html"""
    vpc, subnets, group = rds.network()
    new_group(rds, subnets)
    instance = rds.create(
        DBSubnetGroupName="retail", VpcSecurityGroupIds=[group], MultiAZ=True, BackupRetentionPeriod=0
    )
    assert instance["DBSubnetGroup"]["VpcId"] == vpc
    assert instance["VpcSecurityGroups"] == [{"VpcSecurityGroupId": group, "Status": "active"}]
    assert instance["AvailabilityZone"] == "us-west-2a"
    found = rds.service("ec2").describe_network_interfaces(
        Filters=[{"Name": "description", "Values": ["RDSNetworkInterface"]}]
    )["NetworkInterfaces"]
    assert {each["SubnetId"] for each in found} == set(subnets)
    assert {each["Groups"][0]["GroupId"] for each in found} == {group}
    assert all(each["RequesterManaged"] for each in found)


def test_what_an_instance_uses_cannot_be_deleted(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html"""
    _, subnets, group = rds.network(zones="abc")
    new_group(rds, subnets)
    rds.create(DBSubnetGroupName="retail", VpcSecurityGroupIds=[group], BackupRetentionPeriod=0)
    code, message = rds.refusal("delete_db_subnet_group", DBSubnetGroupName="retail")
    assert code == "InvalidDBSubnetGroupStateFault"
    assert "db1" in message
    without = {"DBSubnetGroupName": "retail", "SubnetIds": subnets[1:]}
    assert rds.refusal("modify_db_subnet_group", **without)[0] == "SubnetAlreadyInUse"
    rds.client.modify_db_subnet_group(DBSubnetGroupName="retail", SubnetIds=subnets[:2])
    ec2 = rds.service("ec2")
    for delete, name in (
        (ec2.delete_subnet, {"SubnetId": subnets[0]}),
        (ec2.delete_security_group, {"GroupId": group}),
    ):
        with pytest.raises(ClientError, match="DependencyViolation"):
            delete(**name)
    rds.client.delete_db_instance(DBInstanceIdentifier="db1", SkipFinalSnapshot=True)
    rds.client.delete_db_subnet_group(DBSubnetGroupName="retail")
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnets[0])


def test_security_group_of_another_vpc_is_refused(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html"""
    _, subnets, _ = rds.network()
    _, _, foreign = rds.network("10.61.0.0/16")
    new_group(rds, subnets)
    code, message = rds.creation_refusal(DBSubnetGroupName="retail", VpcSecurityGroupIds=[foreign])
    assert code == "InvalidParameterCombination"
    assert "different VPCs" in message


def test_moving_to_another_network(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.VPC2VPC.html"""
    _, subnets, _ = rds.network(zones="abc")
    vpc, others, group = rds.network("10.61.0.0/16", zones="bc")
    new_group(rds, subnets[:2])
    new_group(rds, subnets[1:], "same")
    new_group(rds, others, "other")
    rds.create(DBSubnetGroupName="retail", BackupRetentionPeriod=0)
    same = {"DBInstanceIdentifier": "db1", "DBSubnetGroupName": "same"}
    assert rds.refusal("modify_db_instance", **same)[0] == "InvalidVPCNetworkStateFault"
    waiting = rds.modify(DBSubnetGroupName="other", VpcSecurityGroupIds=[group])
    assert waiting["PendingModifiedValues"] == {"DBSubnetGroupName": "other"}
    assert waiting["DBSubnetGroup"]["DBSubnetGroupName"] == "retail"
    moved = rds.modify(DeletionProtection=True, ApplyImmediately=True)
    assert moved["DBSubnetGroup"]["VpcId"] == vpc
    assert moved["VpcSecurityGroups"] == [{"VpcSecurityGroupId": group, "Status": "active"}]
    assert moved["AvailabilityZone"] == "us-west-2b"

"""IAM as AWS documents it, where moto differs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator

MONITORING = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
READING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


@pytest.fixture
def iam(aws: Emulator) -> Any:
    return aws.client("iam")


def trust(principal: Any = "monitoring.rds.amazonaws.com", **more: Any) -> str:
    named = principal if isinstance(principal, dict) else {"Service": principal}
    statement = {"Effect": "Allow", "Principal": named, "Action": "sts:AssumeRole", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=rf"\({code}\)")


def test_the_managed_policies_are_there_also_after_a_reset(aws: Emulator, iam: Any) -> None:
    """https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonRDSEnhancedMonitoringRole.html"""
    for _ in range(2):
        iam.create_role(RoleName="monitoring", AssumeRolePolicyDocument=trust())
        assert iam.get_policy(PolicyArn=MONITORING)["Policy"]["AttachmentCount"] == 0
        iam.attach_role_policy(RoleName="monitoring", PolicyArn=MONITORING)
        assert iam.get_policy(PolicyArn=MONITORING)["Policy"]["AttachmentCount"] == 1
        version = iam.get_policy(PolicyArn=MONITORING)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=MONITORING, VersionId=version)["PolicyVersion"]["Document"]
        assert "log-group:RDS*" in json.dumps(document)
        aws.reset()


def test_the_managed_policies_cannot_be_changed(iam: Any) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html"""
    with refused("AccessDenied"):
        iam.delete_policy(PolicyArn=MONITORING)
    assert iam.get_policy(PolicyArn=MONITORING)["Policy"]["Arn"] == MONITORING


def test_role_names_differ_in_more_than_case(iam: Any) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""
    iam.create_role(RoleName="backup", AssumeRolePolicyDocument=trust())
    with refused("EntityAlreadyExists"):
        iam.create_role(RoleName="Backup", AssumeRolePolicyDocument=trust())


@pytest.mark.parametrize(
    "document",
    ["no json", trust({"AWS": "arn:aws:iam::123456789012:role/absent"}), trust(Resource="*")],
)
def test_impossible_trust_policies_are_refused(iam: Any, document: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""
    with refused("MalformedPolicyDocument"):
        iam.create_role(RoleName="backup", AssumeRolePolicyDocument=document)
    iam.create_role(RoleName="backup", AssumeRolePolicyDocument=trust())
    with refused("MalformedPolicyDocument"):
        iam.update_assume_role_policy(RoleName="backup", PolicyDocument=document)


def test_names_have_a_length(iam: Any) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"""
    with pytest.raises(ClientError, match=r"\(ValidationError\).*roleName.*less than or equal to 64"):
        iam.create_role(RoleName="r" * 65, AssumeRolePolicyDocument=trust())


def test_a_role_with_policies_is_not_deleted(iam: Any) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html"""
    iam.create_role(RoleName="monitoring", AssumeRolePolicyDocument=trust())
    iam.attach_role_policy(RoleName="monitoring", PolicyArn=MONITORING)
    with refused("DeleteConflict"):
        iam.delete_role(RoleName="monitoring")
    iam.detach_role_policy(RoleName="monitoring", PolicyArn=MONITORING)
    iam.delete_role(RoleName="monitoring")


def test_the_details_of_roles_come_in_pages_and_without_descriptions(iam: Any) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html"""
    names = [f"role{number}" for number in range(5)]
    for name in names:
        tags = [{"Key": "A", "Value": name}]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(), Description="Why", Tags=tags)
    iam.attach_role_policy(RoleName="role3", PolicyArn=MONITORING)
    iam.put_role_policy(RoleName="role4", PolicyName="own", PolicyDocument=json.dumps(READING))
    paging = {"PageSize": 2}
    pages = list(
        iam.get_paginator("get_account_authorization_details").paginate(Filter=["Role"], PaginationConfig=paging)
    )
    assert [len(page["RoleDetailList"]) for page in pages] == [2, 2, 1]
    details = {role["RoleName"]: role for page in pages for role in page["RoleDetailList"]}
    assert {name: details[name]["Tags"][0]["Value"] for name in names} == {name: name for name in names}
    assert not any("Description" in role for role in details.values())
    assert details["role3"]["AttachedManagedPolicies"][0]["PolicyArn"] == MONITORING
    assert details["role4"]["RolePolicyList"] == [{"PolicyName": "own", "PolicyDocument": READING}]
    listed = iam.list_roles(MaxItems=100)["Roles"]
    assert {(role["RoleName"], role["Description"], "Tags" in role) for role in listed} == {
        (name, "Why", False) for name in names
    }

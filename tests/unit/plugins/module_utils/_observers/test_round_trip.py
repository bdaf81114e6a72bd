"""What is made as wanted is found as wanted, and each thing changed behind its back is found changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, from_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._document import parse
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._roles import document
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan, check, plan_stack

from emulator.testing import Emulator
from tests.unit.stubs import ACCOUNT, OWNER, REGION

VPC, SUBNET, TABLE, GROUP = "vpc-retail-prod", "subnet-a", "route-table-a", "database-retail-prod"
KEY, ROLE, BUCKET = "alias/key-retail-prod", "role-backup-retail-prod", f"backup-retail-prod-{ACCOUNT}"
TAGS = OWNER.tags() | {"Project": "Retail"}
VPC_ID = {"ref": f"vpc/{VPC}", "get": "id"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "rds.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}],
}
BUCKET_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
BLOCKED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
BLOCKS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
RULE = {"proto": "tcp", "from_port": 5432, "to_port": 5432, "cidr_ip": "10.60.0.0/16", "rule_desc": "clients"}

ENTRIES: list[dict[str, Any]] = [
    {
        "kind": "vpc",
        "name": VPC,
        "properties": {"cidr_block": "10.60.0.0/16", "enable_dns_support": True, "enable_dns_hostnames": True},
    },
    *(
        {
            "kind": "subnet",
            "name": f"subnet-{zone}",
            "tags": {"pgfleet:tier": "private"},
            "properties": {"vpc_id": VPC_ID, "cidr_block": block, "availability_zone": f"{REGION}{zone}"},
        }
        for zone, block in (("a", "10.60.1.0/24"), ("b", "10.60.2.0/24"))
    ),
    {
        "kind": "route_table",
        "name": TABLE,
        "properties": {"vpc_id": VPC_ID, "subnet_ids": [{"ref": f"subnet/{SUBNET}", "get": "id"}]},
    },
    {
        "kind": "security_group",
        "name": GROUP,
        "properties": {"vpc_id": VPC_ID, "description": "PostgreSQL", "ingress": [RULE]},
    },
    {
        "kind": "network",
        "name": VPC,
        "external": True,
        "properties": {"vpc_name": VPC, "tier": "private", "security_group_names": [GROUP]},
    },
    {
        "kind": "kms_key",
        "name": KEY,
        "properties": {
            "alias": KEY,
            "description": "Key",
            "enable_key_rotation": True,
            "enabled": True,
            "policy": KEY_POLICY,
        },
    },
    {
        "kind": "iam_role",
        "name": ROLE,
        "properties": {
            "description": "Backups",
            "assume_role_policy": TRUST,
            "managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
            "inline_policies": {"backup": KEY_POLICY},
        },
    },
    {
        "kind": "s3_bucket",
        "name": BUCKET,
        "properties": {
            "encryption": {
                "sse_algorithm": "aws:kms",
                "kms_key_arn": {"ref": f"kms_key/{KEY}", "get": "arn"},
                "bucket_key_enabled": True,
            },
            "versioning": True,
            "public_access_block": dict.fromkeys(BLOCKS, True),
            "policy": BUCKET_POLICY,
            "lifecycle_rules": [
                {"id": "old", "noncurrent_version_expiration_days": 90},
                {"id": "cold", "transition_days": 30, "storage_class": "STANDARD_IA"},
            ],
        },
    },
]


class Account:
    """The deployment in an account, and the ids of what it has."""

    def __init__(self, aws: Emulator) -> None:
        self.aws = aws
        self._make_network()
        self._make_key_and_role()
        self._make_bucket()

    def client(self, service: str, **_: Any) -> Any:
        return self.aws.client(service, REGION)

    def planned(self) -> StackPlan:
        resources = parse(document(ENTRIES, "retail", TAGS), {name: h.kind for name, h in HANDLERS.items()})
        assert check(resources, HANDLERS) == []
        return plan_stack(Scope(Clients(self.client), OWNER, ACCOUNT, REGION), resources, HANDLERS, frozenset())

    @staticmethod
    def tags(kind: str, name: str, **more: str) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": from_tags(TAGS | {"Name": name} | more)}]

    def _make_network(self) -> None:
        ec2 = self.client("ec2")
        made = ec2.create_vpc(CidrBlock="10.60.0.0/16", TagSpecifications=self.tags("vpc", VPC))
        self.vpc_id = made["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=self.vpc_id, EnableDnsHostnames={"Value": True})
        self.subnet_ids = [
            ec2.create_subnet(
                VpcId=self.vpc_id,
                CidrBlock=block,
                AvailabilityZone=f"{REGION}{zone}",
                TagSpecifications=self.tags("subnet", f"subnet-{zone}", **{"pgfleet:tier": "private"}),
            )["Subnet"]["SubnetId"]
            for zone, block in (("a", "10.60.1.0/24"), ("b", "10.60.2.0/24"))
        ]
        table = ec2.create_route_table(VpcId=self.vpc_id, TagSpecifications=self.tags("route-table", TABLE))
        self.table_id = table["RouteTable"]["RouteTableId"]
        attached = ec2.associate_route_table(RouteTableId=self.table_id, SubnetId=self.subnet_ids[0])
        self.association_id = attached["AssociationId"]
        group = ec2.create_security_group(
            GroupName=GROUP,
            Description="PostgreSQL",
            VpcId=self.vpc_id,
            TagSpecifications=self.tags("security-group", GROUP),
        )
        self.group_id = group["GroupId"]
        self.let_in("10.60.0.0/16")

    def let_in(self, block: str) -> None:
        source = {"CidrIp": block, "Description": "clients"}
        permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [source]}
        self.client("ec2").authorize_security_group_ingress(GroupId=self.group_id, IpPermissions=[permission])

    def _make_key_and_role(self) -> None:
        kms, iam = self.client("kms"), self.client("iam")
        tags = from_tags(TAGS | {"Name": KEY}, "TagKey", "TagValue")
        made = kms.create_key(Description="Key", Policy=json.dumps(KEY_POLICY), Tags=tags)
        self.key_id, self.key_arn = made["KeyMetadata"]["KeyId"], made["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName=KEY, TargetKeyId=self.key_id)
        kms.enable_key_rotation(KeyId=self.key_id)
        iam.create_role(
            RoleName=ROLE,
            Description="Backups",
            AssumeRolePolicyDocument=json.dumps(TRUST),
            Tags=from_tags(TAGS | {"Name": ROLE}),
        )
        iam.attach_role_policy(RoleName=ROLE, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        iam.put_role_policy(RoleName=ROLE, PolicyName="backup", PolicyDocument=json.dumps(KEY_POLICY))

    def _make_bucket(self) -> None:
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": from_tags(TAGS | {"Name": BUCKET})})
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(BUCKET_POLICY))
        s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(BLOCKED, True))
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.key_arn}
        rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
        s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
        every = {"Status": "Enabled", "Filter": {"Prefix": ""}}
        cold = every | {"ID": "cold", "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}]}
        old = every | {"ID": "old", "NoncurrentVersionExpiration": {"NoncurrentDays": 90}}
        s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [cold, old]})


@pytest.fixture
def account(aws: Emulator) -> Account:
    return Account(aws)


def test_what_is_as_wanted_needs_nothing_and_is_known(account: Account) -> None:
    position = account.aws.mark()
    stack = account.planned()
    assert [plan.as_dict() for plan in stack.plans if plan.changed or plan.waiting] == []
    assert stack.problems == ()
    assert stack.known[f"network/{VPC}"] == {
        "vpc_id": account.vpc_id,
        "subnet_ids": account.subnet_ids,
        "availability_zones": [f"{REGION}a", f"{REGION}b"],
        "security_group_ids": [account.group_id],
    }
    assert stack.known[f"route_table/{TABLE}"] == {"id": account.table_id}
    assert stack.known[f"kms_key/{KEY}"]["arn"] == account.key_arn
    assert account.aws.writes(position) == []


def untag(account: Account) -> None:
    account.client("ec2").delete_tags(Resources=[account.vpc_id], Tags=[{"Key": "Project"}])


# What is done to an account, and the property that then differs.
DRIFTS: list[tuple[Callable[[Account], Any], str, str]] = [
    (
        lambda a: a.client("ec2").modify_vpc_attribute(VpcId=a.vpc_id, EnableDnsSupport={"Value": False}),
        f"vpc/{VPC}",
        "enable_dns_support",
    ),
    (untag, f"vpc/{VPC}", "tags.Project"),
    (
        lambda a: a.client("ec2").disassociate_route_table(AssociationId=a.association_id),
        f"route_table/{TABLE}",
        "subnet_ids",
    ),
    (lambda a: a.let_in("192.168.0.0/16"), f"security_group/{GROUP}", "ingress"),
    (lambda a: a.client("kms").delete_alias(AliasName=KEY), f"kms_key/{KEY}", "alias"),
    (lambda a: a.client("kms").disable_key_rotation(KeyId=a.key_id), f"kms_key/{KEY}", "enable_key_rotation"),
    (
        lambda a: a.client("iam").attach_role_policy(
            RoleName=ROLE, PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess"
        ),
        f"iam_role/{ROLE}",
        "managed_policy_arns",
    ),
    (
        lambda a: a.client("iam").put_role_policy(
            RoleName=ROLE, PolicyName="more", PolicyDocument=json.dumps(KEY_POLICY)
        ),
        f"iam_role/{ROLE}",
        "inline_policies",
    ),
    (
        lambda a: a.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}),
        f"s3_bucket/{BUCKET}",
        "versioning",
    ),
    (lambda a: a.client("s3").delete_public_access_block(Bucket=BUCKET), f"s3_bucket/{BUCKET}", "public_access_block"),
    (lambda a: a.client("s3").delete_bucket_policy(Bucket=BUCKET), f"s3_bucket/{BUCKET}", "policy"),
    (lambda a: a.client("s3").delete_bucket_lifecycle(Bucket=BUCKET), f"s3_bucket/{BUCKET}", "lifecycle_rules"),
]


def test_what_is_changed_behind_its_back_is_found(account: Account) -> None:
    for drift, _, _ in DRIFTS:
        drift(account)
    plans = [plan for plan in account.planned().plans if plan.changed]
    assert [(plan.key, change.property) for plan in plans for change in plan.changes] == [
        (key, name) for _, key, name in DRIFTS
    ]

"""What an RDS instance needs around it, made with boto3."""

from __future__ import annotations

import json
from typing import Any

from emulator.testing import Emulator

PASSWORD = "Zebra5Quartz7Lemon"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "monitoring.rds.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def account(aws: Emulator) -> dict[str, Any]:
    """Make it, and return the options of rds_instance that lead to it."""
    ec2, rds, iam = aws.client("ec2"), aws.client("rds"), aws.client("iam")
    vpc = ec2.create_vpc(CidrBlock="10.60.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.60.{n}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for n, zone in ((10, "a"), (20, "b"))
    ]
    security_group = ec2.create_security_group(VpcId=vpc, GroupName="database", Description="database")["GroupId"]
    ids = [subnet["SubnetId"] for subnet in subnets]
    rds.create_db_subnet_group(DBSubnetGroupName="subnets", DBSubnetGroupDescription="x", SubnetIds=ids)
    for name in ("group16", "other16"):
        rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily="postgres16", Description="x")
    value = json.dumps({"username": "dbadmin", "password": PASSWORD})
    secret = aws.client("secretsmanager").create_secret(Name="secret-retail-prod", SecretString=value)["ARN"]
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/key-retail-prod", TargetKeyId=key)
    role = iam.create_role(RoleName="monitoring", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    return {
        "master_user_secret_arn": secret,
        "kms_key_id": key,
        "performance_insights_kms_key_id": key,
        "monitoring_role_arn": role,
        "db_subnet_group_name": "subnets",
        "vpc_security_group_ids": [security_group],
        "db_parameter_group_name": "group16",
    }

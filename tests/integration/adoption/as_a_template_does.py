"""`retail` as a CloudFormation template makes it: the same infrastructure, under names of its own, without our tags.

Names are those that a stack ``retail-inventory`` gives: the template's own where it has some, else made of the stack's
name, the logical id and something random.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.testing import Emulator

REGION = "us-west-2"
ACCOUNT = "123456789012"
PASSWORD = "Retail2024dbadmin"  # what the stack was given as the parameter DBPassword
PREFIX = "RetailInventory-Production"
STACK = "retail-inventory"
BUCKET = f"{PREFIX}-backups-{ACCOUNT}".lower()
SUBNETS = {"1": ("10.60.10.0/24", "us-west-2a"), "2": ("10.60.20.0/24", "us-west-2b")}
DATABASE = f"{PREFIX}-db".lower()
GROUP = f"{STACK}-DatabaseSecurityGroup-1QX3F8B0C2D4"
SUBNET_GROUP = f"{STACK}-dbsubnetgroup-7ykc2m0q9x1z"
PARAMETER_GROUP = f"{STACK}-dbparametergroup-p3b8r5t2w6v0"
MONITORING_ROLE = f"{STACK}-RDSEnhancedMonitoringRole-4Z8N1H6J0K2L"
ALIAS = f"alias/{PREFIX}-encryption"
TOPIC = f"{PREFIX}-DBAlerts"
MANAGED = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
GIB = 1024**3
# Name, what it says, metric, whether it is too much or too little, threshold, periods.
ALARMS = (
    ("DB-HighCPU", "database CPU exceeds 80%", "CPUUtilization", "GreaterThanThreshold", 80, 2),
    ("DB-HighConnections", "database connections exceed 15", "DatabaseConnections", "GreaterThanThreshold", 15, 2),
    ("DB-LowStorage", "free storage space is less than 2GB", "FreeStorageSpace", "LessThanThreshold", 2 * GIB, 1),
    ("DB-HighReadLatency", "read latency exceeds 200ms", "ReadLatency", "GreaterThanThreshold", 0.2, 2),
    ("DB-HighWriteLatency", "write latency exceeds 200ms", "WriteLatency", "GreaterThanThreshold", 0.2, 2),
)


@dataclass(frozen=True)
class Made:
    """What a stack puts out, beside what has a name."""

    vpc: str
    subnets: list[str]
    group: str
    endpoint: str
    key: str
    topic: str


def make(aws: Emulator) -> Made:
    ec2 = aws.client("ec2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.60.0.0/16", TagSpecifications=named("vpc", "VPC"))["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    tables = [_table(ec2, vpc, number) for number in SUBNETS]
    subnets = [_subnet(ec2, vpc, number, table) for number, table in zip(SUBNETS, tables, strict=True)]
    endpoint = _endpoint(ec2, vpc, tables)
    group = _group(ec2, vpc)
    key = _key(aws.client("kms", REGION))
    roles = _roles(aws.client("iam", REGION), key)
    _bucket(aws.client("s3", REGION), key)
    _database(aws.client("rds", REGION), subnets, group, key, roles)
    topic = _watched(aws)
    return Made(vpc, subnets, group, endpoint, key, topic)


def tags(name: str, **more: str) -> list[Any]:
    return [{"Key": key, "Value": value} for key, value in {"Name": f"{PREFIX}-{name}", **more}.items()]


def named(resource: str, name: str, **more: str) -> list[Any]:
    return [{"ResourceType": resource, "Tags": tags(name, **more)}]


def policy(*statements: Mapping[str, Any], **more: str) -> str:
    return json.dumps({"Version": "2012-10-17", **more, "Statement": list(statements)})


def _table(ec2: Any, vpc: str, number: str) -> str:
    made = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", f"PrivateRouteTable{number}"))
    return str(made["RouteTable"]["RouteTableId"])


def _subnet(ec2: Any, vpc: str, number: str, table: str) -> str:
    block, zone = SUBNETS[number]
    specifications = named("subnet", f"PrivateSubnet{number}", Type="Private")
    made = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone, TagSpecifications=specifications)
    ec2.associate_route_table(SubnetId=made["Subnet"]["SubnetId"], RouteTableId=table)
    return str(made["Subnet"]["SubnetId"])


def _endpoint(ec2: Any, vpc: str, tables: list[str]) -> str:
    """The template gives it no name."""
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{REGION}.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=tables,
        PolicyDocument=policy(
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
                "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
            }
        ),
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def _group(ec2: Any, vpc: str) -> str:
    group = ec2.create_security_group(
        GroupName=GROUP,
        Description="Security group for RDS PostgreSQL database",
        VpcId=vpc,
        TagSpecifications=named("security-group", "DBSecurityGroup"),
    )["GroupId"]
    clients = {"CidrIp": "10.60.0.0/16", "Description": "Allow PostgreSQL access from within VPC"}
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [clients]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    return str(group)


def _key(kms: Any) -> str:
    uses = [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:CreateGrant",
        "kms:DescribeKey",
    ]
    sids = ("Enable IAM User Permissions", "Allow use of the key for RDS", "Allow use of the key for S3")
    principals = (
        {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        {"Service": "rds.amazonaws.com"},
        {"Service": "s3.amazonaws.com"},
    )
    actions = ("kms:*", uses, ["kms:Decrypt", "kms:GenerateDataKey"])
    statements = [
        {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
        for sid, principal, action in zip(sids, principals, actions, strict=True)
    ]
    key = kms.create_key(
        Description="KMS key for encrypting RDS database and S3 backups",
        Policy=policy(*statements, Id="key-policy-1"),
        Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags("KMSKey")],
    )["KeyMetadata"]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=key["KeyId"])
    return str(key["Arn"])


def _roles(iam: Any, key: str) -> str:
    """Returns the ARN of the monitoring role."""

    def role(name: str, service: str, tag: str) -> str:
        trust = policy({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"})
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags(tag))
        return str(made["Role"]["Arn"])

    monitoring = role(MONITORING_ROLE, "monitoring.rds.amazonaws.com", "RDSMonitoringRole")
    iam.attach_role_policy(RoleName=MONITORING_ROLE, PolicyArn=MANAGED)
    backup = f"{PREFIX}-S3BackupRole"
    role(backup, "rds.amazonaws.com", "S3BackupRole")
    reach = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
    }
    use = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], "Resource": key}
    iam.put_role_policy(RoleName=backup, PolicyName="S3BackupAccess", PolicyDocument=policy(reach, use))
    return monitoring


def _bucket(s3: Any, key: str) -> None:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    by_default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    encryption = {"Rules": [{"ApplyServerSideEncryptionByDefault": by_default, "BucketKeyEnabled": True}]}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=encryption)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    everything: Any = {"Status": "Enabled", "Filter": {"Prefix": ""}}
    later = [("TransitionToIA", 30, "STANDARD_IA"), ("TransitionToGlacier", 90, "GLACIER")]
    rules = [
        {"ID": "DeleteOldVersions", **everything, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
        *(
            {"ID": name, **everything, "Transitions": [{"Days": days, "StorageClass": where}]}
            for name, days, where in later
        ),
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": tags("BackupBucket")})
    s3.put_object(Bucket=BUCKET, Key="2024/inventory.dump", Body=b"a backup that somebody made")
    refused = {
        "Sid": "DenyInsecureConnections",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(refused))


def _database(rds: Any, subnets: list[str], group: str, key: str, monitoring: str) -> None:
    rds.create_db_subnet_group(
        DBSubnetGroupName=SUBNET_GROUP,
        DBSubnetGroupDescription="Subnet group for RDS PostgreSQL database",
        SubnetIds=subnets,
        Tags=tags("DBSubnetGroup"),
    )
    rds.create_db_parameter_group(
        DBParameterGroupName=PARAMETER_GROUP,
        DBParameterGroupFamily="postgres16",
        Description="Custom parameter group for PostgreSQL 16",
        Tags=tags("DBParameterGroup"),
    )
    parameters = {
        "log_statement": "all",
        "log_min_duration_statement": "100",
        "shared_preload_libraries": "pg_stat_statements",
        "track_io_timing": "1",
    }
    rds.modify_db_parameter_group(
        DBParameterGroupName=PARAMETER_GROUP,
        Parameters=[
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "pending-reboot"}
            for name, value in parameters.items()
        ],
    )
    rds.create_db_instance(
        DBInstanceIdentifier=DATABASE,
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        EngineVersion="16.13",
        MasterUsername="dbadmin",
        MasterUserPassword=PASSWORD,
        AllocatedStorage=20,
        MaxAllocatedStorage=100,
        StorageType="gp3",
        StorageEncrypted=True,
        KmsKeyId=key,
        DBSubnetGroupName=SUBNET_GROUP,
        VpcSecurityGroupIds=[group],
        DBParameterGroupName=PARAMETER_GROUP,
        PubliclyAccessible=False,
        BackupRetentionPeriod=7,
        PreferredBackupWindow="03:00-04:00",
        PreferredMaintenanceWindow="sun:04:00-sun:05:00",
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId=key,
        PerformanceInsightsRetentionPeriod=7,
        MonitoringInterval=60,
        MonitoringRoleArn=monitoring,
        EnableCloudwatchLogsExports=["postgresql"],
        DeletionProtection=False,
        Tags=tags("DBInstance", Environment="Production"),
    )
    rds.get_waiter("db_instance_available").wait(
        DBInstanceIdentifier=DATABASE, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )


def _watched(aws: Emulator) -> str:
    sns, cloudwatch = aws.client("sns", REGION), aws.client("cloudwatch", REGION)
    topic = sns.create_topic(Name=TOPIC, Attributes={"DisplayName": "Database Alerts"}, Tags=tags("SNSTopic"))[
        "TopicArn"
    ]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="dba@retail.example.com")
    for name, what, metric, comparison, threshold, periods in ALARMS:
        cloudwatch.put_metric_alarm(
            AlarmName=f"{PREFIX}-{name}",
            AlarmDescription=f"Alarm when {what}",
            Namespace="AWS/RDS",
            MetricName=metric,
            Dimensions=[{"Name": "DBInstanceIdentifier", "Value": DATABASE}],
            Statistic="Average",
            Period=300,
            EvaluationPeriods=periods,
            Threshold=threshold,
            ComparisonOperator=comparison,
            TreatMissingData="notBreaching",
            AlarmActions=[topic],
        )
    return str(topic)

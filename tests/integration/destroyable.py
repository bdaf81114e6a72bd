"""Deployments as the roles leave them, made with boto3, and a look at what is left of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from emulator.testing import Emulator

REGION = "us-west-2"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "monitoring.rds.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)
MONITORING = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


@dataclass
class Deployment:
    """One system under one suffix in an emulated account."""

    aws: Emulator
    system: str = "retail"
    suffix: str = "prod"

    def client(self, service: str) -> Any:
        return self.aws.client(service, REGION)

    @property
    def owner(self) -> dict[str, str]:
        return {"pgfleet:system": self.system, "pgfleet:suffix": self.suffix}

    def tags(self, name: str = "", key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
        tags = self.owner | ({"Name": name} if name else {})
        return [{key: k, value: v} for k, v in tags.items()]

    def name(self, kind: str) -> str:
        return f"{kind}-{self.system}-{self.suffix}"

    def make_network(self) -> str:
        """VPC, two subnets with a route table each, gateway endpoint, two security groups that refer to each other."""
        ec2 = self.client("ec2")
        vpc: str = ec2.create_vpc(CidrBlock="10.60.0.0/16", TagSpecifications=self._spec("vpc", "vpc"))["Vpc"]["VpcId"]
        tables = []
        for letter, third in (("a", 10), ("b", 20)):
            subnet = ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.60.{third}.0/24",
                AvailabilityZone=REGION + letter,
                TagSpecifications=self._spec("subnet", f"subnet-{letter}"),
            )["Subnet"]["SubnetId"]
            table = ec2.create_route_table(VpcId=vpc, TagSpecifications=self._spec("route-table", f"table-{letter}"))
            tables.append(table["RouteTable"]["RouteTableId"])
            ec2.associate_route_table(RouteTableId=tables[-1], SubnetId=subnet)
        ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=f"com.amazonaws.{REGION}.s3",
            RouteTableIds=tables,
            TagSpecifications=self._spec("vpc-endpoint", "endpoint-s3"),
        )
        database, clients = (self._group(vpc, self.name(kind)) for kind in ("database", "clients"))
        for group, other in ((database, clients), (clients, database)):
            pair = [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": other}]}]
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=pair)
        self._parameter("network/vpc_id", vpc)
        return vpc

    def _group(self, vpc: str, name: str) -> str:
        spec = self._spec("security-group", name)
        made = self.client("ec2").create_security_group(
            VpcId=vpc, GroupName=name, Description=name, TagSpecifications=spec
        )
        return str(made["GroupId"])

    def _spec(self, resource: str, kind: str) -> list[dict[str, Any]]:
        return [{"ResourceType": resource, "Tags": self.tags(self.name(kind))}]

    def _parameter(self, name: str, value: str) -> None:
        path = f"/pgfleet/{self.system}/{self.suffix}/{name}"
        self.client("ssm").put_parameter(Name=path, Value=value, Type="String", Tags=self.tags())

    def make_key(self) -> str:
        kms = self.client("kms")
        key: str = kms.create_key(Tags=self.tags(key="TagKey", value="TagValue"))["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName=f"alias/{self.name('key')}", TargetKeyId=key)
        return key

    def make_database(self, *, protected: bool = True, **settings: Any) -> str:
        """The instance with its groups, in a network of its own making; also its log group."""
        rds, ec2 = self.client("rds"), self.client("ec2")
        inside = [{"Name": f"tag:{key}", "Values": [value]} for key, value in self.owner.items()]
        subnets = [subnet["SubnetId"] for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]]
        groups = ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
        tags = self.tags()
        rds.create_db_subnet_group(
            DBSubnetGroupName=self.name("subnet-group"), DBSubnetGroupDescription="x", SubnetIds=subnets, Tags=tags
        )
        family = "postgres16"
        parameters = f"{self.name('parameter-group')}-{family}"
        rds.create_db_parameter_group(
            DBParameterGroupName=parameters, DBParameterGroupFamily=family, Description="x", Tags=tags
        )
        database = self.name("db")
        self.client("logs").create_log_group(logGroupName=f"/aws/rds/instance/{database}/postgresql", tags=self.owner)
        rds.create_db_instance(
            DBInstanceIdentifier=database,
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            EngineVersion="16.13",
            AllocatedStorage=20,
            MasterUsername="dbadmin",
            MasterUserPassword="correcthorsebattery",
            DBSubnetGroupName=self.name("subnet-group"),
            DBParameterGroupName=parameters,
            VpcSecurityGroupIds=[g["GroupId"] for g in groups if g["GroupName"].startswith("database")],
            DeletionProtection=protected,
            CopyTagsToSnapshot=True,
            Tags=tags,
            **settings,
        )
        return database

    def make_rest(self, key: str) -> None:
        """Bucket, secret, roles, topic, alarms and outputs."""
        self.make_bucket(key)
        self.client("secretsmanager").create_secret(
            Name=self.name("secret"), SecretString="{}", KmsKeyId=key, Tags=self.tags()
        )
        iam = self.client("iam")
        role = self.name("role-monitoring")
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST, Tags=self.tags())
        iam.attach_role_policy(RoleName=role, PolicyArn=MONITORING)
        iam.put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=POLICY)
        topic = self.client("sns").create_topic(Name=self.name("topic"), Tags=self.tags())["TopicArn"]
        self.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="dba@example.com")
        self.make_alarms(topic)
        for output in ("endpoint", "port"):
            self._parameter(f"database/{output}", "x")

    def make_bucket(self, key: str) -> str:
        s3, name = self.client("s3"), f"{self.name('backup')}-123456789012"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": self.tags()})
        return name

    def make_alarms(self, topic: str) -> None:
        cloudwatch = self.client("cloudwatch")
        for kind in ("alarm-cpu", "alarm-connections"):
            cloudwatch.put_metric_alarm(
                AlarmName=self.name(kind),
                Namespace="AWS/RDS",
                MetricName="CPUUtilization",
                Statistic="Average",
                Period=300,
                EvaluationPeriods=2,
                Threshold=80,
                ComparisonOperator="GreaterThanThreshold",
                AlarmActions=[topic],
                Tags=self.tags(),
            )

    def make_notices(self) -> str:
        """What tells people: a topic with a key of its own, events that go to it, a dashboard. Returns the key."""
        kms, name = self.client("kms"), f"alias/{self.name('topic')}"
        use = [{"TagKey": "pgfleet:use", "TagValue": "topic"}]
        key: str = kms.create_key(Tags=[*self.tags(name, "TagKey", "TagValue"), *use])["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName=name, TargetKeyId=key)
        topic = self.client("sns").create_topic(
            Name=f"encrypted-{self.name('topic')}", Attributes={"KmsMasterKeyId": key}, Tags=self.tags()
        )
        self.client("rds").create_event_subscription(
            SubscriptionName=self.name("events"), SnsTopicArn=topic["TopicArn"], Tags=self.tags()
        )
        body = {"widgets": [{"type": "text", "width": 6, "height": 2, "properties": {"markdown": "x"}}]}
        self.client("cloudwatch").put_dashboard(
            DashboardName=self.name("dashboard"), DashboardBody=json.dumps(body), Tags=self.tags()
        )
        return key

    def make(self) -> str:
        """All of it. Returns the ARN of the key."""
        self.make_network()
        key = self.make_key()
        self.make_database(StorageEncrypted=True, KmsKeyId=key)
        self.make_rest(key)
        return key

    def left(self) -> dict[str, list[str]]:
        """What boto3 still describes of it, by kind; what is only waiting for its deletion is left out."""
        ec2, rds = self.client("ec2"), self.client("rds")
        inside = [{"Name": f"tag:{key}", "Values": [value]} for key, value in self.owner.items()]
        ending = f"-{self.system}-{self.suffix}"
        found = {
            "vpc": [v["VpcId"] for v in ec2.describe_vpcs(Filters=inside)["Vpcs"]],
            "subnet": [s["SubnetId"] for s in ec2.describe_subnets(Filters=inside)["Subnets"]],
            "route_table": [t["RouteTableId"] for t in ec2.describe_route_tables(Filters=inside)["RouteTables"]],
            "security_group": [g["GroupId"] for g in ec2.describe_security_groups(Filters=inside)["SecurityGroups"]],
            "gateway_endpoint": [
                e["VpcEndpointId"] for e in ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"]
            ],
            "rds_instance": [i["DBInstanceIdentifier"] for i in rds.describe_db_instances()["DBInstances"]],
            "db_subnet_group": [g["DBSubnetGroupName"] for g in rds.describe_db_subnet_groups()["DBSubnetGroups"]],
            "db_parameter_group": [
                g["DBParameterGroupName"].removesuffix("-postgres16")
                for g in rds.describe_db_parameter_groups()["DBParameterGroups"]
            ],
            "log_group": [
                g["logGroupName"].removesuffix("/postgresql")
                for g in self.client("logs").describe_log_groups()["logGroups"]
            ],
            "kms_key": [a["AliasName"] for a in self.client("kms").list_aliases()["Aliases"]],
            "secret": [s["Name"] for s in self.client("secretsmanager").list_secrets()["SecretList"]],
            "s3_bucket": [b["Name"].removesuffix("-123456789012") for b in self.client("s3").list_buckets()["Buckets"]],
            "iam_role": [r["RoleName"] for r in self.client("iam").list_roles()["Roles"]],
            "sns_topic": [t["TopicArn"] for t in self.client("sns").list_topics()["Topics"]],
            "rds_event_subscription": [
                e["CustSubscriptionId"] for e in rds.describe_event_subscriptions()["EventSubscriptionsList"]
            ],
            "dashboard": [d["DashboardName"] for d in self.client("cloudwatch").list_dashboards()["DashboardEntries"]],
            "metric_alarm": [a["AlarmName"] for a in self.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        }
        by_tag = {"vpc", "subnet", "route_table", "security_group", "gateway_endpoint"}
        ours = {kind: sorted(n for n in names if kind in by_tag or n.endswith(ending)) for kind, names in found.items()}
        path = f"/pgfleet/{self.system}/{self.suffix}/"
        parameters = self.client("ssm").get_parameters_by_path(Path=path, Recursive=True)["Parameters"]
        ours["ssm_parameter"] = sorted(parameter["Name"].removeprefix(path) for parameter in parameters)
        return {kind: names for kind, names in ours.items() if names}

    def snapshots(self) -> list[str]:
        found = self.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        return sorted(snapshot["DBSnapshotIdentifier"] for snapshot in found)

    def tear_down(self, scope: str, **options: Any) -> dict[str, Any]:
        """Options of stack_teardown, as a task gives them."""
        return {
            "system": self.system,
            "suffix": self.suffix,
            "scope": scope,
            "region": REGION,
            "wait_timeout": 60,
        } | options

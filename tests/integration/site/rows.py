"""The calls that write each kind of the registry, as the request log has them."""

from __future__ import annotations

from dataclasses import dataclass

# An update to values that are only known once something else was made: they may turn out to be what they were.
FOLLOWS = "follows"


@dataclass(frozen=True)
class Row:
    """The calls that write one kind, and the types of the ARNs that say of which resource.

    makes:   one of them for what is new
    changes: what a present one takes, and a new one may take beside
    deletes: one of them for what is no longer wanted, where a plan deletes that
    """

    types: tuple[str, ...]
    makes: tuple[str, ...]
    changes: tuple[str, ...]
    deletes: tuple[str, ...] = ()

    def needed(self, action: str) -> tuple[str, ...]:
        """One of these has to be made for it."""
        return {"create": self.makes, "update": self.changes, "delete": self.deletes, FOLLOWS: ()}[action]

    def allowed(self, action: str) -> tuple[str, ...]:
        if action == "create":
            return (*self.makes, *self.changes)
        return self.changes if action == FOLLOWS else self.needed(action)

    @property
    def calls(self) -> set[str]:
        return {*self.makes, *self.changes, *self.deletes}


_TAGS = ("TagResource", "UntagResource")
_EC2_TAGS = ("CreateTags", "DeleteTags")
_RDS_TAGS = ("AddTagsToResource", "RemoveTagsFromResource")
_ENDPOINT = Row(("ec2:vpc-endpoint",), ("CreateVpcEndpoint",), ("ModifyVpcEndpoint", *_EC2_TAGS))
_PUT_ALARM = ("TagResource", "UntagResource", "DisableAlarmActions", "EnableAlarmActions")

ROWS: dict[str, Row] = {
    "vpc": Row(("ec2:vpc",), ("CreateVpc",), ("ModifyVpcAttribute", *_EC2_TAGS)),
    "subnet": Row(("ec2:subnet",), ("CreateSubnet",), _EC2_TAGS),
    "internet_gateway": Row(
        ("ec2:internet-gateway",), ("CreateInternetGateway",), ("AttachInternetGateway", *_EC2_TAGS)
    ),
    "elastic_ip": Row(("ec2:elastic-ip",), ("AllocateAddress",), _EC2_TAGS),
    "nat_gateway": Row(("ec2:natgateway",), ("CreateNatGateway",), _EC2_TAGS),
    "route_table": Row(
        ("ec2:route-table",),
        ("CreateRouteTable",),
        (
            *("AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation"),
            *("CreateRoute", "DeleteRoute", "ReplaceRoute", *_EC2_TAGS),
        ),
    ),
    "gateway_endpoint": _ENDPOINT,
    "interface_endpoint": _ENDPOINT,
    "security_group": Row(
        ("ec2:security-group",),
        ("CreateSecurityGroup",),
        (
            *("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress"),
            *("RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
            *("UpdateSecurityGroupRuleDescriptionsIngress", *_EC2_TAGS),
        ),
    ),
    "network_acl": Row(
        ("ec2:network-acl",),
        ("CreateNetworkAcl",),
        (
            *("CreateNetworkAclEntry", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry"),
            *("ReplaceNetworkAclAssociation", *_EC2_TAGS),
        ),
    ),
    "kms_key": Row(
        ("kms:alias", "kms:key"),
        ("CreateKey",),
        (
            *("CreateAlias", "UpdateAlias", "PutKeyPolicy", "UpdateKeyDescription"),
            *("EnableKey", "EnableKeyRotation", "CancelKeyDeletion", *_TAGS),
        ),
    ),
    "iam_role": Row(
        ("iam:role",),
        ("CreateRole",),
        (
            *("AttachRolePolicy", "DetachRolePolicy", "DeleteRolePolicy", "PutRolePolicy"),
            *("UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription", "TagRole", "UntagRole"),
        ),
    ),
    "s3_bucket": Row(
        ("s3:",),
        ("CreateBucket",),
        (
            *("PutBucketEncryption", "PutBucketLifecycleConfiguration", "PutBucketPolicy", "PutBucketTagging"),
            *("PutBucketVersioning", "PutPublicAccessBlock"),
        ),
    ),
    "secret": Row(("secretsmanager:secret",), ("CreateSecret",), ("UpdateSecret", "RestoreSecret", *_TAGS)),
    # Its two tags are written last: docs/design.md, Two tags on the secret.
    "secret_attachment": Row(("secretsmanager:secret",), ("TagResource",), ("PutSecretValue", "TagResource")),
    "db_subnet_group": Row(("rds:subgrp",), ("CreateDBSubnetGroup",), ("ModifyDBSubnetGroup", *_RDS_TAGS)),
    "db_parameter_group": Row(
        ("rds:pg",), ("CreateDBParameterGroup",), ("ModifyDBParameterGroup", "ResetDBParameterGroup", *_RDS_TAGS)
    ),
    "db_cluster_parameter_group": Row(
        ("rds:cluster-pg",),
        ("CreateDBClusterParameterGroup",),
        ("ModifyDBClusterParameterGroup", "ResetDBClusterParameterGroup", *_RDS_TAGS),
    ),
    "rds_instance": Row(
        ("rds:db",),
        ("CreateDBInstance", "CreateDBInstanceReadReplica"),
        ("ModifyDBInstance", "RebootDBInstance", *_RDS_TAGS),
    ),
    # With its members.
    "aurora_cluster": Row(
        ("rds:cluster", "rds:db"),
        ("CreateDBCluster",),
        (
            *("ModifyDBCluster", "CreateDBInstance", "ModifyDBInstance", "RebootDBInstance", "DeleteDBInstance"),
            *("EnableHttpEndpoint", "DisableHttpEndpoint", *_RDS_TAGS),
        ),
    ),
    "rds_event_subscription": Row(
        ("rds:es",),
        ("CreateEventSubscription",),
        (
            *("ModifyEventSubscription", "AddSourceIdentifierToSubscription"),
            *("RemoveSourceIdentifierFromSubscription", *_RDS_TAGS),
        ),
    ),
    "reader_autoscaling": Row(
        ("application-autoscaling:scalable-target",),
        ("RegisterScalableTarget",),
        ("RegisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy", *_TAGS),
    ),
    "log_group": Row(
        ("logs:log-group",),
        ("CreateLogGroup",),
        ("PutRetentionPolicy", "DeleteRetentionPolicy", "AssociateKmsKey", "DisassociateKmsKey", *_TAGS),
    ),
    "metric_filters": Row(
        ("logs:log-group",), ("PutMetricFilter",), ("PutMetricFilter", "DeleteMetricFilter"), ("DeleteMetricFilter",)
    ),
    "lambda_function": Row(
        ("lambda:function",),
        ("CreateFunction",),
        (
            *("UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion"),
            *("PutFunctionConcurrency", "DeleteFunctionConcurrency", *_TAGS),
        ),
    ),
    "lambda_alias": Row(("lambda:function",), ("CreateAlias",), ("UpdateAlias",)),
    "sns_topic": Row(("sns:",), ("CreateTopic",), ("SetTopicAttributes", "Subscribe", "Unsubscribe", *_TAGS)),
    "metric_alarm": Row(("cloudwatch:alarm",), ("PutMetricAlarm",), ("PutMetricAlarm", *_PUT_ALARM), ("DeleteAlarms",)),
    "composite_alarm": Row(
        ("cloudwatch:alarm",), ("PutCompositeAlarm",), ("PutCompositeAlarm", *_PUT_ALARM), ("DeleteAlarms",)
    ),
    "cloudwatch_dashboard": Row(("cloudwatch:dashboard",), ("PutDashboard",), ("PutDashboard", *_TAGS)),
    "ssm_parameter": Row(
        ("ssm:parameter",),
        ("PutParameter",),
        ("PutParameter", "AddTagsToResource", "RemoveTagsFromResource"),
        ("DeleteParameter", "DeleteParameters"),
    ),
}
# Kinds that a document only names.
NEVER_WRITTEN = {"network": "is somebody else's"}

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Every kind the planner knows."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler
from ansible_collections.pgfleet.aws.plugins.module_utils._observers import (
    cloudwatch,
    dashboards,
    ec2,
    event_subscriptions,
    gateway_endpoint,
    iam,
    interface_endpoint,
    internet,
    kms,
    lambda_functions,
    logs,
    metric_filters,
    network,
    network_acl,
    rds,
    reader_autoscaling,
    s3,
    secretsmanager,
    sns,
    ssm,
)

HANDLERS: dict[str, Handler] = {
    handler.kind.name: handler
    for handler in (
        ec2.VPC,
        ec2.SUBNET,
        internet.INTERNET_GATEWAY,
        internet.ELASTIC_IP,
        internet.NAT_GATEWAY,
        ec2.ROUTE_TABLE,
        gateway_endpoint.GATEWAY_ENDPOINT,
        ec2.SECURITY_GROUP,
        interface_endpoint.INTERFACE_ENDPOINT,
        network_acl.NETWORK_ACL,
        network.NETWORK,
        kms.KMS_KEY,
        iam.IAM_ROLE,
        s3.S3_BUCKET,
        secretsmanager.SECRET,
        secretsmanager.SECRET_ATTACHMENT,
        rds.DB_SUBNET_GROUP,
        rds.DB_PARAMETER_GROUP,
        rds.DB_CLUSTER_PARAMETER_GROUP,
        rds.RDS_INSTANCE,
        rds.AURORA_CLUSTER,
        event_subscriptions.EVENT_SUBSCRIPTION,
        reader_autoscaling.READER_AUTOSCALING,
        logs.LOG_GROUP,
        lambda_functions.LAMBDA_FUNCTION,
        lambda_functions.LAMBDA_ALIAS,
        metric_filters.METRIC_FILTERS,
        sns.SNS_TOPIC,
        cloudwatch.METRIC_ALARM,
        cloudwatch.COMPOSITE_ALARM,
        dashboards.DASHBOARD,
        ssm.SSM_PARAMETER,
    )
}

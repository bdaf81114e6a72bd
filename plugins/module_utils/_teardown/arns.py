# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Owned resources of kinds that no teardown knows, recognised by their ARNs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

# As ARNs name them: https://docs.aws.amazon.com/service-authorization/latest/reference/
READ_FROM_THE_SERVICE = frozenset(
    {
        "application-autoscaling:scalable-target",
        "cloudwatch:alarm",
        "cloudwatch:dashboard",
        "ec2:elastic-ip",
        "ec2:internet-gateway",
        "ec2:natgateway",
        "ec2:network-acl",
        "ec2:route-table",
        "ec2:security-group",
        "ec2:subnet",
        "ec2:vpc",
        "ec2:vpc-endpoint",
        "iam:role",
        "kms:key",
        "lambda:function",
        "logs:log-group",
        "rds:auto-backup",
        "rds:cluster",
        "rds:cluster-auto-backup",
        "rds:cluster-pg",
        "rds:cluster-snapshot",
        "rds:db",
        "rds:es",
        "rds:pg",
        "rds:snapshot",
        "rds:subgrp",
        "s3",
        "secretsmanager:secret",
        "sns",
        "ssm:parameter",
    }
)


def of_no_known_kind(scope: str, indexed: Mapping[str, Mapping[str, str]]) -> Iterable[Found]:
    """What the tagging API lists beyond the kinds that are read from their own services.

    A network has what EC2 has, a database all else.
    """
    for arn, tags in indexed.items():
        kind, name = _kind_and_name(arn)
        if kind not in READ_FROM_THE_SERVICE and kind.startswith("ec2:") == (scope == "network"):
            yield Found(kind, name, arn, tags)


def _kind_and_name(arn: str) -> tuple[str, str]:
    """``...:rds:us-east-1:1:cluster:x`` and ``...:ec2:us-east-1:1:natgateway/x`` have a type, ``...:s3:::x`` none."""
    _, _, service, _, _, resource = arn.split(":", 5)
    cut = min((place for place in (resource.find(":"), resource.find("/")) if place >= 0), default=-1)
    return (f"{service}:{resource[:cut]}", resource[cut + 1 :]) if cut >= 0 else (service, resource)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. DB subnet groups: the subnets of one VPC in which RDS places instances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Kind,
    Observed,
    Problem,
    Property,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

LOWEST_ZONES = 2
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
NAME = re.compile(r"[a-z0-9][a-z0-9._ -]{0,254}")


def check_db_subnet_group(desired: Desired) -> Iterable[Problem]:
    if not NAME.fullmatch(desired.name) or desired.name == "default":
        allowed = "1-255 lower-case letters, digits, dots, dashes, underscores or spaces, and not 'default'"
        yield desired.problem("name", f"is no name of a DB subnet group. Allowed: {allowed}.", desired.name)
    subnets = desired.properties.get("subnet_ids")
    if subnets is not None and not unknown(subnets) and len(set(subnets)) < LOWEST_ZONES:
        yield desired.problem("subnet_ids", "RDS needs at least two subnets, in at least two availability zones.")


def zone_problems(desired: Desired, zones: Sequence[str]) -> Iterable[Problem]:
    """A group covers at least two zones, even for a single-AZ instance.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    distinct = sorted(set(zones))
    if len(distinct) < LOWEST_ZONES:
        found = ", ".join(distinct) or "no zone"
        yield desired.problem("subnet_ids", f"lie in {found}; RDS needs subnets in at least two availability zones.")


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    subnets = raw.get("Subnets", [])
    return Observed(
        "db_subnet_group",
        raw["DBSubnetGroupName"],
        {
            "description": raw.get("DBSubnetGroupDescription"),
            "subnet_ids": sorted(subnet["SubnetIdentifier"] for subnet in subnets),
        },
        tags,
        {
            "arn": raw["DBSubnetGroupArn"],
            "vpc_id": raw.get("VpcId"),
            "availability_zones": sorted({subnet["SubnetAvailabilityZone"]["Name"] for subnet in subnets}),
        },
    )


DB_SUBNET_GROUP = Kind(
    "db_subnet_group",
    {"description": Property(), "subnet_ids": Property(as_set)},
    check_db_subnet_group,
)

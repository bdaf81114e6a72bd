# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What RDS instances and Aurora clusters can never become, and what means nothing.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import VERSION, major, version
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Change,
    Desired,
    Effect,
    Observed,
    Problem,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import same_key

# A setting of something that is off is not reported by AWS, and means nothing.
DEPENDENT = {
    "performance_insights_enabled": ("performance_insights_retention_days", "performance_insights_kms_key_id"),
    "monitoring_interval_seconds": ("monitoring_role_arn",),
    "manage_master_user_password": ("master_user_secret_kms_key_id",),
}
# Groups of the new family, which the server has only after a major upgrade.
WITH_UPGRADE = frozenset({"db_cluster_parameter_group_name", "db_parameter_group_name"})


def meaningless(desired: Desired) -> set[str]:
    """The properties that mean nothing because what they belong to is switched off."""
    return {name for main, names in DEPENDENT.items() if desired.properties.get(main) in (False, 0) for name in names}


def refusals(desired: Desired, observed: Observed, what: str, family: str) -> Iterator[Problem]:
    """``what`` it is ('instance'); ``family`` of its parameter groups, without the major ('postgres')."""
    yield from _version_refusals(desired, observed, what, family)
    yield from _password_refusals(desired, observed, what)
    yield from insights_refusals(desired, observed)


def insights_refusals(desired: Desired, observed: Observed) -> Iterator[Problem]:
    key, present = (p.get("performance_insights_kms_key_id") for p in (desired.properties, observed.properties))
    if key and present and not unknown(key) and not same_key(present, key):
        # https://github.com/hashicorp/terraform-provider-aws/pull/6453
        kept = "AWS keeps the first key that Performance Insights had, also while it is off"
        yield desired.problem("performance_insights_kms_key_id", f"is {present} and can never change: {kept}.")


def _password_refusals(desired: Desired, observed: Observed, what: str) -> Iterator[Problem]:
    name = "manage_master_user_password"
    taken_over = desired.properties.get(name) is False and observed.properties[name]
    if taken_over and not desired.properties.get("master_user_secret_arn"):
        advice = f"needs master_user_secret_arn, a secret with the password that the {what} should have then"
        yield desired.problem(name, f"{advice}. RDS deletes its own.")
    key, present = (p.get("master_user_secret_kms_key_id") for p in (desired.properties, observed.properties))
    stays = observed.properties[name] and not taken_over
    if stays and key and present and not unknown(key) and not same_key(present, key):
        # MasterUserSecretKmsKeyId is valid only together with the switch to RDS's own secret.
        advice = f"Switch {desired.input_name(name)} off and on again"
        yield desired.problem("master_user_secret_kms_key_id", f"is {present} and cannot change in place. {advice}.")


def major_upgrade(desired: Desired, observed: Observed) -> bool:
    """Whether a version of a later major is wanted."""
    wanted = desired.properties.get("engine_version")
    return (
        wanted is not None
        and VERSION.fullmatch(wanted) is not None
        and major(wanted) > major(observed.properties["engine_version"])
    )


def with_upgrade(change: Change, desired: Desired, observed: Observed) -> Change:
    """Parameter groups of the new family go with the major upgrade, and cost and wait like it."""
    if change.property.rpartition(".")[2] not in WITH_UPGRADE or not major_upgrade(desired, observed):
        return change
    return replace(change, effect=Effect.DOWNTIME, note="with the upgrade")


def _version_refusals(desired: Desired, observed: Observed, what: str, family: str) -> Iterator[Problem]:
    wanted, present = desired.properties.get("engine_version"), observed.properties["engine_version"]
    if wanted is None or not VERSION.fullmatch(wanted):
        return
    if major(wanted) < major(present):
        advice = f"Write {major(present)}"
        yield desired.problem("engine_version", f"is {present} in AWS, and a server is never downgraded. {advice}.")
    elif major_upgrade(desired, observed) and not desired.properties.get("allow_major_version_upgrade"):
        yield desired.problem(
            "engine_version",
            f"is a major upgrade from {present}. Take a snapshot, give the {what} a parameter group of the family "
            f"{family}{version(wanted)[0]}, and set allow_major_version_upgrade.",
        )

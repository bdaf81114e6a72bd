# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What AWS offers (engine versions, instance classes) against what is wanted.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_versions import major, version
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown

SUPPORTS = {
    "multi_az": "MultiAZCapable",
    "storage_encrypted": "SupportsStorageEncryption",
    "performance_insights_enabled": "SupportsPerformanceInsights",
    "monitoring_interval_seconds": "SupportsEnhancedMonitoring",
    "iam_authentication": "SupportsIAMDatabaseAuthentication",
    "max_allocated_storage_gib": "SupportsStorageAutoscaling",
    "dedicated_log_volume": "SupportsDedicatedLogVolume",
}
OFFERED = ("engine_version", "instance_class", "storage_type", "ca_certificate_identifier", "log_exports", *SUPPORTS)

Raw = Mapping[str, Any]


def depends_on_offer(desired: Desired, observed: Observed) -> bool:
    """Whether something changes that only some versions and classes have."""
    for name in OFFERED:
        after = desired.properties.get(name)
        if after is None or unknown(after):
            continue
        if not RDS_INSTANCE.properties[name].satisfied(observed.properties.get(name), after):
            return True
    return False


def newest(offered: Iterable[str], wanted: str) -> str | None:
    """The offered version to ask for: the wanted one, or the newest of its major when only the major is wanted."""
    versions = list(offered)
    return wanted if wanted in versions else newest_of_all(v for v in versions if v.split(".")[0] == wanted)


def newest_of_all(offered: Iterable[str]) -> str | None:
    return max(offered, key=version, default=None)


def version_problem(desired: Desired, offered: Iterable[str], region: str) -> Problem:
    wanted = desired.properties["engine_version"]
    fitting = sorted((v for v in offered if major(v) == major(wanted)), key=version)
    if fitting:
        advice = f"Offered: {', '.join(fitting)}. Write {major(wanted)} to follow the newest."
    else:
        advice = f"Offered majors: {', '.join(str(m) for m in sorted({major(v) for v in offered}))}."
    return desired.problem("engine_version", f"is not offered by AWS in {region}. {advice}")


def version_problems(desired: Desired, raw: Raw) -> Iterator[Problem]:
    """What the version itself does not have. ``raw`` is AWS's description of it, empty when it was not read."""
    certificate, known = (
        desired.properties.get("ca_certificate_identifier"),
        raw.get("SupportedCACertificateIdentifiers"),
    )
    if certificate and known and certificate not in known:
        yield desired.problem("ca_certificate_identifier", f"is not allowed. Allowed: {', '.join(known)}.")
    logs = raw.get("ExportableLogTypes")
    strange = sorted(set(desired.properties.get("log_exports") or ()) - set(logs or ()))
    if logs and strange:
        yield desired.problem("log_exports", f"has {', '.join(strange)}. Allowed: {', '.join(logs)}.")


def upgrade_problems(desired: Desired, chosen: str, source: Raw) -> Iterator[Problem]:
    """Whether AWS upgrades from the present version (``source``, empty when AWS does not say) to the chosen one."""
    targets = [target["EngineVersion"] for target in source.get("ValidUpgradeTarget", ())]
    if targets and chosen not in targets:
        allowed = ", ".join(targets)
        yield desired.problem(
            "engine_version", f"cannot be reached from {source['EngineVersion']} in one step. Allowed: {allowed}."
        )


def class_problem(desired: Desired, options: Sequence[Raw], engine_version: str, region: str) -> Problem:
    wanted = desired.properties["instance_class"]
    family = ".".join(wanted.split(".")[:2]) + "."
    offered = sorted({option["DBInstanceClass"] for option in options})
    fitting = [name for name in offered if name.startswith(family)]
    advice = f"Offered of {family[:-1]}: {', '.join(fitting)}." if fitting else f"Offered: {', '.join(offered)}."
    return desired.problem("instance_class", f"is not offered for PostgreSQL {engine_version} in {region}. {advice}")


def option_problems(desired: Desired, observed: Observed | None, options: Sequence[Raw]) -> Iterator[Problem]:
    """What the class does not support, with the storage type that is wanted or present."""
    present = observed.properties if observed else {}
    storage = desired.properties.get("storage_type") or present.get("storage_type")
    instance_class = options[0]["DBInstanceClass"]
    fitting = [option for option in options if storage in (None, option.get("StorageType"))]
    if not fitting:
        allowed = ", ".join(sorted({option["StorageType"] for option in options}))
        yield desired.problem("storage_type", f"is not offered with {instance_class}. Allowed: {allowed}.", storage)
        return
    for name, flag in SUPPORTS.items():
        if desired.properties.get(name) and not any(option.get(flag) for option in fitting):
            yield desired.problem(name, f"is not supported by {instance_class} with {storage or 'its storage'}.")
    yield from _size_problems(desired, fitting)


def _size_problems(desired: Desired, options: Sequence[Raw]) -> Iterator[Problem]:
    size = desired.properties.get("allocated_storage_gib")
    bounds = sorted({(option["MinStorageSize"], option["MaxStorageSize"]) for option in options if _sized(option)})
    if isinstance(size, int) and bounds and not any(low <= size <= high for low, high in bounds):
        allowed = ", ".join(f"{low} to {high}" for low, high in bounds)
        yield desired.problem("allocated_storage_gib", f"is not offered with this class. Allowed: {allowed} GiB.")


def _sized(option: Raw) -> bool:
    return option.get("MinStorageSize") is not None and option.get("MaxStorageSize") is not None

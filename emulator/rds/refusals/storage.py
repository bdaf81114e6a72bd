"""Storage that RDS refuses.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from emulator.rds.errors import RdsError, invalid_combination

# (least, most) GiB per storage type for RDS for PostgreSQL.
SIZES = {"gp3": (20, 65536), "gp2": (20, 65536), "io1": (100, 65536), "io2": (100, 65536), "standard": (5, 3072)}
PROVISIONED_IOPS = ("io1", "io2")
# From this size on RDS for PostgreSQL stripes gp3 volumes, and only then is more than the baseline for sale.
STRIPING_GIB = 400
GP3_BASELINE = (3000, 125)
GP3_STRIPED_BASELINE = (12000, 500)


def storage(attributes: dict[str, Any]) -> None:
    """Size within what the type has; IOPS and throughput only where they are for sale."""
    kind, size = attributes["StorageType"], attributes["AllocatedStorage"]
    if kind not in SIZES:
        raise RdsError("StorageTypeNotSupported", f"Invalid storage type: {kind}")
    least, most = SIZES[kind]
    if not least <= size <= most:
        raise invalid_combination(f"Invalid storage size for engine name postgres and storage type {kind}: {size}")
    if attributes.get("DedicatedLogVolume") and kind not in PROVISIONED_IOPS:
        # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#CHAP_Storage.dlv
        raise invalid_combination(f"A dedicated log volume isn't supported for storage type {kind}.")
    maximum = attributes.get("MaxAllocatedStorage")
    if maximum is not None:
        _maximum(size, maximum, most)


def _maximum(size: int, maximum: int, most: int) -> None:
    """At least a tenth more than what is allocated.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    """
    if not size < maximum <= most:
        raise invalid_combination("Max storage size must be greater than storage size")
    if maximum * 10 < size * 11:
        raise invalid_combination("The maximum allocated storage must be increased by at least 10 percent.")


def provisioning(kind: str, size: int, iops: int | None, throughput: int | None) -> None:
    """gp3 has its baseline only, below 400 GiB; gp2 and standard take neither; io1 and io2 need IOPS."""
    if kind == "gp3" and size < STRIPING_GIB and (iops, throughput) != (None, None):
        raise invalid_combination(
            "You can't specify IOPS or storage throughput for engine postgres and a storage size less than"
            f" {STRIPING_GIB}."
        )
    if kind in ("gp2", "standard") and (iops, throughput) != (None, None):
        raise invalid_combination(f"IOPS and storage throughput can't be specified for storage type {kind}.")
    if kind in PROVISIONED_IOPS and iops is None:
        raise invalid_combination(f"The IOPS parameter must be specified for storage type {kind}.")


def shrinking(size: int, wanted: int) -> None:
    """Allocated storage can only grow.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.ModifyingExisting.html
    """
    if wanted < size:
        raise invalid_combination(
            f"Requested storage size ({wanted}) cannot be less than the current storage size ({size})."
        )


def unpaired(kind: str, asked: Container[str]) -> None:
    """Where IOPS are bought, size and IOPS are changed together.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (Iops)
    """
    if kind in PROVISIONED_IOPS and ("AllocatedStorage" in asked) != ("Iops" in asked):
        raise invalid_combination(
            "You must specify both the storage size and iops when modifying the storage size or iops on a DB instance"
            " that has iops."
        )

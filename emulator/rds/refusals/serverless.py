"""Capacity and storage of Aurora clusters that RDS refuses."""

from __future__ import annotations

from typing import Any

from emulator.rds.catalogue import SERVERLESS
from emulator.rds.errors import RdsError, invalid_combination, invalid_value

# In Aurora capacity units.
CAPACITY = (0.0, 256.0)
LEAST_MOST = 1.0
PAUSE_SECONDS = (300, 86400)
STANDARD_STORAGE = "aurora"
OPTIMIZED_STORAGE = "aurora-iopt1"
STORAGE_TYPES = (STANDARD_STORAGE, OPTIMIZED_STORAGE)


def scaling(configuration: dict[str, Any]) -> None:
    """Half steps, the least not above the most; a pause only where the least is 0.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html
    """
    missing = [name for name in ("MinCapacity", "MaxCapacity") if name not in configuration]
    if missing:
        raise invalid_value(f"ServerlessV2ScalingConfiguration needs {' and '.join(missing)}.")
    least, most = float(configuration["MinCapacity"]), float(configuration["MaxCapacity"])
    _units("minimum", least, CAPACITY[0])
    _units("maximum", most, LEAST_MOST)
    if least > most:
        raise invalid_value(f"Serverless v2 minimum capacity {least} can't be greater than maximum capacity {most}.")
    pause = configuration.get("SecondsUntilAutoPause", PAUSE_SECONDS[0])
    if least != 0 and "SecondsUntilAutoPause" in configuration:
        raise invalid_combination("SecondsUntilAutoPause can only be specified when MinCapacity is 0.")
    if not PAUSE_SECONDS[0] <= pause <= PAUSE_SECONDS[1]:
        raise invalid_value(
            f"Invalid SecondsUntilAutoPause: {pause}. Must be between {PAUSE_SECONDS[0]} and {PAUSE_SECONDS[1]}."
        )


def shown(configuration: dict[str, Any]) -> dict[str, Any]:
    """As DescribeDBClusters shows it: with the default time until a pause, where there are pauses."""
    pauses = configuration["MinCapacity"] == 0
    return ({"SecondsUntilAutoPause": PAUSE_SECONDS[0]} if pauses else {}) | configuration


def changed(had: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """What is not asked for stays, but for a time until a pause where there are no pauses any more."""
    merged = had | asked
    if merged.get("MinCapacity") != 0 and "SecondsUntilAutoPause" not in asked:
        merged.pop("SecondsUntilAutoPause", None)
    return merged


def _units(name: str, units: float, least: float) -> None:
    if not least <= units <= CAPACITY[1] or units * 2 != int(units * 2):
        raise invalid_value(
            f"Serverless v2 {name} capacity {units} isn't valid. It must be a multiple of 0.5 from {least} to"
            f" {CAPACITY[1]}."
        )


def member(instance_class: str, configuration: dict[str, Any] | None) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.create.html"""
    if instance_class == SERVERLESS and configuration is None:
        raise RdsError(
            "InvalidDBClusterStateFault",
            "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB"
            " instance.",
        )


def storage_type(name: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html"""
    if name not in STORAGE_TYPES:
        raise RdsError("StorageTypeNotSupported", f"Invalid storage type: {name}. Valid: {', '.join(STORAGE_TYPES)}")

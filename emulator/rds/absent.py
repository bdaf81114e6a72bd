"""Kinds of resources that this emulator cannot make yet: there are none, and none is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.rds.errors import RdsError
from emulator.rds.state import Params, Region, Result

# Action: (member of the answer, parameter that names one, error that says there is none)
KINDS: dict[str, tuple[str, str | None, str | None]] = {
    "DescribeDBClusterEndpoints": ("DBClusterEndpoints", None, None),
    "DescribeGlobalClusters": ("GlobalClusters", "GlobalClusterIdentifier", "GlobalClusterNotFoundFault"),
    "DescribeDBProxies": ("DBProxies", "DBProxyName", "DBProxyNotFoundFault"),
    "DescribeBlueGreenDeployments": (
        "BlueGreenDeployments",
        "BlueGreenDeploymentIdentifier",
        "BlueGreenDeploymentNotFoundFault",
    ),
    "DescribeDBSecurityGroups": ("DBSecurityGroups", "DBSecurityGroupName", "DBSecurityGroupNotFound"),
    "DescribeReservedDBInstances": ("ReservedDBInstances", "ReservedDBInstanceId", "ReservedDBInstanceNotFound"),
    "DescribeExportTasks": ("ExportTasks", None, None),
}


def handlers() -> dict[str, Callable[[Region, Params], Result]]:
    return {action: _handler(*kind) for action, kind in KINDS.items()}


def _handler(member: str, parameter: str | None, error: str | None) -> Callable[[Region, Params], Result]:
    def handler(_: Region, params: Params) -> Result:
        name: Any = params.get(parameter) if parameter else None
        if name is not None and error is not None:
            raise RdsError(error, f"{name} not found.")
        return {member: []}

    return handler

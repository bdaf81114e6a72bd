"""The parameters that a server is given: those of its parameter group, evaluated for its class and this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from emulator.rds import formulas
from emulator.rds.catalogue import InstanceClass
from emulator.rds.metadata import FORMULA, Parameter
from emulator.rds.state import ParameterGroup

# Formulas are evaluated for the memory of the class, and then cut to these, so that several db.r6g.4xlarge run on a
# laptop. What the user sets as a plain number is never cut. In the units of pg_settings.
CAPS = {
    "shared_buffers": 16384,  # 128 MiB
    "effective_cache_size": 131072,  # 1 GiB
    "maintenance_work_mem": 65536,  # 64 MiB
    "max_connections": 500,
}
NOT_BELOW_PRIMARY = (
    *("max_connections", "max_locks_per_transaction", "max_prepared_transactions", "max_wal_senders"),
    "max_worker_processes",
)
FIXED_AS_ON_RDS = ("log_line_prefix", "log_timezone")
# RDS puts its own agent there; the libraries of this build are what CREATE EXTENSION can find.
LIBRARY_LIST = "shared_preload_libraries"


def group_values(group: ParameterGroup, parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Every parameter with a value, set by the user or by RDS, as the group spells it."""
    system = {name: parameter.default for name, parameter in parameters.items() if parameter.default is not None}
    return system | {name: setting.value for name, setting in group.settings.items()}


def server_parameters(
    values: Mapping[str, str],
    parameters: Mapping[str, Parameter],
    instance_class: InstanceClass,
    libraries: Path,
) -> dict[str, str]:
    """Values for postgresql.conf of a group's values.

    values:    as of group_values
    libraries: directory of the libraries that the server can load
    """
    result = {}
    for name, value in values.items():
        parameter = parameters[name]
        # What RDS fixes is about its own machines: paths, archiving, sockets.
        if not parameter.modifiable and not name.startswith("rds.") and name not in FIXED_AS_ON_RDS:
            continue
        result[name] = _evaluated(parameter, value, instance_class)
    result[LIBRARY_LIST] = _available(result.get(LIBRARY_LIST, ""), libraries)
    if values.get("rds.logical_replication") == "1":
        result["wal_level"] = "logical"
    return result


def at_least(values: Mapping[str, str], primary: Mapping[str, str]) -> dict[str, str]:
    """A standby's values, raised to its primary's where it does not start with less.

    https://www.postgresql.org/docs/16/hot-standby.html#HOT-STANDBY-ADMIN
    """
    raised = {
        name: str(max(int(values.get(name, 0)), int(primary[name]))) for name in NOT_BELOW_PRIMARY if name in primary
    }
    return {**values, **raised}


def limits(configuration: str) -> dict[str, int]:
    """What postgresql.conf says of the settings in which a standby must not have less than its primary."""
    names = "|".join(NOT_BELOW_PRIMARY)
    return {name: int(value) for name, value in re.findall(rf"^({names}) = '?(\d+)'?$", configuration, re.MULTILINE)}


def _evaluated(parameter: Parameter, value: str, instance_class: InstanceClass) -> str:
    if parameter.data_type not in ("integer", "float") or not FORMULA.search(value):
        return value
    variables = {
        "DBInstanceClassMemory": instance_class.database_memory,
        "DBInstanceVCPU": instance_class.vcpus,
    }
    number = formulas.evaluate(value, variables)
    return str(min(number, CAPS.get(parameter.name, number)))


def _available(value: str, libraries: Path) -> str:
    """Libraries RDS has and this build lacks (pgaudit, pg_cron) would keep the server from starting."""
    names = [name.strip() for name in value.split(",")]
    return ",".join(name for name in names if name and (libraries / f"{name}.so").exists())

"""The parameters of a parameter group family, in RDS's spelling.

Names, types, ranges and descriptions come from pg_settings of the server that will run with them; what RDS and Aurora
add, fix or leave out comes from data/rds_parameters.json and data/aurora_parameters.json. There `documentation` gives
AWS's page for the names that begin so; the longest beginning counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
ABSENT_CATEGORIES = ("Preset Options", "Developer Options")
SHOWN_NEVERTHELESS = frozenset({"server_encoding", "debug_parallel_query", "force_parallel_mode"})
STATIC_CONTEXTS = ("postmaster", "internal")
DATA_TYPES = {"bool": "boolean", "integer": "integer", "real": "float", "enum": "string", "string": "string"}
FORMULA = re.compile(r"[{(]")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a family.

    data_type:      boolean, integer, float, string or list
    allowed_values: `0,1`; `0-2147483647`; `none,ddl,mod,all`; None = anything
    apply_type:     static (needs a reboot) or dynamic
    default:        RDS's own value, possibly a formula; None = PostgreSQL's default
    """

    name: str
    data_type: str
    apply_type: str
    description: str = ""
    allowed_values: str | None = None
    modifiable: bool = True
    default: str | None = None

    @property
    def is_static(self) -> bool:
        return self.apply_type == "static"


@dataclass(frozen=True)
class Service:
    """What a service makes of PostgreSQL's parameters.

    defaults:   its own values, possibly formulas
    fixed:      what it shows and nobody can modify
    absent:     what it does not show
    shown:      what it shows although PostgreSQL counts it among the developer options or presets
    static:     what needs a reboot, though PostgreSQL could reload it
    lists:      allowed values of what it calls a list
    additional: what PostgreSQL itself does not know, by name
    cluster:    what DB cluster parameter groups have and DB parameter groups of cluster members have not
    """

    defaults: Mapping[str, str]
    fixed: frozenset[str]
    absent: frozenset[str]
    shown: frozenset[str]
    static: frozenset[str]
    lists: Mapping[str, str]
    additional: Mapping[str, Parameter]
    cluster: frozenset[str] = frozenset()


def _rds() -> Service:
    data = json.loads((DATA / "rds_parameters.json").read_text())
    return Service(
        defaults=data["defaults"],
        fixed=frozenset(data["fixed"]),
        absent=frozenset(data["absent"]),
        shown=SHOWN_NEVERTHELESS,
        static=frozenset(data["static"]),
        lists=data["lists"],
        additional=_additional(data["additional"]),
    )


def _aurora(rds: Service) -> Service:
    """As RDS, with the differences of the table."""
    data = json.loads((DATA / "aurora_parameters.json").read_text())
    defaults = {name: value for name, value in {**rds.defaults, **data["defaults"]}.items() if value is not None}
    additional = {**rds.additional, **_additional(data["additional"])}
    return Service(
        defaults=defaults,
        fixed=rds.fixed | set(data["fixed"]),
        absent=(rds.absent | set(data["absent"])) - set(data["shown"]),
        shown=rds.shown | set(data["shown"]),
        static=rds.static,
        lists=rds.lists,
        additional={
            name: replace(parameter, default=defaults.get(name, parameter.default))
            for name, parameter in additional.items()
            if name not in data["absent"]
        },
        cluster=frozenset(data["cluster"]),
    )


def _additional(rows: list[dict[str, Any]]) -> dict[str, Parameter]:
    return {row["name"]: _from_table(row) for row in rows}


def parameters(settings: list[dict[str, Any]], service: Service, cluster: bool = True) -> dict[str, Parameter]:
    """The parameters of the family whose server has these pg_settings, by name.

    cluster: with those that only a DB cluster parameter group has
    """
    shown = [_from_setting(row, service) for row in settings if _is_shown(row, service)]
    every = {parameter.name: parameter for parameter in [*shown, *service.additional.values()]}
    return {name: every[name] for name in sorted(every) if cluster or name not in service.cluster}


def _is_shown(row: dict[str, Any], service: Service) -> bool:
    # RDS spells `TimeZone`, `DateStyle`, `IntervalStyle` in lower case.
    name = row["name"].lower()
    return name in service.shown or (row["category"] not in ABSENT_CATEGORIES and name not in service.absent)


def _from_setting(row: dict[str, Any], service: Service) -> Parameter:
    name = row["name"].lower()
    return Parameter(
        name=name,
        data_type="list" if name in service.lists else DATA_TYPES[row["vartype"]],
        apply_type="static" if row["context"] in STATIC_CONTEXTS or name in service.static else "dynamic",
        description=_description(row),
        allowed_values=service.lists.get(name) or _allowed_values(row),
        modifiable=row["context"] != "internal" and name not in service.fixed,
        default=service.defaults.get(name),
    )


def _description(row: dict[str, Any]) -> str:
    """RDS puts the unit of a number before its description: `(8kB) Sets the number of ...`."""
    return f"({row['unit']}) {row['short_desc']}" if row["unit"] else str(row["short_desc"])


def _allowed_values(row: dict[str, Any]) -> str | None:
    if row["vartype"] == "bool":
        return "0,1"
    if row["vartype"] in ("integer", "real"):
        return f"{row['min_val']}-{row['max_val']}"
    return ",".join(row["enumvals"]) if row["vartype"] == "enum" else None


def _from_table(row: dict[str, Any]) -> Parameter:
    allowed = "0,1" if row["data_type"] == "boolean" else None
    return Parameter(**{"allowed_values": allowed, **row})


RDS = _rds()
AURORA = _aurora(RDS)


def is_allowed(parameter: Parameter, value: str) -> bool:
    """Whether a parameter group takes the value.

    Formulas and functions are for numbers only:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
    """
    allowed = parameter.allowed_values
    if parameter.data_type in ("integer", "float"):
        return bool(FORMULA.search(value)) or _is_in_range(parameter.data_type, value, allowed)
    if allowed is None:
        return True
    values = value.split(",") if parameter.data_type == "list" else [value]
    known = {word.strip() for word in allowed.lower().split(",")}
    return all(part.strip().lower() in known for part in values if part.strip())


def _is_in_range(data_type: str, value: str, allowed: str | None) -> bool:
    try:
        number = int(value) if data_type == "integer" else float(value)
    except ValueError:
        return False
    if allowed is None:
        return True
    low, high = _range(allowed)
    return low <= number <= high


@cache
def _range(allowed: str) -> tuple[float, float]:
    """Bounds of `0-5`, `-1-5`, `0-1.79769e+308`."""
    match = re.fullmatch(r"(-?[\d.]+(?:e[+-]?\d+)?)-(-?[\d.]+(?:e[+-]?\d+)?)", allowed)
    if match is None:
        raise ValueError(f"not a range: {allowed}")
    return float(match[1]), float(match[2])

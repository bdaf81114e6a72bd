"""The parameters of a parameter group family, in RDS's spelling.

Names, types, ranges and descriptions come from pg_settings of the server that will run with them; what RDS adds, fixes
or leaves out comes from data/rds_parameters.json.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = json.loads((Path(__file__).parent / "data" / "rds_parameters.json").read_text())
ABSENT_CATEGORIES = ("Preset Options", "Developer Options")
SHOWN_NEVERTHELESS = ("server_encoding", "debug_parallel_query", "force_parallel_mode")
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
    description: str
    allowed_values: str | None = None
    modifiable: bool = True
    default: str | None = None

    @property
    def is_static(self) -> bool:
        return self.apply_type == "static"


def parameters(settings: list[dict[str, Any]]) -> dict[str, Parameter]:
    """The parameters of the family whose server has these pg_settings, by name."""
    shown = [_from_setting(row) for row in settings if _is_shown(row)]
    added = [_from_table(row) for row in DATA["additional"]]
    return {parameter.name: parameter for parameter in sorted(shown + added, key=lambda parameter: parameter.name)}


def _is_shown(row: dict[str, Any]) -> bool:
    if row["name"] in SHOWN_NEVERTHELESS:
        return True
    return row["category"] not in ABSENT_CATEGORIES and row["name"] not in DATA["absent"]


def _from_setting(row: dict[str, Any]) -> Parameter:
    # RDS spells `TimeZone`, `DateStyle`, `IntervalStyle` in lower case.
    name = row["name"].lower()
    return Parameter(
        name=name,
        data_type="list" if name in DATA["lists"] else DATA_TYPES[row["vartype"]],
        apply_type="static" if row["context"] in STATIC_CONTEXTS or name in DATA["static"] else "dynamic",
        description=_description(row),
        allowed_values=DATA["lists"].get(name) or _allowed_values(row),
        modifiable=row["context"] != "internal" and name not in DATA["fixed"],
        default=DATA["defaults"].get(name),
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
    known = allowed.lower().split(",")
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

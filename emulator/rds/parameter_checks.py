"""What ModifyDBParameterGroup, ResetDBParameterGroup and their twins for clusters refuse.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterParameterGroup.html
"""

from __future__ import annotations

from emulator.rds import metadata
from emulator.rds.errors import invalid_combination, invalid_value
from emulator.rds.metadata import Parameter

MOST_PARAMETERS = 20
METHODS = ("immediate", "pending-reboot")


def count(changes: list[dict[str, str]]) -> None:
    if len(changes) > MOST_PARAMETERS:
        raise invalid_value(
            f"A maximum of {MOST_PARAMETERS} parameters can be modified in a single request, got {len(changes)}."
        )


def change(known: dict[str, Parameter], asked: dict[str, str]) -> None:
    """One parameter of a Modify request."""
    missing = [member for member in ("ParameterName", "ParameterValue", "ApplyMethod") if member not in asked]
    if missing:
        raise invalid_value(f"The parameter {missing[0]} must be provided and must not be blank.")
    parameter = _known(known, asked["ParameterName"])
    if not parameter.modifiable:
        raise invalid_value(f"The parameter {parameter.name} cannot be modified.")
    if not metadata.is_allowed(parameter, asked["ParameterValue"]):
        raise invalid_value(
            f"Invalid parameter value: {asked['ParameterValue']} for: {parameter.name}"
            f" allowed values are: {parameter.allowed_values}"
        )
    _method(parameter, asked["ApplyMethod"])


def resetting(known: dict[str, Parameter], asked: dict[str, str]) -> None:
    """One parameter of a Reset request."""
    _method(_known(known, asked["ParameterName"]), asked.get("ApplyMethod"))


def _known(known: dict[str, Parameter], name: str) -> Parameter:
    if name.lower() not in known:
        raise invalid_value(f"Could not find parameter with name: {name}")
    return known[name.lower()]


def _method(parameter: Parameter, method: str | None) -> None:
    if method not in METHODS:
        raise invalid_value(f"Invalid apply method: {method}. Valid values: {', '.join(METHODS)}")
    if parameter.is_static and method == "immediate":
        raise invalid_combination(f"cannot use immediate apply method for static parameter {parameter.name}")

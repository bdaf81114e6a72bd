"""DB parameter groups, and how a change reaches the instances that use one.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.rds import catalogue, changing, metadata
from emulator.rds.catalogue import Engine
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.metadata import Parameter
from emulator.rds.paging import page
from emulator.rds.refusals import identity
from emulator.rds.state import ParameterGroup, Params, Region, Result, Setting, tag_dict

MOST_PARAMETERS = 20
SOURCES = ("user", "system", "engine-default")


def create(region: Region, params: Params) -> Result:
    name, family = params["DBParameterGroupName"].lower(), params["DBParameterGroupFamily"]
    identity.identifier(name, "DBParameterGroupName", longest=255)
    _checked_family(family)
    if name in region.parameter_groups:
        raise RdsError("DBParameterGroupAlreadyExists", f"Parameter group {name} already exists")
    tags = tag_dict(params.get("Tags"))
    group = ParameterGroup(name, region.arn("pg", name), family, params["Description"], tags=tags)
    region.parameter_groups[name] = group
    return {"DBParameterGroup": document(group)}


def describe(region: Region, params: Params) -> Result:
    name = params.get("DBParameterGroupName")
    groups = [find(region, name)] if name else sorted(region.parameter_groups.values(), key=lambda group: group.name)
    return page(params, "DBParameterGroups", [document(group) for group in groups])


def delete(region: Region, params: Params) -> Result:
    group = find(region, params["DBParameterGroupName"])
    if group.is_default:
        raise RdsError("InvalidDBParameterGroupState", f"Default DBParameterGroup cannot be deleted: {group.name}")
    users = [instance.identifier for instance in region.instances.values() if instance.parameter_group is group]
    if users:
        raise RdsError(
            "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {group.name},"
            f" so the group cannot be deleted: {', '.join(users)}",
        )
    del region.parameter_groups[group.name]
    return {}


def modify(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html"""
    group = _modifiable_group(region, params["DBParameterGroupName"])
    changes = params["Parameters"]
    _check_count(changes)
    known = region.service.parameters(group.family)
    for change in changes:
        _check_change(known, change)
    for change in changes:
        group.settings[change["ParameterName"].lower()] = Setting(change["ParameterValue"], change["ApplyMethod"])
    _reach_instances(region, group)
    return {"DBParameterGroupName": group.name}


def reset(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBParameterGroup.html"""
    group = _modifiable_group(region, params["DBParameterGroupName"])
    known = region.service.parameters(group.family)
    changes = params.get("Parameters", [])
    if params.get("ResetAllParameters", True) == bool(changes):
        raise invalid_combination("Specify either Parameters or ResetAllParameters, not both or none of them.")
    _check_count(changes)
    for change in changes:
        _check_method(_known(known, change["ParameterName"]), change.get("ApplyMethod"))
    names = [change["ParameterName"].lower() for change in changes] or list(group.settings)
    for name in names:
        group.settings.pop(name, None)
    _reach_instances(region, group)
    return {"DBParameterGroupName": group.name}


def describe_parameters(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html"""
    group = find(region, params["DBParameterGroupName"])
    source = params.get("Source")
    if source is not None and source not in SOURCES:
        raise invalid_value(f"Invalid value for Source: {source}. Valid values: {', '.join(SOURCES)}")
    documents = [
        parameter_document(parameter, group.settings.get(name))
        for name, parameter in region.service.parameters(group.family).items()
    ]
    return page(params, "Parameters", [each for each in documents if source in (None, each["Source"])])


def describe_engine_defaults(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEngineDefaultParameters.html"""
    family = params["DBParameterGroupFamily"]
    _checked_family(family)
    documents = [parameter_document(each, None) for each in region.service.parameters(family).values()]
    paged = page(params, "Parameters", documents)
    return {"EngineDefaults": {"DBParameterGroupFamily": family, **paged}}


def find(region: Region, name: str) -> ParameterGroup:
    """The group of that name; RDS makes a family's default group itself."""
    wanted = name.lower()
    family = wanted.removeprefix("default.")
    if wanted not in region.parameter_groups and wanted != family and family in catalogue.FAMILIES:
        description = f"Default parameter group for {family}"
        region.parameter_groups[wanted] = ParameterGroup(wanted, region.arn("pg", wanted), family, description)
    if wanted not in region.parameter_groups:
        raise RdsError("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}")
    return region.parameter_groups[wanted]


def for_instance(region: Region, name: str | None, engine: Engine, version: str) -> ParameterGroup:
    """The group named, or the default one; it must be of the version's family."""
    family = engine.family_of(version)
    group = find(region, name or f"default.{family}")
    if group.family != family:
        raise invalid_combination(
            f"The Parameter Group {group.name} with DBParameterGroupFamily {group.family} can't be used for this"
            f" instance. Please use a Parameter Group with DBParameterGroupFamily {family}"
        )
    return group


def document(group: ParameterGroup) -> dict[str, Any]:
    """The API's DBParameterGroup."""
    return {
        "DBParameterGroupName": group.name,
        "DBParameterGroupFamily": group.family,
        "Description": group.description,
        "DBParameterGroupArn": group.arn,
    }


def parameter_document(parameter: Parameter, setting: Setting | None) -> dict[str, Any]:
    """The API's Parameter."""
    source = "user" if setting else "engine-default" if parameter.default is None else "system"
    return {
        "ParameterName": parameter.name,
        "ParameterValue": setting.value if setting else parameter.default,
        "Description": parameter.description,
        "Source": source,
        "ApplyType": parameter.apply_type,
        "DataType": parameter.data_type,
        "AllowedValues": parameter.allowed_values,
        "IsModifiable": parameter.modifiable,
        "ApplyMethod": setting.apply_method if setting else "pending-reboot",
    }


def _checked_family(family: str) -> None:
    if family not in catalogue.FAMILIES:
        raise invalid_value(
            f"ParameterGroupFamily {family} is not a valid parameter group family: {', '.join(catalogue.FAMILIES)}"
        )


def _reach_instances(region: Region, group: ParameterGroup) -> None:
    for instance in region.instances.values():
        if instance.parameter_group is group and instance.status == "available":
            work = partial(changing.apply_parameters, region=region, instance=instance)
            region.service.start_job(instance, work)


def _modifiable_group(region: Region, name: str) -> ParameterGroup:
    group = find(region, name)
    if group.is_default:
        raise invalid_value(f"Cannot modify a default parameter group: {group.name}.")
    return group


def _check_count(changes: list[dict[str, str]]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html : 20 per request."""
    if len(changes) > MOST_PARAMETERS:
        raise invalid_value(
            f"A maximum of {MOST_PARAMETERS} parameters can be modified in a single request, got {len(changes)}."
        )


def _check_change(known: dict[str, Parameter], change: dict[str, str]) -> None:
    missing = [member for member in ("ParameterName", "ParameterValue", "ApplyMethod") if member not in change]
    if missing:
        raise invalid_value(f"The parameter {missing[0]} must be provided and must not be blank.")
    parameter = _known(known, change["ParameterName"])
    if not parameter.modifiable:
        raise invalid_value(f"The parameter {parameter.name} cannot be modified.")
    if not metadata.is_allowed(parameter, change["ParameterValue"]):
        raise invalid_value(
            f"Invalid parameter value: {change['ParameterValue']} for: {parameter.name}"
            f" allowed values are: {parameter.allowed_values}"
        )
    _check_method(parameter, change["ApplyMethod"])


def _known(known: dict[str, Parameter], name: str) -> Parameter:
    if name.lower() not in known:
        raise invalid_value(f"Could not find parameter with name: {name}")
    return known[name.lower()]


def _check_method(parameter: Parameter, method: str | None) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html (ApplyMethod)"""
    if method not in ("immediate", "pending-reboot"):
        raise invalid_value(f"Invalid apply method: {method}. Valid values: immediate, pending-reboot")
    if parameter.is_static and method == "immediate":
        raise invalid_combination(f"cannot use immediate apply method for static parameter {parameter.name}")

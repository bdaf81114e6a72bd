"""DB parameter groups and DB cluster parameter groups: the same code with other names.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithDBClusterParamGroups.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from emulator.rds import catalogue, group_users, parameter_checks, quotas
from emulator.rds.catalogue import Engine
from emulator.rds.errors import RdsError, invalid_combination, invalid_value
from emulator.rds.metadata import Parameter
from emulator.rds.paging import page
from emulator.rds.refusals import identity
from emulator.rds.state import ParameterGroup, Params, Region, Result, Setting, tag_dict

SOURCES = ("user", "system", "engine-default")


@dataclass(frozen=True)
class Kind:
    """DB parameter groups, or DB cluster parameter groups.

    prefix:       what the API begins their names with
    arn:          their kind in an ARN
    groups_of:    where a region has them
    parameters_of: what a family has, by name
    """

    prefix: str
    arn: str
    groups_of: Callable[[Region], dict[str, ParameterGroup]]
    parameters_of: Callable[[Region, str], dict[str, Parameter]]

    @property
    def group(self) -> str:
        return f"{self.prefix}ParameterGroup"

    def named(self, params: Params) -> str:
        return str(params[f"{self.group}Name"])


DB = Kind(
    "DB",
    "pg",
    lambda region: region.parameter_groups,
    lambda region, family: region.service.parameters(family),
)
DB_CLUSTER = Kind(
    "DBCluster",
    "cluster-pg",
    lambda region: region.cluster_parameter_groups,
    lambda region, family: region.service.cluster_parameters(family),
)


def handlers(kind: Kind) -> dict[str, Callable[[Region, Params], Result]]:
    """The actions of a kind."""
    defaults = "ClusterParameters" if kind is DB_CLUSTER else "Parameters"
    actions = {
        f"Create{kind.group}": create,
        f"Describe{kind.group}s": describe,
        f"Modify{kind.group}": modify,
        f"Reset{kind.group}": reset,
        f"Delete{kind.group}": delete,
        f"Describe{kind.prefix}Parameters": describe_parameters,
        f"DescribeEngineDefault{defaults}": describe_engine_defaults,
    }
    return {action: partial(handler, kind) for action, handler in actions.items()}


def create(kind: Kind, region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterParameterGroup.html"""
    name, family = kind.named(params).lower(), params["DBParameterGroupFamily"]
    identity.identifier(name, f"{kind.group}Name", longest=255)
    _checked_family(family)
    groups = kind.groups_of(region)
    if name in groups:
        raise RdsError("DBParameterGroupAlreadyExists", f"Parameter group {name} already exists")
    quotas.check(region, f"{kind.group}s")
    tags = tag_dict(params.get("Tags"))
    groups[name] = ParameterGroup(name, region.arn(kind.arn, name), family, params["Description"], tags=tags)
    return {kind.group: document(kind, groups[name])}


def describe(kind: Kind, region: Region, params: Params) -> Result:
    name = params.get(f"{kind.group}Name")
    every = sorted(kind.groups_of(region).values(), key=lambda group: group.name)
    groups = [find(kind, region, name)] if name else every
    return page(params, f"{kind.group}s", [document(kind, group) for group in groups])


def delete(kind: Kind, region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterParameterGroup.html"""
    group = find(kind, region, kind.named(params))
    if group.is_default:
        raise RdsError("InvalidDBParameterGroupState", f"Default {kind.group} cannot be deleted: {group.name}")
    users = group_users.users(region, group)
    if users:
        raise RdsError(
            "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {group.name},"
            f" so the group cannot be deleted: {', '.join(users)}",
        )
    del kind.groups_of(region)[group.name]
    return {}


def modify(kind: Kind, region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterParameterGroup.html"""
    group = _modifiable_group(kind, region, params)
    changes = params["Parameters"]
    parameter_checks.count(changes)
    known = kind.parameters_of(region, group.family)
    for change in changes:
        parameter_checks.change(known, change)
    for change in changes:
        group.settings[change["ParameterName"].lower()] = Setting(change["ParameterValue"], change["ApplyMethod"])
    group_users.reach(region, group)
    return {f"{kind.group}Name": group.name}


def reset(kind: Kind, region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBClusterParameterGroup.html"""
    group = _modifiable_group(kind, region, params)
    known = kind.parameters_of(region, group.family)
    changes = params.get("Parameters", [])
    # Without either, a DB parameter group is reset as a whole; for cluster groups AWS's page names no default.
    # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBParameterGroup.html
    everything = params.get("ResetAllParameters", kind is DB)
    if everything == bool(changes):
        raise invalid_combination("Specify either Parameters or ResetAllParameters, not both or none of them.")
    parameter_checks.count(changes)
    for change in changes:
        parameter_checks.resetting(known, change)
    names = [change["ParameterName"].lower() for change in changes] or list(group.settings)
    for name in names:
        group.settings.pop(name, None)
    group_users.reach(region, group)
    return {f"{kind.group}Name": group.name}


def describe_parameters(kind: Kind, region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterParameters.html"""
    group = find(kind, region, kind.named(params))
    source = params.get("Source")
    if source is not None and source not in SOURCES:
        raise invalid_value(f"Invalid value for Source: {source}. Valid values: {', '.join(SOURCES)}")
    documents = [
        parameter_document(parameter, group.settings.get(name))
        for name, parameter in kind.parameters_of(region, group.family).items()
    ]
    return page(params, "Parameters", [each for each in documents if source in (None, each["Source"])])


def describe_engine_defaults(kind: Kind, region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEngineDefaultClusterParameters.html"""
    family = params["DBParameterGroupFamily"]
    _checked_family(family)
    documents = [parameter_document(each, None) for each in kind.parameters_of(region, family).values()]
    paged = page(params, "Parameters", documents)
    return {"EngineDefaults": {"DBParameterGroupFamily": family, **paged}}


def find(kind: Kind, region: Region, name: str) -> ParameterGroup:
    """The group of that name; RDS makes a family's default group itself."""
    groups, wanted = kind.groups_of(region), name.lower()
    family = wanted.removeprefix("default.")
    if wanted not in groups and wanted != family and family in catalogue.FAMILIES:
        cluster = "cluster " if kind is DB_CLUSTER else ""
        description = f"Default {cluster}parameter group for {family}"
        groups[wanted] = ParameterGroup(wanted, region.arn(kind.arn, wanted), family, description)
    if wanted not in groups:
        raise RdsError("DBParameterGroupNotFound", f"{kind.group} not found: {name}")
    return groups[wanted]


def for_instance(region: Region, name: str | None, engine: Engine, version: str) -> ParameterGroup:
    """The DB parameter group named, or the default one; it must be of the version's family."""
    return of_family(DB, region, name, engine.family_of(version))


def of_family(kind: Kind, region: Region, name: str | None, family: str) -> ParameterGroup:
    """The group named, or the family's default one; it must be of the family."""
    group = find(kind, region, name or f"default.{family}")
    if group.family != family:
        user = "cluster" if kind is DB_CLUSTER else "instance"
        raise invalid_combination(
            f"The Parameter Group {group.name} with DBParameterGroupFamily {group.family} can't be used for this"
            f" {user}. Please use a Parameter Group with DBParameterGroupFamily {family}"
        )
    return group


def document(kind: Kind, group: ParameterGroup) -> dict[str, Any]:
    """The API's DBParameterGroup or DBClusterParameterGroup."""
    return {
        f"{kind.group}Name": group.name,
        "DBParameterGroupFamily": group.family,
        "Description": group.description,
        f"{kind.group}Arn": group.arn,
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
    """Both kinds take every family: a Multi-AZ DB cluster has a DB cluster parameter group of a postgres family.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html
    """
    if family not in catalogue.FAMILIES:
        raise invalid_value(
            f"ParameterGroupFamily {family} is not a valid parameter group family: {', '.join(catalogue.FAMILIES)}"
        )


def _modifiable_group(kind: Kind, region: Region, params: Params) -> ParameterGroup:
    group = find(kind, region, kind.named(params))
    if group.is_default:
        raise invalid_value(f"Cannot modify a default parameter group: {group.name}.")
    return group

"""Who uses a parameter group, and how a change of it reaches them."""

from __future__ import annotations

from functools import partial

from emulator.rds import changing
from emulator.rds.state import Instance, ParameterGroup, Region


def users(region: Region, group: ParameterGroup) -> list[str]:
    """Identifiers of what is associated with the group: as long as there is one, it cannot be deleted."""
    return [resource.identifier for resource in region.resources() if resource.parameter_group is group]


def members(region: Region, group: ParameterGroup) -> list[Instance]:
    """The instances that run with values of the group."""
    return [
        instance
        for instance in region.instances.values()
        if instance.parameter_group is group or (instance.cluster and instance.cluster.parameter_group is group)
    ]


def reach(region: Region, group: ParameterGroup) -> None:
    """Let a changed group reach the instances that run with it."""
    for instance in members(region, group):
        if instance.status == "available":
            work = partial(changing.apply_parameters, region=region, instance=instance, group=group)
            region.service.start_job(instance, work)

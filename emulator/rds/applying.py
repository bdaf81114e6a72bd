"""How parameters reach running servers: dynamic ones by reloading, static ones when the instance reboots."""

from __future__ import annotations

from pathlib import Path

from emulator.rds import catalogue, effective
from emulator.rds.catalogue import InstanceClass
from emulator.rds.state import Instance, Region

IN_SYNC, PENDING_REBOOT, APPLYING = "in-sync", "pending-reboot", "applying"


def configure_for_start(region: Region, instance: Instance) -> None:
    """Write the configuration that the server starts with: everything its group says now."""
    parameters = region.service.parameters(instance.parameter_group.family)
    instance.running = effective.group_values(instance.parameter_group, parameters)
    write(region, instance)


def take_dynamic(region: Region, instance: Instance) -> str:
    """Write what can change without a reboot; returns the apply status to show once the server has read it."""
    group = instance.parameter_group
    parameters = region.service.parameters(group.family)
    wanted = effective.group_values(group, parameters)
    waiting = False
    for name in {*wanted, *instance.running}:
        if wanted.get(name) == instance.running.get(name):
            continue
        setting = group.settings.get(name)
        if parameters[name].is_static or (setting is not None and setting.apply_method == PENDING_REBOOT):
            waiting = True
        elif name in wanted:
            instance.running[name] = wanted[name]
        else:
            del instance.running[name]
    write(region, instance)
    # What waits for a reboot goes on waiting, also when another change comes.
    return PENDING_REBOOT if waiting or instance.apply_status == PENDING_REBOOT else IN_SYNC


def write(region: Region, instance: Instance) -> None:
    """Write the server's configuration; it takes effect when the server starts or reloads."""
    server = instance.server
    if server is None:
        return
    values = _server_values(region, instance, server.binaries.library_directory)
    writer = instance.cluster.writer if instance.cluster else None
    if writer is not None and writer is not instance:
        values = effective.at_least(values, _server_values(region, writer, server.binaries.library_directory))
    region.service.fleet.configure(server, values, force_ssl=instance.running.get("rds.force_ssl") == "1")


def _server_values(region: Region, instance: Instance, libraries: Path) -> dict[str, str]:
    parameters = region.service.parameters(instance.parameter_group.family)
    return effective.server_parameters(instance.running, parameters, class_of(instance), libraries)


def class_of(instance: Instance) -> InstanceClass:
    """The instance's class, as big as it can get."""
    scaling = instance.cluster.attributes["ServerlessV2ScalingConfiguration"] if instance.cluster else None
    return catalogue.instance_class(instance.attributes["DBInstanceClass"], (scaling or {}).get("MaxCapacity"))

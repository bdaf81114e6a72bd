"""How parameters reach running servers: dynamic ones by reloading, static ones when the instance reboots."""

from __future__ import annotations

from emulator.rds import catalogue, effective
from emulator.rds.state import Instance, Region

IN_SYNC, PENDING_REBOOT, APPLYING = "in-sync", "pending-reboot", "applying"


def configure_for_start(region: Region, instance: Instance) -> None:
    """Write the configuration that the server starts with: everything its group says now."""
    parameters = region.service.parameters(instance.parameter_group.family)
    instance.running = effective.group_values(instance.parameter_group, parameters)
    _write(region, instance)


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
    _write(region, instance)
    # What waits for a reboot goes on waiting, also when another change comes.
    return PENDING_REBOOT if waiting or instance.apply_status == PENDING_REBOOT else IN_SYNC


def _write(region: Region, instance: Instance) -> None:
    server = instance.server
    if server is None:
        return
    values = effective.server_parameters(
        instance.running,
        region.service.parameters(instance.parameter_group.family),
        catalogue.CLASSES[instance.attributes["DBInstanceClass"]],
        server.binaries.library_directory,
    )
    region.service.fleet.configure(server, values, force_ssl=instance.running.get("rds.force_ssl") == "1")

"""How parameters reach running servers: dynamic ones by reloading, static ones when the instance reboots.

A member of a cluster runs with the values of the DB cluster parameter group, and over them what is set in its own DB
parameter group.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.html
"""

from __future__ import annotations

from pathlib import Path

from emulator.rds import catalogue, effective
from emulator.rds.catalogue import InstanceClass
from emulator.rds.metadata import Parameter
from emulator.rds.state import Instance, ParameterGroup, Region

IN_SYNC, PENDING_REBOOT, APPLYING = "in-sync", "pending-reboot", "applying"

# Enough for a reader that is restarted to go on where it was, also behind another writer. In MB.
FOLLOWED = {"wal_keep_size": "512"}


def configure_for_start(region: Region, instance: Instance) -> None:
    """Write the configuration that the server starts with: everything its groups say now."""
    instance.running = _wanted(region, instance, instance.parameter_group)
    if instance.cluster is not None:
        instance.cluster_running = _wanted(region, instance, instance.cluster.parameter_group)
    write(region, instance)


def take_dynamic(region: Region, instance: Instance, group: ParameterGroup) -> str:
    """Write what can change without a reboot; returns the apply status to show once the server has read it."""
    own = group is instance.parameter_group
    running = instance.running if own else instance.cluster_running
    waiting = _advance(running, _wanted(region, instance, group), group, _parameters(region, instance))
    write(region, instance)
    # What waits for a reboot goes on waiting, also when another change comes.
    return PENDING_REBOOT if waiting or status(instance, group) == PENDING_REBOOT else IN_SYNC


def status(instance: Instance, group: ParameterGroup) -> str:
    """How far an instance has taken over one of its groups."""
    return instance.apply_status if group is instance.parameter_group else instance.cluster_apply_status


def set_status(instance: Instance, group: ParameterGroup, status: str) -> None:
    if group is instance.parameter_group:
        instance.apply_status = status
    else:
        instance.cluster_apply_status = status


def _wanted(region: Region, instance: Instance, group: ParameterGroup) -> dict[str, str]:
    """Values of one group: of a member's own only what is set in it."""
    if instance.cluster is not None and group is instance.parameter_group:
        return {name: setting.value for name, setting in group.settings.items()}
    return effective.group_values(group, _parameters(region, instance))


def _parameters(region: Region, instance: Instance) -> dict[str, Parameter]:
    """Everything that the instance's groups can have in them."""
    family = instance.parameter_group.family
    service = region.service
    return service.cluster_parameters(family) if instance.cluster else service.parameters(family)


def _advance(
    running: dict[str, str], wanted: dict[str, str], group: ParameterGroup, parameters: dict[str, Parameter]
) -> bool:
    """Take over what is dynamic; returns whether something waits for a reboot."""
    waiting = False
    for name in {*wanted, *running}:
        if wanted.get(name) == running.get(name):
            continue
        setting = group.settings.get(name)
        if parameters[name].is_static or (setting is not None and setting.apply_method == PENDING_REBOOT):
            waiting = True
        elif name in wanted:
            running[name] = wanted[name]
        else:
            del running[name]
    return waiting


def write(region: Region, instance: Instance) -> None:
    """Write the server's configuration; it takes effect when the server starts or reloads."""
    server = instance.server
    if server is None:
        return
    values = _server_values(region, instance, server.binaries.library_directory)
    if instance.cluster is not None or region.replicas_of(instance):
        values |= FOLLOWED
    writer = instance.cluster.writer if instance.cluster else instance.source
    if writer is not None and writer is not instance:
        values = effective.at_least(values, _server_values(region, writer, server.binaries.library_directory))
    force_ssl = (instance.cluster_running | instance.running).get("rds.force_ssl") == "1"
    region.service.fleet.configure(server, values, force_ssl)


def _server_values(region: Region, instance: Instance, libraries: Path) -> dict[str, str]:
    known = {row["name"].lower() for row in region.service.fleet.template(instance.major).settings}
    # A name with a dot is an extension's, which PostgreSQL takes whether the extension is there or not.
    running = {
        name: value
        for name, value in (instance.cluster_running | instance.running).items()
        if "." in name or name in known
    }
    return effective.server_parameters(running, _parameters(region, instance), class_of(instance), libraries)


def class_of(instance: Instance) -> InstanceClass:
    """The instance's class, as big as it can get."""
    scaling = instance.cluster.attributes["ServerlessV2ScalingConfiguration"] if instance.cluster else None
    return catalogue.instance_class(instance.attributes["DBInstanceClass"], (scaling or {}).get("MaxCapacity"))

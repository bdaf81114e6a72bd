"""Our own RDS service, in moto's dispatch in the place of moto's: instances are real PostgreSQL servers."""

from __future__ import annotations

from emulator.context import Context
from emulator.dispatch import when_first_used
from emulator.postgres.leftovers import reap


def install(context: Context) -> None:
    """Answer this process's RDS requests, and end the servers that a killed predecessor left running."""
    reap(context.state_dir)
    when_first_used("rds", lambda: _serve(context))


def _serve(context: Context) -> None:
    # Here, because these and moto's modules take a moment to import, in which a starting emulator can already be ready.
    from moto.rds import urls

    from emulator.rds import maintenance, network
    from emulator.rds.documents import listed
    from emulator.rds.jobs import Service
    from emulator.rds.managed_rotation import rotator
    from emulator.rds.service import responses
    from emulator.rds.tags import RdsTags

    service = Service(context)
    urls.url_paths.update({"{0}/$": responses(service).dispatch})
    context.tag_sources["rds"] = RdsTags(service)
    context.add_maintenance = lambda arn, asked: maintenance.add(service, arn, asked)
    context.rotators["rds"] = rotator(service)
    context.database_at = lambda host, port: network.place(service.regions.values(), host, port)
    context.databases = lambda: [
        listed(region, instance) for region in service.regions.values() for instance in region.instances.values()
    ]

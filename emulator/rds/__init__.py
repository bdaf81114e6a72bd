"""Our own RDS service, in moto's dispatch in the place of moto's: instances are real PostgreSQL servers."""

from __future__ import annotations

from moto.rds import urls

from emulator.context import Context
from emulator.rds import network
from emulator.rds.jobs import Service
from emulator.rds.service import responses

_services: list[Service] = []


def install(context: Context) -> Service:
    """Answer RDS requests of this process from now on. To be called before the first one."""
    service = Service(context)
    # moto looks this table up when the service gets its first request.
    urls.url_paths = {"{0}/$": responses(service).dispatch}
    _services[:] = [service]
    return service


def network_uses(account_id: str, region: str) -> set[str]:
    """Ids of the subnets and security groups that RDS holds network interfaces in, which EC2 does not delete."""
    return {used for service in _services for used in network.uses(service.region(account_id, region))}

"""python -m tests.bench.without_servers: the local AWS, its databases with endpoints and no PostgreSQL behind them.

For fleets of a hundred. Nothing that reads or plans can tell the difference. The account is one whose quotas of RDS
were raised.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from emulator import __main__
from emulator.rds import applying, lifecycle, quotas
from emulator.rds.jobs import Job
from emulator.rds.lifecycle import BACKUP_MINUTES, CREATE_MINUTES, Prepare
from emulator.rds.running import AVAILABLE, create_log_groups, set_status
from emulator.rds.state import Instance, Region, now

# More than any fleet here takes; of storage, AWS gives everybody as much.
RAISED = 100_000


def provision(job: Job, region: Region, instance: Instance, data: Path | None, prepare: Prepare) -> None:
    del data, prepare
    job.pause_until(CREATE_MINUTES + BACKUP_MINUTES)
    with region.service.context.lock:
        instance.created = now()
        create_log_groups(region, instance)
    set_status(region, instance, AVAILABLE)


def reboot(job: Job, region: Region, instance: Instance) -> None:
    del job
    with region.service.context.lock:
        instance.apply_status = instance.cluster_apply_status = applying.IN_SYNC
    set_status(region, instance, AVAILABLE)


if __name__ == "__main__":
    lifecycle.provision, lifecycle.reboot = provision, reboot
    quotas.QUOTAS.update({name: replace(quota, most=RAISED) for name, quota in quotas.QUOTAS.items()})
    __main__.main()

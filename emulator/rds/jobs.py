"""The RDS service of one emulator: its regions, and the slow things it does in the background."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable

from emulator.context import Context
from emulator.postgres.fleet import Fleet
from emulator.rds import metadata
from emulator.rds.catalogue import DEFAULT_MAJOR, FAMILIES, VERSIONS
from emulator.rds.metadata import Parameter
from emulator.rds.state import Instance, Region

# A job that takes longer than this in wall time, beside the scaled time, hangs.
SETTLE_SECONDS = 120.0


class Stopping(Exception):
    """The emulator ends or is reset; a job must not go on."""


class Service:
    """The regions of all accounts, the servers, and the jobs.

    A job runs in its own thread and takes the context's lock only to change state; `changed` is notified then.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.fleet = Fleet(context.state_dir, context.tls)
        self.changed = threading.Condition(context.lock)
        self._regions: dict[tuple[str, str], Region] = {}
        self._parameters: dict[str, dict[str, Parameter]] = {}
        self._jobs: dict[threading.Thread, threading.Event] = {}
        context.on_reset(self.reset)
        context.on_shutdown(self.shutdown)

    def region(self, account_id: str, name: str) -> Region:
        key = (account_id, name)
        if key not in self._regions:
            self._regions[key] = Region(self, account_id, name)
        return self._regions[key]

    def parameters(self, family: str) -> dict[str, Parameter]:
        """The parameters of a parameter group family, by name."""
        if family not in self._parameters:
            self._parameters[family] = metadata.parameters(self.fleet.template(FAMILIES[family]).settings)
        return self._parameters[family]

    def keywords(self, major: str) -> list[str]:
        """Reserved words of the engine."""
        return self.fleet.template(major if major in VERSIONS else DEFAULT_MAJOR).keywords

    @property
    def regions(self) -> list[Region]:
        return list(self._regions.values())

    def start_job(self, instance: Instance, name: str, work: Callable[[Pause], None]) -> None:
        """Do something to an instance in the background; it is busy until then."""
        stop = threading.Event()
        instance.job = name

        def run() -> None:
            try:
                work(Pause(self.context, stop))
            except Stopping:
                pass
            finally:
                with self.changed:
                    instance.job = None
                    self._jobs.pop(threading.current_thread(), None)
                    self.changed.notify_all()

        thread = threading.Thread(target=run, name=f"{name} {instance.identifier}", daemon=True)
        self._jobs[thread] = stop
        thread.start()

    def settle(self, region: Region, identifier: str | None) -> None:
        """With time_scale 0 everything is ready at once: wait until no job runs on an instance, or on any of them.

        The context's lock is free meanwhile.
        """
        if self.context.time_scale > 0:
            return
        with self.changed:
            self.changed.wait_for(lambda: not _busy(region, identifier), SETTLE_SECONDS)

    def reset(self) -> None:
        """Forget everything, end all servers. Runs with the context's lock held."""
        self._stop_jobs()
        self._regions.clear()
        self.fleet.clear()

    def shutdown(self) -> None:
        with self.changed:
            self._stop_jobs()
        self.fleet.shutdown()

    def _stop_jobs(self) -> None:
        for stop in self._jobs.values():
            stop.set()
        self.changed.wait_for(lambda: not self._jobs, SETTLE_SECONDS)


class Pause:
    """Lets AWS time pass in a job."""

    def __init__(self, context: Context, stop: threading.Event) -> None:
        self._context = context
        self._stop = stop
        self._started = time.monotonic()

    def until(self, aws_minutes: float) -> None:
        """Wait until so many AWS minutes have passed since the job began. Raises Stopping."""
        deadline = self._started + aws_minutes * self._context.time_scale
        if self._stop.wait(max(deadline - time.monotonic(), 0)):
            raise Stopping


def _busy(region: Region, identifier: str | None) -> bool:
    instances = region.instances.values()
    return any(instance.job for instance in instances if identifier in (None, instance.identifier))

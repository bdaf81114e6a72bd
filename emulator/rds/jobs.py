"""The RDS service of one emulator: its regions, and the slow things it does in the background."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from emulator.context import Context
from emulator.postgres.fleet import Fleet
from emulator.rds import metadata
from emulator.rds.catalogue import DEFAULT_MAJOR, FAMILIES
from emulator.rds.metadata import Parameter
from emulator.rds.state import Event, Region, Resource

# A job that takes longer than this in wall time, beside the scaled time, hangs.
SETTLE_SECONDS = 120.0
CLOCK_SECONDS = 0.1
POLL_SECONDS = 0.02
AURORA_PREFIX = "aurora-"


class Stopping(Exception):
    """The emulator ends or is reset, or the instance is deleted: a job must not go on."""


@dataclass
class Job:
    """Something slow that is being done to an instance or a cluster."""

    context: Context
    thread: threading.Thread | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)
    ended_well: bool = False

    def pause_until(self, aws_minutes: float) -> None:
        """Wait until so many AWS minutes have passed since the job began. Raises Stopping."""
        while not self.stop.is_set():
            remaining = self.started + aws_minutes * self.context.time_scale - time.monotonic()
            if remaining <= 0:
                return
            # Somebody may change the clock meanwhile.
            self.stop.wait(min(remaining, CLOCK_SECONDS))
        raise Stopping

    def began(self) -> None:
        """What was awaited does not count: the minutes of ``pause_until`` begin now."""
        self.started = time.monotonic()

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait until something else has come so far. Raises Stopping."""
        while not ready():
            self.stop.wait(POLL_SECONDS)
            self.pause_until(0)

    def run_after(self, previous: Job | None, work: Callable[[Job], None]) -> None:
        if previous is not None and previous.thread is not None:
            previous.thread.join()
        self.began()
        try:
            self.pause_until(0)
            work(self)
        except Stopping:
            pass
        self.ended_well = True


class Service:
    """The regions of all accounts, the servers, and the jobs.

    `tell` is called with everything that happens.

    A job runs in its own thread and takes the context's lock only to change state; `changed` is notified then.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.fleet = Fleet(context.state_dir, context.tls)
        self.changed = threading.Condition(context.lock)
        self.tell: Callable[[Region, Event], None] = lambda _region, _event: None
        self.regions: dict[tuple[str, str], Region] = {}
        self._parameters: dict[tuple[str, bool], dict[str, Parameter]] = {}
        self._jobs: list[Job] = []
        context.on_reset(self.reset)
        context.on_shutdown(self.shutdown)

    def region(self, account_id: str, name: str) -> Region:
        key = (account_id, name)
        if key not in self.regions:
            self.regions[key] = Region(self, account_id, name)
        return self.regions[key]

    def parameters(self, family: str) -> dict[str, Parameter]:
        """The parameters of a DB parameter group of a family, by name."""
        return self._family_parameters(family, cluster=False)

    def cluster_parameters(self, family: str) -> dict[str, Parameter]:
        """The parameters of a DB cluster parameter group of a family, by name: those of its members, and more."""
        return self._family_parameters(family, cluster=True)

    def _family_parameters(self, family: str, cluster: bool) -> dict[str, Parameter]:
        if (family, cluster) not in self._parameters:
            settings = self.fleet.template(FAMILIES[family]).settings
            service = metadata.AURORA if family.startswith(AURORA_PREFIX) else metadata.RDS
            self._parameters[family, cluster] = metadata.parameters(settings, service, cluster)
        return self._parameters[family, cluster]

    def keywords(self, major: str) -> list[str]:
        """Reserved words of the engine."""
        return self.fleet.template(major if major in FAMILIES.values() else DEFAULT_MAJOR).keywords

    def start_job(self, resource: Resource, work: Callable[[Job], None], cancel: bool = False) -> None:
        """Do something to an instance or a cluster in the background, after what is being done to it already.

        cancel: end that at the next point where it can be left
        """
        previous, job = resource.job, Job(self.context)
        if cancel and previous is not None:
            previous.stop.set()

        def run() -> None:
            try:
                job.run_after(previous, work)
            finally:
                with self.changed:
                    if not job.ended_well:
                        # A defect of the emulator, which Python prints; nobody shall wait for the resource.
                        resource.status = "failed"
                    self._jobs.remove(job)
                    if resource.job is job:
                        resource.job = None
                    self.changed.notify_all()

        job.thread = threading.Thread(target=run, name=f"rds {resource.identifier}", daemon=True)
        resource.job = job
        self._jobs.append(job)
        job.thread.start()

    def settle(self, region: Region, *identifiers: str) -> None:
        """With time_scale 0 everything is ready at once: wait until no job runs on the instances or clusters of these
        names, or on any if there are no names.

        The context's lock is free meanwhile.
        """
        if self.context.time_scale > 0:
            return
        names = {identifier.rsplit(":", 1)[-1].lower() for identifier in identifiers}
        self.changed.wait_for(lambda: not _busy(region, names), SETTLE_SECONDS)

    def reset(self) -> None:
        """Forget everything, end all servers. Runs with the context's lock held."""
        self._stop_jobs()
        self.regions.clear()
        self.fleet.clear()

    def shutdown(self) -> None:
        with self.changed:
            self._stop_jobs()
        self.fleet.shutdown()

    def _stop_jobs(self) -> None:
        for job in self._jobs:
            job.stop.set()
        self.changed.wait_for(lambda: not self._jobs, SETTLE_SECONDS)


def _busy(region: Region, names: set[str]) -> bool:
    """What is done to a cluster is done to its members, and the other way round; so with a source and its replicas."""
    for instance in region.instances.values():
        cluster = instance.cluster.identifier if instance.cluster else instance.identifier
        concerned = {instance.identifier, cluster, *(replica.identifier for replica in region.replicas_of(instance))}
        if instance.source is not None:
            concerned.add(instance.source.identifier)
        if instance.job and (not names or names & concerned):
            return True
    for cluster_ in region.clusters.values():
        concerned = {cluster_.identifier, *(member.identifier for member in cluster_.members)}
        if cluster_.job and (not names or names & concerned):
            return True
    return False

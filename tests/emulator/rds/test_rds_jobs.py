"""What is done to an instance in the background: one thing after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import tls
from emulator.context import Context
from emulator.rds.jobs import Job, Service
from emulator.rds.state import Instance, ParameterGroup, Region, SubnetGroup

SECONDS = 10


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    context = Context(state_dir=tmp_path, time_scale=0, tls=tls.ensure(tmp_path))
    yield Service(context)
    context.shutdown()


@pytest.fixture
def region(service: Service) -> Region:
    return service.region("123456789012", "us-west-2")


@pytest.fixture
def instance(region: Region) -> Instance:
    made = Instance(
        identifier="db1",
        arn="arn",
        resource_id="db-1",
        attributes={},
        subnet_group=SubnetGroup("s", "arn", "", "vpc", []),
        parameter_group=ParameterGroup("p", "arn", "postgres16", ""),
        port=1,
    )
    region.instances["db1"] = made
    return made


def settle(service: Service, region: Region) -> None:
    with service.context.lock:
        service.settle(region)


def test_jobs_of_an_instance_come_one_after_the_other(service: Service, region: Region, instance: Instance) -> None:
    done: list[int] = []
    first_may_end = threading.Event()

    def first(_: Job) -> None:
        first_may_end.wait(SECONDS)
        done.append(1)

    service.start_job(instance, first)
    service.start_job(instance, lambda _: done.append(2))
    assert done == []
    first_may_end.set()
    settle(service, region)
    assert done == [1, 2]
    assert instance.job is None


def test_settling_leaves_the_lock_to_the_jobs(service: Service, region: Region, instance: Instance) -> None:
    def work(_: Job) -> None:
        with service.context.lock:
            instance.status = "available"

    with service.context.lock:
        service.start_job(instance, work)
        service.settle(region, "DB1")
    assert instance.status == "available"


def test_cancelled_job_ends_at_its_next_pause(service: Service, region: Region, instance: Instance) -> None:
    done: list[str] = []
    started = threading.Event()
    service.context.time_scale = 3600

    def long(job: Job) -> None:
        started.set()
        job.pause_until(1)
        done.append("long")

    service.start_job(instance, long)
    assert started.wait(SECONDS)
    service.start_job(instance, lambda _: done.append("delete"), cancel=True)
    service.context.time_scale = 0
    settle(service, region)
    assert done == ["delete"]


def test_reset_does_not_wait_for_aws_time_to_pass(service: Service, instance: Instance) -> None:
    started = threading.Event()
    service.context.time_scale = 3600

    def long(job: Job) -> None:
        started.set()
        job.pause_until(1)

    service.start_job(instance, long)
    assert started.wait(SECONDS)
    service.context.reset()
    assert instance.job is None
    assert service.regions == {}


def test_a_defect_is_printed_and_leaves_the_instance_failed(
    service: Service, region: Region, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html (failed)"""
    printed = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: printed.set())

    def defect(_: Job) -> None:
        raise RuntimeError("defect")

    service.start_job(instance, defect)
    settle(service, region)
    assert instance.status == "failed"
    assert printed.wait(SECONDS)


def test_minutes_count_from_when_it_begins(service: Service, region: Region, instance: Instance) -> None:
    """A member that was asked for while its cluster was made."""
    began: list[bool] = []

    def work(job: Job) -> None:
        before = job.started
        job.began()
        began.append(job.started > before)

    service.start_job(instance, work)
    settle(service, region)
    assert began == [True]

"""How big instance classes are, and the least that an inventory wants of one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import class_size as under_test
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.class_size import (
    ADVISED,
    ClassSize,
    Least,
    class_size,
)

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
SIZES = [
    ("db.t2.micro", ClassSize(1, 1, True)),
    ("db.t2.small", ClassSize(1, 2, True)),
    ("db.t2.medium", ClassSize(2, 4, True)),
    ("db.t3.micro", ClassSize(2, 1, True)),
    ("db.t3.medium", ClassSize(2, 4, True)),
    ("db.t4g.large", ClassSize(2, 8, True)),
    ("db.t4g.2xlarge", ClassSize(8, 32, True)),
    ("db.m6gd.medium", ClassSize(1, 4, False)),
    ("db.m5.large", ClassSize(2, 8, False)),
    ("db.r5.large", ClassSize(2, 16, False)),
    ("db.r6g.large", ClassSize(2, 16, False)),
    ("db.r7i.48xlarge", ClassSize(192, 1536, False)),
    ("db.x2iedn.xlarge", ClassSize(4, 128, False)),
]


@pytest.mark.parametrize(("name", "size"), SIZES)
def test_the_size_of_a_class(name: str, size: ClassSize) -> None:
    assert class_size(name) == size


def test_the_sizes_that_the_local_aws_has() -> None:
    there = json.loads(Path("emulator/rds/data/classes.json").read_text())
    sizes = {name: class_size(name) for name in there}
    assert {name: size and [size.vcpu, size.memory_gib] for name, size in sizes.items()} == there


@pytest.mark.parametrize("name", ["db.serverless", "db.q1.large", "large", "db.r6g.medium.tpc1"])
def test_what_has_no_size_that_is_known(name: str) -> None:
    assert class_size(name) is None


@pytest.mark.parametrize(
    ("least", "fitting", "not_fitting"),
    [
        (Least(2, 16, False), ["db.r6g.large", "db.m6g.xlarge"], ["db.t3.xlarge", "db.m5.large", "db.r6gd.medium"]),
        (Least(min_vcpu=4), ["db.t3.xlarge", "db.m5.xlarge"], ["db.r5.large"]),
        (Least(min_memory_gib=4), ["db.t3.medium"], ["db.t3.small"]),
        (Least(), ["db.t2.micro"], []),
    ],
)
def test_what_fits(least: Least, fitting: list[str], not_fitting: list[str]) -> None:
    sizes = {name: class_size(name) for name in fitting + not_fitting}
    assert [name for name, size in sizes.items() if size and least.fits(size)] == fitting


@pytest.mark.parametrize(
    ("least", "words", "smallest"),
    [
        (Least(2, 16, False), "non-burstable, at least 2 vCPU and 16 GiB", "db.r6g.large"),
        (Least(min_vcpu=4), "at least 4 vCPU", "db.t4g.xlarge"),
        (Least(min_memory_gib=4), "at least 4 GiB", "db.t4g.medium"),
        (Least(min_memory_gib=3.5, burstable=False), "non-burstable, at least 3.5 GiB", "db.m6g.large"),
        (Least(burstable=False), "non-burstable", "db.m6g.large"),
        (Least(), "anything", "db.t4g.micro"),
        (Least(min_vcpu=1000), "at least 1000 vCPU", None),
    ],
)
def test_what_is_said_of_it(least: Least, words: str, smallest: str | None) -> None:
    assert (least.spoken(), least.smallest()) == (words, smallest)


def test_what_is_advised_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [name for name in ADVISED if class_size(name) is None] == []
    monkeypatch.setattr(under_test, "ADVISED", ("db.serverless",))
    assert Least().smallest() is None

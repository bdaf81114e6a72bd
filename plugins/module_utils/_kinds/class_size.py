# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. How big DB instance classes are, and the least that an inventory wants of one.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.capacity import (
    CLASS,
    Database,
    NoCapacity,
    memory_gib,
)

# Sizes with one vCPU, or two where they are burstable and no t2.
SMALL = ("micro", "small", "medium")
ONE_VCPU = frozenset({"db.t2.micro", "db.t2.small"})
XLARGE_VCPU = 4
# What is advised: the families that AWS has everywhere, and their sizes, the cheaper family first.
ADVISED = tuple(
    f"db.{family}.{size}"
    for family, sizes in (
        ("t4g", ("micro", "small", "medium", "large", "xlarge", "2xlarge")),
        ("m6g", ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")),
        ("r6g", ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")),
    )
    for size in sizes
)


@dataclass(frozen=True, slots=True)
class ClassSize:
    """What a class has. Burstable ones work at full speed for as long as they have credits."""

    vcpu: int
    memory_gib: float
    burstable: bool


@dataclass(frozen=True, slots=True)
class Least:
    """The least that is wanted of a class, in the words of a limit; ``burstable: false`` wants one that is not."""

    min_vcpu: int = 0
    min_memory_gib: float = 0
    burstable: bool = True

    def fits(self, size: ClassSize) -> bool:
        big_enough = size.vcpu >= self.min_vcpu and size.memory_gib >= self.min_memory_gib
        return big_enough and (self.burstable or not size.burstable)

    def spoken(self) -> str:
        least = [f"{self.min_vcpu} vCPU"] if self.min_vcpu else []
        least += [f"{self.min_memory_gib:g} GiB"] if self.min_memory_gib else []
        clauses = [] if self.burstable else ["non-burstable"]
        clauses += [f"at least {' and '.join(least)}"] if least else []
        return ", ".join(clauses) or "anything"

    def smallest(self) -> str | None:
        """The smallest class that fits, by memory and then by vCPUs; of equal ones the cheaper."""
        sizes = ((name, class_size(name)) for name in ADVISED)
        fitting = [(size.memory_gib, size.vcpu, name) for name, size in sizes if size and self.fits(size)]
        return min(fitting, key=lambda one: one[:2])[2] if fitting else None


LEAST_RULES = frozenset(Least.__dataclass_fields__)


def class_size(name: str) -> ClassSize | None:
    """None for what has no size of its own (db.serverless), and for a class that is not known."""
    found = CLASS.fullmatch(name)
    if found is None:
        return None
    try:
        memory = memory_gib(Database(name, "postgres", name))
    except NoCapacity:
        return None
    burstable = found[1].startswith("t")
    return ClassSize(_vcpu(name, found[2], found[3], burstable), memory, burstable)


def _vcpu(name: str, size: str, times: str | None, burstable: bool) -> int:
    if size in SMALL:
        return 2 if burstable and name not in ONE_VCPU else 1
    return XLARGE_VCPU // 2 if size == "large" else XLARGE_VCPU * int(times or 1)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Sizes and rates of RDS for PostgreSQL storage.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem

SIZES = {"gp2": (20, 65536), "gp3": (20, 65536), "io1": (100, 65536), "io2": (100, 65536), "standard": (5, 3072)}
# Below this size gp3 has 3000 IOPS and 125 MiB/s, and neither can be set; from it on these ranges hold.
GP3_STRIPED_GIB = 400
GP3_IOPS = (12000, 64000)
GP3_THROUGHPUT = (500, 4000)
PROVISIONED_IOPS = (1000, 256000)
IOPS_PER_GIB = {"io1": 50, "io2": 1000}


def storage_problems(desired: Desired, value: Callable[[str], Any]) -> Iterator[Problem]:
    size, limit, kind = value("allocated_storage_gib"), value("max_allocated_storage_gib"), value("storage_type")
    low, high = SIZES.get(kind, SIZES["gp3"])
    for name, given in (("allocated_storage_gib", size), ("max_allocated_storage_gib", limit or None)):
        if given is not None and not low <= given <= high:
            yield desired.problem(name, f"is out of range. Allowed with {kind or 'gp3'}: {low} to {high} GiB.")
    if size and limit and limit < size:
        smallest = f"{desired.input_name('allocated_storage_gib')} {size}"
        yield desired.problem("max_allocated_storage_gib", f"is below {smallest}. Allowed: {size} and more, or 0.")
    yield from _rate_problems(desired, value, kind, size)


def _rate_problems(
    desired: Desired, value: Callable[[str], Any], kind: str | None, size: int | None
) -> Iterator[Problem]:
    iops, throughput = value("iops"), value("storage_throughput")
    if throughput is not None and kind not in (None, "gp3"):
        yield desired.problem("storage_throughput", f"cannot be set for {kind}: only gp3 has it. Leave it out.")
    if kind == "gp3" and size is not None:
        for name, given, (low, high) in (("iops", iops, GP3_IOPS), ("storage_throughput", throughput, GP3_THROUGHPUT)):
            if given is not None and size < GP3_STRIPED_GIB:
                yield desired.problem(name, f"cannot be set for gp3 below {GP3_STRIPED_GIB} GiB. Leave it out.")
            elif given is not None and not low <= given <= high:
                yield desired.problem(name, f"is out of range. Allowed with gp3: {low} to {high}.")
    elif kind in IOPS_PER_GIB:
        yield from _provisioned_problems(desired, kind, iops, size)
    elif iops is not None and kind is not None and kind != "gp3":
        yield desired.problem("iops", f"cannot be set for {kind}. Leave it out.")


def _provisioned_problems(desired: Desired, kind: str, iops: int | None, size: int | None) -> Iterator[Problem]:
    low, high = PROVISIONED_IOPS
    if iops is None:
        yield desired.problem("iops", f"is missing: {kind} needs it. Allowed: {low} to {high}.", "(not given)")
        return
    most = min(high, (size or high) * IOPS_PER_GIB[kind])
    if not low <= iops <= most:
        held = f" and {size} GiB" if size else ""
        yield desired.problem("iops", f"is out of range. Allowed with {kind}{held}: {low} to {most}.")

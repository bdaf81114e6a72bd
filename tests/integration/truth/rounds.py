"""Every drift of every kind, a few dozen at a time: one plan finds those that are on different resources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.integration.truth import (
    drifts_alarms,
    drifts_data,
    drifts_database,
    drifts_function,
    drifts_groups,
    drifts_network,
    drifts_watch,
    tags,
)
from tests.integration.truth.drift import Drift, Target
from tests.integration.truth.standing import Standing

PARTS = (
    drifts_network,
    drifts_data,
    drifts_groups,
    drifts_database,
    drifts_function,
    drifts_alarms,
    drifts_watch,
)
TABLES = tuple(part.DRIFTS for part in PARTS)
TAGS = "tags"


@dataclass(frozen=True)
class Case:
    """One drift of one property, with a number where a property has several."""

    kind: str
    property: str
    number: int
    drift: Drift

    def __str__(self) -> str:
        return f"{self.kind}.{self.property}" + (f"-{self.number}" if self.number else "")


def cases() -> list[Case]:
    return list(_cases())


def _cases() -> Iterator[Case]:
    for table in TABLES:
        for kind, properties in table.items():
            for name, drifts in properties.items():
                for number, drift in enumerate(drifts if isinstance(drifts, list) else [drifts]):
                    yield Case(kind, name, number, drift)
    for kind in tags.SERVICES:
        yield Case(kind, TAGS, 0, tags.drift(kind))
        if kind not in tags.PUT_OVER:
            yield Case(kind, TAGS, 1, tags.ownership(kind))
        if kind in tags.FOUND_BY_NAME:
            yield Case(kind, TAGS, 2, tags.unnamed(kind))


def targets(standing: Standing) -> dict[str, list[Target]]:
    """What stands, by kind."""
    found: dict[str, list[Target]] = defaultdict(list)
    for host, resources in standing.resources().items():
        for entry, wanted, known in resources:
            if not entry.get("external"):
                found[entry["kind"]].append(
                    Target(
                        standing,
                        standing.hosts[host],
                        entry["kind"],
                        entry["name"],
                        wanted,
                        entry.get("tags", {}),
                        known,
                    )
                )
    return found


def rounds(cases: Iterable[Case], targets: dict[str, list[Target]]) -> list[list[tuple[Case, Target]]]:
    """Cases with their targets, so that no target is in a round twice: each goes where the least was done before."""
    done: dict[str, int] = defaultdict(int)
    made: list[list[tuple[Case, Target]]] = []
    for case in cases:
        fitting = [target for target in targets[case.kind] if case.drift.fits(target)]
        assert fitting, f"{case}: nothing in the documents can have it"
        target = min(fitting, key=lambda one: done[_object(one)])
        turn = done[_object(target)]
        done[_object(target)] += 1
        if turn == len(made):
            made.append([])
        made[turn].append((case, target))
    return made


def _object(target: Target) -> str:
    """A function and its alias change together, and a secret has its attachment among its tags."""
    kind = {"lambda_alias": "lambda_function", "secret_attachment": "secret"}.get(target.kind, target.kind)
    return f"{target.host.region}/{kind}/{target.name.partition(':')[0]}"

"""What hosts wait for, and what a look at it means."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._awaited import Vigil, awaited, waiting, wanted

INSTANCE, REPLICA = {"kind": "rds_instance", "name": "db"}, {"kind": "rds_instance", "name": "db-replica"}
REPLICA["properties"] = {"source_db_instance_identifier": "db"}  # type: ignore[assignment]
CLUSTER = {"kind": "aurora_cluster", "name": "c", "properties": {"members": [{"name": "c-1"}, {"name": "c-2"}]}}
DB, C, C1, C2 = ("rds_instance", "db"), ("aurora_cluster", "c"), ("rds_instance", "c-1"), ("rds_instance", "c-2")


def host(*entries: Any, acts: bool = True, **known: dict[str, str]) -> dict[str, Any]:
    by_key = {name.replace("__", "/"): attributes for name, attributes in known.items()}
    return {
        "acts": acts,
        "documents": {"a": [{"kind": "secret", "name": "s"}], "b": list(entries)},
        "stack": {"known": by_key},
    }


@pytest.mark.parametrize(
    ("planned", "things"),
    [
        (host(INSTANCE, REPLICA), {"rds_instance": ["db"]}),
        (host(INSTANCE, rds_instance__db={"status": "available"}), None),
        (host(INSTANCE, rds_instance__db={"status": "failed"}), None),
        # Begun by a run that was killed.
        (host(INSTANCE, rds_instance__db={"status": "backing-up"}), {"rds_instance": ["db"]}),
        (host(CLUSTER), {"aurora_cluster": ["c"], "rds_instance": ["c-1", "c-2"]}),
        (host({**CLUSTER, "properties": {}}), {"aurora_cluster": ["c"]}),
        # Members that the killed run has not asked for would be awaited for ever.
        (host(CLUSTER, aurora_cluster__c={"status": "creating"}), {"aurora_cluster": ["c"]}),
        (host(INSTANCE, acts=False), None),
        (host(), None),
    ],
)
def test_what_a_host_waits_for(planned: dict[str, Any], things: dict[str, list[str]] | None) -> None:
    assert awaited({"h": planned}, ["h"]) == ({"h": things} if things else {})


def test_of_those_asked_for_alone() -> None:
    hosts = {"a": host(INSTANCE), "b": host(INSTANCE)}
    assert list(awaited(hosts, ["b", "without a plan"])) == ["b"]


def vigil(*things: tuple[str, str], timeout: float = 3600) -> Vigil:
    return Vigil("h", things or (DB,), timeout)


@pytest.mark.parametrize(
    ("things", "statuses", "seconds", "ready", "failure"),
    [
        ((DB,), {DB: "available"}, 0, True, ""),
        ((DB,), {DB: "storage-optimization"}, 0, True, ""),
        ((DB,), {DB: "creating"}, 3599, False, ""),
        # Just made, and not listed yet.
        ((DB,), {}, 5, False, ""),
        ((C, C1, C2), {C: "available", C1: "available", C2: "creating"}, 0, False, ""),
        ((C, C1, C2), {C: "available", C1: "available", C2: "available"}, 0, True, ""),
        ((DB,), {DB: "incompatible-parameters"}, 0, False, "DB instance db is incompatible-parameters. AWS does not"),
        ((DB,), {DB: "creating"}, 3600, False, "DB instance db is still creating after 3600 s, not available or"),
        # Why it will never come says more than that it is late.
        ((C, C1), {C: "creating", C1: "failed"}, 3600, False, "DB instance c-1 is failed."),
    ],
)
def test_a_look(things: Any, statuses: Any, seconds: float, ready: bool, failure: str) -> None:
    watched = vigil(*things)
    watched.look(statuses, seconds)
    assert watched.ready is ready
    assert watched.failure.startswith(failure)
    assert bool(watched.failure) is bool(failure)
    assert watched.waits is not (ready or bool(failure))


def test_what_is_settled_stays_so() -> None:
    done = vigil()
    done.look({DB: "available"}, 1)
    done.look({DB: "modifying"}, 9999)
    done.give_up("AWS does not answer")
    assert (done.ready, done.failure) == (True, "")
    failed = vigil()
    failed.give_up("AWS does not answer")
    failed.look({DB: "available"}, 1)
    assert (failed.ready, failed.failure) == (False, "AWS does not answer")


def test_what_to_look_at_and_what_is_left() -> None:
    first, second, third = vigil(C, C1), vigil(DB), vigil(("rds_instance", "ready"))
    third.look({("rds_instance", "ready"): "available"}, 1)
    every = [first, second, third]
    assert wanted(every) == {"aurora_cluster": ["c"], "rds_instance": ["c-1", "db"]}
    for each in every:
        each.look({C: "available", C1: "creating", DB: "backing-up"}, 1)
    assert waiting(every) == {"c-1": "creating", "db": "backing-up"}

"""The wait loop, with a clock of its own."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._run import WaitTimeout
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import Awaited, WaitFailed, heard_by, wait

AWAITED = Awaited(frozenset({"available"}), frozenset({"failed"}))


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)


def waited(statuses: list[str], timeout: float = 3600) -> Clock:
    clock, left = Clock(), iter(statuses)
    assert wait("DB instance db", lambda: next(left), AWAITED, timeout, sleep=clock.sleep, clock=clock) == "available"
    return clock


def test_what_is_ready_is_not_waited_for() -> None:
    assert waited(["available"]).pauses == []


def test_looks_are_seconds_apart_and_never_more_than_fifteen() -> None:
    pauses = waited(["creating"] * 20 + ["available"]).pauses
    assert pauses[:3] == [1.0, 1.5, 2.25]
    assert pauses == sorted(pauses)
    assert max(pauses) == 15.0


def test_a_failed_status_ends_the_wait() -> None:
    with pytest.raises(WaitFailed, match="DB instance db is failed"):
        waited(["creating", "failed"])


def test_a_timeout_names_the_resource_and_its_last_status() -> None:
    clock = Clock()
    with pytest.raises(WaitTimeout) as timeout:
        wait("DB instance db", lambda: f"at {clock.now:g}", AWAITED, 10, sleep=clock.sleep, clock=clock)
    assert str(timeout.value).startswith("DB instance db is still at 10 after 10 s, not available.")
    assert "run again" in str(timeout.value)


def test_it_looks_once_more_at_the_end() -> None:
    clock = Clock()
    seen = wait(
        "x", lambda: "available" if clock.now >= 10 else "creating", AWAITED, 10, sleep=clock.sleep, clock=clock
    )
    assert (seen, clock.now) == ("available", 10)


def test_who_listens_hears_of_every_look_that_ends_no_wait() -> None:
    heard: list[tuple[str, str, float]] = []
    with heard_by(lambda *look: heard.append(look)):
        waited(["creating", "modifying", "available"])
        waited(["available"])
    waited(["creating", "available"])
    assert heard == [("DB instance db", "creating", 0.0), ("DB instance db", "modifying", 1.0)]


def test_looks_can_be_closer() -> None:
    clock, left = Clock(), iter(["creating"] * 9 + ["available"])
    wait("x", lambda: next(left), AWAITED, 3600, longest_pause=2.0, sleep=clock.sleep, clock=clock)
    assert max(clock.pauses) == 2.0

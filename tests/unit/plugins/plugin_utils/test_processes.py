from __future__ import annotations

import os
from multiprocessing import Pipe

import pytest
from ansible_collections.pgfleet.aws.plugins.plugin_utils import _processes
from ansible_collections.pgfleet.aws.plugins.plugin_utils._processes import Died, processors, spread


@pytest.mark.parametrize("items", [[], [7], [3, 1, 2], list(range(20))])
@pytest.mark.parametrize("there_are", [1, 2, 3, 64])
def test_items_are_worked_on_in_their_order(there_are: int, items: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_processes, "processors", lambda: there_are)
    assert spread(lambda item: item * 10, items, lambda: None) == [item * 10 for item in items]


@pytest.mark.parametrize(
    ("there_are", "items", "processes", "meanwhile"),
    [(1, 5, 1, False), (2, 5, 2, True), (4, 2, 2, True), (64, 99, 8, True)],
)
def test_each_process_has_its_share(
    there_are: int, items: int, processes: int, meanwhile: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_processes, "processors", lambda: there_are)
    done: list[int] = []
    by = spread(lambda _item: os.getpid(), range(items), lambda: done.append(os.getpid()))
    assert len(set(by)) == processes
    assert (os.getpid() in by) == (there_are == 1)
    assert done == ([os.getpid()] if meanwhile else [])


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_processes, "processors", lambda: 2)
    with pytest.raises(Died, match="ended before it was done"):
        spread(lambda item: os._exit(item), [0, 0], lambda: None)


def test_a_process_sends_what_it_made() -> None:
    receiver, sender = Pipe(duplex=False)
    _processes._do(sender, lambda item: item + 1, [1, 2])
    assert receiver.recv() == [2, 3]
    assert sender.closed


def test_there_is_a_processor() -> None:
    assert processors() >= 1

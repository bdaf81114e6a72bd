"""What EC2 does after it has answered: something due at a time, done before the next call that comes after it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from emulator.operations import ANY, Asked, refuses

# By moto's object: what is to become of it, and when. An object that a reset has forgotten takes its future with it.
_due: WeakKeyDictionary[Any, tuple[float, Callable[[], None]]] = WeakKeyDictionary()


def later(asked: Asked, what: Any, aws_minutes: float, become: Callable[[], None]) -> None:
    """Call ``become`` once so many AWS minutes have passed; at once where no time passes. It replaces what was due."""
    if not asked.context.time_scale:
        _due.pop(what, None)
        become()
        return
    _due[what] = (asked.context.ready_at(aws_minutes), become)


@refuses("ec2", ANY)
def catch_up(_asked: Asked) -> None:
    """Refuses nothing."""
    now = time.monotonic()
    for what, (when, become) in list(_due.items()):
        if when <= now:
            del _due[what]
            become()

"""What EC2 does after it has answered: something due at a time, done before the next call that comes after it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from emulator.operations import ANY, Asked, refuses

# By moto's object: when it began, how many AWS minutes it takes, and what is to become of it. An object that a reset
# has forgotten takes its future with it.
_due: WeakKeyDictionary[Any, tuple[float, float, Callable[[], None]]] = WeakKeyDictionary()


def later(asked: Asked, what: Any, aws_minutes: float, become: Callable[[], None]) -> None:
    """Call ``become`` once so many AWS minutes have passed; at once where no time passes. It replaces what was due."""
    if not asked.context.time_scale:
        _due.pop(what, None)
        become()
        return
    _due[what] = (time.monotonic(), aws_minutes, become)


@refuses("ec2", ANY)
def catch_up(asked: Asked) -> None:
    """Refuses nothing. Somebody may have changed the clock meanwhile."""
    now = time.monotonic()
    for what, (began, minutes, become) in list(_due.items()):
        if began + minutes * asked.context.time_scale <= now:
            del _due[what]
            become()

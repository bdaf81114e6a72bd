"""Changes that wait for the maintenance window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.rds.state import Resource


def take_in(
    resource: Resource,
    changes: dict[str, Any],
    current: Callable[[str], Any],
    is_deferred: Callable[[str, Any], bool],
) -> dict[str, Any]:
    """Queue what waits; returns what does not. Asking for what is there takes a queued change back."""
    for name in set(changes) & set(resource.pending):
        del resource.pending[name]
    news = {name: value for name, value in changes.items() if value != current(name)}
    waits = {name: value for name, value in news.items() if is_deferred(name, value)}
    resource.pending.update(waits)
    return {name: value for name, value in news.items() if name not in waits}

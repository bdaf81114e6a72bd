"""What was called: every AWS request, without its content."""

from __future__ import annotations

import datetime
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from emulator.identify import Call


@dataclass(frozen=True)
class Entry:
    """One answered request. `status` is 0 and `error` the fault's name where the client got no answer.

    allowed: where IAM was enforced, what it allowed: action, resource, and by: the Sids of the statements
    denied:  what it denied, "action on resource"
    """

    n: int
    time: str
    service: str
    action: str
    region: str
    access: Literal["read", "write"]
    status: int
    error: str | None
    ms: float
    allowed: list[dict[str, str]] = field(default_factory=list)
    denied: str | None = None


class RequestLog:
    """In memory, and as JSON lines in a file. `n` rises by one per request for as long as the emulator runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] = path.open("w", buffering=1, encoding="utf-8")
        self._entries: list[Entry] = []
        self._last = 0
        self._lock = threading.Lock()

    def add(self, call: Call, *, status: int, error: str | None, seconds: float, **authorization: Any) -> None:
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds")
        ms = round(seconds * 1000, 1)
        with self._lock:
            self._last += 1
            named = (call.service, call.action, call.region, call.access)
            entry = Entry(self._last, now, *named, status, error, ms, **authorization)
            self._entries.append(entry)
            self._file.write(json.dumps(vars(entry)) + "\n")

    def entries(self, since: int = 0, service: str | None = None, access: str | None = None) -> list[Entry]:
        """Those with n > since, oldest first."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if entry.n > since and service in (None, entry.service) and access in (None, entry.access)
            ]

    @property
    def last(self) -> int:
        """`n` of the newest entry, also after clear(): a position to give as `since`."""
        return self._last

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._file.seek(0)
            self._file.truncate()

    def close(self) -> None:
        self._file.close()

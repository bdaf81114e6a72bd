"""What the parts of one running emulator share: its state directory, clock, lock, life cycle and registrations."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

ACCOUNT_ID = "123456789012"

Callback = Callable[[], None]


@dataclass(frozen=True)
class Tls:
    """PEM files made by emulator.tls: a CA, and a server certificate for 127.0.0.1 and localhost signed by it."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Place:
    """Where a database is in the networks of EC2. public: whether it has an address outside of its VPC"""

    account_id: str
    region: str
    vpc_id: str
    subnet_ids: tuple[str, ...]
    group_ids: tuple[str, ...]
    public: bool


class TagSource(Protocol):
    """Resources that the tagging API should know although moto's own tagging backend does not."""

    def tagged(self, account_id: str, region: str) -> Iterable[tuple[str, Mapping[str, str]]]:
        """Yield (ARN, tags) of every resource, tagged or not."""

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add or overwrite tags. Raises KeyError if there is no such resource."""

    def untag(self, arn: str, keys: Iterable[str]) -> None:
        """Remove tags; absent keys are ignored. Raises KeyError if there is no such resource."""


def no_such_resource(arn: str, _asked: dict[str, Any]) -> None:
    raise ValueError(f"there is no resource {arn}")


def no_such_code(sha256: str) -> bytes:
    raise ValueError(f"no function has code with the SHA-256 {sha256}")


@dataclass
class Context:
    """One running emulator.

    state_dir:   everything on disk lives below it
    time_scale:  wall seconds per AWS minute; 0 = everything is ready at once
    call_ms:     AWS milliseconds that every call is under way, on the same scale; beside what it takes here
    lock:        held around every AWS request (moto is not thread-safe); background threads take it for the moment in
                 which they change state, and never while they wait for a process or for time to pass
    tag_sources: by service name as in an ARN ("rds"); read by the resource groups tagging API
    rotators:    by the service that owns a secret; called with account, region and ARN of one that is to be rotated
    endpoint:    URL of this emulator
    enforce_iam: whether IAM decides about every call of a user or a role
    enforced_keys: access keys about whose calls it decides in any case: of sessions that the emulator runs code with;
                 with the condition keys that their requests have, as lambda:SourceFunctionArn
    quotas:      of RDS, by AWS's name, where the account may have other numbers than AWS gives everybody
    code:        set by Lambda; what GET /_emulator/code answers
    databases:   set by the RDS service; what GET /_emulator/databases answers
    add_maintenance: set by the RDS service; what POST /_emulator/maintenance does
    database_at: set by the RDS service; where the database is that has an endpoint's address and port
    """

    state_dir: Path
    time_scale: float
    tls: Tls
    account_id: str = ACCOUNT_ID
    endpoint: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    tag_sources: dict[str, TagSource] = field(default_factory=dict)
    rotators: dict[str, Callable[[str, str, str], None]] = field(default_factory=dict)
    call_ms: float = 0
    enforce_iam: bool = False
    quotas: dict[str, int] = field(default_factory=dict)
    enforced_keys: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    code: Callable[[str], bytes] = no_such_code
    databases: Callable[[], list[dict[str, Any]]] = list
    add_maintenance: Callable[[str, dict[str, Any]], None] = no_such_resource
    database_at: Callable[[str, int], Place | None] = lambda _host, _port: None
    _on_reset: list[Callback] = field(default_factory=list)
    _on_shutdown: ExitStack = field(default_factory=ExitStack)

    def ready_at(self, aws_minutes: float) -> float:
        """`time.monotonic()` value at which something that takes AWS that many minutes is done."""
        return time.monotonic() + aws_minutes * self.time_scale

    @property
    def call_seconds(self) -> float:
        """Wall seconds that a call is under way."""
        return self.call_ms / 1000 / 60 * self.time_scale

    def on_reset(self, callback: Callback) -> None:
        """Call when all state is to be forgotten, before moto's own; runs with the lock held."""
        self._on_reset.append(callback)

    def on_shutdown(self, callback: Callback) -> None:
        """Call once when the emulator ends, also by signal; last registered runs first, without the lock."""
        self._on_shutdown.callback(callback)

    def reset(self) -> None:
        with self.lock:
            for callback in self._on_reset:
                callback()
            self.enforced_keys.clear()
            self.quotas.clear()

    def shutdown(self) -> None:
        """All callbacks run, also after one that raises."""
        self._on_shutdown.close()

"""What Lambda keeps: functions with their versions and aliases, by region."""

from __future__ import annotations

import datetime
import time
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from emulator.services.lambda_.packages import Package

LATEST = "$LATEST"

Combination = tuple[str, frozenset[str]]
Policy = dict[str, dict[str, Any]]


def now() -> str:
    """As LastModified has it."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def new_revision() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Version:
    """Code and configuration, of a published version or of $LATEST.

    settings: as in FunctionConfiguration, without what the fields here tell
    ready_at: monotonic time at which it can be used
    created:  whether it is the first of its kind: it was made, and not changed
    """

    number: str
    package: Package
    settings: dict[str, Any]
    ready_at: float
    created: bool = True
    modified: str = field(default_factory=now)
    revision: str = field(default_factory=new_revision)

    @property
    def ready(self) -> bool:
        return time.monotonic() >= self.ready_at

    @property
    def vpc(self) -> dict[str, Any]:
        found: dict[str, Any] = self.settings["VpcConfig"]
        return found

    def same_as(self, other: Version) -> bool:
        """Whether publishing it would make nothing new."""
        without = ("Description",)
        mine, theirs = (
            {name: value for name, value in each.settings.items() if name not in without} for each in (self, other)
        )
        return mine == theirs and self.package.sha256 == other.package.sha256

    def changed(self, **changes: Any) -> Version:
        return replace(self, modified=now(), revision=new_revision(), **changes)


@dataclass
class Alias:
    name: str
    version: str
    description: str
    routing: dict[str, float]
    revision: str = field(default_factory=new_revision)


@dataclass(eq=False)
class Function:
    """latest: $LATEST; before: what runs in its place until it is ready

    versions: the published ones, by number
    reserved: concurrency; None = it shares what is left
    policies: statements by their ids, by qualifier ("" = the function itself)
    """

    name: str
    arn: str
    latest: Version
    before: Version | None = None
    versions: dict[str, Version] = field(default_factory=dict)
    last_number: int = 0
    aliases: dict[str, Alias] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    reserved: int | None = None
    policies: dict[str, Policy] = field(default_factory=dict)

    @property
    def running(self) -> Version:
        """What an event for $LATEST gets: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
        return self.before if self.before is not None and not self.latest.ready else self.latest

    def all_versions(self) -> list[Version]:
        return [self.latest, *self.versions.values()]


@dataclass
class Region:
    """The functions of an account in a region.

    interfaces: ids of network interfaces, by subnet and security groups, which functions share
    leaving:    those that no function uses any more
    """

    account_id: str
    name: str
    functions: dict[str, Function] = field(default_factory=dict)
    interfaces: dict[Combination, str] = field(default_factory=dict)
    leaving: set[Combination] = field(default_factory=set)

    def arn(self, name: str) -> str:
        return f"arn:aws:lambda:{self.name}:{self.account_id}:function:{name}"

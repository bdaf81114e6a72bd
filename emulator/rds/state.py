"""What the RDS service knows, per account and region."""

from __future__ import annotations

import datetime
import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from emulator.postgres.server import Server

if TYPE_CHECKING:
    from emulator.rds.jobs import Job, Service

Params = dict[str, Any]
Result = dict[str, Any]


class Tagged(Protocol):
    """Anything that has an ARN and tags."""

    arn: str
    tags: dict[str, str]


@dataclass
class SubnetGroup:
    name: str
    arn: str
    description: str
    vpc_id: str
    subnet_ids: list[str]
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """A parameter as set by the user. apply_method: immediate or pending-reboot"""

    value: str
    apply_method: str


@dataclass
class ParameterGroup:
    name: str
    arn: str
    family: str
    description: str
    settings: dict[str, Setting] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def is_default(self) -> bool:
        return self.name.startswith("default.")


@dataclass
class Instance:
    """A DB instance.

    attributes:      members of the API's DBInstance document that are stored as they are shown
    apply_status:    DBParameterGroups[].ParameterApplyStatus
    pending:         members of PendingModifiedValues
    new_password:    whether the master user is about to get another password
    running:         parameters that the server runs with, as the parameter group spells them
    interfaces:      ids of its network interfaces
    created:         when it became ready first; there is no endpoint before
    restorable_from: when the first backup was taken
    job:             the last thing that is being done to it, if any
    """

    identifier: str
    arn: str
    resource_id: str
    attributes: dict[str, Any]
    subnet_group: SubnetGroup
    parameter_group: ParameterGroup
    port: int
    status: str = "creating"
    apply_status: str = "in-sync"
    pending: dict[str, Any] = field(default_factory=dict)
    new_password: bool = False
    running: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    created: datetime.datetime | None = None
    restorable_from: datetime.datetime | None = None
    server: Server | None = None
    job: Job | None = None

    @property
    def major(self) -> str:
        return major_of(self.attributes["EngineVersion"])


@dataclass
class Snapshot:
    """A DB snapshot.

    source: what an instance that is restored from it is made with
    data:   directory with a copy of the server's files, once it is available
    """

    identifier: str
    arn: str
    instance_identifier: str
    kind: str
    attributes: dict[str, Any]
    source: dict[str, Any]
    status: str = "creating"
    progress: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    data: Path | None = None


@dataclass
class EventSubscription:
    """A subscription of an SNS topic to events.

    source_type: empty = events of all types
    source_ids:  empty = of all sources of the type
    categories:  empty = of all categories
    busy:        the status that it shows until `ready_at` (time.monotonic())
    """

    name: str
    arn: str
    topic_arn: str
    source_type: str
    source_ids: list[str]
    categories: list[str]
    enabled: bool
    created: datetime.datetime
    tags: dict[str, str] = field(default_factory=dict)
    busy: str = "creating"
    ready_at: float = 0.0


@dataclass
class Maintenance:
    """A pending maintenance action.

    opt_in: empty, next-maintenance, or immediate = being applied
    """

    action: str
    description: str
    auto_applied_after: datetime.datetime | None = None
    forced_on: datetime.datetime | None = None
    opt_in: str = ""


@dataclass(frozen=True)
class Event:
    source_identifier: str
    source_type: str
    message: str
    categories: tuple[str, ...]
    date: datetime.datetime
    source_arn: str


@dataclass
class Region:
    """Everything of one account in one region.

    retained_backups: documents of automated backups that outlived their instance, by its DbiResourceId
    maintenance:      pending actions by the ARN of their resource
    """

    service: Service
    account_id: str
    name: str
    instances: dict[str, Instance] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    subnet_groups: dict[str, SubnetGroup] = field(default_factory=dict)
    parameter_groups: dict[str, ParameterGroup] = field(default_factory=dict)
    retained_backups: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    event_subscriptions: dict[str, EventSubscription] = field(default_factory=dict)
    maintenance: dict[str, list[Maintenance]] = field(default_factory=dict)

    def arn(self, kind: str, name: str) -> str:
        """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.Constructing.html"""
        return f"arn:aws:rds:{self.name}:{self.account_id}:{kind}:{name}"

    def tagged(self) -> Iterator[Tagged]:
        for kind in (self.instances, self.snapshots, self.subnet_groups, self.parameter_groups):
            yield from kind.values()
        yield from self.event_subscriptions.values()

    def record(self, source: Instance, message: str, *categories: str) -> None:
        """Add what DescribeEvents tells about an instance."""
        self.events.append(Event(source.identifier, "db-instance", message, categories, now(), source.arn))


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def major_of(version: str) -> str:
    return version.split(".", 1)[0]


def new_resource_id() -> str:
    """A DbiResourceId, unique and never used again."""
    return "db-" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(26))


def tag_dict(tags: list[dict[str, str]] | None) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in tags or []}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]

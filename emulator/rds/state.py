"""What the RDS service knows, per account and region."""

from __future__ import annotations

import datetime
import secrets
import string
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from emulator.postgres.server import Server
from emulator.rds.notices import EventSubscription, Maintenance

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
    cluster_apply_status: DBClusterMembers[].DBClusterParameterGroupStatus
    pending:         members of PendingModifiedValues
    new_password:    whether the master user is about to get another password
    running:         parameters that the server runs with, as the parameter group spells them
    cluster_running: and those that it has from its cluster's group
    interfaces:      ids of its network interfaces
    created:         when it became ready first; there is no endpoint before
    restorable_from: when the first backup was taken
    job:             the last thing that is being done to it, if any
    cluster:         that it is a member of
    source:          that it is a read replica of
    """

    source_type: ClassVar = "db-instance"
    label: ClassVar = "DB instance"
    longest_password: ClassVar = 128

    identifier: str
    arn: str
    resource_id: str
    attributes: dict[str, Any]
    subnet_group: SubnetGroup
    parameter_group: ParameterGroup
    port: int
    status: str = "creating"
    apply_status: str = "in-sync"
    cluster_apply_status: str = "in-sync"
    pending: dict[str, Any] = field(default_factory=dict)
    new_password: bool = False
    running: dict[str, str] = field(default_factory=dict)
    cluster_running: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    interfaces: list[str] = field(default_factory=list)
    created: datetime.datetime | None = None
    restorable_from: datetime.datetime | None = None
    server: Server | None = None
    job: Job | None = None
    cluster: Cluster | None = None
    source: Instance | None = None

    @property
    def major(self) -> str:
        return major_of(self.attributes["EngineVersion"])

    @property
    def is_reader(self) -> bool:
        return self.cluster is not None and self.cluster.writer is not self


@dataclass
class Cluster:
    """A DB cluster.

    attributes:      members of the API's DBCluster document that are stored as they are shown
    parameter_group: its DB cluster parameter group
    port:            of its endpoints, which lead to its members
    reader_host:     address of the reader endpoint
    members:         in the order in which they were made
    writer:          the member that writes
    volume:          copy of the data while there is no member; None = there are none yet
    preparations:    what is still to be done in the first server over the data
    servers:         held while servers of members are made, promoted or deleted
    The rest is as of an instance.
    """

    source_type: ClassVar = "db-cluster"
    label: ClassVar = "DB cluster"
    longest_password: ClassVar = 41

    identifier: str
    arn: str
    resource_id: str
    attributes: dict[str, Any]
    subnet_group: SubnetGroup
    parameter_group: ParameterGroup
    port: int
    reader_host: str
    status: str = "creating"
    pending: dict[str, Any] = field(default_factory=dict)
    new_password: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime.datetime = field(default_factory=lambda: now())
    members: list[Instance] = field(default_factory=list)
    writer: Instance | None = None
    volume: Path | None = None
    preparations: list[Callable[[Server], None]] = field(default_factory=list)
    servers: threading.RLock = field(default_factory=threading.RLock)
    job: Job | None = None

    @property
    def major(self) -> str:
        return major_of(self.attributes["EngineVersion"])

    @property
    def readers(self) -> list[Instance]:
        return [member for member in self.members if member is not self.writer]

    @property
    def writer_first(self) -> list[Instance]:
        return [*([self.writer] if self.writer else []), *self.readers]


Resource = Instance | Cluster


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
class ClusterSnapshot:
    """A DB cluster snapshot. data: directory with a copy of the data, once it is available and if there were any"""

    identifier: str
    arn: str
    cluster_identifier: str
    attributes: dict[str, Any]
    status: str = "creating"
    progress: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    data: Path | None = None


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
    retained_cluster_backups: the same of clusters, by their DbClusterResourceId
    maintenance:      pending actions by the ARN of their resource
    """

    service: Service
    account_id: str
    name: str
    instances: dict[str, Instance] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    cluster_snapshots: dict[str, ClusterSnapshot] = field(default_factory=dict)
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    subnet_groups: dict[str, SubnetGroup] = field(default_factory=dict)
    parameter_groups: dict[str, ParameterGroup] = field(default_factory=dict)
    cluster_parameter_groups: dict[str, ParameterGroup] = field(default_factory=dict)
    retained_backups: dict[str, dict[str, Any]] = field(default_factory=dict)
    retained_cluster_backups: dict[str, dict[str, Any]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    event_subscriptions: dict[str, EventSubscription] = field(default_factory=dict)
    maintenance: dict[str, list[Maintenance]] = field(default_factory=dict)

    def arn(self, kind: str, name: str) -> str:
        """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.Constructing.html"""
        return f"arn:aws:rds:{self.name}:{self.account_id}:{kind}:{name}"

    def replicas_of(self, source: Instance) -> list[Instance]:
        return [instance for instance in self.instances.values() if instance.source is source]

    def resources(self) -> Iterator[Resource]:
        yield from self.instances.values()
        yield from self.clusters.values()

    def tagged(self) -> Iterator[Tagged]:
        yield from self.resources()
        for kind in (self.snapshots, self.cluster_snapshots, self.subnet_groups):
            yield from kind.values()
        yield from self.parameter_groups.values()
        yield from self.cluster_parameter_groups.values()
        yield from self.event_subscriptions.values()

    def record(self, source: Resource, message: str, *categories: str) -> None:
        """Add what DescribeEvents tells about an instance or a cluster, and post it to who has subscribed to it."""
        event = Event(source.identifier, source.source_type, message, categories, now(), source.arn)
        self.events.append(event)
        self.service.tell(self, event)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def major_of(version: str) -> str:
    return version.split(".", 1)[0]


def new_resource_id(kind: str) -> str:
    """A DbiResourceId (`db-…`) or DbClusterResourceId (`cluster-…`), unique and never used again."""
    return f"{kind}-" + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(26))


def tag_dict(tags: list[dict[str, str]] | None) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in tags or []}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]

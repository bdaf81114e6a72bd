"""What RDS lets people know: subscriptions to its events, and pending maintenance."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field


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

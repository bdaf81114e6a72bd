# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads the topics of a database and the subscriptions of RDS events to them.

What AWS lists and then does not know (None) is already gone: some lists lag behind deletions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.event_subscriptions import (
    SUBSCRIPTION_ABSENT,
    described,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found

KIND = "rds_event_subscription"


def event_subscriptions(look: Look) -> Iterator[Found]:
    client = look.clients("rds")
    for raw in described(client):
        name, arn = raw["CustSubscriptionId"], raw["EventSubscriptionArn"]
        if look.asks_about(KIND, name, arn):
            tags = call(client, "list_tags_for_resource", ResourceName=arn, subject=name, absent=SUBSCRIPTION_ABSENT)
            if tags is not None:
                yield Found(KIND, name, name, to_tags(tags["TagList"]))


def topics(look: Look) -> Iterator[Found]:
    client = look.clients("sns")
    for raw in pages(client, "list_topics", "Topics"):
        arn = raw["TopicArn"]
        name = arn.rpartition(":")[2]
        if look.asks_about("sns_topic", name, arn):
            tags = call(client, "list_tags_for_resource", ResourceArn=arn, subject=name, absent={"ResourceNotFound"})
            if tags is not None:
                yield Found("sns_topic", name, arn, to_tags(tags["Tags"]), {"kms_key": _key(client, name, arn)})


def _key(client: Any, name: str, arn: str) -> str | None:
    found = call(client, "get_topic_attributes", TopicArn=arn, subject=name, absent={"NotFound"})
    return (found or {"Attributes": {}})["Attributes"].get("KmsMasterKeyId") or None

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Which database a secret's connection data are of.

The data stand in the secret's value, which planning must not read. Whoever writes them therefore also says so in two
tags, after the value: a run killed between the two is seen, and finished, by the next.
"""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Kind, Observed, Property

DATABASE_TAG = "pgfleet:database"
ENDPOINT_TAG = "pgfleet:endpoint"
TAGS = frozenset({DATABASE_TAG, ENDPOINT_TAG})

SECRET_ATTACHMENT = Kind("secret_attachment", {"database": Property(), "endpoint": Property()})


def from_tags(name: str, tags: Mapping[str, str]) -> Observed | None:
    """``endpoint`` is ``address:port``. None for a secret that nothing was attached to."""
    if DATABASE_TAG not in tags:
        return None
    properties = {"database": tags[DATABASE_TAG], "endpoint": tags.get(ENDPOINT_TAG)}
    return Observed("secret_attachment", name, properties)


def to_tags(database: str, address: str, port: int) -> dict[str, str]:
    return {DATABASE_TAG: database, ENDPOINT_TAG: f"{address}:{port}"}


def without(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags of a secret less those of its attachment, which have a plan of their own."""
    return {key: value for key, value in tags.items() if key not in TAGS}

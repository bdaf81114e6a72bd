# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Which database a secret's connection data are of.

The data stand in the secret's value, which planning must not read. Whoever writes them therefore also says so in two
tags, after the value: a run killed between the two is seen, and finished, by the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Kind,
    Observed,
    Problem,
    Property,
)

DATABASE_TAG = "pgfleet:database"
ENDPOINT_TAG = "pgfleet:endpoint"
TAGS = frozenset({DATABASE_TAG, ENDPOINT_TAG})

# What sets the password of a database that is there, by its kind.
SETS_PASSWORD = {
    "rds_instance": "aws rds modify-db-instance --master-user-password",
    "aurora_cluster": "aws rds modify-db-cluster --master-user-password",
}

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


def lost_passwords(resources: Sequence[Desired], known: Mapping[str, Mapping[str, Any]]) -> Iterable[Problem]:
    """Secrets that are not there although their database is: a new one would hold a password that it does not take.

    RDS tells nobody which password a database has. ``adopt`` says that the new secret gets the one that it has.
    """
    secrets = {resource.name: resource for resource in resources if resource.kind == "secret"}
    for attachment in (resource for resource in resources if resource.kind == SECRET_ATTACHMENT.name):
        secret = secrets.get(attachment.name)
        if secret is None or secret.adopt or secret.key in known:
            continue
        database = attachment.properties["database"]
        for call in (call for kind, call in SETS_PASSWORD.items() if f"{kind}/{database}" in known):
            message = (
                f"does not exist, and {database}, whose password belongs into it, does: a new secret would hold a "
                "password that the database does not take. Put the one that it has into kms_secrets_master_password, "
                f"from a vault; if nobody knows it, give the database another first ({call})."
            )
            yield secret.problem("name", message, secret.name)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A secret as the credentials of a database: its value but for the password.

The value has the form that Secrets Manager's own rotation, RDS Proxy and the data API read:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import secret, secret_attachment
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
)

FIELDS = {
    "username": "username",
    "engine": "engine",
    "host": "host",
    "port": "port",
    "dbname": "dbname",
    "db_instance_identifier": "dbInstanceIdentifier",
    "db_cluster_identifier": "dbClusterIdentifier",
}
IDENTIFIERS = ("db_instance_identifier", "db_cluster_identifier")
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
USERNAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")


def check(desired: Desired) -> Iterable[Problem]:
    yield from secret.check(desired)
    username = desired.properties.get("username")
    if username is not None and not USERNAME.fullmatch(username):
        message = (
            "a PostgreSQL master user on RDS begins with a letter and has 1 to 63 letters, digits and underscores."
        )
        yield desired.problem("username", message)
    port = desired.properties.get("port")
    if port is not None and not 1 <= port <= 65535:
        yield desired.problem("port", "is no port. Allowed: 1 to 65535.")


def verify(desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """What an existing secret has to have, and a new one needs."""
    if observed is None and not desired.properties.get("username"):
        yield desired.problem("username", "is needed for a secret that does not exist yet.", "(none)")
    if observed is not None and not observed.attributes["_usable"]:
        message = (
            "exists, but its value is no JSON with username and password. Choose another name, or delete it first."
        )
        yield Problem("name", observed.name, message)


DB_CREDENTIALS = Kind(
    secret.SECRET.name,
    {
        **secret.SECRET.properties,
        **dict.fromkeys(FIELDS, Property()),
        "username": Property(immutable="The credentials of another user are another secret: choose another name."),
        # What secret_attachment observes: written after the value, so that a run killed in between is finished.
        "attached_to": Property(),
    },
    check,
)


def attachment(properties: Mapping[str, Any]) -> dict[str, str] | None:
    """The tags that say which database the value is of; None while that is not known."""
    name = next((properties[p] for p in IDENTIFIERS if properties.get(p)), None)
    if name is None or not properties.get("host"):
        return None
    return secret_attachment.to_tags(name, properties["host"], properties["port"])


def with_attachment(desired: Desired) -> Desired:
    return replace(desired, properties={**desired.properties, "attached_to": attachment(desired.properties)})


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str], value: str | None, given: str | None) -> Observed:
    """Of ``value``, only what is not secret is kept, and whether its password is another than the ``given`` one."""
    found = secret.from_aws(raw, secret_attachment.without(tags))
    fields = parse(value)
    properties = {ours: fields.get(theirs) for ours, theirs in FIELDS.items()}
    port = str(fields.get("port"))
    properties["port"] = int(port) if port.isdigit() else None
    attached = {key: tags[key] for key in sorted(secret_attachment.TAGS & tags.keys())}
    hidden = {
        "_usable": bool(found.attributes["deleted_date"] or (fields.get("username") and fields.get("password"))),
        "_other_password": given is not None and fields.get("password") not in (None, given),
    }
    return replace(
        found,
        properties={**found.properties, **properties, "attached_to": attached or None},
        attributes={**found.attributes, **hidden},
    )


def parse(value: str | None) -> dict[str, Any]:
    """The mapping that a secret's value is; an empty one when it is none."""
    try:
        fields = json.loads(value or "")
    except json.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}


def merged(value: str | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A value with the wanted properties in it. What they leave out stays, but for the other sort of identifier."""
    fields = parse(value)
    wanted = {theirs: properties[ours] for ours, theirs in FIELDS.items() if properties.get(ours) is not None}
    if any(properties.get(name) for name in IDENTIFIERS):
        for name in IDENTIFIERS:
            fields.pop(FIELDS[name], None)
    return {**fields, **wanted}


def plan_db_credentials(kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect]) -> Plan:
    """What a secret that waits for its deletion says cannot be read: it is compared once it is restored."""
    if observed is not None and observed.attributes["deleted_date"]:
        readable = {name: desired.properties[name] for name in secret.SECRET.properties if name in desired.properties}
        return secret.plan_secret(kind, replace(desired, properties=readable), observed, allow)
    return secret.plan_secret(kind, desired, observed, allow)

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A Secrets Manager secret: that it exists and how it is kept, never what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    plan,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import same_key

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
DESCRIPTION_LIMIT = 2048
DEFAULT_KEY = "alias/aws/secretsmanager"


def check(desired: Desired) -> Iterable[Problem]:
    if not NAME.fullmatch(desired.name):
        message = "a secret's name has 1 to 512 letters, digits and / _ + = . @ -."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)
    if len(desired.properties.get("description") or "") > DESCRIPTION_LIMIT:
        yield desired.problem("description", f"is longer than {DESCRIPTION_LIMIT} characters.")


SECRET = Kind("secret", {"description": Property(), "kms_key_id": Property(same_key)}, check)


def from_aws(raw: Mapping[str, Any], tags: Mapping[str, str]) -> Observed:
    deleted = raw.get("DeletedDate")
    properties = {"description": raw.get("Description", ""), "kms_key_id": raw.get("KmsKeyId") or DEFAULT_KEY}
    attributes = {
        "arn": raw["ARN"],
        "deleted_date": deleted.isoformat() if deleted else None,
        "_rotation_enabled": raw.get("RotationEnabled", False),
        "_owning_service": raw.get("OwningService"),
        "_version_stages": raw.get("VersionIdsToStages", {}),
    }
    return Observed("secret", raw["Name"], properties, tags, attributes)


def plan_secret(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """The generic plan, and the rescue of a secret that waits for its deletion.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_restore-secret.html
    """
    planned = plan(kind, desired, observed, allow)
    deleted = observed and observed.attributes["deleted_date"]
    if not deleted or planned.action is Action.REFUSE:
        return planned
    restored = Change("deleted_date", deleted, None, note="waits for its deletion; is restored")
    return replace(planned, action=Action.UPDATE, changes=(restored, *planned.changes))

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of secrets: their description, never their value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, side_by_side, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import db_rotation, secret, secret_attachment
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

NOT_FOUND = {"ResourceNotFoundException"}


def described(scope: Scope, name: str) -> Any:
    """DescribeSecret also finds a secret that waits for its deletion. None where there is none."""
    client = scope.clients("secretsmanager")
    return scope.clients.once(
        "secret", name, lambda: call(client, "describe_secret", SecretId=name, subject=name, absent=NOT_FOUND)
    )


def observe_secrets(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    names = sorted({desired.name for desired in wanted})
    for raw in side_by_side(partial(described, scope), names):
        if raw:
            yield secret.from_aws(raw, secret_attachment.without(to_tags(raw.get("Tags"))))


def observe_attachments(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    names = [desired.name for desired in wanted]
    for name, raw in zip(names, side_by_side(partial(described, scope), names), strict=True):
        attached = secret_attachment.from_tags(name, to_tags((raw or {}).get("Tags")))
        if attached:
            yield attached


SECRET = Handler(secret.SECRET, observe_secrets, plan=db_rotation.plan_secret)
SECRET_ATTACHMENT = Handler(secret_attachment.SECRET_ATTACHMENT, observe_attachments)

"""Reading the JSON policies that are attached to resources.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.models import iam_backends

Statement = dict[str, Any]


class MalformedPolicy(Exception):
    """The text is no policy; the message says why."""


def statements(policy: str) -> list[Statement]:
    try:
        document = json.loads(policy)
    except json.JSONDecodeError as error:
        raise MalformedPolicy(f"it is no JSON: {error}") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise MalformedPolicy("it has no Statement")
    return as_list(document["Statement"])


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def aws_principals(statement: Statement) -> list[str]:
    """ARNs, account ids, or "*" for everybody."""
    principal = statement.get("Principal", {})
    return as_list(principal.get("AWS", [])) if isinstance(principal, dict) else as_list(principal)


def services(statement: Statement) -> list[str]:
    principal = statement.get("Principal", {})
    return as_list(principal.get("Service", [])) if isinstance(principal, dict) else []


def actions(statement: Statement) -> set[str]:
    return set(as_list(statement.get("Action", [])))


def exists(account_id: str, principal: str) -> bool:
    """Whether a principal can be named in a policy: of users and roles, only the own account's can be looked up."""
    prefix = f"arn:aws:iam::{account_id}:"
    if not principal.startswith(prefix) or principal == f"{prefix}root":
        return True
    backend = iam_backends[account_id]["aws"]
    users, roles = backend.users.values(), backend.roles.values()
    return principal in {user.arn for user in users} | {role.arn for role in roles}

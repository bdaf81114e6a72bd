"""Execution roles: whether Lambda can assume one, what it may, and its sessions.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.exceptions import NotFoundException
from moto.iam.models import Role, iam_backends
from moto.sts.models import sts_backends

from emulator import policies
from emulator.errors import AwsError
from emulator.services.lambda_.errors import invalid

SERVICE = "lambda.amazonaws.com"
SESSION_SECONDS = 12 * 3600


def find(role_arn: str) -> Role | None:
    try:
        role: Role = iam_backends[role_arn.split(":")[4]]["aws"].get_role_by_arn(role_arn)
    except NotFoundException:
        return None
    return role


def check(account_id: str, role_arn: str) -> None:
    """Raises AwsError for a role that the service cannot assume."""
    if role_arn.split(":")[4] != account_id:
        raise invalid("Cross-account pass role is not allowed.")
    role = find(role_arn)
    if role is None or not _trusts(role):
        raise invalid("The role defined for the function cannot be assumed by Lambda.")


def _trusts(role: Role) -> bool:
    return any(
        statement.get("Effect") == "Allow"
        and "sts:AssumeRole" in policies.actions(statement)
        and SERVICE in policies.services(statement)
        for statement in policies.statements(role.assume_role_policy_document)
    )


def may(role_arn: str, action: str, resource: str = "*") -> bool:
    """Whether the role's policies let it do something."""
    role = find(role_arn)
    if role is None:
        return False
    applying = [statement for statement in _statements(role) if _is_about(statement, action, resource)]
    return bool(applying) and all(statement["Effect"] == "Allow" for statement in applying)


def _statements(role: Role) -> Iterator[dict[str, Any]]:
    managed = (version for policy in role.managed_policies.values() for version in policy.versions)
    for document in [*role.policies.values(), *(version.document for version in managed if version.is_default)]:
        yield from policies.statements(document if isinstance(document, str) else json.dumps(document))


def _is_about(statement: dict[str, Any], action: str, resource: str) -> bool:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html"""
    actions = [name.lower() for name in policies.as_list(statement.get("Action", []))]
    resources = policies.as_list(statement.get("Resource", []))
    return any(fnmatchcase(action.lower(), name) for name in actions) and any(
        resource == "*" or fnmatchcase(resource, name) for name in resources
    )


def credentials(region: str, role_arn: str, function: str) -> dict[str, str]:
    """Of a new session of the role, as environment variables. Raises AwsError if it has gone since."""
    role = find(role_arn)
    if role is None or not _trusts(role):
        raise AwsError("AccessDeniedException", "The role defined for the function cannot be assumed by Lambda.", 403)
    session = sts_backends[role_arn.split(":")[4]]["aws"].assume_role(
        region_name=region,
        role_session_name=function,
        role_arn=role_arn,
        policy="",
        duration=SESSION_SECONDS,
        external_id="",
    )
    return {
        "AWS_ACCESS_KEY_ID": str(session.access_key_id),
        "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
        "AWS_SESSION_TOKEN": session.session_token,
    }

"""Execution roles: whether Lambda can assume one, what it may, and its sessions.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from __future__ import annotations

from moto.iam.exceptions import NotFoundException
from moto.iam.models import Role, iam_backends
from moto.sts.models import sts_backends

from emulator import policies
from emulator.errors import AwsError
from emulator.iam import principals
from emulator.iam.evaluation import Wanted, decide
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
    """Whether the role's policies let Lambda itself do something, which has no lambda:SourceFunctionArn.

    https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    """
    role = find(role_arn)
    if role is None:
        return False
    identity = principals.of_role(iam_backends[role_arn.split(":")[4]]["aws"], role)
    return decide(identity, Wanted(action, resource, {})).allowed


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

"""Who may call a function, as it says itself.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from emulator import policies
from emulator.errors import AwsError
from emulator.operations import Asked
from emulator.services.lambda_ import preconditions
from emulator.services.lambda_.errors import conflict, invalid
from emulator.services.lambda_.reference import Reference, named
from emulator.services.lambda_.service import Service
from emulator.services.lambda_.state import LATEST, Policy

CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
    "EventSourceToken": ("StringEquals", "lambda:EventSourceToken"),
    "FunctionUrlAuthType": ("StringEquals", "lambda:FunctionUrlAuthType"),
}


def add(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"""
    reference, policy = _policy(service, asked)
    statement_id = asked.params["StatementId"]
    preconditions.revision(asked, _revision(policy))
    if statement_id in policy:
        raise conflict(
            f"The statement id ({statement_id}) provided already exists. Please provide a new statement id, or remove "
            "the existing statement."
        )
    statement = _statement(asked, reference)
    reference.function().policies.setdefault(reference.qualifier, {})[statement_id] = statement
    return {"Statement": json.dumps(statement)}


def _policy(service: Service, asked: Asked) -> tuple[Reference, Policy]:
    reference = named(service.region_of(asked), asked.params)
    reference.version()
    if reference.qualifier == LATEST:
        raise invalid("We currently do not support adding policies for $LATEST.")
    return reference, reference.function().policies.get(reference.qualifier, {})


def _statement(asked: Asked, reference: Reference) -> dict[str, Any]:
    params = asked.params
    statement = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(asked, params["Principal"]),
        "Action": params["Action"],
        "Resource": reference.arn,
    }
    conditions: dict[str, dict[str, str]] = {}
    for name, (operator, key) in CONDITIONS.items():
        if name in params:
            conditions.setdefault(operator, {})[key] = params[name]
    return {**statement, "Condition": conditions} if conditions else statement


def _principal(asked: Asked, given: str) -> Any:
    if given == "*":
        return "*"
    if given.endswith(".amazonaws.com"):
        return {"Service": given}
    arn = f"arn:aws:iam::{given}:root" if given.isdigit() else given
    if not arn.startswith("arn:") or not policies.exists(asked.account_id, arn):
        raise invalid("The provided principal was invalid. Please check the principal and try again.")
    return {"AWS": arn}


def remove(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html"""
    reference, policy = _policy(service, asked)
    preconditions.revision(asked, _revision(policy))
    if asked.params["StatementId"] not in policy:
        message = f"Statement {asked.params['StatementId']} is not found in resource policy."
        raise AwsError("ResourceNotFoundException", message)
    del policy[asked.params["StatementId"]]
    if not policy:
        del reference.function().policies[reference.qualifier]
    return {}


def get(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html"""
    _, policy = _policy(service, asked)
    if not policy:
        raise AwsError("ResourceNotFoundException", "The resource you requested does not exist.")
    document = {"Version": "2012-10-17", "Id": "default", "Statement": list(policy.values())}
    return {"Policy": json.dumps(document), "RevisionId": _revision(policy)}


def _revision(policy: Policy) -> str:
    """Of its content: a policy has a revision of its own."""
    digest = hashlib.sha256(json.dumps(policy).encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))

"""Whether a request is allowed: who asks, what it takes, what the policies say.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.errors import AwsError
from emulator.iam import actions, dependents, keys, principals, reference, resource_policies, resources
from emulator.iam.evaluation import Identity, Wanted, decide
from emulator.iam.reference import Action
from emulator.iam.resources import Resource
from emulator.iam.service_keys import NotModelled
from emulator.operations import Asked

# https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html and those of the other services
_CODES = {"cloudwatch": "AccessDenied", "ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}
FORBIDDEN = 403
BAD_REQUEST = 400
NOT_IMPLEMENTED = 501


# What the request log tells about a request: see emulator.requestlog.Entry.
Trail = dict[str, Any]


def check(asked: Asked, trail: Trail) -> None:
    """Raises AwsError, as the service would answer."""
    call = asked.call
    try:
        identity = principals.of(call.access_key)
    except principals.UnknownKey as unknown:
        trail["denied"] = f"unknown access key {unknown.access_key}"
        raise principals.invalid(call.service, call.protocol) from unknown
    if identity is None:
        return
    for name, resource, given, code in _needed(asked):
        _require(asked, identity, (name, resource), given, code, trail)
    dependents.link(asked)


Need = tuple[Action, Resource, dict[str, list[str]], str | None]


def _needed(asked: Asked) -> Iterator[Need]:
    for name in actions.of(asked.call, asked.params):
        action = _action(name)
        for resource in resources.of(asked, action):
            yield action, resource, {}, None
    for one in dependents.of(asked):
        action = _action(one.action)
        if one.arn is not None:
            kind = next((t for t in action.types if t.name == one.type), None) or resources.type_of(action, one.arn)
            yield action, Resource(one.arn, kind), one.keys, one.code
            continue
        for resource in resources.of(asked, action):
            if one.type is None or (resource.type and resource.type.name == one.type):
                yield action, resource, one.keys, one.code


def _action(name: str) -> Action:
    """One that AWS's reference has not got has no resources and no keys of its own."""
    return reference.action(name) or Action(name, (), frozenset())


def _require(
    asked: Asked,
    identity: Identity,
    need: tuple[Action, Resource],
    given: dict[str, list[str]],
    code: str | None,
    trail: Trail,
) -> None:
    action, resource = need
    of_session = asked.context.enforced_keys.get(asked.call.access_key, {})
    wanted = Wanted(
        action.name,
        resource.arn,
        keys.RequestKeys(asked, action, resource, identity.keys | of_session | given),
        resource_policies.of(asked, action.name, resource.arn),
        resource_policies.must_delegate(action.name, resource.arn),
    )
    try:
        decision = decide(identity, wanted)
    except NotModelled as error:
        raise AwsError("NotImplemented", str(error), NOT_IMPLEMENTED) from error
    if decision.allowed:
        trail.setdefault("allowed", []).append(
            {"action": action.name, "resource": resource.arn, "by": " ".join(decision.by)}
        )
        return
    trail["denied"] = f"{action.name} on {resource.arn}"
    raise _denied(asked, identity, wanted, decision.reason, code)


def _denied(asked: Asked, identity: Identity, wanted: Wanted, reason: str, code: str | None) -> AwsError:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    message = (
        f"User: {identity.arn} is not authorized to perform: {wanted.action} on resource: {wanted.resource} {reason}"
    )
    call = asked.call
    if code is not None:
        return AwsError(code, f"The specified KMS key [{wanted.resource}] cannot be used: {message}", BAD_REQUEST)
    if call.service == "ec2":
        message = f"You are not authorized to perform this operation. {message}"
    default = "AccessDeniedException" if "json" in call.protocol else "AccessDenied"
    return AwsError(_CODES.get(call.service, default), message, BAD_REQUEST if call.protocol == "json" else FORBIDDEN)

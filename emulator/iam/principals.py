"""Who signed a request, and the policies that say what they may do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from moto.iam.models import IAMBackend, Policy, Role, User, get_account_id_from, iam_backends
from moto.sts.models import AssumedRole, sts_backends

from emulator.errors import AwsError
from emulator.iam.evaluation import Document, Identity

# What IAM and STS give out; any other text stands for the root user, whom no policy limits.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
_KEY_ID = re.compile(r"A(KIA|SIA)[A-Z0-9]{16}|L(KIA|SIA)[A-Z0-9]{16}")

Models = Iterable[Policy]


@dataclass(frozen=True)
class UnknownKey(Exception):
    """An access key that does not exist (any more)."""

    access_key: str


def of(access_key: str) -> Identity | None:
    """None for the root user. Raises UnknownKey."""
    account_id = get_account_id_from(access_key)
    session = sts_backends[account_id]["aws"].get_assumed_role_from_access_key(access_key)
    backend = iam_backends[account_id]["aws"]
    if session is not None:
        return of_session(backend, session)
    key = backend.access_keys.get(access_key)
    if key is not None and key.user_name in backend.users and key.status == "Active":
        return of_user(backend, backend.users[key.user_name])
    if _KEY_ID.fullmatch(access_key):
        raise UnknownKey(access_key)
    return None


def of_user(backend: IAMBackend, user: User) -> Identity:
    arn = f"arn:aws:iam::{backend.account_id}:user{user.path}{user.name}"
    groups = [group for group in backend.groups.values() if any(one.name == user.name for one in group.users)]
    holders: list[Any] = [user, *groups]
    policies = [document for one in holders for document in _documents(one.policies, one.managed_policies)]
    keys = {"aws:username": [user.name], "aws:userid": [user.id], "aws:PrincipalType": ["User"]}
    tags = backend.tagger.get_tag_dict_for_resource(user.arn)
    return Identity(arn, backend.account_id, (arn,), tuple(policies), keys=_common(backend, arn, tags) | keys)


def of_session(backend: IAMBackend, session: AssumedRole) -> Identity:
    """A role as assumed with sts:AssumeRole, or by a service for what runs under it."""
    role = next((role for role in backend.roles.values() if role.arn == session.role_arn), None)
    if role is None:
        raise UnknownKey(session.access_key_id)
    limit = (_document(session.policy),) if session.policy else None
    keys = {"aws:userid": [session.user_id], "aws:PrincipalType": ["AssumedRole"]}
    return _of_role(backend, role, session.arn, keys, limit)


def of_role(backend: IAMBackend, role: Role) -> Identity:
    """What any session of a role may do."""
    return _of_role(backend, role, f"arn:aws:sts::{backend.account_id}:assumed-role/{role.name}/any", {}, None)


def _of_role(
    backend: IAMBackend, role: Role, arn: str, keys: dict[str, list[str]], session: tuple[Document, ...] | None
) -> Identity:
    boundary = role.permissions_boundary_arn
    return Identity(
        arn,
        backend.account_id,
        (role.arn, arn),
        tuple(_documents(role.policies, role.managed_policies)),
        boundary=tuple(_texts([backend.managed_policies[boundary]])) if boundary else None,
        session=session,
        # The principal of a session is its role: reference_policies_condition-keys.html#condition-keys-principalarn
        keys=_common(backend, role.arn, {tag["Key"]: tag["Value"] for tag in _tags(role)}) | keys,
    )


def _common(backend: IAMBackend, arn: str, tags: dict[str, str]) -> dict[str, list[str]]:
    return {
        "aws:PrincipalArn": [arn],
        "aws:PrincipalAccount": [backend.account_id],
        **{f"aws:PrincipalTag/{key}": [value] for key, value in tags.items()},
    }


def _tags(role: Role) -> list[dict[str, str]]:
    tags: Any = role.tags or {}
    return list(tags.values()) if isinstance(tags, dict) else list(tags)


def _documents(inline: dict[str, str], managed: dict[str, Any]) -> Iterator[Document]:
    yield from (_document(text) for text in inline.values())
    yield from _texts(managed.values())


def _texts(policies: Models) -> Iterator[Document]:
    for policy in policies:
        yield from (_document(version.document) for version in policy.versions if version.is_default)


@lru_cache(maxsize=1_000)
def _document(text: str) -> Document:
    document: Document = json.loads(text)
    return document


def invalid(service: str, protocol: str) -> AwsError:
    """How each service says that it does not know an access key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    """
    if service == "s3":
        return AwsError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403)
    if service == "ec2":
        return AwsError("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    code = "InvalidClientTokenId" if protocol == "query" else "UnrecognizedClientException"
    return AwsError(code, "The security token included in the request is invalid.", 403)

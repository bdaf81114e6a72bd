"""The policy that a resource has itself."""

from __future__ import annotations

import json

from moto.iam.models import iam_backends

from emulator.iam import lookup
from emulator.iam.evaluation import Document
from emulator.operations import Asked
from emulator.services import kms, secretsmanager

# Access without the resource's policy is impossible for keys and roles:
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html#term_trust-policy
ASSUMING = "sts:AssumeRole"


def must_delegate(action: str, arn: str) -> bool:
    return (arn.startswith("arn:aws:kms:") and ":key/" in arn and not arn.endswith("/*")) or action.startswith(ASSUMING)


def of(asked: Asked, action: str, arn: str) -> Document | None:
    service = arn.split(":")[2] if arn.startswith("arn:") else ""
    reader = _READERS.get(service)
    text = reader(asked, action, arn) if reader else None
    return json.loads(text) if text else None


def _of_key(asked: Asked, _: str, arn: str) -> str | None:
    key = kms.find_key(asked.account_id, asked.region, arn) if ":key/" in arn else None
    return None if key is None else str(key.policy)


def _of_secret(asked: Asked, _: str, arn: str) -> str | None:
    secret = secretsmanager.find(asked.account_id, asked.region, arn)
    return None if secret is None else secret.policy


def _of_role(_: Asked, action: str, arn: str) -> str | None:
    if not action.startswith(ASSUMING):
        return None
    # The account of the role, which may be another.
    roles = iam_backends[arn.split(":")[4]]["aws"].roles.values()
    return next((role.assume_role_policy_document for role in roles if role.arn == arn), None)


def _of_bucket(asked: Asked, _: str, arn: str) -> str | None:
    buckets = getattr(lookup.in_use("s3", asked.account_id, "aws"), "buckets", {})
    bucket = buckets.get(arn.split(":")[5].partition("/")[0])
    return bucket.policy.decode() if bucket is not None and bucket.policy else None


def _of_topic(asked: Asked, _: str, arn: str) -> str | None:
    topics = getattr(lookup.in_use("sns", asked.account_id, asked.region), "topics", {})
    return topics[arn].policy if arn in topics else None


def _of_function(asked: Asked, _: str, arn: str) -> str | None:
    backend = lookup.in_use("lambda", asked.account_id, asked.region)
    functions = backend.list_functions() if backend else []
    function = next((one for one in functions if one.function_arn == arn), None)
    return function.policy.wire_format() if function is not None and function.policy.statements else None


_READERS = {
    "iam": _of_role,
    "kms": _of_key,
    "lambda": _of_function,
    "s3": _of_bucket,
    "secretsmanager": _of_secret,
    "sns": _of_topic,
}

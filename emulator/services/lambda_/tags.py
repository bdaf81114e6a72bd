"""Tags of functions: https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from emulator.operations import Asked
from emulator.services.lambda_.errors import invalid, not_found
from emulator.services.lambda_.service import Service
from emulator.services.lambda_.state import Function

MOST = 50
# arn:aws:lambda:region:account:function:name
PARTS = 7


class LambdaTags:
    """For the tagging API."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def tagged(self, account_id: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        for function in self._service.region(account_id, region).functions.values():
            yield function.arn, function.tags

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        find(self._service, arn).tags |= tags

    def untag(self, arn: str, keys: Iterable[str]) -> None:
        tags = find(self._service, arn).tags
        for key in keys:
            tags.pop(key, None)


def find(service: Service, arn: str) -> Function:
    """Raises KeyError."""
    parts = arn.split(":")
    if len(parts) != PARTS:
        raise KeyError(arn)
    return service.region(parts[4], parts[3]).functions[parts[6]]


def add(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html"""
    tags = _function(service, asked).tags
    check({**tags, **asked.params["Tags"]})
    tags |= asked.params["Tags"]
    return {}


def check(tags: Mapping[str, str]) -> None:
    if len(tags) > MOST:
        raise invalid(f"The number of tags exceeds the limit of {MOST}.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise invalid("Tag keys cannot start with aws: which is reserved.")


def _function(service: Service, asked: Asked) -> Function:
    arn = asked.params["Resource"]
    if len(arn.split(":")) > PARTS:
        raise invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.")
    try:
        return find(service, arn)
    except KeyError:
        raise not_found(arn) from None


def remove(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html"""
    tags = _function(service, asked).tags
    for key in asked.params["TagKeys"]:
        tags.pop(key, None)
    return {}


def describe(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html"""
    return {"Tags": _function(service, asked).tags}

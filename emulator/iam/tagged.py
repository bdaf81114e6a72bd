"""Tags: those that a request brings, and those that a resource has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from moto.core.resource_tagging import iter_taggable_backends
from moto.iam.models import iam_backends

from emulator.iam import lookup
from emulator.operations import Asked

Tags = Mapping[str, str]

# What AWS's APIs call the tags of a request, and the parts of one.
_LISTS = ("Tags", "tags", "TagSet")
_KEY_NAMES = ("TagKeys", "tagKeys")
_PAIRS = (("Key", "Value"), ("TagKey", "TagValue"), ("key", "value"))


def requested(params: Mapping[str, Any], resource_type: str) -> dict[str, str]:
    """The tags in a request; EC2's for one type of resource. A tag to be deleted may have no value."""
    specifications = params.get("TagSpecifications")
    if specifications is not None:
        fitting = (one for one in specifications if one.get("ResourceType") == resource_type)
        return {key: value for one in fitting for key, value in _pairs(one.get("Tags", []))}
    found: Any = next((params[name] for name in _LISTS if params.get(name)), {})
    return dict(found) if isinstance(found, Mapping) else dict(_pairs(found))


def requested_keys(params: Mapping[str, Any], resource_type: str) -> list[str]:
    named = next((list(params[name]) for name in _KEY_NAMES if params.get(name)), [])
    return named or list(requested(params, resource_type))


def _pairs(tags: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for tag in tags:
        for key, value in _PAIRS:
            if key in tag:
                yield tag[key], tag.get(value) or ""


def of(asked: Asked, arn: str) -> Tags:
    """The tags of a resource; none for one that does not exist (yet)."""
    if arn == "*":
        return {}
    service = arn.split(":")[2]
    if service == "iam":
        return _of_iam(asked, arn)
    if service == "ec2":
        return _of_ec2(asked, arn)
    if service == "application-autoscaling":
        return _of_targets(asked, arn)
    # A log group is known by its ARN without what actions are allowed on: emulator.iam.resources.
    arn = arn.removesuffix(":log-stream:")
    source = asked.context.tag_sources.get(service)
    if source is not None:
        return dict(source.tagged(asked.account_id, asked.region)).get(arn, {})
    for backend in iter_taggable_backends(asked.account_id, asked.region):
        if service == backend.SERVICE_NAMESPACE:
            return next((one.tags for one in backend.iter_tagged_resources() if one.arn == arn), {})
    return {}


def _of_ec2(asked: Asked, arn: str) -> Tags:
    backend = lookup.in_use("ec2", asked.account_id, asked.region)
    tags: Tags = backend.tags.get(arn.rpartition("/")[2], {}) if backend else {}
    return tags


def _of_iam(asked: Asked, arn: str) -> Tags:
    backend = iam_backends[asked.account_id]["aws"]
    role = next((role for role in backend.roles.values() if role.arn == arn), None)
    if role is not None:
        tags: Any = role.tags or {}
        return dict(_pairs(tags.values() if isinstance(tags, dict) else tags))
    return backend.tagger.get_tag_dict_for_resource(arn)


def _of_targets(asked: Asked, arn: str) -> Tags:
    found = (one.tags for one in lookup.scalable_targets(asked).values() if one.description["ScalableTargetARN"] == arn)
    return next(found, {})

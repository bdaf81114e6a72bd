"""The resource groups tagging API: with the services that answer from outside moto, and what moto leaves out.

What lost its last tag is not listed any more, where AWS still lists it without tags.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from moto.core.resource_tagging import iter_taggable_backends, make_tag_matcher, match_resource_type
from moto.ec2.models import ec2_backends
from moto.resourcegroupstaggingapi.models import resourcegroupstaggingapi_backends
from moto.utilities.utils import get_partition

from emulator.context import TagSource
from emulator.errors import AwsError
from emulator.operations import Asked, answers
from emulator.services.paging import BadToken, page

DEFAULT_PAGE = 50

Tagged = tuple[str, Mapping[str, str]]


@answers("resourcegroupstaggingapi", "GetResources")
def get_resources(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""
    params = asked.params
    matches = make_tag_matcher(params.get("TagFilters"))
    types, wanted = params.get("ResourceTypeFilters"), params.get("ResourceARNList")
    services = {kind.partition(":")[0] for kind in types or ()}

    def fits(item: Tagged) -> bool:
        arn, tags = item
        return (not wanted or arn in wanted) and match_resource_type(_type(arn), types) and matches(dict(tags))

    every = list(_tagged(asked, services))
    shown, token = _page(asked, every, params.get("ResourcesPerPage", DEFAULT_PAGE), fits)
    # Pages are limited by their tags only when that is asked for.
    fitting = list(_up_to(params.get("TagsPerPage", math.inf), shown))
    if len(fitting) < len(shown):
        _, token = _page(asked, every, len(fitting), fits)
    return {
        "ResourceTagMappingList": [{"ResourceARN": arn, "Tags": _pairs(tags)} for arn, tags in fitting],
        "PaginationToken": token or "",
    }


def _page(
    asked: Asked, every: list[Tagged], size: int, fits: Callable[[Tagged], bool]
) -> tuple[list[Tagged], str | None]:
    try:
        return page(every, lambda item: item[0], size, asked.params.get("PaginationToken"), fits)
    except BadToken as error:
        raise AwsError("PaginationTokenExpiredException", "The pagination token is not valid.") from error


def _up_to(limit: float, found: list[Tagged]) -> Iterator[Tagged]:
    """As many as have that many tags together; one without tags counts as having one."""
    total = 0
    for arn, tags in found:
        total += max(len(tags), 1)
        if total > limit:
            return
        yield arn, tags


def _tagged(asked: Asked, services: Collection[str] = ()) -> Iterator[Tagged]:
    """What has tags; if services are given, at least all of theirs, without a look at what others have."""
    prefixes = [f"arn:{get_partition(asked.region)}:{service}:" for service in services]
    for backend in iter_taggable_backends(asked.account_id, asked.region):
        if not prefixes or any(map(backend.owns_arn, prefixes)):
            for resource in backend.iter_tagged_resources():
                if resource.tags and _service(resource.arn) not in asked.context.tag_sources:
                    yield resource.arn, resource.tags
    for name, source in asked.context.tag_sources.items():
        if not services or name in services:
            yield from ((arn, tags) for arn, tags in source.tagged(asked.account_id, asked.region) if tags)
    yield from _left_out(asked)


def _left_out(asked: Asked) -> Iterator[Tagged]:
    backend = ec2_backends[asked.account_id][asked.region]
    kinds: dict[str, Iterable[str]] = {
        "elastic-ip": [str(address.allocation_id) for address in backend.addresses],
        "network-acl": backend.network_acls,
        "vpc-endpoint": backend.vpc_end_points,
    }
    for kind, ids in kinds.items():
        for one in ids:
            if backend.tags.get(one):
                yield f"arn:aws:ec2:{asked.region}:{asked.account_id}:{kind}/{one}", backend.tags[one]


def _service(arn: str) -> str:
    return arn.split(":")[2]


def _type(arn: str) -> str:
    """As in ResourceTypeFilters: ec2:vpc, rds:db, kms:key; only the service where the ARN has no type."""
    resource = arn.split(":", 5)[5]
    kind = resource.replace("/", ":").partition(":")[0] if {":", "/"} & set(resource) else ""
    return f"{_service(arn)}:{kind}" if kind else _service(arn)


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@answers("resourcegroupstaggingapi", "GetTagKeys")
def get_tag_keys(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagKeys.html"""
    return {"TagKeys": sorted({key for _, tags in _tagged(asked) for key in tags}), "PaginationToken": ""}


@answers("resourcegroupstaggingapi", "GetTagValues")
def get_tag_values(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetTagValues.html"""
    key = asked.params["Key"]
    return {"TagValues": sorted({tags[key] for _, tags in _tagged(asked) if key in tags}), "PaginationToken": ""}


@answers("resourcegroupstaggingapi", "TagResources")
def tag_resources(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_TagResources.html"""
    tags = asked.params["Tags"]
    failed = _in_sources(asked, lambda source, arn: source.tag(arn, tags))
    backend = resourcegroupstaggingapi_backends[asked.account_id][asked.region]
    return {"FailedResourcesMap": {**failed, **backend.tag_resources(_of_moto(asked), tags)}}


@answers("resourcegroupstaggingapi", "UntagResources")
def untag_resources(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_UntagResources.html"""
    keys = asked.params["TagKeys"]
    failed = _in_sources(asked, lambda source, arn: source.untag(arn, keys))
    backend = resourcegroupstaggingapi_backends[asked.account_id][asked.region]
    return {"FailedResourcesMap": {**failed, **backend.untag_resources(_of_moto(asked), keys)}}


def _of_moto(asked: Asked) -> list[str]:
    return [arn for arn in asked.params["ResourceARNList"] if _service(arn) not in asked.context.tag_sources]


def _in_sources(asked: Asked, change: Any) -> dict[str, Any]:
    """Change what is not moto's; what does not exist is reported one by one."""
    failed: dict[str, Any] = {}
    for arn in asked.params["ResourceARNList"]:
        source: TagSource | None = asked.context.tag_sources.get(_service(arn))
        if source is None:
            continue
        try:
            change(source, arn)
        except KeyError:
            failed[arn] = {
                "StatusCode": 400,
                "ErrorCode": "InvalidParameterException",
                "ErrorMessage": f"{arn} does not exist.",
            }
    return failed

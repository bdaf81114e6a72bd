"""Tags of everything that RDS names with an ARN.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from emulator.rds.errors import RdsError, invalid_value
from emulator.rds.jobs import Service
from emulator.rds.state import Params, Region, Result, Tagged, tag_dict, tag_list

# Which error says that a resource of a kind is not there.
NOT_FOUND = {
    "db": "DBInstanceNotFound",
    "snapshot": "DBSnapshotNotFound",
    "subgrp": "DBSubnetGroupNotFoundFault",
    "pg": "DBParameterGroupNotFound",
    "cluster-pg": "DBParameterGroupNotFound",
    "es": "SubscriptionNotFound",
    "cluster": "DBClusterNotFoundFault",
    "cluster-snapshot": "DBClusterSnapshotNotFoundFault",
}
ARN_PARTS = 7


def add(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddTagsToResource.html"""
    new = tag_dict(params["Tags"])
    if any(key.lower().startswith("aws:") for key in new):
        raise invalid_value("Tag keys that begin with aws: are reserved for AWS.")
    find(region, params["ResourceName"]).tags.update(new)
    return {}


def remove(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RemoveTagsFromResource.html"""
    tags = find(region, params["ResourceName"]).tags
    for key in params["TagKeys"]:
        tags.pop(key, None)
    return {}


def describe(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ListTagsForResource.html"""
    return {"TagList": tag_list(find(region, params["ResourceName"]).tags)}


def find(region: Region, arn: str) -> Tagged:
    """The resource of an ARN. Raises RdsError."""
    parts = arn.split(":", ARN_PARTS - 1)
    if len(parts) < ARN_PARTS or parts[2] != "rds":
        raise invalid_value(f"Invalid resource name: {arn}")
    for resource in region.tagged():
        if resource.arn == arn:
            return resource
    raise RdsError(NOT_FOUND.get(parts[5], "ResourceNotFoundFault"), f"{parts[6]} not found.")


class RdsTags:
    """RDS in the resource groups tagging API: see emulator.context.TagSource."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def tagged(self, account_id: str, region: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        for resource in self._service.region(account_id, region).tagged():
            yield resource.arn, resource.tags

    def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        self._tags(arn).update(tags)

    def untag(self, arn: str, keys: Iterable[str]) -> None:
        tags = self._tags(arn)
        for key in keys:
            tags.pop(key, None)

    def _tags(self, arn: str) -> dict[str, str]:
        for region in self._service.regions.values():
            for resource in region.tagged():
                if resource.arn == arn:
                    return resource.tags
        raise KeyError(arn)

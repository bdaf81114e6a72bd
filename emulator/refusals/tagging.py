"""What the resource groups tagging API refuses."""

from __future__ import annotations

from emulator.errors import AwsError
from emulator.operations import Asked, refuses

RANGES = {"ResourcesPerPage": (1, 100), "TagsPerPage": (100, 500)}
NOT_WITH_ARNS = ("ResourceTypeFilters", "TagFilters", "ResourcesPerPage", "TagsPerPage", "PaginationToken")


@refuses("resourcegroupstaggingapi", "GetResources")
def page_sizes(asked: Asked) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html"""
    for name, (least, most) in RANGES.items():
        if not least <= asked.params.get(name, least) <= most:
            raise AwsError("InvalidParameterException", f"{name} must be between {least} and {most}")


@refuses("resourcegroupstaggingapi", "GetResources")
def arns_together_with_filters(asked: Asked) -> None:
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html: ResourceARNList"""
    others = [name for name in NOT_WITH_ARNS if asked.params.get(name)]
    if asked.params.get("ResourceARNList") and others:
        raise AwsError("InvalidParameterException", f"ResourceARNList cannot be given together with {others[0]}")


@refuses("resourcegroupstaggingapi", "TagResources", "UntagResources")
def tags_of_aws(asked: Asked) -> None:
    """https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html#id_tags_naming_best_practices"""
    for key in [*asked.params.get("Tags", {}), *asked.params.get("TagKeys", [])]:
        if key.lower().startswith("aws:"):
            raise AwsError("InvalidParameterException", f"{key}: tag keys that begin with aws: are AWS's own")

"""Pages and filters of the Describe actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from emulator.rds.errors import invalid_value
from emulator.rds.state import Params, Result

LEAST_RECORDS, MOST_RECORDS = 20, 100


def page(params: Params, member: str, items: Sequence[Any]) -> Result:
    """The page of a list that the request asks for: MaxRecords 20-100, by default 100; Marker says where to go on.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html
    """
    limit = params.get("MaxRecords", MOST_RECORDS)
    if not LEAST_RECORDS <= limit <= MOST_RECORDS:
        raise invalid_value(f"Invalid value {limit} for MaxRecords. Must be between {LEAST_RECORDS} and {MOST_RECORDS}")
    start = _start(params.get("Marker"))
    result: Result = {member: items[start : start + limit]}
    if start + limit < len(items):
        result["Marker"] = str(start + limit)
    return result


def _start(marker: str | None) -> int:
    if not marker:
        return 0
    if not marker.isdigit():
        raise invalid_value(f"Invalid Marker: {marker}")
    return int(marker)


def matches(params: Params, filters: Mapping[str, Callable[[Any], str]], item: Any) -> bool:
    """Whether an item passes the request's Filters: one value of each must equal what the filter reads off the item,
    or, of a tuple, a part of it.
    """
    for asked in params.get("Filters", []):
        if asked["Name"] not in filters:
            raise invalid_value(f"Unrecognized filter name: {asked['Name']}")
        found = filters[asked["Name"]](item)
        if not {*(found if isinstance(found, tuple) else [found])} & {*asked["Values"]}:
            return False
    return True

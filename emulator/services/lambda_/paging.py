"""Long answers of the Lambda API, in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from emulator.operations import Asked
from emulator.services.lambda_.errors import invalid
from emulator.services.paging import BadToken, page

PAGE = 50

Document = dict[str, Any]


def paged(asked: Asked, member: str, key: Callable[[Document], str], found: Iterable[Document]) -> Document:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html: Marker, MaxItems"""
    size = min(asked.params.get("MaxItems", PAGE), PAGE)
    try:
        items, token = page(found, key, size, asked.params.get("Marker"))
    except BadToken as error:
        raise invalid("Invalid Marker") from error
    return {member: items, **({"NextMarker": token} if token else {})}

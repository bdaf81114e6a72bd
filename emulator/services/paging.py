"""Cutting long answers into pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


class BadToken(Exception):
    """The token is none that was handed out."""


def page(
    items: Iterable[Item],
    key: Callable[[Item], str],
    size: int,
    token: str | None,
    fits: Callable[[Item], bool] = lambda _item: True,
) -> tuple[list[Item], str | None]:
    """Items that fit in the order of their keys, from after the token on, and the token of the next page if there is
    one. Those of other pages are not asked whether they fit.

    What is added or removed between two pages neither shifts nor repeats an item. Raises BadToken.
    """
    after = _decode(token) if token else ""
    later = sorted((item for item in items if key(item) > after), key=key)
    left = list(islice(filter(fits, later), size + 1))
    more = len(left) > size
    return left[:size], _encode(key(left[size - 1])) if more else None


def _encode(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _decode(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BadToken(token) from error

"""IAM's authorization of requests, when it is enforced: see guard.check.

Everything that decides is imported with the first request that is to be checked.
"""

from __future__ import annotations

from typing import Any

from moto.core.request import Request

from emulator import operations
from emulator.context import Context
from emulator.identify import Call


def concerns(context: Context, access_key: str) -> bool:
    """Whether requests that are signed with this key are to be checked."""
    return context.enforce_iam or access_key in context.enforced_keys


def authorize(context: Context, call: Call, request: Request, trail: dict[str, Any]) -> None:
    """Raises AwsError if IAM denies the call. Fills in what the request log tells about it."""
    from emulator.iam import guard

    guard.check(operations.read(context, call, request), trail)

"""IAM's authorization of requests, when it is enforced: see guard.check.

Everything that decides is imported with the first request that is to be checked.
"""

from __future__ import annotations

from emulator.context import Context


def concerns(context: Context, access_key: str) -> bool:
    """Whether requests that are signed with this key are to be checked."""
    return context.enforce_iam or access_key in context.enforced_keys

"""IAM: the details of an account in pages. moto has all of them on one."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse

# What is listed, in this order, and how moto calls it.
SORTS = {
    "UserDetailList": "users",
    "GroupDetailList": "groups",
    "RoleDetailList": "roles",
    "Policies": "managed_policies",
}
PAGE = 100


def _get_account_authorization_details(self: IamResponse) -> ActionResult:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html: MaxItems, Marker"""
    found = self.backend.get_account_authorization_details(self._get_param("Filter", []))
    every = [(key, item) for key, sort in SORTS.items() for item in found[sort]]
    begin = int(self._get_param("Marker") or 0)
    end = begin + int(self._get_param("MaxItems") or PAGE)
    result: dict[str, Any] = {key: [item for sort, item in every[begin:end] if sort == key] for key in SORTS}
    more = {"IsTruncated": True, "Marker": str(end)} if end < len(every) else {"IsTruncated": False}
    return ActionResult({**result, **more})


# The only way in.
IamResponse.get_account_authorization_details = _get_account_authorization_details  # type: ignore[method-assign]

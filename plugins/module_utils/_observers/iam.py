# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of IAM roles with their policies: of several together, of one by itself.

By itself a role takes three calls and one for each inline policy. Two lists of all roles of the account say the same of
many; but an account may have thousands, and nothing narrows the lists. So no more of their pages are read than roles
are wanted, and what does not stand there is asked for by itself: also what does not exist, so that nothing is made
because a list was old. IAM grants the lists for all roles or for none; whoever may not read them pays with more calls.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import answers, call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import iam_role
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

# AWS would take 1000, megabytes of policies: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html
PAGE = 100
DENIED = {"AccessDenied"}


def observe_roles(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("iam")
    names = sorted({desired.name for desired in wanted})
    together = _together(client, names) if len(names) > 1 else {}
    for name in names:
        found = together.get(name) or _by_itself(client, name)
        if found:
            yield found


def _together(client: Any, names: Collection[str]) -> dict[str, Observed]:
    """Those that stand on the first pages of both lists. Neither has everything: that of details lacks descriptions.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
    """
    listed = _listed(client, "list_roles", "Roles", names)
    details = listed and _listed(
        client, "get_account_authorization_details", "RoleDetailList", listed, len(names), Filter=["Role"]
    )
    return {name: _from_lists(listed[name], detail) for name, detail in details.items()}


def _listed(
    client: Any, method: str, key: str, names: Collection[str], most: int | None = None, **filters: Any
) -> dict[str, Any]:
    """The roles of these names on as many pages as there are names, or ``most``: all of them if they are found."""
    found: dict[str, Any] = {}

    def enough(read: list[Any]) -> bool:
        found.update({role["RoleName"]: role for role in read[-1].get(key, ()) if role["RoleName"] in names})
        return len(found) == len(names) or len(read) == (most or len(names))

    answers(client, method, absent=DENIED, until=enough, PaginationConfig={"PageSize": PAGE}, **filters)
    return found


def _from_lists(listed: Any, detail: Any) -> Observed:
    role = {**detail, "Description": listed.get("Description", "")}
    inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in detail.get("RolePolicyList", ())}
    return iam_role.from_aws(role, detail.get("AttachedManagedPolicies", ()), inline)


def _by_itself(client: Any, name: str) -> Observed | None:
    role = {"RoleName": name, "subject": name}
    found = call(client, "get_role", absent={"NoSuchEntity"}, **role)
    if not found:
        return None
    managed = pages(client, "list_attached_role_policies", "AttachedPolicies", **role)
    policies = pages(client, "list_role_policies", "PolicyNames", **role)
    inline = {p: call(client, "get_role_policy", PolicyName=p, **role)["PolicyDocument"] for p in policies}
    return iam_role.from_aws(found["Role"], managed, inline)


IAM_ROLE = Handler(iam_role.IAM_ROLE, observe_roles)

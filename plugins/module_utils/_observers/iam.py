# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of IAM roles with their policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.pgfleet.aws.plugins.module_utils._api import call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import iam_role
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def observe_roles(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    client = scope.clients("iam")
    for name in (desired.name for desired in wanted):
        role = {"RoleName": name, "subject": name}
        found = call(client, "get_role", absent={"NoSuchEntity"}, **role)
        if not found:
            continue
        managed = pages(client, "list_attached_role_policies", "AttachedPolicies", **role)
        policies = pages(client, "list_role_policies", "PolicyNames", **role)
        inline = {p: call(client, "get_role_policy", PolicyName=p, **role)["PolicyDocument"] for p in policies}
        yield iam_role.from_aws(found["Role"], managed, inline)


IAM_ROLE = Handler(iam_role.IAM_ROLE, observe_roles)

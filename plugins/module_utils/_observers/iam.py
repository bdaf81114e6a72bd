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
    for desired in wanted:
        found = call(client, "get_role", RoleName=desired.name, absent={"NoSuchEntity"})
        if not found:
            continue
        managed = pages(client, "list_attached_role_policies", "AttachedPolicies", RoleName=desired.name)
        names = pages(client, "list_role_policies", "PolicyNames", RoleName=desired.name)
        inline = {
            n: call(client, "get_role_policy", RoleName=desired.name, PolicyName=n)["PolicyDocument"] for n in names
        }
        yield iam_role.from_aws(found["Role"], managed, inline)


IAM_ROLE = Handler(iam_role.IAM_ROLE, observe_roles)

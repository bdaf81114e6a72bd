# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of network ACLs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.pgfleet.aws.plugins.module_utils._api import pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import network_acl
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import by_name
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def observe_network_acls(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    found = pages(scope.clients("ec2"), "describe_network_acls", "NetworkAcls", Filters=by_name(wanted))
    return map(network_acl.from_aws, found)


NETWORK_ACL = Handler(network_acl.NETWORK_ACL, observe_network_acls)

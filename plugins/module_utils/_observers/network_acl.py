# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of network ACLs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import network_acl
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ec2 import reader
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.nameless import by_name_or_lost
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed


def observe_network_acls(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    return by_name_or_lost(wanted, reader(scope, "describe_network_acls", "NetworkAcls", network_acl.from_aws))


NETWORK_ACL = Handler(network_acl.NETWORK_ACL, observe_network_acls)

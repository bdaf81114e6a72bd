# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Takes Lambda functions away, and waits until Lambda has let go of the network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients, call
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.lambda_functions import FUNCTION_ABSENT
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look_functions import interfaces_of
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Removal
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.waiting import Patience


def functions(clients: Clients, group: Sequence[Removal], patience: Patience) -> None:
    """Versions and aliases go with them. Lambda takes up to 40 minutes for the interfaces, and needs the role for that.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-enis
    """
    names = [removal.found.id for removal in group]
    for name in names:
        call(clients("lambda"), "delete_function", subject=name, absent=FUNCTION_ABSENT, FunctionName=name)
    for removal in (removal for removal in group if not removal.found.facts.get("shared")):
        name = removal.found.name
        patience.until(partial(_held, clients, removal.found.id), f"the network interfaces of function {name}")


def _held(clients: Clients, function: str) -> str:
    return ", ".join(interfaces_of(clients, function))

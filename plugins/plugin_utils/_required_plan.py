# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Whether a run may go on with the plan that somebody has saved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._saved_plan import (
    NotAPlan,
    differences,
    other_hosts,
    plan_document,
    refusal,
    saved_plan,
    unusable,
)
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json


def objections(path: str, planned: Mapping[str, Any], hosts: Collection[str]) -> dict[str, str]:
    """Why hosts must not go on: those whose plan is another now, or all, when the file is no plan of these hosts.

    ``planned`` are the results of the hosts that have a plan now, ``hosts`` all of the play.
    """
    try:
        saved = saved_plan(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, NotAPlan) as error:
        return dict.fromkeys(planned, unusable(str(error), path))
    if saved["hosts"].keys() != set(hosts):
        return dict.fromkeys(planned, other_hosts(saved["hosts"], hosts, path))
    now = as_json(plan_document({"hosts": planned, "failures": {}}))
    different = differences(saved, now)
    return {name: refusal(different[name], path) for name in planned if name in different}

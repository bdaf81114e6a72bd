# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. Which hosts of a run are not finished, and why, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def why(result: Mapping[str, Any], task: str) -> dict[str, Any]:
    """What is worth keeping of a task that failed. A loop says it for each of its items that did."""
    failures = [one for one in result.get("results") or () if one.get("failed")] or [result]
    return {"task": task, "messages": [_message(one) for one in failures]}


def _message(result: Mapping[str, Any]) -> str:
    text = str(result.get("msg") or result.get("censored") or "failed without a message").strip()
    item = result.get("item")
    return f"{item}: {text}" if isinstance(item, str) else text


def unfinished_screen(hosts: Iterable[Mapping[str, Any]]) -> str:
    """``hosts`` are host variables with inventory_hostname, env_suffix, region and unfinished (see ``why``)."""
    failed = list(hosts)
    names = ",".join(host["inventory_hostname"] for host in failed)
    blocks = [line for host in failed for line in _host_lines(host)]
    remedy = f"Run it again once that is settled; what was done stays done: --limit {names}"
    return "\n".join([f"Not finished: {names.replace(',', ', ')}", "", *blocks, "", remedy])


def _host_lines(host: Mapping[str, Any]) -> Iterable[str]:
    unfinished = host["unfinished"]
    yield f"{host['inventory_hostname']} · {host['env_suffix']} · {host['region']}"
    yield f"  {unfinished['task']}"
    for message in unfinished["messages"]:
        for line in message.splitlines():
            yield f"    {line}".rstrip()

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What a run leaves behind, as a person reads it, at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._screen_plan import resource_lines


def summary_screen(hosts: Iterable[Mapping[str, Any]]) -> str:
    """``hosts`` are host variables with inventory_hostname, env_suffix, region, stack and outputs_outputs."""
    return "\n".join(line for host in hosts for line in host_lines(host))


def host_lines(host: Mapping[str, Any]) -> Iterable[str]:
    values = host["outputs_outputs"]
    yield f"{host['inventory_hostname']} · {host['env_suffix']} · {host['region']}"
    for title, text in facts(values, host):
        yield f"  {title:<12}{text}"
    for entry in host["stack"]["plan"]:
        if entry["waiting"]:
            yield from resource_lines({**entry, "action": "none"})


def watching(values: Mapping[str, Any]) -> str:
    topic = values.get("topic_arn")
    alarms = f"{len(values.get('alarm_names', ()))} alarms"
    return f"{alarms} · {topic.split(':')[-1]}" if topic else alarms


def facts(values: Mapping[str, Any], host: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if "endpoint" in values:
        yield "endpoint", f"{values['endpoint']}:{values['port']}  (PostgreSQL {values['engine_version']}, TLS)"
        if "reader_endpoint" in values:
            yield "readers", f"{values['reader_endpoint']}:{values['port']}"
        yield "secret", values["secret_arn"]
        yield "watching", watching(values)
    elif "vpc_id" in values:
        yield "vpc", f"{values['vpc_id']}, {subnets(values)}"
        if "nat_public_ips" in values:
            yield "internet", f"out through NAT from {', '.join(map(str, values['nat_public_ips']))}"
        yield "access", f"security group {values['security_group_id']}"
    yield "outputs", f"outputs/{host['env_suffix']}/{host['inventory_hostname']}.json"


def subnets(values: Mapping[str, Any]) -> str:
    """How many of each tier: ``2 public and 2 private subnets``."""
    counts = {tier: len(values.get(f"{tier}_subnet_ids", ())) for tier in ("public", "private", "isolated")}
    return (" and ".join(f"{count} {tier}" for tier, count in counts.items() if count) or "no") + " subnets"

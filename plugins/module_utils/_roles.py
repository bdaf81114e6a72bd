# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What the roles' tasks take from documents and plans; the filters expose it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._document import DocumentError, resolve
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import unknown

ACTED_ON = {"create", "update"}


def document(entries: Iterable[Mapping[str, Any]] | None, role: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Complete the entries of a role's document: whose they are, the common tags, the Name tag."""
    return [_complete(entry, role, tags) for entry in entries or ()]


def _complete(entry: Mapping[str, Any], role: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """Without tags stays what says so (``tags: {}``), and what is somebody else's."""
    own = entry.get("tags")
    untagged = entry.get("external") or own == {}
    return {**entry, "role": role} | ({} if untagged else {"tags": {**tags, "Name": entry["name"], **(own or {})}})


def reference(
    resources: Iterable[Mapping[str, Any]], kind: str, attribute: str, name: str | None = None
) -> dict[str, str] | None:
    """A reference to an attribute of the first resource of a kind (with this name); None where there is none."""
    for resource in resources:
        if resource["kind"] == kind and name in (None, resource["name"]):
            return {"ref": f"{kind}/{resource['name']}", "get": attribute}
    return None


def todo(
    resources: Iterable[Mapping[str, Any]], stack: Mapping[str, Any], kind: str, full: bool = False, new: bool = False
) -> dict[str, dict[str, Any]]:
    """The resources of a kind that a run has to act on, by name; references resolved, with what is ``known`` of each.

    With ``new`` those alone that were not there when it was planned.

    Raises DocumentError when a reference is still unknown: the task that makes it has not run.
    """
    acted = {f"{p['kind']}/{p['name']}" for p in stack["plan"] if p["action"] in ACTED_ON}
    chosen = [
        r for r in resources if r["kind"] == kind and not r.get("external") and (full or f"{kind}/{r['name']}" in acted)
    ]
    if new:
        chosen = [r for r in chosen if f"{kind}/{r['name']}" not in stack["known"]]
    return {r["name"]: _ready(r, stack["known"]) for r in chosen}


def _ready(resource: Mapping[str, Any], existing: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    key = f"{resource['kind']}/{resource['name']}"
    properties = resolve(resource.get("properties", {}), existing)
    missing = [name for name, value in properties.items() if unknown(value)]
    if missing:
        raise DocumentError(f"{key}: {', '.join(missing)} is not known yet; what it refers to has not been made")
    return {**resource, "properties": properties, "known": existing.get(key, {})}


def orphans(stack: Mapping[str, Any], kind: str) -> list[str]:
    """Names of the resources of a kind that the plan deletes."""
    return [p["name"] for p in stack["plan"] if p["kind"] == kind and p["action"] == "delete"]


def learn(stack: Mapping[str, Any], results: Mapping[str, Any], kind: str, **attributes: str) -> dict[str, Any]:
    """The stack with what a task that loops over names made added to what is known.

    ``attributes`` are paths into each result (``vpc.id``).
    """
    learned = {
        f"{kind}/{result['item']}": {name: dig(result, path) for name, path in attributes.items()}
        for result in results.get("results", ())
        if not result.get("skipped")
    }
    merged = {**stack["known"]}
    for key, values in learned.items():
        merged[key] = {**merged.get(key, {}), **values}
    return {**stack, "known": merged}


def dig(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[step]
    return value


def parts(items: Mapping[str, Mapping[str, Any]], wanted: str, present: str) -> dict[str, dict[str, Any]]:
    """The parts of resources that one task each makes or removes, by ``resource: part``: inline policies, bucket rules.

    ``wanted`` is the property that holds them (a mapping by name, or a list of mappings with ``id``), ``present`` the
    attribute that names those that exist. A part that is not wanted has no ``value``.
    """
    found: dict[str, dict[str, Any]] = {}
    for of, item in items.items():
        values = item["properties"].get(wanted) or {}
        by_name = values if isinstance(values, Mapping) else {value["id"]: value for value in values}
        names = [*by_name, *(name for name in item["known"].get(present, ()) if name not in by_name)]
        found |= {f"{of}: {name}": {"name": name, "of": of, "value": by_name.get(name)} for name in names}
    return found


def options(items: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Resources as the options that modules for whole sets take: the name beside the properties."""
    return [{"name": name, **item["properties"]} for name, item in items.items()]


def touches(stack: Mapping[str, Any], kind: str) -> bool:
    """Whether the plan creates, updates or deletes something of a kind."""
    return any(p["kind"] == kind and p["action"] in {*ACTED_ON, "delete"} for p in stack["plan"])


def known(value: Any, stack: Mapping[str, Any]) -> Any:
    """A value with its references resolved by what is known of the deployment."""
    return resolve(value, stack["known"])


def latest(hosts: Iterable[Mapping[str, Any]], hostvars: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Hosts as they were planned, and those that had something to do as they are now."""
    return [{**host, **_made(host, hostvars)} for host in hosts]


def _made(host: Mapping[str, Any], hostvars: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    names = ("stack", "outputs_outputs") if host["acts"] else ()
    return {name: hostvars[host["inventory_hostname"]][name] for name in names}


def outputs(resources: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What a deployment publishes, as references, from the ``outputs`` of its resources.

    They map an output to an attribute or to ``name``. An output in the plural lists all resources that have it.
    """
    published: dict[str, Any] = {}
    for resource in resources:
        for output, attribute in resource.get("outputs", {}).items():
            reference_to = {"ref": f"{resource['kind']}/{resource['name']}", "get": attribute}
            value = resource["name"] if attribute == "name" else reference_to
            if output.endswith("s"):
                published.setdefault(output, []).append(value)
            else:
                published[output] = value
    return published


def missing_network(
    resources: Iterable[Mapping[str, Any]],
    stack: Mapping[str, Any],
    region: str,
    makers: Sequence[str],
    hosts: Sequence[str],
) -> str:
    """What to do about a network that a host uses, that is not there, and that no host of this run makes; else nothing.

    ``makers`` are the inventory hosts that make networks of this system, ``hosts`` those of the run.
    """
    networks = [r for r in resources if r["kind"] == "network" and f"network/{r['name']}" not in stack["known"]]
    if not networks or set(makers) & set(hosts):
        return ""
    missing = "; ".join(f"{r['name']} does not exist in {region} with {_contents(r['properties'])}" for r in networks)
    limit = f"Add its host to the run: --limit {','.join([*hosts, *makers])}"
    remedy = limit if makers else "No host of the group networks makes it."
    return f"The network {missing}; nothing was changed anywhere. {remedy}"


def _contents(network: Mapping[str, Any]) -> str:
    """A network that is known by names: one that is given by ids or tags is refused before."""
    return f"{network['tier']} subnets and the security groups {', '.join(network['security_group_names'])}"

"""What is in an AWX, by name: equal where two AWX are of the same use, whatever numbers their objects have."""

from __future__ import annotations

import json
from typing import Any

from tests.awx.api import LISTS, Awx
from tests.awx.serializers import FIELDS, UNIFIED, Link, Object


def described(awx: Awx) -> dict[str, dict[str, Object]]:
    """Each object with all of its fields, what is attached to it and its survey."""
    kinds = [kind for kind in FIELDS if kind != "workflow_approval_templates"]
    return {kind: {_name(awx, kind, each): _object(awx, kind, each) for each in awx.of(kind)} for kind in kinds}


def _object(awx: Awx, kind: str, found: Object) -> Object:
    links = {name: link.kinds for name, link in FIELDS[kind].items() if isinstance(link, Link)}
    fields = {name: value for name, value in found.items() if name not in ("id", "url")}
    fields |= {name: _linked(awx, kinds, found[name]) for name, kinds in links.items()}
    fields["organization"] = _linked(awx, ("organizations",), found.get("organization"))
    if fields.get("extra_vars"):
        fields["extra_vars"] = json.loads(fields["extra_vars"])
    for name, attached in LISTS.get(kind, {}).items():
        fields[name] = sorted(_name(awx, attached, each) for each in awx.attached(kind, found, name))
    return fields | {"survey": awx.surveys.get(found["url"])}


def _linked(awx: Awx, kinds: tuple[str, ...], number: int | None) -> str | None:
    found = awx.by_number(kinds, number)
    return _name(awx, *found) if found else None


def _name(awx: Awx, kind: str, found: Object) -> str:
    """By what it has in common with no other; of an approval, all that there is to say."""
    owners: dict[str, tuple[str, tuple[str, ...]]] = {
        "workflow_job_template_nodes": ("workflow_job_template", ("workflow_job_templates",)),
        "inventory_sources": ("inventory", ("inventories",)),
        "schedules": ("unified_job_template", UNIFIED),
    }
    if kind == "workflow_approval_templates":
        return f"{found['name']}, for {found['timeout']} s"
    if kind not in owners:
        return str(found["name"])
    field, kinds = owners[kind]
    return f"{_linked(awx, kinds, found[field])}: {found.get('identifier') or found['name']}"


def without(description: Any, *names: str) -> Any:
    """The same, with nothing in it by these names."""
    if isinstance(description, dict):
        return {key: without(value, *names) for key, value in description.items() if key not in names}
    if isinstance(description, list):
        return [without(value, *names) for value in description if not isinstance(value, str) or value not in names]
    return description

"""Write awx/import.json, for those who prefer ``awx import`` to ``awx/apply.yml``: the same objects, from the same files.

    python -m tools.awx_import > awx/import.json
    python -m tools.awx_import --set pgfleet_awx_scm_url=https://… | awx import

The format is that of ``awx export``: fields as the API takes them, references as natural keys, dependent objects in ``related``
(https://docs.ansible.com/automation-controller/latest/html/controllercli/examples.html#backup-restore).
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

CONFIG = Path(__file__).parents[1] / "awx" / "config"
VARIABLE = re.compile(r"\{\{ (\w+) \}\}")
# Fields of the API that awx.awx's modules do not know by the same name, or that are no fields.
NO_FIELDS = ("credentials", "notifications", "survey", "nodes")

Document = dict[str, Any]


class Unsafe(str):
    """What is rendered by a job, not here."""

    __slots__ = ()


class Loader(yaml.SafeLoader):
    """YAML with Ansible's ``!unsafe``."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))  # type: ignore[arg-type]


def load(overrides: Mapping[str, Any] | None = None) -> Document:
    """All of awx/config, with the settings in it."""
    documents = {path.stem: yaml.load(path.read_text(), Loader) for path in sorted(CONFIG.glob("*.yml"))}  # noqa: S506
    settings = documents.pop("settings") | dict(overrides or {})
    merged = {key: value for document in documents.values() for key, value in document.items()}
    return dict(_rendered(merged, settings)) | settings


def _rendered(value: Any, settings: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: _rendered(item, settings) for key, item in value.items()}
    if isinstance(value, list):
        return [_rendered(item, settings) for item in value]
    if not isinstance(value, str) or isinstance(value, Unsafe):
        return value
    whole = VARIABLE.fullmatch(value)
    return settings[whole[1]] if whole else VARIABLE.sub(lambda found: str(settings[found[1]]), value)

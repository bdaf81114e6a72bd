#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: stack_outputs
version_added: 0.1.0
short_description: Write what deployments offer to JSON files
description:
  - Writes any number of files in one task, and the directories that they are in. A file that says the same already is
    left alone.
  - Takes milliseconds for all of them, where M(ansible.builtin.copy) in a loop takes a second for each. It asks
    nothing of AWS, and no module of amazon.aws or community.aws writes such files.
author: pgfleet contributors (@pgfleet)
options:
  files:
    description:
      - The files. Each has the mode 0644, or 0600 if O(files[].private), and its directory, where it is made, 0755.
    type: list
    elements: dict
    required: true
    suboptions:
      path:
        description: Where it is.
        type: path
        required: true
      content:
        description: What it says, in this order.
        type: dict
        required: true
      private:
        description: Whether only its owner may read it.
        type: bool
        default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Outputs of the shop
  pgfleet.aws.stack_outputs:
    files:
      - path: outputs/prod/shop.json
        content: {system: shop, outputs: {vpc_id: vpc-0a1b2c3d}}
"""

RETURN = r"""
plan:
  description: The files that are written, with what they said before.
  type: list
  elements: dict
  returned: success
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, converge, run

FILE = {
    "path": {"type": "path", "required": True},
    "content": {"type": "dict", "required": True},
    "private": {"type": "bool", "default": False},
}
ARGUMENTS: dict[str, Any] = {"files": {"type": "list", "elements": "dict", "required": True, "options": FILE}}
SPEC = Spec(ARGUMENTS)


@dataclass(frozen=True, slots=True)
class File:
    """As it should be."""

    path: Path
    text: str
    mode: int


def ensure(module: Module, _clients: Clients) -> dict[str, Any]:
    wanted = {file["path"]: _file(**file) for file in module.params["files"]}
    result = converge(
        module, [_planned(name, file) for name, file in wanted.items()], lambda plan: _write(wanted[plan.name])
    )
    return {"changed": result["changed"], "plan": result["plan"], "diff": result["diff"]}


def _file(path: str, content: dict[str, Any], private: bool) -> File:
    return File(Path(path), json.dumps(content, indent=4) + "\n", 0o600 if private else 0o644)


def _planned(name: str, file: File) -> Plan:
    """Of the mode only what lets others read a private file is looked at: an owner may have narrowed it."""
    before = file.path.read_text(encoding="utf-8") if file.path.exists() else None
    open_to_others = before is not None and file.mode == 0o600 and file.path.stat().st_mode & 0o077
    action = (
        Action.CREATE if before is None else Action.UPDATE if before != file.text or open_to_others else Action.NONE
    )
    changes = () if before == file.text else (Change("content", before, file.text),)
    return Plan("output_file", name, action, changes)


def _write(file: File) -> None:
    """All at once: whoever reads it at that moment finds the old text or the new one."""
    file.path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    new = file.path.with_name(f"{file.path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(file.text)
    new.chmod(file.mode)
    new.replace(file.path)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

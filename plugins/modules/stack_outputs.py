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
    description: The files. Each has the mode 0644, and its directory, where it is made, 0755.
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
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Change, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, converge, run

FILE = {"path": {"type": "path", "required": True}, "content": {"type": "dict", "required": True}}
ARGUMENTS: dict[str, Any] = {"files": {"type": "list", "elements": "dict", "required": True, "options": FILE}}
SPEC = Spec(ARGUMENTS)


def ensure(module: Module, _clients: Clients) -> dict[str, Any]:
    texts = {file["path"]: json.dumps(file["content"], indent=4) + "\n" for file in module.params["files"]}
    plans = [_planned(path, text) for path, text in texts.items()]
    result = converge(module, plans, lambda plan: _write(Path(plan.name), texts[plan.name]))
    return {"changed": result["changed"], "plan": result["plan"], "diff": result["diff"]}


def _planned(path: str, text: str) -> Plan:
    before = Path(path).read_text(encoding="utf-8") if Path(path).exists() else None
    action = Action.CREATE if before is None else Action.NONE if before == text else Action.UPDATE
    changes = () if action is Action.NONE else (Change("content", before, text),)
    return Plan("output_file", path, action, changes)


def _write(path: Path, text: str) -> None:
    """All at once: whoever reads it at that moment finds the old text or the new one."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o644)
    new.replace(path)


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ssm_parameters
version_added: 0.1.0
short_description: All parameters of one owner under a path
description:
  - Makes the parameters of one deployment under a path what they should be, in one task. Two or three calls read them
    all, only what differs is written, and parameters of the owner that are no longer wanted are deleted.
  - Never touches a parameter that does not bear the owner's tags; one of them with a wanted name is refused.
  - Plain text only. Secrets belong in Secrets Manager; see M(pgfleet.aws.db_credentials).
  - M(community.aws.ssm_parameter) manages one parameter a task, knows no owner and deletes nothing by itself.
author: pgfleet contributors (@pgfleet)
options:
  system:
    description: System of the owner; becomes the tag C(pgfleet:system).
    type: str
    required: true
  suffix:
    description: Suffix of the owner; becomes the tag C(pgfleet:suffix).
    type: str
    required: true
  path:
    description: Path under which the owner's parameters stand.
    type: str
    required: true
  parameters:
    description: All parameters that the owner wants under the path.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Full name, under O(path).
        type: str
        required: true
      value:
        description: Value, at most 4096 bytes. A list is joined by commas, as V(StringList) wants it.
        type: raw
        required: true
      type:
        description: Type of the parameter. It cannot be changed; a difference is refused.
        type: str
        choices: [String, StringList]
        default: String
      description:
        description: Description of the parameter.
        type: str
  prune:
    description: Delete parameters under O(path) that bear the owner's tags and are not in O(parameters).
    type: bool
    default: true
  tags:
    description: Tags of every parameter, beside the owner's and C(Name). Others are removed.
    type: dict
    default: {}
seealso:
  - name: Parameter Store
    description: The guide of AWS.
    link: https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html
  - module: community.aws.ssm_parameter
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: What other stacks may know of the retail database
  pgfleet.aws.ssm_parameters:
    system: retail
    suffix: prod
    path: /pgfleet/retail/prod/
    parameters:
      - name: /pgfleet/retail/prod/endpoint
        value: db-retail-prod.c1a2b3c4d5e6.us-west-2.rds.amazonaws.com
        description: endpoint of retail prod
      - name: /pgfleet/retail/prod/port
        value: "5432"

- name: Remove them all
  pgfleet.aws.ssm_parameters:
    system: retail
    suffix: prod
    path: /pgfleet/retail/prod/
    parameters: []
"""

RETURN = r"""
names:
  description: Names of the wanted parameters.
  type: list
  elements: str
  returned: success
plan:
  description: What is changed, or would be in check mode, parameter by parameter.
  type: list
  elements: dict
  returned: success
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.ssm_parameters import ParameterWriter
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.ssm import SSM_PARAMETER, observe_path
from ansible_collections.pgfleet.aws.plugins.module_utils._owned_set import (
    OWNER_ARGUMENTS,
    entry,
    plan_set,
    repeated,
    set_scope,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, converge, refuse_problems, run

ARGUMENTS: dict[str, Any] = {
    **OWNER_ARGUMENTS,
    "path": {"type": "str", "required": True},
    "parameters": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "value": {"type": "raw", "required": True},
            "type": {"type": "str", "choices": ["String", "StringList"], "default": "String"},
            "description": {"type": "str"},
        },
    },
}
SPEC = Spec(ARGUMENTS)


def outside(path: str, wanted: Iterable[Desired]) -> Iterable[Problem]:
    """Parameters that the read of the path would not find."""
    for desired in wanted:
        if not desired.name.startswith(f"{path}/"):
            yield Problem(desired.keys["name"], desired.name, f"is not under path, {path}/.")


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    path = module.params["path"].rstrip("/")
    scope = set_scope(module, clients)
    wanted = [entry("parameters", SSM_PARAMETER.kind, given, module.params) for given in module.params["parameters"]]
    problems = [*repeated(wanted), *outside(path, wanted)]
    refuse_problems([*problems, *(p for desired in wanted for p in SSM_PARAMETER.kind.check(desired))])
    found = list(observe_path(scope, wanted, path or "/"))
    plans = plan_set(scope, wanted, found, [SSM_PARAMETER], module.params["prune"])
    writer = ParameterWriter(clients("ssm"), wanted)
    result = converge(module, plans, writer.apply)
    writer.delete()
    return {"names": [desired.name for desired in wanted], **result}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

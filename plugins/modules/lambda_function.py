#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: lambda_function
version_added: 0.1.0
short_description: A Lambda function, its published version and the alias that callers use, as one state
description:
  - Creates, changes and deletes a function whose code is a zip file on the controller. What is left out is not
    compared.
  - A change of code or configuration is put, awaited and published as a version, and then the alias goes to that
    version. Callers of the alias see all of a deployment or nothing of it. Without a change nothing is published.
  - A run that was stopped between a change, its publication and the alias is finished by the next.
  - M(amazon.aws.lambda) publishes a version for new code but not for new configuration, does not wait for the end of a
    change that it makes, and knows neither reserved concurrency nor the log group. M(amazon.aws.lambda_alias) has to be
    told a version. With both, a change of memory or environment never gets to callers of an alias.
author: pgfleet contributors (@pgfleet)
options:
  name:
    description: Name of the function.
    type: str
    required: true
  state:
    description: Whether the function should exist. With it go its versions and aliases, and with V(absent) its network
      interfaces, up to 40 minutes later.
    type: str
    choices: [present, absent]
    default: present
  description:
    description: Description of the function.
    type: str
  role_arn:
    description: ARN of the role that the function runs under. One that has just been made is waited for.
    type: str
  runtime:
    description: Runtime, such as V(python3.13).
    type: str
  handler:
    description: What the runtime calls, such as V(shop.handler.handle).
    type: str
  zip_file:
    description:
      - Path of the zip file with the code. It is sent only when its SHA-256 is not that of the function's code, so it
        should be built reproducibly, as by M(pgfleet.aws.lambda_package).
      - Lambda takes up to 50 MB this way.
    type: path
  architecture:
    description: Instruction set. A new function without it is V(x86_64).
    type: str
    choices: [x86_64, arm64]
  memory_mb:
    description: Memory in MiB, 128 to 10240. A new function without it has 128.
    type: int
  timeout_seconds:
    description: Seconds after which Lambda stops a call, 1 to 900. A new function without it has 3.
    type: int
  environment:
    description: Environment variables, all of them. They are shown in plans, so they are no place for secrets.
    type: dict
  subnet_ids:
    description: Subnets that the function reaches its VPC by; none take it out of the VPC.
    type: list
    elements: str
  security_group_ids:
    description: Security groups of the function in its VPC.
    type: list
    elements: str
  log_group:
    description: Log group that the function writes to. Lambda's own is C(/aws/lambda/<name>).
    type: str
  log_format:
    description: Form of the events in the log group.
    type: str
    choices: [Text, JSON]
  reserved_concurrency:
    description: Calls that may run at a time, kept free for this function; V(-1) reserves none.
    type: int
  alias:
    description: Alias that goes to the version that is published last. Other aliases are not touched.
    type: str
  version:
    description:
      - Published version that O(alias) goes to instead, which is how a deployment is rolled back. The function itself
        stays as it is described here.
    type: int
  wait_timeout:
    description: Seconds to wait, for each thing that is waited for.
    type: int
    default: 600
notes:
  - A function with the ownership tags of another deployment is refused when O(tags) holds ownership tags.
seealso:
  - module: pgfleet.aws.lambda_package
  - module: amazon.aws.lambda
  - module: amazon.aws.lambda_alias
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - amazon.aws.boto3
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Function, version and alias
  pgfleet.aws.lambda_function:
    name: orders-prod
    role_arn: arn:aws:iam::123456789012:role/orders-prod
    runtime: python3.13
    handler: orders.handler.handle
    zip_file: build/orders.zip
    architecture: arm64
    memory_mb: 512
    timeout_seconds: 60
    environment:
      ORDERS_PATH: /orders/prod/
    log_group: /aws/lambda/orders-prod
    reserved_concurrency: 10
    alias: live
    tags:
      Project: Orders

- name: Back to the version before
  pgfleet.aws.lambda_function:
    name: orders-prod
    alias: live
    version: 6

- name: No function
  pgfleet.aws.lambda_function:
    name: orders-prod
    state: absent
"""

RETURN = r"""
name:
  description: Name of the function.
  type: str
  returned: success
arn:
  description: ARN of the function. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when the function should exist
version:
  description:
    - The version that is the function as it is now. V((known after apply\)) in check mode when it would be published.
  type: str
  returned: when the function should exist
alias_arn:
  description:
    - ARN of the alias, by which callers should call. V((known after apply\)) in check mode when it would be created.
  type: str
  returned: when O(alias) is given and the function should exist
plan:
  description: What is changed, or would be in check mode, property by property.
  type: list
  elements: dict
  returned: success
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.lambda_function import (
    SETTLED,
    Work,
    apply_alias,
    apply_function,
    publish,
    until,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_alias import name_of, pointed_at
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function import IN_PROGRESS, version_after
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.lambda_functions import (
    LAMBDA_ALIAS,
    LAMBDA_FUNCTION,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._package import code_sha256
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY, Desired, Plan, Problem
from ansible_collections.pgfleet.aws.plugins.module_utils._run import (
    Module,
    Refused,
    Spec,
    converge,
    refuse_problems,
    run,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._single import (
    SINGLE_ARGUMENTS,
    Single,
    desired_of,
    plan_single,
    scope_of,
)

ARGUMENTS: dict[str, Any] = {
    **SINGLE_ARGUMENTS,
    "description": {"type": "str"},
    "role_arn": {"type": "str"},
    "runtime": {"type": "str"},
    "handler": {"type": "str"},
    "zip_file": {"type": "path"},
    "architecture": {"type": "str", "choices": ["x86_64", "arm64"]},
    "memory_mb": {"type": "int"},
    "timeout_seconds": {"type": "int"},
    "environment": {"type": "dict"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "security_group_ids": {"type": "list", "elements": "str"},
    "log_group": {"type": "str"},
    "log_format": {"type": "str", "choices": ["Text", "JSON"]},
    "reserved_concurrency": {"type": "int"},
    "alias": {"type": "str"},
    "version": {"type": "int"},
    "wait_timeout": {"type": "int", "default": 600},
}
SPEC = Spec(ARGUMENTS, {"required_by": {"version": ["alias"]}})


def code_of(path: str) -> bytes:
    """Raises Refused for a file that cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise Refused([Problem("zip_file", path, f"cannot be read: {error.strerror}.")]) from error


def wanted(module: Module, code: bytes) -> tuple[dict[str, Any], Desired]:
    options = dict(module.params)
    if options["environment"] is not None:
        options["environment"] = {name: str(value) for name, value in options["environment"].items()}
    if options["zip_file"] is not None:
        options["code_sha256"] = code_sha256(code)
    return options, desired_of(LAMBDA_FUNCTION, options)


def settled(
    module: Module, scope: Scope, work: Work, desired: Desired, options: dict[str, Any]
) -> tuple[Scope, Single]:
    """The plan once the function can be changed: what a killed run has begun is awaited, and all is read anew."""
    single = plan_single(scope, LAMBDA_FUNCTION, desired, options)
    busy = single.observed is not None and single.observed.attributes["_status"] == IN_PROGRESS
    if not busy or module.check_mode or options["state"] == "absent":
        return scope, single
    until(work, SETTLED)
    again = replace(scope, clients=Clients(lambda service, **_config: scope.clients(service)))
    return again, plan_single(again, LAMBDA_FUNCTION, desired, options)


def wanted_alias(options: dict[str, Any]) -> Desired:
    version = options["version"] if options["version"] is None else str(options["version"])
    properties: dict[str, Any] = {"version": version, "weights": {}}
    return Desired("lambda_alias", name_of(options["name"], options["alias"]), properties)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    code = code_of(module.params["zip_file"]) if module.params["zip_file"] is not None else b""
    options, desired = wanted(module, code)
    aliases = [wanted_alias(options)] if options["alias"] and options["state"] == "present" else []
    refuse_problems(problem for alias in aliases for problem in LAMBDA_ALIAS.kind.check(alias))
    scope = scope_of(module, clients, options["tags"] or {})
    work = Work(clients("lambda"), options["name"], lambda: code, options["wait_timeout"])
    scope, function = settled(module, scope, work, desired, options)
    if options["state"] == "absent":
        return remove(module, work, function)
    newest = version_after(function.observed, function.plan)
    tagless = {"state": "present", "tags": None, "purge_tags": True}
    planned = [plan_single(scope, LAMBDA_ALIAS, pointed_at(alias, newest), tagless) for alias in aliases]
    return deploy(module, work, function, planned)


def remove(module: Module, work: Work, function: Single) -> dict[str, Any]:
    def apply(plan: Plan) -> None:
        apply_function(work, function.desired, function.observed, plan)

    return {"name": function.desired.name, **converge(module, [function.plan], apply)}


def deploy(module: Module, work: Work, function: Single, aliases: list[Single]) -> dict[str, Any]:
    """Function, version, alias, in this order. Each result is what there was until it is made anew."""
    there = {"arn": _arn(function), "version": version_after(function.observed, function.plan)}
    for alias in aliases:
        there["alias_arn"] = _arn(alias)
    versions = {alias.plan.key: str(alias.desired.properties["version"]) for alias in aliases}

    def apply(plan: Plan) -> None:
        if plan.key in versions:
            version = versions[plan.key].replace(KNOWN_AFTER_APPLY, there["version"])
            there["alias_arn"] = apply_alias(work, plan.name, version, plan)
            return
        there["arn"] = str(apply_function(work, function.desired, function.observed, plan))
        if there["version"] == KNOWN_AFTER_APPLY:
            there["version"] = publish(work)

    plans = [function.plan, *(alias.plan for alias in aliases)]
    return {"name": function.desired.name, **converge(module, plans, apply), **there}


def _arn(single: Single) -> str:
    return str(single.observed.attributes["arn"]) if single.observed else KNOWN_AFTER_APPLY


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. A Lambda function in a zip file, with the version of it that was published last.

https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
    plan,
    unknown,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._values import as_set

LATEST = "$LATEST"
UNRESERVED = -1
# https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
HANDLER = re.compile(r"\S{1,128}")
ARCHITECTURES = ("x86_64", "arm64")
LOG_FORMATS = ("Text", "JSON")
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MEMORY_MB = range(128, 10240 + 1)
TIMEOUT_SECONDS = range(1, 900 + 1)
ENVIRONMENT_BYTES = 4096
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
RESERVED_VARIABLES = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
# What a version is published with. A version may have a description of its own, and concurrency is the function's.
PUBLISHED = (
    "role_arn",
    "runtime",
    "handler",
    "memory_mb",
    "timeout_seconds",
    "architecture",
    "environment",
    "subnet_ids",
    "security_group_ids",
    "log_group",
    "log_format",
    "code_sha256",
)


def check(desired: Desired) -> Iterable[Problem]:
    p = desired.properties
    if not NAME.fullmatch(desired.name):
        message = "a function's name has 1 to 64 letters, digits, - and _."
        yield Problem(desired.keys.get("name", "name"), desired.name, message)
    for name, allowed in (("memory_mb", MEMORY_MB), ("timeout_seconds", TIMEOUT_SECONDS)):
        if p.get(name) is not None and p[name] not in allowed:
            yield desired.problem(name, f"has to be between {allowed[0]} and {allowed[-1]}.")
    for name, choices in (("architecture", ARCHITECTURES), ("log_format", LOG_FORMATS)):
        if p.get(name) not in (None, *choices):
            yield desired.problem(name, f"is none of {', '.join(choices)}.")
    if p.get("handler") is not None and not HANDLER.fullmatch(p["handler"]):
        yield desired.problem("handler", "has 1 to 128 characters and no spaces: <package>.<module>.<function>.")
    if (p.get("reserved_concurrency") or 0) < UNRESERVED:
        yield desired.problem("reserved_concurrency", f"has to be 0 or more, or {UNRESERVED} to reserve none.")
    yield from _check_environment(desired)


def _check_environment(desired: Desired) -> Iterable[Problem]:
    given = desired.properties.get("environment") or {}
    wrong = [name for name in given if not VARIABLE.fullmatch(name)]
    if wrong:
        message = "a variable's name has two or more letters, digits and _, and begins with a letter."
        yield desired.problem("environment", message, ", ".join(wrong))
    reserved = sorted(given.keys() & RESERVED_VARIABLES)
    if reserved:
        yield desired.problem("environment", "Lambda sets these itself. Leave them out.", ", ".join(reserved))
    size = sum(len(f"{name}{value}".encode()) for name, value in given.items())
    if size > ENVIRONMENT_BYTES:
        yield desired.problem("environment", f"has {size} bytes; Lambda takes {ENVIRONMENT_BYTES}.", "(all of it)")


LAMBDA_FUNCTION = Kind(
    "lambda_function",
    {
        "description": Property(),
        "role_arn": Property(),
        "runtime": Property(),
        "handler": Property(),
        "memory_mb": Property(),
        "timeout_seconds": Property(),
        "architecture": Property(),
        "environment": Property(),
        "subnet_ids": Property(as_set),
        "security_group_ids": Property(as_set),
        "log_group": Property(),
        "log_format": Property(),
        "code_sha256": Property(),
        "reserved_concurrency": Property(),
    },
    check,
)


def from_aws(
    raw: Mapping[str, Any],
    versions: Sequence[Mapping[str, Any]],
    concurrency: Mapping[str, Any],
    tags: Mapping[str, str],
) -> Observed:
    """``versions`` are the configurations of all published ones.

    The property ``version`` is the newest when it is what the function is now, and None when that was not published.
    """
    properties = {
        **properties_of(raw),
        "reserved_concurrency": concurrency.get("ReservedConcurrentExecutions", UNRESERVED),
    }
    newest = max(versions, key=lambda version: int(version["Version"]), default=None)
    as_published = newest is not None and all(properties_of(newest)[name] == properties[name] for name in PUBLISHED)
    attributes = {
        "arn": raw["FunctionArn"],
        "_newest_version": newest["Version"] if newest else None,
        "_status": status(raw),
    }
    version = newest["Version"] if newest and as_published else None
    return Observed("lambda_function", raw["FunctionName"], properties | {"version": version}, tags, attributes)


def properties_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Of the function, or of one of its versions."""
    vpc, logging = raw.get("VpcConfig") or {}, raw.get("LoggingConfig") or {}
    return {
        "description": raw.get("Description", ""),
        "role_arn": raw["Role"],
        "runtime": raw.get("Runtime"),
        "handler": raw.get("Handler"),
        "memory_mb": raw["MemorySize"],
        "timeout_seconds": raw["Timeout"],
        "architecture": raw.get("Architectures", ["x86_64"])[0],
        "environment": (raw.get("Environment") or {}).get("Variables", {}),
        "subnet_ids": sorted(vpc.get("SubnetIds", ())),
        "security_group_ids": sorted(vpc.get("SecurityGroupIds", ())),
        "log_group": logging.get("LogGroup", f"/aws/lambda/{raw['FunctionName']}"),
        "log_format": logging.get("LogFormat", "Text"),
        "code_sha256": raw["CodeSha256"],
    }


READY, IN_PROGRESS, FAILED = "ready", "in progress", "failed"
# https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
STATES = {"Pending": IN_PROGRESS, "Deleting": IN_PROGRESS, "Failed": FAILED}
UPDATES = {"InProgress": IN_PROGRESS, "Failed": FAILED}


def status(raw: Mapping[str, Any]) -> str:
    """Whether a function can be changed and published: its state, then how the last update of it ended."""
    state = STATES.get(raw.get("State", ""), READY)
    return UPDATES.get(raw.get("LastUpdateStatus", ""), READY) if state == READY else state


def why_failed(raw: Mapping[str, Any]) -> str:
    reasons = (raw.get(name) for name in ("StateReason", "LastUpdateStatusReason"))
    return "; ".join(reason for reason in reasons if reason) or "AWS names no reason"


def plan_function(
    kind: Kind, desired: Desired, observed: Observed | None, allow: frozenset[Effect] = frozenset()
) -> Plan:
    """The generic plan, and the publication of a version that follows from any change of code or configuration.

    So it does from an update that failed or that nobody published: a run was stopped between the two.
    """
    found = plan(kind, desired, observed, allow)
    if observed is None or found.action is Action.REFUSE:
        return found
    failed = observed.attributes["_status"] == FAILED
    changes = [*found.changes, *([Change("last_update", "failed", "successful")] if failed else [])]
    published = observed.properties["version"]
    if published is None or failed or any(change.property in PUBLISHED for change in changes):
        changes.append(Change("version", observed.attributes["_newest_version"], KNOWN_AFTER_APPLY))
    return replace(found, action=Action.UPDATE, changes=tuple(changes)) if changes else found


def version_after(observed: Observed | None, planned: Plan) -> str:
    """The version that is the newest once the plan is carried out."""
    if observed is None or any(change.property == "version" for change in planned.changes):
        return KNOWN_AFTER_APPLY
    return str(observed.properties["version"])


def missing_for_creation(desired: Desired) -> Iterable[Problem]:
    for name in ("role_arn", "runtime", "handler", "code_sha256"):
        if not desired.properties.get(name):
            option = "zip_file" if name == "code_sha256" else name
            yield desired.problem(option, "is needed for a function that does not exist yet.", "(not given)")


def network_problems(desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    """Subnets without groups, or the other way round, where the one that is not given is not there either."""
    p, has = desired.properties, observed.properties if observed else {}
    subnets, groups = (p.get(name, has.get(name)) for name in ("subnet_ids", "security_group_ids"))
    if not unknown([subnets, groups]) and bool(subnets) != bool(groups):
        lacking = "security_group_ids" if subnets else "subnet_ids"
        yield desired.problem(lacking, "is empty. A function in a VPC needs subnets and security groups.", "[]")

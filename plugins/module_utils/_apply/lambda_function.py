# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The writes of the module lambda_function, and its waits.

Lambda takes one change of a function at a time: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, call
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.tag_changes import to_remove, to_set
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import lambda_alias
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function import (
    FAILED,
    READY,
    UNRESERVED,
    status,
    why_failed,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.lambda_function_requests import (
    changed_configuration,
    changes_code,
    concurrency_to_set,
    creation,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.lambda_functions import FUNCTION_ABSENT
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import Awaited, WaitFailed, wait

SETTLED = Awaited(frozenset({READY, FAILED}))
SUCCEEDED = Awaited(frozenset({READY}))
ACCEPTED = Awaited(frozenset({"accepted"}))
# A new role is known everywhere within seconds; one that is refused for longer is wrong.
ROLE_SECONDS = 60.0
# What Lambda says of a role, or of its policy, that IAM has not yet made known everywhere:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
NOT_YET = ("cannot be assumed by Lambda", "does not have permissions to call")


@dataclass(frozen=True, slots=True)
class Work:
    """One function, where it is and how long to wait for it. ``zip_file`` reads its code."""

    client: Any
    name: str
    zip_file: Callable[[], bytes]
    seconds: float

    def ask(self, method: str, **arguments: Any) -> Any:
        return call(self.client, method, subject=self.name, FunctionName=self.name, **arguments)


def until(work: Work, awaited: Awaited, version: str = "") -> Any:
    """The configuration of the function, or of a version, once it is as awaited.

    Raises WaitFailed with AWS's reason, and WaitTimeout.
    """
    which = {"Qualifier": version} if version else {}
    seen: dict[str, Any] = {}

    def look() -> str:
        seen.update(work.ask("get_function_configuration", **which))
        found = status(seen)
        if found == FAILED and FAILED not in awaited.ready:
            raise WaitFailed(f"Lambda function {work.name} has failed: {why_failed(seen)}.")
        return found

    wait(f"Lambda function {work.name}", look, awaited, work.seconds)
    return seen


def apply_function(work: Work, desired: Desired, observed: Observed | None, plan: Plan) -> str | None:
    """Carry out the plan; returns the ARN of the function that there is now."""
    if plan.action is Action.DELETE:
        call(work.client, "delete_function", absent=FUNCTION_ABSENT, subject=work.name, FunctionName=work.name)
        return None
    if observed is None:
        _accepted(work, "create_function", Code={"ZipFile": work.zip_file()}, **creation(desired))
        found = until(work, SUCCEEDED)
    else:
        _tag(work, str(observed.attributes["arn"]), plan)
        found = _change(work, desired, observed, plan)
    _reserve(work, plan)
    return str(found["FunctionArn"])


def publish(work: Work) -> str:
    """The number of the version that is the function as it is now: the newest one, if nothing has changed since.

    Raises AwsError when somebody else has changed the function since it was looked at.
    https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
    """
    found = until(work, SUCCEEDED)
    as_seen = {"CodeSha256": found["CodeSha256"], "RevisionId": found["RevisionId"]}
    version = str(work.ask("publish_version", **as_seen)["Version"])
    until(work, SUCCEEDED, version)
    return version


def apply_alias(work: Work, alias: str, version: str, plan: Plan) -> str:
    """Let the alias be this version alone; returns its ARN."""
    named: dict[str, Any] = {"Name": lambda_alias.alias_of(alias), "FunctionVersion": version}
    if plan.action is Action.CREATE:
        return str(work.ask("create_alias", **named)["AliasArn"])
    # An update without weights would keep those that there are.
    return str(work.ask("update_alias", RoutingConfig={"AdditionalVersionWeights": {}}, **named)["AliasArn"])


def _change(work: Work, desired: Desired, observed: Observed, plan: Plan) -> Any:
    request = changed_configuration(desired, observed, plan)
    if request:
        until(work, SETTLED)
        _accepted(work, "update_function_configuration", **request)
        until(work, SUCCEEDED)
    if changes_code(plan):
        until(work, SETTLED)
        architecture = desired.properties.get("architecture") or observed.properties["architecture"]
        work.ask("update_function_code", ZipFile=work.zip_file(), Architectures=[architecture], Publish=False)
    return until(work, SUCCEEDED)


def _accepted(work: Work, method: str, **request: Any) -> None:
    """Ask, and again while the role is too new for Lambda."""

    def attempt() -> str:
        try:
            call(work.client, method, subject=work.name, **request)
        except AwsError as error:
            if error.code != "InvalidParameterValueException" or not any(said in str(error) for said in NOT_YET):
                raise
            return f"refused ({str(error).partition(' failed: ')[2]})"
        return "accepted"

    wait(f"{method} of Lambda function {work.name}", attempt, ACCEPTED, min(work.seconds, ROLE_SECONDS))


def _reserve(work: Work, plan: Plan) -> None:
    wanted = concurrency_to_set(plan)
    if wanted == UNRESERVED:
        work.ask("delete_function_concurrency")
    elif wanted is not None:
        work.ask("put_function_concurrency", ReservedConcurrentExecutions=wanted)


def _tag(work: Work, arn: str, plan: Plan) -> None:
    gone, kept = to_remove(plan), to_set(plan)
    if gone:
        call(work.client, "untag_resource", subject=work.name, Resource=arn, TagKeys=gone)
    if kept:
        call(work.client, "tag_resource", subject=work.name, Resource=arn, Tags=kept)

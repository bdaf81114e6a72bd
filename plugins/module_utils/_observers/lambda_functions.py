# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of Lambda functions, their versions and aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients, call, pages
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import lambda_alias, lambda_function
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown

FUNCTION_ABSENT = frozenset({"ResourceNotFoundException"})


def observe_functions(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    for name in (desired.name for desired in wanted):
        found = call(scope.clients("lambda"), "get_function", absent=FUNCTION_ABSENT, subject=name, FunctionName=name)
        if found:
            tags, concurrency = tags_of(found), found.get("Concurrency", {})
            yield lambda_function.from_aws(found["Configuration"], versions_of(scope.clients, name), concurrency, tags)


def tags_of(found: Mapping[str, Any]) -> dict[str, str]:
    """GetFunction leaves tags out when it may not read them, which is not the same as that there are none.

    https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
    """
    error = found.get("TagsError")
    if error:
        name = found["Configuration"]["FunctionName"]
        raise AwsError("lambda", "ListTags", name, error["ErrorCode"], error["Message"])
    return dict(found.get("Tags", {}))


def versions_of(clients: Clients, function: str) -> list[Any]:
    """Configurations of the published versions, oldest first; none for a function that does not exist."""

    def read() -> list[Any]:
        named = {"subject": function, "FunctionName": function}
        client, method = clients("lambda"), "list_versions_by_function"
        found = pages(client, method, "Versions", absent=FUNCTION_ABSENT, **named)
        return [raw for raw in found if raw["Version"] != lambda_function.LATEST]

    return list(clients.once("lambda_versions", function, read))


def verify_function(_scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
    if observed is None:
        yield from lambda_function.missing_for_creation(desired)
    yield from lambda_function.network_problems(desired, observed)


def observe_aliases(scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
    for name in (desired.name for desired in wanted):
        function, alias = lambda_alias.function_of(name), lambda_alias.alias_of(name)
        asked = {"FunctionName": function, "Name": alias}
        found = call(scope.clients("lambda"), "get_alias", absent=FUNCTION_ABSENT, subject=name, **asked)
        if found:
            yield lambda_alias.from_aws(function, found)


def settle_alias(
    _scope: Scope, desired: Desired, after: Mapping[str, Mapping[str, Any]]
) -> tuple[Desired, list[Problem]]:
    function = after.get(f"lambda_function/{lambda_alias.function_of(desired.name)}", {})
    return lambda_alias.pointed_at(desired, function.get("version")), []


def verify_alias(scope: Scope, desired: Desired, _observed: Observed | None) -> Iterable[Problem]:
    """A version that is yet to be published needs no look."""
    if unknown(desired.properties["version"]):
        return ()
    published = versions_of(scope.clients, lambda_alias.function_of(desired.name))
    return lambda_alias.version_problems(desired, (raw["Version"] for raw in published))


LAMBDA_FUNCTION = Handler(
    lambda_function.LAMBDA_FUNCTION,
    observe_functions,
    plan=lambda_function.plan_function,
    verify=verify_function,
)
LAMBDA_ALIAS = Handler(lambda_alias.LAMBDA_ALIAS, observe_aliases, verify=verify_alias, settle=settle_alias)

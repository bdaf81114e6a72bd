"""The Lambda API: which function answers which action."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.errors import not_implemented
from emulator.identify import service_model
from emulator.operations import Asked, answers
from emulator.refusals.constraints import within_the_model
from emulator.services.lambda_ import aliases, concurrency, functions, invoking, policies, settings, tags, versions
from emulator.services.lambda_.service import Service

Handler = Callable[[Service, Asked], dict[str, Any]]

ACTIONS: dict[str, Handler] = {
    "CreateFunction": functions.create,
    "GetFunction": functions.get,
    "GetFunctionConfiguration": functions.get_configuration,
    "UpdateFunctionCode": functions.update_code,
    "UpdateFunctionConfiguration": functions.update_configuration,
    "DeleteFunction": functions.delete,
    "ListFunctions": functions.describe,
    "PublishVersion": versions.publish,
    "ListVersionsByFunction": versions.describe,
    "CreateAlias": aliases.create,
    "GetAlias": aliases.get,
    "UpdateAlias": aliases.update,
    "DeleteAlias": aliases.delete,
    "ListAliases": aliases.describe,
    "PutFunctionConcurrency": concurrency.put,
    "GetFunctionConcurrency": concurrency.get,
    "DeleteFunctionConcurrency": concurrency.delete,
    "GetAccountSettings": concurrency.account,
    "AddPermission": policies.add,
    "RemovePermission": policies.remove,
    "GetPolicy": policies.get,
    "TagResource": tags.add,
    "UntagResource": tags.remove,
    "ListTags": tags.describe,
    "Invoke": invoking.invoke,
}


def serve(service: Service) -> None:
    for action, handler in ACTIONS.items():
        answers("lambda", action)(partial(_answer, handler, service))
    # moto has some of the others, on functions that are none of ours.
    model = service_model("lambda")
    for action in set(model.operation_names if model else ()) - ACTIONS.keys():
        answers("lambda", action)(_lacking)


def _lacking(asked: Asked) -> dict[str, Any]:
    raise not_implemented(asked.call)


def _answer(handler: Handler, service: Service, asked: Asked) -> dict[str, Any]:
    """What the model does not allow is refused first; only a runtime in another way."""
    if "Runtime" in asked.params:
        settings.check_runtime(asked.params["Runtime"])
    within_the_model(asked)
    return handler(service, asked)

"""Aliases: https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html"""

from __future__ import annotations

from typing import Any

from emulator.errors import AwsError
from emulator.operations import Asked
from emulator.services.lambda_ import documents, paging, preconditions
from emulator.services.lambda_.errors import conflict, invalid, not_found
from emulator.services.lambda_.reference import named
from emulator.services.lambda_.service import Service
from emulator.services.lambda_.state import LATEST, Alias, Function, new_revision


def create(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html"""
    function, params = _function(service, asked), asked.params
    name, version = params["Name"], params["FunctionVersion"]
    if name in function.aliases:
        raise conflict(f"Alias already exists: {function.arn}:{name}")
    routing = _routing(function, version, params)
    function.aliases[name] = Alias(name, version, params.get("Description", ""), routing)
    return documents.alias(function, function.aliases[name])


def _function(service: Service, asked: Asked) -> Function:
    return named(service.region_of(asked), asked.params).function()


def _routing(function: Function, version: str, params: dict[str, Any]) -> dict[str, float]:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html"""
    weights: dict[str, float] = params.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
    if len(weights) > 1:
        raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if weights and LATEST in (version, *weights):
        raise invalid("$LATEST is not supported for an alias pointing to more than 1 version")
    for number in (version, *weights):
        if number != LATEST and number not in function.versions:
            raise not_found(f"{function.arn}:{number}")
    if version in weights:
        raise invalid(f"Invalid function version {version}. Function version {version} is already included.")
    if any(not 0 <= weight <= 1 for weight in weights.values()):
        raise AwsError("ValidationException", "Weights are between 0.0 and 1.0.")
    return weights


def get(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html"""
    function = _function(service, asked)
    return documents.alias(function, _found(function, asked))


def _found(function: Function, asked: Asked) -> Alias:
    alias = function.aliases.get(asked.params["Name"])
    if alias is None:
        raise AwsError("ResourceNotFoundException", f"Cannot find alias arn: {function.arn}:{asked.params['Name']}")
    return alias


def update(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html"""
    function, params = _function(service, asked), asked.params
    alias = _found(function, asked)
    preconditions.revision(asked, alias.revision)
    version = params.get("FunctionVersion", alias.version)
    kept = {"RoutingConfig": {"AdditionalVersionWeights": alias.routing}}
    alias.routing = _routing(function, version, params if "RoutingConfig" in params else kept)
    alias.version, alias.revision = version, new_revision()
    alias.description = params.get("Description", alias.description)
    return documents.alias(function, alias)


def delete(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html

    One that does not exist is deleted all the same.
    """
    function = _function(service, asked)
    function.aliases.pop(asked.params["Name"], None)
    function.policies.pop(asked.params["Name"], None)
    return {}


def describe(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html"""
    function, version = _function(service, asked), asked.params.get("FunctionVersion")
    found = [alias for alias in function.aliases.values() if version in (None, alias.version, *alias.routing)]
    shown = [documents.alias(function, alias) for alias in found]
    return paging.paged(asked, "Aliases", lambda document: str(document["Name"]), shown)

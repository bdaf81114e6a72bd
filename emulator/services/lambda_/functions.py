"""Functions: made, changed, deleted and described."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from emulator.operations import Asked
from emulator.services.lambda_ import network, packages, paging, preconditions, settings, versions
from emulator.services.lambda_.documents import described, latest_arn
from emulator.services.lambda_.errors import conflict, invalid, not_found
from emulator.services.lambda_.reference import Reference, named
from emulator.services.lambda_.service import Service
from emulator.services.lambda_.state import LATEST, Function, Version

# https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
CREATE_MINUTES = 0.1
UPDATE_MINUTES = 0.1
# A function of a VPC waits for its network interface:
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-enis
NETWORK_MINUTES = 1.5


def create(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"""
    region, params = service.region_of(asked), asked.params
    reference = named(region, params)
    if reference.name in region.functions:
        raise conflict(f"Function already exist: {reference.name}")
    wanted = settings.new(asked, reference.name)
    package = packages.given(asked, params["Code"])
    minutes = NETWORK_MINUTES if wanted["VpcConfig"]["SubnetIds"] else CREATE_MINUTES
    version = Version(LATEST, package, wanted, service.context.ready_at(minutes))
    function = Function(reference.name, region.arn(reference.name), version, tags=dict(params.get("Tags", {})))
    region.functions[function.name] = function
    network.settle(asked, region, function.name)
    if params.get("Publish"):
        return described(function, versions.new(function))
    return described(function, version, begun=True)


def get(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html"""
    reference = named(service.region_of(asked), asked.params)
    function, version = reference.function(), reference.version()
    location = f"{asked.context.endpoint}/_emulator/code?sha256={quote(version.package.sha256, safe='')}"
    answer = {
        "Configuration": _as_named(reference, described(function, version)),
        "Code": {"RepositoryType": "S3", "Location": location},
    }
    if function.tags:
        answer["Tags"] = function.tags
    if function.reserved is not None:
        answer["Concurrency"] = {"ReservedConcurrentExecutions": function.reserved}
    return answer


def get_configuration(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html"""
    reference = named(service.region_of(asked), asked.params)
    return _as_named(reference, described(reference.function(), reference.version()))


def _as_named(reference: Reference, document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "FunctionArn": reference.arn}


def update_code(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html"""
    params = asked.params
    function = _changeable(service, asked)
    package = packages.given(asked, params)
    architectures = params.get("Architectures", function.latest.settings["Architectures"])
    wanted = {**function.latest.settings, "Architectures": architectures}
    if params.get("DryRun"):
        return described(function, function.latest.changed(package=package, settings=wanted))
    _change(service, function, UPDATE_MINUTES, package=package, settings=wanted)
    if params.get("Publish"):
        return described(function, versions.publishable(function))
    return described(function, function.latest, begun=True)


def update_configuration(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html"""
    function = _changeable(service, asked)
    wanted = settings.changed(asked, function)
    new_network = wanted["VpcConfig"] != function.latest.vpc and wanted["VpcConfig"]["SubnetIds"]
    _change(service, function, NETWORK_MINUTES if new_network else UPDATE_MINUTES, settings=wanted)
    network.settle(asked, service.region_of(asked), function.name)
    return described(function, function.latest, begun=True)


def _changeable(service: Service, asked: Asked) -> Function:
    reference = named(service.region_of(asked), asked.params)
    function = reference.function()
    preconditions.settled(function)
    preconditions.revision(asked, function.latest.revision)
    return function


def _change(service: Service, function: Function, minutes: float, **changes: Any) -> None:
    function.before = function.latest
    ready_at = service.context.ready_at(minutes)
    function.latest = function.latest.changed(ready_at=ready_at, created=False, **changes)


def delete(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html"""
    region = service.region_of(asked)
    reference = named(region, asked.params)
    function = reference.function()
    if reference.qualifier:
        _delete_version(reference, function)
    else:
        del region.functions[function.name]
        service.pool.drop(function)
    network.settle(asked, region, function.name)
    service.pool.drop_outdated(function)
    return {"StatusCode": 204}


def _delete_version(reference: Reference, function: Function) -> None:
    number = reference.qualifier
    if number == LATEST:
        raise invalid("$LATEST version cannot be deleted without deleting the function.")
    if not number.isdigit():
        raise invalid("Deletion of aliases is not currently supported.")
    if number not in function.versions:
        raise not_found(reference.arn)
    holding = sorted(alias.name for alias in function.aliases.values() if number in (alias.version, *alias.routing))
    if holding:
        raise conflict(f"Version {number} cannot be deleted: aliases point to it: {', '.join(holding)}")
    del function.versions[number]
    function.policies.pop(number, None)


def describe(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html"""
    documents = []
    for function in service.region_of(asked).functions.values():
        document = described(function, function.latest)
        if asked.params.get("FunctionVersion") == "ALL":
            documents += [{**document, "FunctionArn": latest_arn(function)}]
            documents += [described(function, version) for version in function.versions.values()]
        else:
            documents.append(document)
    return paging.paged(asked, "Functions", lambda document: str(document["FunctionArn"]), documents)

"""Published versions: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from emulator.operations import Asked
from emulator.services.lambda_ import paging, preconditions
from emulator.services.lambda_.documents import described, latest_arn
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.reference import named
from emulator.services.lambda_.service import Service
from emulator.services.lambda_.state import LATEST, Function, Version, new_revision


def publish(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html"""
    function = named(service.region_of(asked), asked.params).function()
    preconditions.settled(function)
    preconditions.revision(asked, function.latest.revision)
    sha256 = function.latest.package.sha256
    if asked.params.get("CodeSha256", sha256) != sha256:
        raise invalid(
            f"CodeSHA256 ({asked.params['CodeSha256']}) is different from current CodeSHA256 in $LATEST ({sha256}). "
            "Please try again with the CodeSHA256 in $LATEST."
        )
    version = publishable(function, asked.params.get("Description"))
    return described(function, version)


def publishable(function: Function, description: str | None = None) -> Version:
    """The last version, if nothing has changed since, and else a new one."""
    last = function.versions.get(str(function.last_number))
    return last if last is not None and last.same_as(function.latest) else new(function, description)


def new(function: Function, description: str | None = None) -> Version:
    function.last_number += 1
    settings = function.latest.settings
    if description is not None:
        settings = {**settings, "Description": description}
    number = str(function.last_number)
    function.versions[number] = replace(
        function.latest, number=number, settings=settings, created=True, revision=new_revision()
    )
    return function.versions[number]


def describe(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html"""
    function = named(service.region_of(asked), asked.params).function()
    latest = {**described(function, function.latest), "FunctionArn": latest_arn(function)}
    documents = [latest, *(described(function, version) for version in function.versions.values())]
    return paging.paged(asked, "Versions", _place, documents)


def _place(document: dict[str, Any]) -> str:
    """$LATEST first, then in the order of the numbers."""
    return f"{0 if document['Version'] == LATEST else int(document['Version']):09}"

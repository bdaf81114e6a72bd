"""Functions, versions and aliases as the API shows them."""

from __future__ import annotations

from typing import Any

from emulator.services.lambda_.state import LATEST, Alias, Function, Version


def latest_arn(function: Function) -> str:
    return f"{function.arn}:{LATEST}"


def described(function: Function, version: Version, begun: bool = False) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html

    begun: what has just been asked for is never done yet in the answer, also where no time passes
    """
    settings = version.settings
    document = {
        **settings,
        "FunctionName": function.name,
        "FunctionArn": function.arn if version.number == LATEST else f"{function.arn}:{version.number}",
        "Version": version.number,
        "CodeSize": version.package.size,
        "CodeSha256": version.package.sha256,
        "LastModified": version.modified,
        "RevisionId": version.revision,
        **_state(version, begun or not version.ready),
    }
    if not settings["VpcConfig"]["VpcId"]:
        del document["VpcConfig"]
    return document


def _state(version: Version, waiting: bool) -> dict[str, str]:
    """https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
    if not waiting:
        return {"State": "Active", "LastUpdateStatus": "Successful"}
    if version.created:
        reason = "The function is being created."
        return {"State": "Pending", "StateReason": reason, "StateReasonCode": "Creating"}
    return {
        "State": "Active",
        "LastUpdateStatus": "InProgress",
        "LastUpdateStatusReason": "The function is being created.",
        "LastUpdateStatusReasonCode": "Creating",
    }


def alias(function: Function, one: Alias) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_AliasConfiguration.html"""
    document: dict[str, Any] = {
        "AliasArn": f"{function.arn}:{one.name}",
        "Name": one.name,
        "FunctionVersion": one.version,
        "Description": one.description,
        "RevisionId": one.revision,
    }
    if one.routing:
        document["RoutingConfig"] = {"AdditionalVersionWeights": one.routing}
    return document

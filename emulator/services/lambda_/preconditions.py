"""What holds before a function may be changed."""

from __future__ import annotations

from emulator.errors import AwsError
from emulator.operations import Asked
from emulator.services.lambda_.errors import conflict
from emulator.services.lambda_.state import Function


def settled(function: Function) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html"""
    if function.latest.ready:
        return
    if function.latest.created:
        state = "The function is currently in the following state: Pending"
        raise conflict(f"The operation cannot be performed at this time. {state}")
    message = "The operation cannot be performed at this time. An update is in progress for resource: "
    raise conflict(message + function.arn)


def revision(asked: Asked, current: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html: RevisionId"""
    if asked.params.get("RevisionId", current) != current:
        raise AwsError(
            "PreconditionFailedException",
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to "
            "retrieve the latest Revision Id",
        )

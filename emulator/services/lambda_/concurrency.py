"""How many events at a time: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""

from __future__ import annotations

from typing import Any

from emulator.errors import AwsError
from emulator.operations import Asked
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.packages import LARGEST_UNZIPPED, LARGEST_ZIPPED
from emulator.services.lambda_.reference import named
from emulator.services.lambda_.service import Service
from emulator.services.lambda_.state import Function, Region

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ACCOUNT_LIMIT = 1000
LEAST_UNRESERVED = 100
TOTAL_CODE_SIZE = 75 * 1024**3
RESERVED_REASON = "ReservedFunctionConcurrentInvocationLimitExceeded"
ACCOUNT_REASON = "ConcurrentInvocationLimitExceeded"


class Throttled(AwsError):
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: TooManyRequestsException"""

    def __init__(self, reason: str) -> None:
        super().__init__("TooManyRequestsException", "Rate Exceeded.")
        self.Reason = reason
        self.Type = "User"


def check(service: Service, region: Region, function: Function) -> None:
    """Raises Throttled, if the function may not take one more event now."""
    running = service.pool.running(function)
    if function.reserved is not None:
        if running >= function.reserved:
            raise Throttled(RESERVED_REASON)
        return
    sharing = [other for other in region.functions.values() if other.reserved is None]
    if sum(service.pool.running(other) for other in sharing) >= _unreserved(region):
        raise Throttled(ACCOUNT_REASON)


def _unreserved(region: Region, without: Function | None = None) -> int:
    return ACCOUNT_LIMIT - sum(each.reserved or 0 for each in region.functions.values() if each is not without)


def put(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html"""
    region = service.region_of(asked)
    function = named(region, asked.params).function()
    wanted = asked.params["ReservedConcurrentExecutions"]
    if wanted and _unreserved(region, function) - wanted < LEAST_UNRESERVED:
        raise invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            f"below its minimum value of [{LEAST_UNRESERVED}]."
        )
    function.reserved = wanted
    return {"ReservedConcurrentExecutions": wanted}


def get(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html"""
    reserved = named(service.region_of(asked), asked.params).function().reserved
    return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}


def delete(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html"""
    named(service.region_of(asked), asked.params).function().reserved = None
    return {}


def account(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html"""
    region = service.region_of(asked)
    functions = region.functions.values()
    used = sum(version.package.size for function in functions for version in function.all_versions())
    return {
        "AccountLimit": {
            "TotalCodeSize": TOTAL_CODE_SIZE,
            "CodeSizeUnzipped": LARGEST_UNZIPPED,
            "CodeSizeZipped": LARGEST_ZIPPED,
            "ConcurrentExecutions": ACCOUNT_LIMIT,
            "UnreservedConcurrentExecutions": _unreserved(region),
        },
        "AccountUsage": {"TotalCodeSize": used, "FunctionCount": len(functions)},
    }

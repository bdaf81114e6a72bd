"""The configuration of a function: what is given, what is kept, what is refused.

https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

from __future__ import annotations

import json
from typing import Any

from emulator.errors import AwsError
from emulator.operations import Asked
from emulator.services.lambda_ import network, roles
from emulator.services.lambda_.errors import invalid
from emulator.services.lambda_.interpreters import RUNTIMES
from emulator.services.lambda_.state import Function

# What is neither kept nor done, and must not be taken for it.
ABSENT = (
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "CodeSigningConfigArn",
    "DurableConfig",
    "CapacityProviderConfig",
)
KEPT = (
    "Role", "Handler", "Description", "Timeout", "MemorySize", "Runtime", "KMSKeyArn", "DeadLetterConfig",
    "TracingConfig", "EphemeralStorage",
)  # fmt: skip
# https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
LONGEST_NAME = 64
# Less than in the model, which is also about functions on instances of one's own.
MOST_SECONDS = 900
MOST_MEMORY = 10240
MOST_STORAGE = 10240
ENVIRONMENT_BYTES = 4096
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}  # fmt: skip

Settings = dict[str, Any]


def new(asked: Asked, name: str) -> Settings:
    """Of a new function. Raises AwsError."""
    params = asked.params
    if len(name) > LONGEST_NAME:
        message = f"Value '{name}' at 'functionName' failed to satisfy constraint: Member must have length less than"
        raise AwsError("ValidationException", f"1 validation error detected: {message} or equal to {LONGEST_NAME}")
    for needed in ("Runtime", "Handler"):
        if needed not in params:
            raise invalid(f"{needed} is mandatory for functions created with deployment packages.")
    if params.get("PackageType", "Zip") != "Zip":
        raise _lacking("functions of container images")
    defaults: Settings = {
        "Description": "",
        "Timeout": 3,
        "MemorySize": 128,
        "TracingConfig": {"Mode": "PassThrough"},
        "PackageType": "Zip",
        "Architectures": params.get("Architectures", ["x86_64"]),
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": _logging({}, name),
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
    }
    return _checked(asked, {**defaults, **_given(asked, name)})


def changed(asked: Asked, function: Function) -> Settings:
    """What the function is to have after an update. Raises AwsError."""
    before = function.latest.settings
    return _checked(asked, {**before, **_given(asked, function.name)})


def _given(asked: Asked, name: str) -> Settings:
    params = asked.params
    for absent in ABSENT:
        if params.get(absent):
            raise _lacking(absent)
    given: Settings = {kept: params[kept] for kept in KEPT if kept in params}
    if "Environment" in params:
        given["Environment"] = {"Variables": dict(params["Environment"].get("Variables", {}))}
    if "VpcConfig" in params:
        given["VpcConfig"] = params["VpcConfig"]
    if "LoggingConfig" in params:
        given["LoggingConfig"] = _logging(params["LoggingConfig"], name)
    return given


def _logging(given: dict[str, Any], name: str) -> dict[str, Any]:
    """Levels can be chosen for JSON alone.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
    """
    wanted = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}", **given}
    levels = {"ApplicationLogLevel", "SystemLogLevel"}
    if wanted["LogFormat"] == "JSON":
        return {**dict.fromkeys(levels, "INFO"), **wanted}
    if levels & set(given):
        raise invalid("ApplicationLogLevel and SystemLogLevel can only be set when LogFormat is JSON.")
    return wanted


def _lacking(what: str) -> AwsError:
    return AwsError("NotImplemented", f"The emulator's Lambda has no {what}. AWS's has.", 501)


def _checked(asked: Asked, settings: Settings) -> Settings:
    _check_most("timeout", settings["Timeout"], MOST_SECONDS)
    _check_most("memorySize", settings["MemorySize"], MOST_MEMORY)
    _check_most("ephemeralStorage.size", settings["EphemeralStorage"]["Size"], MOST_STORAGE)
    _check_environment(settings.get("Environment", {}).get("Variables", {}))
    roles.check(asked.account_id, settings["Role"])
    settings["VpcConfig"] = network.checked(asked, settings["VpcConfig"], settings["Role"])
    return settings


def check_runtime(runtime: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
    if runtime in RUNTIMES:
        return
    if runtime.startswith("python") or "." not in runtime:
        raise invalid(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(RUNTIMES)}] or be a valid ARN"
        )
    raise _lacking(f"runtime {runtime}, only {', '.join(RUNTIMES)}")


def _check_most(name: str, value: int, most: int) -> None:
    if value > most:
        message = f"Value '{value}' at '{name}' failed to satisfy constraint: Member must have value less than or equal"
        raise AwsError("ValidationException", f"1 validation error detected: {message} to {most}")


def _check_environment(variables: dict[str, str]) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"""
    failed = (
        "Lambda was unable to configure your environment variables because the environment variables you have provided "
    )
    reserved = sorted(RESERVED & set(variables))
    if reserved:
        raise invalid(
            f"{failed}contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > ENVIRONMENT_BYTES:
        raise invalid(f"{failed}exceeded the 4KB limit. String measured: {measured}")

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
MOST_SECONDS = 900
MEMORY = (128, 10240)
STORAGE = (512, 10240)
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
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}"},
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": ""},
    }
    return _checked(asked, {**defaults, **_given(asked, defaults)})


def changed(asked: Asked, function: Function) -> Settings:
    """What the function is to have after an update. Raises AwsError."""
    before = function.latest.settings
    return _checked(asked, {**before, **_given(asked, before)})


def _given(asked: Asked, before: Settings) -> Settings:
    params = asked.params
    for name in ABSENT:
        if params.get(name):
            raise _lacking(name)
    given: Settings = {name: params[name] for name in KEPT if name in params}
    if "Environment" in params:
        given["Environment"] = {"Variables": dict(params["Environment"].get("Variables", {}))}
    if "VpcConfig" in params:
        given["VpcConfig"] = {**before["VpcConfig"], **params["VpcConfig"]}
    if "LoggingConfig" in params:
        given["LoggingConfig"] = {**before["LoggingConfig"], **params["LoggingConfig"]}
    return given


def _lacking(what: str) -> AwsError:
    return AwsError("NotImplemented", f"The emulator's Lambda has no {what}. AWS's has.", 501)


def _checked(asked: Asked, settings: Settings) -> Settings:
    _check_runtime(settings["Runtime"])
    _check_range("timeout", settings["Timeout"], 1, MOST_SECONDS)
    _check_range("memorySize", settings["MemorySize"], *MEMORY)
    _check_range("ephemeralStorage.size", settings["EphemeralStorage"]["Size"], *STORAGE)
    if settings["Architectures"] not in (["x86_64"], ["arm64"]):
        raise invalid(f"Architectures is {settings['Architectures']}; it is one of x86_64 and arm64.")
    _check_environment(settings.get("Environment", {}).get("Variables", {}))
    if settings["LoggingConfig"]["LogFormat"] != "Text":
        raise _lacking("log format but Text")
    roles.check(asked.account_id, settings["Role"])
    settings["VpcConfig"] = network.checked(asked, settings["VpcConfig"], settings["Role"])
    return settings


def _check_runtime(runtime: str) -> None:
    if runtime in RUNTIMES:
        return
    if runtime.startswith("python") or "." not in runtime:
        raise invalid(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"[{', '.join(RUNTIMES)}] or be a valid ARN"
        )
    raise _lacking(f"runtime {runtime}, only {', '.join(RUNTIMES)}")


def _check_range(name: str, value: int, low: int, high: int) -> None:
    if low <= value <= high:
        return
    bound = f"greater than or equal to {low}" if value < low else f"less than or equal to {high}"
    raise invalid(
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: "
        f"Member must have value {bound}"
    )


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

"""Drifts of the access function."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import KNOWN_AFTER_APPLY

from tests.integration.truth.drift import Drift, Said, Target, put
from tests.integration.truth.drifts_database import default_group


def _function(setter: Callable[[Target, Any], Any], to: Any, published: bool = True) -> Drift:
    return _published(put(setter, to)) if published else put(setter, to)


def _published(plain: Drift) -> Drift:
    """What a version is made of brings a new one, to which the alias goes."""

    def do(it: Target, name: str) -> Said:
        newest = _newest(it)
        seen = plain.do(it, name)
        alias = next(key for key in it.known if key.startswith("lambda_alias/"))
        version = (newest, KNOWN_AFTER_APPLY)
        return {**seen, (it.key, "version"): version, (alias, "version"): version}

    return Drift(do, plain.undo)


def _newest(it: Target) -> str:
    found = it.aws("lambda").list_versions_by_function(FunctionName=_function_name(it))["Versions"]
    return max((str(version["Version"]) for version in found if version["Version"] != "$LATEST"), key=int)


def _function_name(it: Target) -> str:
    return it.name.partition(":")[0]


def _other_role_of_function(it: Target) -> str:
    """One of somebody else, with the same rights."""
    iam, own, name = it.aws("iam"), it.wanted["role_arn"].rpartition("/")[2], "other-function"
    if name not in {found["RoleName"] for found in iam.list_roles()["Roles"]}:
        trust = iam.get_role(RoleName=own)["Role"]["AssumeRolePolicyDocument"]
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        for policy in iam.list_role_policies(RoleName=own)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=own, PolicyName=policy)["PolicyDocument"]
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    return str(it.wanted["role_arn"]).rpartition("/")[0] + "/" + name


def _configure(option: str, wrap: Callable[[Target, Any], Any] = lambda _it, value: value) -> Any:
    def setter(it: Target, value: Any) -> None:
        it.aws("lambda").update_function_configuration(FunctionName=it.name, **{option: wrap(it, value)})

    return setter


def _variables(_it: Target, value: Mapping[str, str]) -> dict[str, Any]:
    return {"Variables": dict(value)}


def _logging(it: Target, key: str, value: str) -> dict[str, str]:
    return {"LogGroup": it.wanted["log_group"], "LogFormat": it.wanted["log_format"], key: value}


def _vpc(key: str) -> Any:
    def wrap(it: Target, value: list[str]) -> dict[str, list[str]]:
        whole = {"SubnetIds": it.wanted["subnet_ids"], "SecurityGroupIds": it.wanted["security_group_ids"]}
        return {**whole, key: value}

    return _configure("VpcConfig", wrap)


def _concurrency(it: Target, value: int) -> None:
    it.aws("lambda").put_function_concurrency(FunctionName=it.name, ReservedConcurrentExecutions=value)


def _other_code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("access_function/handler.py", "def handle(event, context): return 'other'\n")
    return packed.getvalue()


def _architecture(it: Target, value: str) -> None:
    package = it.standing.package.read_bytes()
    it.aws("lambda").update_function_code(FunctionName=it.name, ZipFile=package, Architectures=[value])


def _code() -> Drift:
    def do(it: Target, name: str) -> Said:
        made = it.aws("lambda").update_function_code(FunctionName=it.name, ZipFile=_other_code())
        return {(it.key, name): (made["CodeSha256"], it.wanted[name])}

    def undo(it: Target, _name: str) -> None:
        _architecture(it, it.wanted["architecture"])

    return Drift(do, undo)


def _alias_of_old(it: Target) -> str:
    """Let there be two versions of the same function, with the alias on the newest; returns the older."""
    aws, function = it.aws("lambda"), _function_name(it)
    older = _newest(it)
    memory = aws.get_function_configuration(FunctionName=function)["MemorySize"]
    for size in (memory + 64, memory):
        aws.update_function_configuration(FunctionName=function, MemorySize=size)
        aws.publish_version(FunctionName=function)
    _alias(it, _newest(it), {})
    return older


def _alias(it: Target, version: str, weights: Mapping[str, float]) -> None:
    it.aws("lambda").update_alias(
        FunctionName=_function_name(it),
        Name=it.name.partition(":")[2],
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": dict(weights)},
    )


def _alias_on_old() -> Drift:
    def do(it: Target, name: str) -> Said:
        older = _alias_of_old(it)
        _alias(it, older, {})
        return {(it.key, name): (older, _newest(it))}

    return Drift(do, lambda it, _name: _alias(it, _newest(it), {}))


def _weights() -> Drift:
    def do(it: Target, name: str) -> Said:
        older = _alias_of_old(it)
        _alias(it, _newest(it), {older: 0.25})
        return {(it.key, name): ({older: 0.25}, {})}

    return Drift(do, lambda it, _name: _alias(it, _newest(it), {}))


DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "lambda_function": {
        "description": _function(_configure("Description"), "Other", published=False),
        "role_arn": _function(_configure("Role"), _other_role_of_function),
        "runtime": _function(_configure("Runtime"), "python3.12"),
        "handler": _function(_configure("Handler"), "access_function.handler.other"),
        "memory_mb": _function(_configure("MemorySize"), 256),
        "timeout_seconds": _function(_configure("Timeout"), 3),
        "environment": [
            _function(_configure("Environment", _variables), lambda it: {**it.wanted["environment"], "OTHER": "1"}),
            _function(_configure("Environment", _variables), {}),
        ],
        "subnet_ids": _function(_vpc("SubnetIds"), lambda it: it.wanted["subnet_ids"][1:]),
        "security_group_ids": _function(_vpc("SecurityGroupIds"), default_group),
        "log_group": _function(
            _configure("LoggingConfig", lambda it, value: _logging(it, "LogGroup", value)), "/aws/lambda/other"
        ),
        "log_format": _function(
            _configure("LoggingConfig", lambda it, value: _logging(it, "LogFormat", value)), "JSON"
        ),
        "architecture": _function(_architecture, "x86_64"),
        "code_sha256": _published(_code()),
        "reserved_concurrency": _function(_concurrency, 3, published=False),
    },
    "lambda_alias": {"version": _alias_on_old(), "weights": _weights()},
}

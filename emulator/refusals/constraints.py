"""The limits in AWS's own service models (length, size, range, enumeration, pattern), which boto3 leaves to the server.

https://smithy.io/2.0/spec/constraint-traits.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from emulator.errors import AwsError
from emulator.operations import ANY, Asked, refuses

# What a service calls a violation; the others say ValidationException.
CODES = {
    "cloudwatch": "ValidationError",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "resourcegroupstaggingapi": "InvalidParameterException",
}


@refuses("application-autoscaling", ANY)
@refuses("cloudwatch", ANY)
@refuses("iam", ANY)
@refuses("kms", ANY)
@refuses("logs", ANY)
@refuses("resourcegroupstaggingapi", ANY)
@refuses("secretsmanager", ANY)
@refuses("ssm", ANY)
def within_the_model(asked: Asked) -> None:
    """https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html: ValidationError"""
    operation = asked.call.operation()
    if operation is None or operation.input_shape is None:
        return
    found = list(_violations(operation.input_shape, asked.params, ""))
    if found:
        plural = "s" if len(found) > 1 else ""
        message = f"{len(found)} validation error{plural} detected: {'; '.join(found)}"
        raise AwsError(CODES.get(asked.call.service, "ValidationException"), message)


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    shown = "Value" if shape.metadata.get("sensitive") or isinstance(value, dict | list) else f"Value '{value}'"
    yield from (f"{shown} at '{path}' failed to satisfy constraint: {limit}" for limit in _broken(shape, value))
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if value.get(name) is not None:
                yield from _violations(member, value[name], f"{path}.{_camel(name)}".lstrip("."))
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value, 1):
            yield from _violations(shape.member, item, f"{path}.{index}.member")
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from _violations(shape.key, key, path)
            yield from _violations(shape.value, item, f"{path}.{key}.member")


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    limits = shape.metadata
    measure, what = _measure(shape, value)
    if measure is not None and "min" in limits and measure < float(limits["min"]):
        yield f"Member must have {what} greater than or equal to {limits['min']}"
    if measure is not None and "max" in limits and measure > float(limits["max"]):
        yield f"Member must have {what} less than or equal to {limits['max']}"
    if limits.get("enum") and value not in limits["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(limits['enum'])}]"
    if "pattern" in limits and not _matches(limits["pattern"], value):
        yield f"Member must satisfy regular expression pattern: {limits['pattern']}"


def _measure(shape: Shape, value: Any) -> tuple[float | None, str]:
    if shape.type_name in ("integer", "long", "float", "double"):
        return value, "value"
    if shape.type_name in ("string", "blob", "list", "map"):
        return len(value), "length"
    return None, ""


def _matches(pattern: str, value: str) -> bool:
    """AWS's patterns are Java's; the few that Python cannot read (\\p{L}) are not checked."""
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]

"""CloudWatch Logs: the classes of log groups, and the keys that they are encrypted with."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from moto.logs.models import LogGroup, LogsBackend, logs_backends

from emulator.errors import AwsError
from emulator.operations import Asked, answers, follows

DEFAULT_CLASS = "STANDARD"

# What CreateLogGroup takes and moto has no place for.
_classes: WeakKeyDictionary[LogGroup, str] = WeakKeyDictionary()


def logs(asked: Asked) -> LogsBackend:
    backend: LogsBackend = logs_backends[asked.account_id][asked.region]
    return backend


def _group(asked: Asked) -> LogGroup:
    identifier = asked.params.get("resourceIdentifier", "")
    name = asked.params.get("logGroupName") or identifier.rpartition(":log-group:")[2].removesuffix(":*")
    group = logs(asked).groups.get(name)
    if group is None:
        raise AwsError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


@answers("logs", "AssociateKmsKey")
def associate_kms_key(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html"""
    _group(asked).kms_key_id = asked.params["kmsKeyId"]
    return {}


@answers("logs", "DisassociateKmsKey")
def disassociate_kms_key(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html"""
    _group(asked).kms_key_id = None
    return {}


@follows("logs", "CreateLogGroup")
def of_a_class(asked: Asked) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html: logGroupClass"""
    _classes[_group(asked)] = asked.params.get("logGroupClass", DEFAULT_CLASS)


_describe = LogGroup.to_describe_dict


def described(group: LogGroup) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html: logGroupClass"""
    return {**_describe(group), "logGroupClass": _classes.get(group, DEFAULT_CLASS)}


LogGroup.to_describe_dict = described  # type: ignore[assignment, method-assign]  # the only way in

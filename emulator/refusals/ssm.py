"""What Parameter Store refuses."""

from __future__ import annotations

import re

from moto.ssm.models import ssm_backends

from emulator.errors import AwsError
from emulator.operations import Asked, refuses

NAME = re.compile(r"[A-Za-z0-9_.\-/]+")
MOST_LEVELS = 15
VALUE_LIMIT = {"Standard": 4096, "Advanced": 8192}


@refuses("ssm", "PutParameter")
def parameter_name(asked: Asked) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html"""
    name = asked.params["Name"]
    if not NAME.fullmatch(name):
        message = "Parameter name: only a-z, A-Z, 0-9, and the characters _ . - / are allowed"
        raise AwsError("ValidationException", message)
    if "/" in name and not name.startswith("/"):
        raise AwsError("ValidationException", "Parameter name must be a fully qualified name.")
    if name.count("/") > MOST_LEVELS:
        message = f"A hierarchy can have a maximum of {MOST_LEVELS} levels."
        raise AwsError("HierarchyLevelLimitExceededException", message)


@refuses("ssm", "PutParameter")
def value_too_long(asked: Asked) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"""
    tier = asked.params.get("Tier", "Standard")
    limit = VALUE_LIMIT.get(tier, VALUE_LIMIT["Advanced"])
    if len(asked.params["Value"].encode()) > limit:
        raise AwsError(
            "ValidationException", f"{tier} tier parameters support a maximum parameter value of {limit} characters."
        )


@refuses("ssm", "PutParameter")
def change_of_type(asked: Asked) -> None:
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html"""
    versions = ssm_backends[asked.account_id][asked.region]._parameters.get(asked.params["Name"])
    wanted = asked.params.get("Type")
    if versions and wanted and asked.params.get("Overwrite") and versions[-1].parameter_type != wanted:
        raise AwsError(
            "HierarchyTypeMismatchException", "Parameter Store doesn't support changing the type of a parameter."
        )

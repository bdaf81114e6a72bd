"""Errors as the Lambda API answers them: https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html"""

from __future__ import annotations

from emulator.errors import AwsError


def invalid(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message)


def conflict(message: str) -> AwsError:
    return AwsError("ResourceConflictException", message)


def not_found(arn: str, what: str = "Function") -> AwsError:
    return AwsError("ResourceNotFoundException", f"{what} not found: {arn}")

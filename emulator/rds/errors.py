"""Errors as the RDS API answers them."""

from __future__ import annotations

from moto.core.exceptions import ServiceException


class RdsError(ServiceException):
    """An error with one of the codes of https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html
    or of the action's own page.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


def invalid_value(message: str) -> RdsError:
    return RdsError("InvalidParameterValue", message)


def invalid_combination(message: str) -> RdsError:
    return RdsError("InvalidParameterCombination", message)

"""AWS errors: the ones the emulator itself makes, and reading the code of any."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

from moto.core.exceptions import ServiceException
from werkzeug.wrappers import Response

from emulator.identify import Call

_XML_CODE = re.compile(r"<Code>([^<]+)</Code>")


class AwsError(ServiceException):
    """What AWS would answer; may be raised inside moto too.

    The HTTP status is the model's for the code (400 if the model has none), unless `status` is given.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(code, message)
        self.status = status


def not_implemented(call: Call) -> AwsError:
    """501 is not retried by the SDKs, and is what S3 documents for a feature that is absent."""
    return AwsError(
        "NotImplemented",
        f"The emulator has no {call.service}:{call.action}. On AWS this call exists.",
        HTTPStatus.NOT_IMPLEMENTED,
    )


def crashed(call: Call, error: BaseException) -> AwsError:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html: InternalFailure"""
    return AwsError(
        "InternalFailure",
        f"The emulator failed in {call.service}:{call.action}: {type(error).__name__}: {error}",
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def code_of(response: Response) -> str | None:
    """The AWS error code that a response carries, as botocore would report it; None for a success."""
    if response.status_code < HTTPStatus.BAD_REQUEST:
        return None
    header = response.headers.get("x-amzn-query-error") or response.headers.get("x-amzn-ErrorType")
    if header:
        return header.partition(";")[0].partition(":")[0]
    text = response.get_data(as_text=True)
    xml = _XML_CODE.search(text)
    if xml:
        return xml.group(1)
    if text.startswith("{"):
        kind = json.loads(text).get("__type") or json.loads(text).get("code")
        return str(kind).rpartition("#")[2] if kind else str(response.status_code)
    return str(response.status_code)

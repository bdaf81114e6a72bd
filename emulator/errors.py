"""AWS errors in the protocol of the service that was called."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.core.serialize import get_serializer_class
from werkzeug.wrappers import Response

from emulator.identify import Call, service_model

_XML_CODE = re.compile(r"<Code>([^<]+)</Code>")


class AwsError(ServiceException):
    """What AWS would answer; may be raised inside moto too.

    The HTTP status is the model's for the code (400 if the model has none), unless `status` is given.
    """

    def __init__(self, code: str, message: str, status: int | None = None) -> None:
        super().__init__(code, message)
        self.status = status


def render(call: Call, error: AwsError) -> Response:
    model = service_model(call.service)
    if model is None:
        return _plain(error)
    operation = call.operation() or OperationModel({}, model)
    serializer = get_serializer_class(call.service, call.protocol)(operation)
    answer = serializer.serialize(error)
    return Response(answer["body"], error.status or answer["status_code"], answer["headers"])


def _plain(error: AwsError) -> Response:
    """For a service that even botocore does not know: JSON, as every newer AWS service speaks it."""
    body = json.dumps({"__type": error.code, "message": error.message})
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code}
    return Response(body, error.status or HTTPStatus.BAD_REQUEST, headers)


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

"""From a request to boto3's parameters, and from boto3's result to a response, in whatever protocol the call uses."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import Any

from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request
from moto.core.serialize import SerializationContext, XFormedAttributePicker, get_serializer_class
from werkzeug.wrappers import Response

from emulator.errors import AwsError
from emulator.identify import Call, match, service_model


def parameters(call: Call, request: Request) -> dict[str, Any]:
    """The call's parameters as boto3 names them."""
    operation, in_path = match(request, call.service)
    parsed: dict[str, Any] = PROTOCOL_PARSERS[call.protocol](operation).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.get_data(),
            "url_path": request.path,
            "url_params": in_path,
        }
    )
    return parsed


def respond(call: Call, result: dict[str, Any] | AwsError) -> Response:
    """What AWS would send: an error, or `result` as boto3 returns it (moto's objects may stand for structures)."""
    model = service_model(call.service)
    if model is None:
        assert isinstance(result, AwsError), f"{call.service} has no model to write a result by"
        return _plain_error(result)
    operation = call.operation() or OperationModel({}, model)
    context = SerializationContext(str(uuid.uuid4()))
    serializer = get_serializer_class(call.service, call.protocol)
    answer = serializer(operation, context, value_picker=XFormedAttributePicker()).serialize(result)
    status = (isinstance(result, AwsError) and result.status) or _chosen(operation, result) or answer["status_code"]
    return Response(answer["body"], status, {**answer["headers"], "x-amzn-RequestId": str(context.request_id)})


def _chosen(operation: OperationModel, result: dict[str, Any] | AwsError) -> Any:
    """The HTTP status, where it is a member of the result.

    https://smithy.io/2.0/spec/http-bindings.html#httpresponsecode-trait
    """
    if isinstance(result, AwsError) or operation.output_shape is None:
        return None
    members = operation.output_shape.members.items()
    names = (name for name, member in members if member.serialization.get("location") == "statusCode")
    return result.get(next(names, ""))


def _plain_error(error: AwsError) -> Response:
    """For a service that even botocore does not know: JSON, as every newer AWS service speaks it."""
    body = json.dumps({"__type": error.code, "message": error.message})
    headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-ErrorType": error.code}
    return Response(body, error.status or HTTPStatus.BAD_REQUEST, headers)

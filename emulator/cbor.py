"""The newest of AWS's protocols (Smithy RPC v2 CBOR) for services that also speak JSON: moto does not know it.

Some SDKs use it for CloudWatch and the tagging API. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""

from __future__ import annotations

import io
import json
from http import HTTPStatus
from typing import Any

from botocore.parsers import JSONParser, RpcV2CBORParser
from botocore.serialize import JSONSerializer, RpcV2CBORSerializer
from moto.core.model import OperationModel
from moto.core.request import Request
from werkzeug.wrappers import Response

from emulator.identify import Call, service_model


def is_cbor(request: Request) -> bool:
    return request.headers.get("Smithy-Protocol") == "rpc-v2-cbor"


def to_json(request: Request, service: str) -> Request:
    """The same request in AWS's JSON protocol; unchanged if the service has no such operation."""
    operation = _operation(service, request.path.rpartition("/operation/")[2])
    if operation is None:
        return request
    body = request.get_data()
    parameters = RpcV2CBORParser().parse_data_item(io.BufferedReader(io.BytesIO(body))) if body else {}
    translated = JSONSerializer().serialize_to_request(parameters, operation)
    environ = {**request.environ, "PATH_INFO": "/", "RAW_URI": "/", "wsgi.input": io.BytesIO(translated["body"])}
    environ["CONTENT_LENGTH"] = str(len(translated["body"]))
    environ["CONTENT_TYPE"] = translated["headers"]["Content-Type"]
    environ["HTTP_X_AMZ_TARGET"] = translated["headers"]["X-Amz-Target"]
    return Request(environ)


def from_json(call: Call, response: Response) -> Response:
    """A response of the JSON protocol in CBOR."""
    operation = call.operation()
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        error = json.loads(response.get_data())
        body = _texts({"__type": str(error["__type"]), "message": str(error.get("message") or error.get("Message"))})
    elif operation is None or operation.output_shape is None:
        body = b""
    else:
        content = {"body": response.get_data(), "headers": {}, "status_code": response.status_code}
        result = JSONParser().parse(content, operation.output_shape)
        del result["ResponseMetadata"]
        body = _as_parameters(operation, operation.output_shape.name, result)
    headers = {name: value for name, value in response.headers.items() if name.lower().startswith("x-amzn-")}
    headers["Smithy-Protocol"] = "rpc-v2-cbor"
    return Response(body, response.status_code, headers, content_type="application/cbor")


def _as_parameters(operation: OperationModel, shape: str, result: dict[str, Any]) -> bytes:
    """botocore only writes requests: let the result be the parameters of one."""
    description = {"name": operation.name, "http": {"method": "POST", "requestUri": "/"}, "input": {"shape": shape}}
    request = RpcV2CBORSerializer().serialize_to_request(result, OperationModel(description, operation.service_model))
    return bytes(request["body"])


def _operation(service: str, name: str) -> OperationModel | None:
    model = service_model(service)
    speaks_json = model is not None and "json" in model.metadata.get("protocols", [])
    if model is None or not speaks_json or name not in model.operation_names:
        return None
    operation: OperationModel = model.operation_model(name)
    return operation


def _texts(texts: dict[str, str]) -> bytes:
    """A map of texts (RFC 8949): major type 5, then pairs of major type 3, each with its length."""
    parts = [text.encode() for pair in texts.items() for text in pair]
    return bytes([5 << 5 | len(texts)]) + b"".join(
        bytes([3 << 5 | 26]) + len(part).to_bytes(4) + part for part in parts
    )

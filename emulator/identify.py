"""Which AWS call a raw HTTP request is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from botocore.exceptions import UnknownServiceError
from moto.core.model import OperationModel, ServiceModel
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

# Service names in a signature's scope that are not boto3's name of the client.
CLIENT_NAMES = {
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
READING_VERBS = (
    "BatchGet", "Check", "Describe", "Download", "Estimate", "Filter", "Get", "Head", "List", "Lookup", "Preview",
    "Query", "Scan", "Search", "Select", "Simulate", "Test", "Validate", "Verify", "View",
)  # fmt: skip
# Change nothing, as CloudTrail's readOnly says of them:
# https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
READING_ACTIONS = {"AssumeRole", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"}

_SCOPE = re.compile(r"(?:Credential=|^)([^/\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_FORM_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")


@dataclass(frozen=True)
class Call:
    """One AWS call. `service` is boto3's client name; `action` is "Unknown" where nothing in the model matches."""

    service: str
    action: str
    region: str
    protocol: str
    access_key: str

    @property
    def access(self) -> Literal["read", "write"]:
        reads = self.action.startswith(READING_VERBS) or self.action in READING_ACTIONS
        return "read" if reads else "write"

    def operation(self) -> OperationModel | None:
        """The call in botocore's model of the service, or None if the model has no such thing."""
        model = service_model(self.service)
        if model is None or self.action not in model.operation_names:
            return None
        operation: OperationModel = model.operation_model(self.action)
        return operation


def service_model(service: str) -> ServiceModel | None:
    try:
        return get_service_model(service)
    except UnknownServiceError:
        return None


def identify(request: Request) -> Call:
    access_key, region, service = scope(request)
    model = service_model(service)
    action, protocol = _action(request, service, model), _protocol(request, model)
    return Call(service, action, region, protocol, access_key)


def scope(request: Request) -> tuple[str, str, str]:
    """Access key, region and service from the signature; an unsigned request is S3's, as for moto."""
    match = _SCOPE.search(request.args.get("X-Amz-Credential") or request.headers.get("Authorization", ""))
    if match is None:
        return "", "us-east-1", "s3"
    access_key, region, name = match.groups()
    if name == "s3" and request.path.startswith("/v20180820/"):
        return access_key, region, "s3control"
    return access_key, region, CLIENT_NAMES.get(name, name)


def _action(request: Request, service: str, model: ServiceModel | None) -> str:
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    form = _FORM_ACTION.search(request.get_data()) or _FORM_ACTION.search(request.query_string)
    if form:
        return form.group(1).decode()
    if model is None:
        return "Unknown"
    try:
        return str(match(request, service)[0].name)
    except (NotFound, NotImplementedError):
        return "Unknown"


def match(request: Request, service: str) -> tuple[OperationModel, dict[str, Any]]:
    """The operation that a request is for, and its parameters in the path; looked for once in each request."""
    found: tuple[OperationModel, dict[str, Any]] | None = request.environ.get("emulator.match")
    if found is None:
        found = request.environ["emulator.match"] = get_service_router(service).match(request)
    return found


def _protocol(request: Request, model: ServiceModel | None) -> str:
    if model is None:
        return "json" if "X-Amz-Target" in request.headers else "query"
    try:
        return determine_request_protocol(model, request.content_type)
    except NotImplementedError:
        return str(model.protocol)

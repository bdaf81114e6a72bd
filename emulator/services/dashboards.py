"""CloudWatch dashboards: one set for all regions of an account, with validation messages and tags."""

from __future__ import annotations

import json
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from emulator.errors import AwsError
from emulator.operations import Asked, answers
from emulator.services.dashboard_bodies import problems, unexpected
from emulator.services.paging import BadToken, page

HOME = "us-east-1"
PAGE = 1000
NAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
LONGEST_NAME = 255


def home(asked: Asked) -> CloudWatchBackend:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html: dashboards are global"""
    backend: CloudWatchBackend = cloudwatch_backends[asked.account_id][HOME]
    return backend


def is_dashboard(arn: str) -> bool:
    return arn.rpartition(":")[2].startswith("dashboard/")


@answers("cloudwatch", "PutDashboard")
def put_dashboard(asked: Asked) -> dict[str, Any]:
    """A put replaces the body; tags are for new dashboards alone.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
    """
    name, text = asked.params["DashboardName"], asked.params["DashboardBody"]
    if not 1 <= len(name) <= LONGEST_NAME or not set(name) <= NAME_CHARACTERS:
        raise AwsError(
            "InvalidParameterInput", "The value for field DashboardName contains invalid characters or is too long"
        )
    body = _parsed(text)
    found = [{"dataPath": path, "message": message} for path, message in problems(body)]
    if found:
        listed = json.dumps(found, indent=2)
        message = f"The dashboard body is invalid, there are {len(found)} validation errors:\n{listed}"
        raise AwsError("InvalidParameterInput", message)
    backend = home(asked)
    new = name not in backend.dashboards
    made = backend.put_dashboard(name, text)
    if new and asked.params.get("Tags"):
        backend.tagger.tag_resource(made.arn, asked.params["Tags"])
    warnings = [{"DataPath": path, "Message": message} for path, message in unexpected(body)]
    return {"DashboardValidationMessages": warnings}


def _parsed(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError as error:
        raise AwsError("InvalidParameterInput", "The field DashboardBody must be a valid JSON object") from error
    if not isinstance(body, dict):
        raise AwsError("InvalidParameterInput", "The field DashboardBody must be a valid JSON object")
    return body


@answers("cloudwatch", "GetDashboard")
def get_dashboard(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html"""
    name = asked.params["DashboardName"]
    found = home(asked).dashboards.get(name)
    if found is None:
        raise AwsError("ResourceNotFound", f"Dashboard {name} does not exist")
    return {"DashboardName": found.name, "DashboardArn": found.arn, "DashboardBody": found.body}


@answers("cloudwatch", "ListDashboards")
def list_dashboards(asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html"""
    prefix = asked.params.get("DashboardNamePrefix", "")
    matching = [one for name, one in home(asked).dashboards.items() if name.startswith(prefix)]
    try:
        shown, token = page(matching, lambda one: one.name, PAGE, asked.params.get("NextToken"))
    except BadToken as error:
        raise AwsError("InvalidParameterValue", "The next token specified is invalid.") from error
    entries = [
        {
            "DashboardName": one.name,
            "DashboardArn": one.arn,
            "LastModified": one.last_modified,
            "Size": len(one.body.encode()),
        }
        for one in shown
    ]
    return {"DashboardEntries": entries, "NextToken": token}


@answers("cloudwatch", "DeleteDashboards")
def delete_dashboards(asked: Asked) -> dict[str, Any]:
    """As many as possible are deleted, also when one of them does not exist.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
    """
    backend, names = home(asked), asked.params["DashboardNames"]
    absent = [name for name in names if name not in backend.dashboards]
    for name in set(names) - set(absent):
        backend.tagger.delete_all_tags_for_resource(backend.dashboards.pop(name).arn)
    if absent:
        raise AwsError("ResourceNotFound", f"The specified dashboard does not exist. [{', '.join(absent)}]")
    return {}

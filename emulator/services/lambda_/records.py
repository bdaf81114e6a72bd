"""What an invocation leaves: lines in the function's log, and numbers in its metrics.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

import datetime
import json
import math
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from emulator.services.lambda_ import roles
from emulator.services.lambda_.pool import Warm
from emulator.services.lambda_.sandbox import Line, Outcome
from emulator.services.lambda_.state import Region, Version

NAMESPACE = "AWS/Lambda"


def lines(request_id: str, version: Version, outcome: Outcome) -> tuple[Line, ...]:
    """What the log has of an invocation, from its start to its report."""
    is_json = version.settings["LoggingConfig"]["LogFormat"] == "JSON"
    start, end = (_json_frame if is_json else _text_frame)(request_id, version, outcome)
    # Output of the function's start-up may be older than its event.
    first = min([outcome.started, *(moment for moment, _ in outcome.lines)])
    output = [(moment, f"{line}\n") for moment, line in outcome.lines]
    return ((first, start), *output, *((outcome.ended, line) for line in end))


def _text_frame(request_id: str, version: Version, outcome: Outcome) -> tuple[str, list[str]]:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html"""
    end = [f"END RequestId: {request_id}\n", _report(request_id, version, outcome)]
    if outcome.status == "timeout":
        message = f"{request_id} Task timed out after {version.settings['Timeout']:.2f} seconds\n\n"
        end.insert(0, f"{_iso(outcome.ended)} {message}")
    return f"START RequestId: {request_id} Version: {version.number}\n", end


def _report(request_id: str, version: Version, outcome: Outcome) -> str:
    metrics = _metrics(version, outcome)
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {metrics['durationMs']:.2f} ms",
        f"Billed Duration: {metrics['billedDurationMs']} ms",
        f"Memory Size: {metrics['memorySizeMB']} MB",
        f"Max Memory Used: {metrics['maxMemoryUsedMB']} MB",
    ]
    if "initDurationMs" in metrics:
        parts.append(f"Init Duration: {metrics['initDurationMs']:.2f} ms")
    if outcome.status:
        parts.append(f"Status: {outcome.status}")
    return "\t".join(parts) + "\t\n"


def _metrics(version: Version, outcome: Outcome) -> dict[str, Any]:
    init = (outcome.init or 0) * 1000
    return {
        "durationMs": round(outcome.seconds * 1000, 2),
        "billedDurationMs": math.ceil(outcome.seconds * 1000 + init),
        "memorySizeMB": version.settings["MemorySize"],
        "maxMemoryUsedMB": math.ceil(outcome.peak_kib / 1024),
        **({"initDurationMs": round(init, 2)} if outcome.init is not None else {}),
    }


def _json_frame(request_id: str, version: Version, outcome: Outcome) -> tuple[str, list[str]]:
    """https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html"""
    named = {"requestId": request_id}
    start = {"time": _iso(outcome.started), "type": "platform.start", "record": {**named, "version": version.number}}
    record = {**named, "metrics": _metrics(version, outcome), "status": outcome.status or "success"}
    report = {"time": _iso(outcome.ended), "type": "platform.report", "record": record}
    return f"{json.dumps(start)}\n", [f"{json.dumps(report)}\n"]


def _iso(milliseconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_log(region: Region, warm: Warm, written: tuple[Line, ...]) -> None:
    """As far as the function's role may; the rest is lost.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html#monitoring-cloudwatchlogs-prereqs
    """
    role, group = warm.version.settings["Role"], warm.version.settings["LoggingConfig"]["LogGroup"]
    backend = logs_backends[region.account_id][region.name]
    arn = f"arn:aws:logs:{region.name}:{region.account_id}:log-group:{group}"
    if group not in backend.groups:
        if not roles.may(role, "logs:CreateLogGroup", arn):
            return
        backend.create_log_group(group, {})
    if warm.stream not in backend.groups[group].streams:
        if not roles.may(role, "logs:CreateLogStream", f"{arn}:*"):
            return
        backend.create_log_stream(group, warm.stream)
    if roles.may(role, "logs:PutLogEvents", f"{arn}:log-stream:{warm.stream}"):
        events = [{"timestamp": moment, "message": line} for moment, line in written]
        backend.put_log_events(group, warm.stream, events)


def measure(region: Region, function: str, qualifier: str, values: dict[str, float]) -> None:
    """Of the function, of what was called by its qualifier, and of all functions.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
    """
    name = {"Name": "FunctionName", "Value": function}
    resource = {"Name": "Resource", "Value": f"{function}:{qualifier}" if qualifier else function}
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    data = [
        {
            "MetricName": metric,
            "Dimensions": dimensions,
            "Value": value,
            "Timestamp": now,
            "Unit": "Milliseconds" if metric == "Duration" else "Count",
        }
        for metric, value in values.items()
        for dimensions in ([], [name], [name, resource])
    ]
    cloudwatch_backends[region.account_id][region.name].put_metric_data(NAMESPACE, data)

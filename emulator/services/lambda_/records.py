"""What an invocation leaves: lines in the function's log, and numbers in its metrics.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
"""

from __future__ import annotations

import datetime
import math
import time

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends

from emulator.services.lambda_ import roles
from emulator.services.lambda_.pool import Warm
from emulator.services.lambda_.sandbox import Line, Outcome
from emulator.services.lambda_.state import Region, Version

NAMESPACE = "AWS/Lambda"


def lines(request_id: str, version: Version, outcome: Outcome) -> list[Line]:
    """What the log has of an invocation, from START to REPORT."""
    first = outcome.lines[0][0] if outcome.lines else int(time.time() * 1000)
    last = outcome.lines[-1][0] if outcome.lines else first
    found = [(first, f"START RequestId: {request_id} Version: {version.number}\n")]
    found += [(moment, f"{line}\n") for moment, line in outcome.lines]
    if outcome.status == "timeout":
        when = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        found.append((last, f"{when} {request_id} Task timed out after {version.settings['Timeout']:.2f} seconds\n\n"))
    found.append((last, f"END RequestId: {request_id}\n"))
    found.append((last, _report(request_id, version, outcome)))
    return found


def _report(request_id: str, version: Version, outcome: Outcome) -> str:
    milliseconds, init = outcome.seconds * 1000, (outcome.init or 0) * 1000
    memory = version.settings["MemorySize"]
    parts = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {milliseconds:.2f} ms",
        f"Billed Duration: {math.ceil(milliseconds + init)} ms",
        f"Memory Size: {memory} MB",
        f"Max Memory Used: {math.ceil(outcome.peak_kib / 1024)} MB",
    ]
    if outcome.init is not None:
        parts.append(f"Init Duration: {init:.2f} ms")
    if outcome.status:
        parts.append(f"Status: {outcome.status}")
    return "\t".join(parts) + "\t\n"


def write_log(region: Region, warm: Warm, written: list[Line]) -> None:
    """As far as the function's role may; the rest is lost.

    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html#monitoring-cloudwatchlogs-prereqs
    """
    role, group = warm.version.settings["Role"], warm.version.settings["LoggingConfig"]["LogGroup"]
    backend = logs_backends[region.account_id][region.name]
    arn = f"arn:aws:logs:{region.name}:{region.account_id}:log-group:{group}"
    stream = f"{arn}:log-stream:{warm.stream}"
    if group not in backend.groups:
        if not roles.may(role, "logs:CreateLogGroup", f"{arn}:*"):
            return
        backend.create_log_group(group, {})
    if warm.stream not in backend.groups[group].streams:
        if not roles.may(role, "logs:CreateLogStream", f"{arn}:*"):
            return
        backend.create_log_stream(group, warm.stream)
    if roles.may(role, "logs:PutLogEvents", stream):
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

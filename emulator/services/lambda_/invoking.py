"""Invoke: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""

from __future__ import annotations

import base64
import json
import secrets
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any

from emulator.errors import AwsError
from emulator.operations import Asked
from emulator.services.lambda_ import concurrency, records
from emulator.services.lambda_.errors import conflict
from emulator.services.lambda_.pool import Warm
from emulator.services.lambda_.reference import Reference, named
from emulator.services.lambda_.runtime_api import Event
from emulator.services.lambda_.sandbox import Line, Outcome
from emulator.services.lambda_.service import Service
from emulator.services.lambda_.state import LATEST, Function, Region, Version

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST = {"RequestResponse": 6 * 1024 * 1024, "Event": 1024 * 1024, "DryRun": 6 * 1024 * 1024}
LOG_TAIL = 4096
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
RETRY_MINUTES = (1.0, 2.0)
RETRY_THROTTLED_MINUTES = 0.1
CLOCK_SECONDS = 0.05


@dataclass
class Invocation:
    """One event on its way through a function. lines: what the log has of it, once it is done"""

    service: Service
    region: Region
    function: Function
    version: Version
    qualifier: str
    event: Event
    outcome: Outcome | None = None
    lines: tuple[Line, ...] = ()

    def start(self) -> None:
        """Begin, with the context's lock held. Raises AwsError."""
        try:
            concurrency.check(self.service, self.region, self.function)
        except concurrency.Throttled:
            records.measure(self.region, self.function.name, self.qualifier, {"Throttles": 1})
            raise
        warm = self.service.pool.take(self.region, self.function, self.version)
        threading.Thread(target=self._run, args=[warm], name=f"lambda {self.function.name}", daemon=True).start()

    def _run(self, warm: Warm) -> None:
        outcome = Outcome(error="Unhandled")
        try:
            outcome = warm.sandbox.run(self.event)
        finally:
            with self.service.changed:
                if self.service.pool.give_back(warm):
                    self._record(warm, outcome)
                self.outcome = outcome
                self.service.changed.notify_all()

    def _record(self, warm: Warm, outcome: Outcome) -> None:
        written = records.lines(self.event.request_id, self.version, outcome)
        self.lines = written
        records.write_log(self.region, warm, written)
        values = {"Invocations": 1, "Errors": int(outcome.error is not None), "Duration": outcome.seconds * 1000}
        records.measure(self.region, self.function.name, self.qualifier, {**values, "Throttles": 0})


def invoke(service: Service, asked: Asked) -> dict[str, Any]:
    """https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html"""
    region = service.region_of(asked)
    reference = named(region, asked.params)
    function, version = reference.function(), _chosen(reference)
    kind = asked.params.get("InvocationType", "RequestResponse")
    payload = _payload(asked, kind)
    if version.created and not version.ready:
        state = "The function is currently in the following state: Pending"
        raise conflict(f"The operation cannot be performed at this time. {state}")
    if kind == "DryRun":
        return {"StatusCode": 204}
    event = _event(asked, reference, version, payload)
    invocation = Invocation(service, region, function, version, reference.qualifier, event)
    if kind == "Event":
        threading.Thread(target=_deliver, args=[invocation], daemon=True).start()
        return {"StatusCode": 202}
    invocation.start()
    service.changed.wait_for(lambda: invocation.outcome is not None)
    assert invocation.outcome is not None
    return _answer(invocation, invocation.outcome, asked.params.get("LogType") == "Tail")


def _chosen(reference: Reference) -> Version:
    """Of an alias with two versions, one by its weight."""
    function, alias = reference.function(), reference.alias()
    for number, weight in alias.routing.items() if alias else ():
        if secrets.SystemRandom().random() < weight:
            return function.versions[number]
    version = reference.version()
    return function.running if version.number == LATEST else version


def _payload(asked: Asked, kind: str) -> bytes:
    payload: bytes = asked.params.get("Payload") or b"{}"
    if len(payload) > LARGEST[kind]:
        message = (
            f"{len(payload)} byte payload is too large for the {kind} invocation type (limit {LARGEST[kind]} bytes)"
        )
        raise AwsError("RequestTooLargeException", message)
    try:
        json.loads(payload)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise AwsError("InvalidRequestContentException", message) from error
    return payload


def _event(asked: Asked, reference: Reference, version: Version, payload: bytes) -> Event:
    trace = f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Parent={uuid.uuid4().hex[:16]};Sampled=0"
    context = base64.b64decode(asked.params.get("ClientContext", "")).decode()
    return Event(str(uuid.uuid4()), payload, reference.arn, trace, context, version.settings["Timeout"])


def _answer(invocation: Invocation, outcome: Outcome, with_log: bool) -> dict[str, Any]:
    answer = {"StatusCode": 200, "ExecutedVersion": invocation.version.number, "Payload": outcome.payload}
    if outcome.error:
        answer["FunctionError"] = outcome.error
    if with_log:
        text = "".join(line for _, line in invocation.lines).encode()
        answer["LogResult"] = base64.b64encode(text[-LOG_TAIL:]).decode()
    return answer


def _deliver(invocation: Invocation) -> None:
    """An event that nobody waits for: tried again when the function is throttled, and twice when it fails.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    """
    service = invocation.service
    for minutes in (*RETRY_MINUTES, None):
        with service.changed:
            if not _started(invocation):
                return
            service.changed.wait_for(lambda: invocation.outcome is not None)
            if invocation.outcome is None or not invocation.outcome.error or minutes is None:
                return
            service.changed.wait(minutes * service.context.time_scale)
            invocation.outcome = None


def _started(invocation: Invocation) -> bool:
    """False if the function is deleted before it has the event."""
    service, function = invocation.service, invocation.function
    while invocation.region.functions.get(function.name) is function:
        try:
            invocation.start()
        except concurrency.Throttled:
            service.changed.wait(max(RETRY_THROTTLED_MINUTES * service.context.time_scale, CLOCK_SECONDS))
        else:
            return True
    return False

"""Lambda's Runtime API: what a sandbox asks for its events and tells its results.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

HOST = "127.0.0.1"
# Not Lambda's: whether the network would let a packet through.
REACH = "/reach/"
PREFIX = "/2018-06-01/runtime/"


@dataclass(frozen=True)
class Event:
    """One event for a function. arn: of the function as the caller named it, with its qualifier"""

    request_id: str
    payload: bytes
    arn: str
    trace_id: str
    client_context: str
    timeout: float


@dataclass(frozen=True)
class Told:
    """What has become of a sandbox or of the event that it has.

    what:   ready (it asks for its first event) | response | error | init_error | exited (body: why) | timed_out
    """

    what: Literal["ready", "response", "error", "init_error", "exited", "timed_out"]
    body: bytes = b""


class RuntimeApi:
    """The Runtime API of one sandbox, on a port of its own.

    reaches: whether the function's network reaches an address and port
    """

    def __init__(self, reaches: Callable[[str, int], bool]) -> None:
        self.reaches = reaches
        self._events: queue.Queue[Event | None] = queue.Queue()
        self.told: queue.Queue[Told] = queue.Queue()
        self._first = True
        self._server = ThreadingHTTPServer((HOST, 0), type("Handler", (_Handler,), {"api": self}))
        self._server.daemon_threads = True
        self.address = f"{HOST}:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def give(self, event: Event) -> None:
        self._events.put(event)

    def wait_for_event(self) -> Event | None:
        """None when there will be no more."""
        if self._first:
            self._first = False
            self.told.put(Told("ready"))
        return self._events.get()

    def close(self) -> None:
        self._events.put(None)
        threading.Thread(target=self._shut, daemon=True).start()

    def _shut(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    api: RuntimeApi

    def do_GET(self) -> None:
        if self.path.startswith(REACH):
            host, _, port = self.path.removeprefix(REACH).partition("/")
            self._answer(HTTPStatus.OK if self.api.reaches(host, int(port)) else HTTPStatus.FORBIDDEN)
            return
        if self.path != f"{PREFIX}invocation/next":
            self._answer(HTTPStatus.NOT_FOUND)
            return
        event = self.api.wait_for_event()
        if event is None:
            self._answer(HTTPStatus.GONE)
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": event.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + event.timeout) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": event.arn,
            "Lambda-Runtime-Trace-Id": event.trace_id,
            "Content-Type": "application/json",
        }
        if event.client_context:
            headers["Lambda-Runtime-Client-Context"] = event.client_context
        self._answer(HTTPStatus.OK, event.payload, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        kind, _, rest = self.path.removeprefix(PREFIX).partition("/")
        if kind == "init":
            self.api.told.put(Told("init_error", body))
        elif rest.endswith("/response"):
            self.api.told.put(Told("response", body))
        else:
            self.api.told.put(Told("error", body))
        self._answer(HTTPStatus.ACCEPTED)

    def _answer(self, status: HTTPStatus, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""

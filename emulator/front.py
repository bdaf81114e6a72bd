"""The WSGI application: what happens to an AWS request on its way to moto and back."""

from __future__ import annotations

import gc
import io
import socket
import time
from collections.abc import Iterable
from typing import Any

from moto.core.request import Request
from werkzeug.wrappers import Response

from emulator import cbor, dispatch
from emulator.context import Context
from emulator.control import Control
from emulator.errors import code_of
from emulator.faults import Fault, Faults
from emulator.identify import Call, identify, scope
from emulator.moto_app import Moto
from emulator.protocol import respond
from emulator.requestlog import RequestLog


class Front:
    """identify → log → faults → IAM → moto (one request at a time)."""

    def __init__(self, context: Context, log: RequestLog, faults: Faults, control: Control) -> None:
        self._context = context
        self._log = log
        self._faults = faults
        self._control = control
        self._moto = Moto(context)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _buffer(environ)
        request = Request(environ)
        if request.path.startswith("/_emulator/"):
            response = self._control(request)
        elif cbor.is_cbor(request):
            request = cbor.to_json(request, scope(request)[2])
            response = cbor.from_json(identify(request), self._logged(request))
        else:
            response = self._logged(request)
        return response(environ, start_response)

    def _logged(self, request: Request) -> Response:
        started = time.perf_counter()
        call = identify(request)
        fault = self._faults.take(call)
        # Before it is done, as a request is on its way; calls do not wait for each other.
        time.sleep(self._context.call_seconds)
        response = self._outcome(request, call, fault)
        lost = fault is not None and fault.loses_the_answer
        status, error = (0, fault.fault) if fault and lost else (response.status_code, code_of(response))
        authorization = request.environ.get("emulator.authorization", {})
        self._log.add(call, status=status, error=error, seconds=time.perf_counter() - started, **authorization)
        if lost:
            _hang_up(request.environ)
        return response

    def _outcome(self, request: Request, call: Call, fault: Fault | None) -> Response:
        """The answer, or what a fault makes of it; only what was done, if the answer is lost."""
        if fault is None:
            return self._answer(request, call)
        time.sleep(fault.seconds)
        error = fault.error(call)
        if error is not None:
            return respond(call, error)
        return Response() if fault.fault == "drop" else self._answer(request, call)

    def _answer(self, request: Request, call: Call) -> Response:
        with self._context.lock:
            new = dispatch.install(call.service)
            response = self._moto.answer(call, request)
            if new:
                # The modules and models of a service stay: looking through them for garbage takes longer than answers.
                gc.freeze()
            return response


def _buffer(environ: dict[str, Any]) -> None:
    """Read the body once, so that identification and moto can both have it."""
    length = environ.get("CONTENT_LENGTH")
    chunked = environ.get("wsgi.input_terminated")
    body = environ["wsgi.input"].read() if chunked else environ["wsgi.input"].read(int(length or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def _hang_up(environ: dict[str, Any]) -> None:
    """End the connection without an answer; werkzeug's handler takes a ConnectionError as just that."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError

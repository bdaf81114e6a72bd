"""The emulator's own HTTP interface, below /_emulator/."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Request, Response

from emulator import moto_app
from emulator.context import Context
from emulator.faults import Fault, Faults
from emulator.requestlog import RequestLog


class Control:
    """GET health; GET, DELETE log; GET, POST, DELETE faults; POST clock; POST reset; GET databases; POST maintenance;
    GET notifications; GET code; POST iam; POST quotas.

    All JSON, but for the code of a function.
    """

    def __init__(self, context: Context, log: RequestLog, faults: Faults, environment: dict[str, str]) -> None:
        self._context = context
        self._log = log
        self._faults = faults
        self._environment = environment
        self._initial_time_scale = context.time_scale
        self._initially_enforced = context.enforce_iam
        self._routes: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "health"): self._health,
            ("GET", "log"): self._read_log,
            ("DELETE", "log"): lambda _: self._log.clear(),
            ("GET", "faults"): lambda _: [asdict(rule) for rule in self._faults.rules()],
            ("POST", "faults"): lambda request: self._faults.add(Fault.parse(_object(request))),
            ("DELETE", "faults"): lambda _: self._faults.clear(),
            ("POST", "clock"): self._set_clock,
            ("POST", "reset"): self._reset,
            ("POST", "iam"): self._set_iam,
            ("POST", "quotas"): self._set_quotas,
            ("GET", "databases"): lambda _: self._context.databases(),
            ("GET", "code"): lambda request: self._context.code(request.args.get("sha256", "")),
            ("POST", "maintenance"): self._add_maintenance,
            ("GET", "notifications"): self._notifications,
        }

    def __call__(self, request: Request) -> Response:
        name = request.path.removeprefix("/_emulator/")
        route = self._routes.get((request.method, name))
        if route is None:
            known = ", ".join(sorted(f"{method} {path}" for method, path in self._routes))
            return _json({"error": f"no {request.method} {name}; there is: {known}"}, HTTPStatus.NOT_FOUND)
        try:
            return _json(route(request))
        except ValueError as error:
            return _json({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    def _health(self, _: Request) -> dict[str, Any]:
        return {
            "status": "ok",
            "account_id": self._context.account_id,
            "time_scale": self._context.time_scale,
            "environment": self._environment,
            "log": self._log.last,
        }

    def _read_log(self, request: Request) -> list[dict[str, Any]]:
        since = int(request.args.get("since", 0))
        entries = self._log.entries(since, request.args.get("service"), request.args.get("access"))
        return [asdict(entry) for entry in entries]

    def _set_clock(self, request: Request) -> None:
        scale = _object(request).get("time_scale")
        if not isinstance(scale, int | float) or scale < 0:
            raise ValueError(f"time_scale is {scale!r}; give wall seconds per AWS minute, 0 or more")
        self._context.time_scale = scale

    def _set_iam(self, request: Request) -> None:
        enforce = _object(request).get("enforce")
        if not isinstance(enforce, bool):
            raise ValueError(f"enforce is {enforce!r}; give true or false")
        self._context.enforce_iam = enforce

    def _set_quotas(self, request: Request) -> None:
        """What the account may have of RDS in every region, until reset: {"DBInstances": 3}."""
        # Here, because it imports moto, with which a starting emulator should not wait.
        from emulator.rds.quotas import QUOTAS

        asked = _object(request)
        for name, most in asked.items():
            if name not in QUOTAS or not isinstance(most, int) or most < 0:
                raise ValueError(f"{name} is {most!r}; give a number, 0 or more, of {', '.join(QUOTAS)}")
        with self._context.lock:
            self._context.quotas.update(asked)

    def _add_maintenance(self, request: Request) -> None:
        """Announce an action: {"resource": ARN, "action": …, "auto_applied_after" or "forced_on": ISO time}."""
        asked = _object(request)
        with self._context.lock:
            self._context.add_maintenance(str(asked.pop("resource", "")), asked)

    def _notifications(self, _: Request) -> list[dict[str, Any]]:
        # Here, because it imports moto's SNS and KMS, with which a starting emulator should not wait.
        from emulator.services.notifications import sent

        with self._context.lock:
            return [asdict(notification) for notification in sent()]

    def _reset(self, _: Request) -> None:
        """As freshly started: no resources, no databases, no faults, an empty log."""
        with self._context.lock:
            self._context.reset()
            moto_app.reset()
        self._context.time_scale = self._initial_time_scale
        self._context.enforce_iam = self._initially_enforced
        self._faults.clear()
        self._log.clear()


def _object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except json.JSONDecodeError as error:
        raise ValueError(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")
    return body


def _json(body: Any, status: HTTPStatus = HTTPStatus.OK) -> Response:
    if isinstance(body, bytes):
        return Response(body, status, content_type="application/zip")
    return Response(json.dumps({} if body is None else body), status, content_type="application/json")

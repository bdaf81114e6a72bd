"""moto, in process, with our services in the place of its own and its failures told as AWS errors."""

from __future__ import annotations

import os
import traceback
import warnings

# moto reads these when it is imported or when a backend is made.
os.environ.update(
    MOTO_IAM_LOAD_MANAGED_POLICIES="true",
    MOTO_EC2_LOAD_DEFAULT_AMIS="false",
    MOTO_DISABLE_GLOBAL_CORS="true",
)

# AWS's models leave out many error codes that AWS answers.
warnings.filterwarnings("ignore", message=r"Exception\(.*does not match an error shape")

from flask import Flask, request
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from emulator import dispatch
from emulator.errors import crashed, not_implemented, render
from emulator.identify import Call


def create() -> DomainDispatcherApplication:
    return DomainDispatcherApplication(_create_service)


def reset() -> None:
    """Forget all of moto's state (what moto's own /moto-api/reset does)."""
    BackendDict.reset()
    reset_model_data()


def _create_service(service: str) -> Flask:
    dispatch.install(service)
    app = create_backend_app(service)  # type: ignore[arg-type]  # moto types names as a Literal of 150
    app.debug = False
    app.register_error_handler(NotImplementedError, _missing)
    app.register_error_handler(InternalServerError, _crash)
    app.register_error_handler(HTTPException, _unrouted)
    return app


def _call() -> Call:
    call: Call = request.environ["emulator.call"]
    return call


def _missing(_: Exception) -> Response:
    return render(_call(), not_implemented(_call()))


def _crash(error: Exception) -> Response:
    cause = getattr(error, "original_exception", None) or error
    traceback.print_exception(cause)
    return render(_call(), crashed(_call(), cause))


def _unrouted(error: Exception) -> Response:
    """Paths and methods for which moto has no route; AWS errors are no exceptions any more by the time Flask sees them."""
    return render(_call(), not_implemented(_call()))

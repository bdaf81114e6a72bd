"""moto, in process, with our services in the place of its own and its failures told as AWS errors."""

from __future__ import annotations

import os
import traceback
import warnings

from flask import Flask, request
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.moto_server import werkzeug_app
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from emulator.errors import crashed, not_implemented
from emulator.identify import Call
from emulator.protocol import respond

# moto reads these whenever it makes a backend.
SETTINGS = {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false", "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}


def create() -> werkzeug_app.DomainDispatcherApplication:
    os.environ.update(SETTINGS)
    # AWS's models leave out many error codes that AWS answers.
    warnings.filterwarnings("ignore", message=r"Exception\(.*does not match an error shape")
    # Web pages in a browser have no business with the emulator.
    vars(werkzeug_app).update(DISABLE_GLOBAL_CORS=True)
    return werkzeug_app.DomainDispatcherApplication(_create_service)


def reset() -> None:
    """Forget all of moto's state, as its own /moto-api/reset does."""
    BackendDict.reset()
    reset_model_data()


def _create_service(service: str) -> Flask:
    app = werkzeug_app.create_backend_app(service)  # type: ignore[arg-type]  # moto types names as a Literal of 150
    app.debug = False
    app.register_error_handler(NotImplementedError, _missing)
    app.register_error_handler(InternalServerError, _crash)
    app.register_error_handler(HTTPException, _unrouted)
    return app


def _call() -> Call:
    call: Call = request.environ["emulator.call"]
    return call


def _missing(_: Exception) -> Response:
    return respond(_call(), not_implemented(_call()))


def _crash(error: Exception) -> Response:
    cause = getattr(error, "original_exception", None) or error
    traceback.print_exception(cause)
    return respond(_call(), crashed(_call(), cause))


def _unrouted(_: Exception) -> Response:
    """For a path or method without a route; moto has turned AWS errors into answers before Flask sees them."""
    return respond(_call(), not_implemented(_call()))

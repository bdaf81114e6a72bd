"""moto, in process, with our part in its operations and with all failures told as AWS errors."""

from __future__ import annotations

import os
import traceback
import warnings
from functools import partial
from http import HTTPStatus

import flask
from moto.core.base_backend import BackendDict
from moto.core.model_instances import reset_model_data
from moto.core.request import Request
from moto.moto_server import werkzeug_app
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from emulator import iam, operations, shortcuts
from emulator.context import Context
from emulator.errors import AwsError, crashed, not_implemented
from emulator.identify import Call
from emulator.protocol import respond

# moto reads these whenever it makes a backend.
SETTINGS = {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false", "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}


def reset() -> None:
    """Forget all of moto's state, as its own /moto-api/reset does."""
    BackendDict.reset()
    reset_model_data()


class Moto:
    """Answers one call at a time: moto is not thread-safe."""

    def __init__(self, context: Context) -> None:
        os.environ.update(SETTINGS)
        shortcuts.install()
        # AWS's models leave out many error codes that AWS answers.
        warnings.filterwarnings("ignore", message=r"Exception\(.*does not match an error shape")
        # Web pages in a browser have no business with the emulator.
        vars(werkzeug_app).update(DISABLE_GLOBAL_CORS=True)
        self._context = context
        self._app = werkzeug_app.DomainDispatcherApplication(self._service)

    def answer(self, call: Call, request: Request) -> Response:
        if iam.concerns(self._context, call.access_key):
            trail = request.environ["emulator.authorization"] = {}
            request.environ["emulator.authorize"] = partial(iam.authorize, self._context, call, request, trail)
        asked = operations.asked(self._context, call, request)
        request.environ["wsgi.input"].seek(0)
        environ = {**request.environ, "emulator.call": call, "emulator.asked": asked}
        return Response.from_app(self._app, environ, buffered=True)

    @staticmethod
    def _service(name: str | None) -> flask.Flask:
        """The WSGI application of a service, with nothing but errors for one that moto does not have."""
        app = werkzeug_app.create_backend_app(name) if name else flask.Flask("none")  # type: ignore[arg-type]
        app.debug = False
        app.before_request(_before)
        app.after_request(_after)
        app.register_error_handler(AwsError, _refused)
        app.register_error_handler(NotImplementedError, _missing)
        # moto has turned AWS's errors into answers before Flask sees them: these are paths without a route.
        app.register_error_handler(HTTPException, _missing)
        app.register_error_handler(InternalServerError, _crashed)
        return app


def _call() -> Call:
    call: Call = flask.request.environ["emulator.call"]
    return call


def _asked() -> operations.Asked | None:
    asked: operations.Asked | None = flask.request.environ["emulator.asked"]
    return asked


def _before() -> Response | None:
    """Here rather than before Flask, which turns what is raised into answers."""
    authorize = flask.request.environ.get("emulator.authorize")
    if authorize is not None:
        authorize()
    asked = _asked()
    result = operations.before(asked) if asked else None
    return None if result is None else respond(_call(), result)


def _after(response: Response) -> Response:
    asked = _asked()
    if asked and response.status_code < HTTPStatus.BAD_REQUEST:
        operations.after(asked)
    return response


def _refused(error: AwsError) -> Response:
    return respond(_call(), error)


def _missing(_: Exception) -> Response:
    return respond(_call(), not_implemented(_call()))


def _crashed(error: InternalServerError) -> Response:
    cause = error.original_exception or error
    traceback.print_exception(cause)
    return respond(_call(), crashed(_call(), cause))

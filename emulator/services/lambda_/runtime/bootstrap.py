"""The Python runtime of a sandbox: fetches events from the Runtime API and gives them to the function's handler.

It runs alone, with nothing but the standard library, in whichever Python a function gets.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

from __future__ import annotations

import errno
import http.client
import importlib
import json
import logging
import os
import resource
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

API = "/2018-06-01/runtime"
# How long Linux tries to connect: net.ipv4.tcp_syn_retries in https://docs.kernel.org/networking/ip-sysctl.html
CONNECT_SECONDS = 127
# How the lines are marked that are no plain output: one log record, and the end of an invocation.
RECORD, END = "\1", "\0"


class FunctionFailed(Exception):
    """The function cannot be loaded, or raised something, or answered what is no JSON.

    https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
    """

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind, self.trace = kind, trace or []

    def described(self, request_id: str) -> bytes:
        """As JSON. It goes to the log too."""
        error = {"errorMessage": str(self), "errorType": self.kind, "requestId": request_id, "stackTrace": self.trace}
        if _logs_json():
            _mark(RECORD, json.dumps(json.dumps({"timestamp": _moment(time.time()), "log_level": "ERROR", **error})))
        else:
            trace = "Traceback (most recent call last):\n" + "".join(self.trace) if self.trace else "Traceback"
            _mark(RECORD, json.dumps(f"[ERROR] {self.kind}: {self}\n{trace}".rstrip()))
        return json.dumps(error).encode()


class Identity:
    cognito_identity_id: str | None = None
    cognito_identity_pool_id: str | None = None


class ClientContext:
    def __init__(self, sent: dict[str, Any]) -> None:
        self.custom, self.env, self.client = sent.get("custom"), sent.get("env"), sent.get("client")


class LambdaContext:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, headers: Any) -> None:
        self.aws_request_id: str = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn: str = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        sent = headers["Lambda-Runtime-Client-Context"]
        self.client_context = ClientContext(json.loads(sent)) if sent else None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self) -> int:
        return max(self._deadline - int(time.time() * 1000), 0)

    @staticmethod
    def log(message: object) -> None:
        sys.stdout.write(str(message))


class RuntimeApi:
    def __init__(self, address: str) -> None:
        self._address = address

    def next(self) -> tuple[Any, bytes]:
        """Headers and payload of the next event; waits for it."""
        return self._call("GET", "invocation/next", None)

    def post(self, path: str, body: bytes) -> None:
        self._call("POST", path, body)

    def _call(self, method: str, path: str, body: bytes | None) -> tuple[Any, bytes]:
        connection = http.client.HTTPConnection(self._address)
        connection.request(method, f"{API}/{path}", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.headers, response.read()
        connection.close()
        return answer


class RecordHandler(logging.Handler):
    """One event in the log for each record, however many lines it has.

    https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
    """

    request_id = ""

    def __init__(self) -> None:
        super().__init__()
        if _logs_json():
            logging.getLogger().setLevel(os.environ["AWS_LAMBDA_LOG_LEVEL"].replace("TRACE", "DEBUG"))
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s", "%Y-%m-%dT%H:%M:%S"
        )
        formatter.converter = time.gmtime
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self.request_id
        text = json.dumps(self._fields(record)) if _logs_json() else self.format(record)
        _mark(RECORD, json.dumps(text))

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "timestamp": _moment(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": self.request_id,
        }
        if record.exc_info and record.exc_info[1]:
            error = record.exc_info[1]
            fields |= {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": _trace(error)}
        return fields


def _logs_json() -> bool:
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"


def _moment(seconds: float) -> str:
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds * 1000) % 1000:03}Z"


def _mark(mark: str, text: str) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(1, f"{mark}{text}\n".encode())


def main() -> None:
    _end_with_the_emulator()
    _keep_to_the_network(os.environ["AWS_LAMBDA_RUNTIME_API"])
    _keep_from_reading(json.loads(os.environ.pop("_EMULATOR_UNREADABLE")))
    sys.path[:0] = [os.environ["LAMBDA_TASK_ROOT"], os.environ["LAMBDA_RUNTIME_DIR"]]
    api, log = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"]), RecordHandler()
    logging.getLogger().addHandler(log)
    try:
        handler = _load(os.environ["_HANDLER"])
    except FunctionFailed as error:
        api.post("init/error", error.described(""))
        sys.exit(1)
    while True:
        headers, payload = api.next()
        context = LambdaContext(headers)
        log.request_id = context.aws_request_id
        os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        try:
            result, answer = "response", _answer(handler, payload, context)
        except FunctionFailed as error:
            result, answer = "error", error.described(context.aws_request_id)
        _mark(END, str(_peak_kib()))
        api.post(f"invocation/{context.aws_request_id}/{result}", answer)


def _end_with_the_emulator() -> None:
    """The other end of this pipe closes when the emulator ends, however it does."""
    pipe = int(os.environ.pop("_EMULATOR_PIPE"))

    def wait() -> None:
        os.read(pipe, 1)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, daemon=True).start()


def _keep_from_reading(paths: list[str]) -> None:
    """Lambda runs functions as an account of its own, which can read what the package lets everybody read.

    https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
    """
    kept = {str(Path(os.environ["LAMBDA_TASK_ROOT"]) / path) for path in paths}

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and arguments[0] in kept:
            raise PermissionError(errno.EACCES, "Permission denied", arguments[0])

    if kept:
        sys.addaudithook(look)


def _keep_to_the_network(api: str) -> None:
    """Nothing comes back from where security groups do not let the function go: a connection waits for its time-out.

    https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-networking.html
    """

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "socket.connect" or not isinstance(arguments[1], tuple):
            return
        host, port = arguments[1][:2]
        if f"{host}:{port}" == api:
            return
        connection = http.client.HTTPConnection(api)
        connection.request("GET", f"/reach/{host}/{port}")
        if connection.getresponse().status == http.HTTPStatus.FORBIDDEN:
            seconds = arguments[0].gettimeout()
            time.sleep(CONNECT_SECONDS if seconds is None else seconds)
            raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")

    sys.addaudithook(look)


def _load(name: str) -> Any:
    module_name, dot, function = name.rpartition(".")
    if not dot:
        raise FunctionFailed("Runtime.MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise FunctionFailed("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        where = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}\n'
        message = f"Syntax error in module '{module_name}': {error}"
        raise FunctionFailed("Runtime.UserCodeSyntaxError", message, [where]) from error
    except Exception as error:
        raise FunctionFailed(type(error).__name__, str(error), _trace(error)) from error
    if not hasattr(module, function):
        raise FunctionFailed("Runtime.HandlerNotFound", f"Handler '{function}' missing on module '{module_name}'")
    return getattr(module, function)


def _answer(handler: Any, payload: bytes, context: LambdaContext) -> bytes:
    try:
        result = handler(json.loads(payload), context)
    except Exception as error:
        raise FunctionFailed(type(error).__name__, str(error), _trace(error)) from error
    try:
        return json.dumps(result).encode()
    except (TypeError, ValueError) as error:
        raise FunctionFailed("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _trace(error: BaseException) -> list[str]:
    """From the function's own first line on."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    return traceback.format_list([frame for frame in frames if "importlib" not in frame.filename])


def _peak_kib() -> int:
    """Linux counts what the process was a copy of before it became this one, except here."""
    try:
        status = Path("/proc/self/status").read_text()
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()

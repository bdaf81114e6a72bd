"""Assembly and life cycle of one emulator process."""

from __future__ import annotations

import fcntl
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, make_server

from emulator import rds, services, tls
from emulator.connections import Handler
from emulator.context import Context
from emulator.control import Control
from emulator.faults import Faults
from emulator.front import Front
from emulator.requestlog import RequestLog
from emulator.services import lambda_

HOST = "127.0.0.1"


class CannotStart(Exception):
    """The state directory or the port belongs to another process; the message says what to do."""


def environment(url: str, context: Context) -> dict[str, str]:
    """What a client needs in its environment."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "emulator",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PGSSLROOTCERT": str(context.tls.ca),
        "PGFLEET_CA_BUNDLE": str(context.tls.ca),
    }


def run(
    port: int,
    state: Path,
    env_file: Path | None,
    time_scale: float,
    with_parent: bool,
    enforce_iam: bool = False,
    call_ms: float = 0,
) -> None:
    """Serve until SIGTERM or SIGINT (or the end of standard input, if `with_parent`)."""
    state = state.resolve()
    state.mkdir(parents=True, exist_ok=True)
    with _only_one(state), _listen(port) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        context = Context(
            state_dir=state,
            time_scale=time_scale,
            tls=tls.ensure(state),
            endpoint=url,
            call_ms=call_ms,
            enforce_iam=enforce_iam,
        )
        variables = environment(url, context)
        server = make_server(
            HOST, port, _application(context, variables), threaded=True, request_handler=Handler, fd=listener.fileno()
        )
        if env_file is not None:
            _write_env_file(env_file, variables)
            context.on_shutdown(lambda: env_file.unlink(missing_ok=True))
        _serve(server, context, url, with_parent)


def _application(context: Context, variables: dict[str, str]) -> Front:
    log, faults = RequestLog(context.state_dir / "requests.jsonl"), Faults()
    context.on_shutdown(log.close)
    services.install()
    rds.install(context)
    lambda_.install(context)
    return Front(context, log, faults, Control(context, log, faults, variables))


def _serve(server: BaseWSGIServer, context: Context, url: str, with_parent: bool) -> None:
    def stop(*_: Any) -> None:
        # shutdown() waits for serve_forever(), which runs in the thread that got the signal.
        threading.Thread(target=server.shutdown).start()

    def wait_for_parent() -> None:
        sys.stdin.read()
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    if with_parent:
        threading.Thread(target=wait_for_parent, daemon=True).start()
    print(f"emulator ready at {url}", flush=True)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        context.shutdown()


@contextmanager
def _only_one(state: Path) -> Iterator[None]:
    with (state / "emulator.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(f"another emulator runs on {state}; stop it or give another --state") from error
        yield


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise CannotStart(f"cannot listen on {HOST}:{port} ({error.strerror}); give another --port") from error


def _write_env_file(path: Path, variables: dict[str, str]) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items()))
    part.replace(path)

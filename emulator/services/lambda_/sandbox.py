"""One execution environment: a process that runs a function's code for one event after the other.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from emulator.services.lambda_.runtime import bootstrap
from emulator.services.lambda_.runtime_api import Event, RuntimeApi, Told

INIT_SECONDS = 10.0
# How long after an answer the last of the output is waited for.
OUTPUT_SECONDS = 5.0
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LARGEST_ANSWER = 6 * 1024 * 1024 + 100
UNHANDLED = "Unhandled"

Line = tuple[int, str]


@dataclass(frozen=True)
class Recipe:
    """What a process is started with. directory: for its temporary files; reaches: see RuntimeApi"""

    python: str
    task_root: Path
    runtime: Path
    directory: Path
    environment: dict[str, str]
    reaches: Callable[[str, int], bool]


@dataclass
class Outcome:
    """What has become of an event.

    error:   what X-Amz-Function-Error says; None = the function answered
    lines:   output, each with its time in milliseconds
    started, ended: milliseconds since 1970
    init:    seconds until the function was loaded, if it was for this event
    status:  as in the REPORT line, if it did not end by itself
    """

    payload: bytes = b""
    error: str | None = None
    lines: list[Line] = field(default_factory=list)
    started: int = field(default_factory=lambda: _milliseconds())
    ended: int = 0
    seconds: float = 0.0
    init: float | None = None
    peak_kib: int = 0
    status: str | None = None


class Sandbox:
    """Used by one thread at a time; `kill` may come from any."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._api = RuntimeApi(recipe.reaches)
        self._home = Path(tempfile.mkdtemp(dir=recipe.directory))
        self._lines: list[Line] = []
        self._flushed = threading.Event()
        self._peak_kib = 0
        self._killed = False
        self._process: subprocess.Popen[bytes] | None = None
        # Nothing is ever written to it: the process ends when it is closed, also because this process was killed.
        self._pipe: int | None = None

    @property
    def alive(self) -> bool:
        return not self._killed and (self._process is None or self._process.poll() is None)

    def run(self, event: Event) -> Outcome:
        """Let the function have an event, and wait until it has answered, or failed, or its time is over."""
        outcome = Outcome()
        self._lines, self._peak_kib = [], 0
        if self._process is None:
            begun = time.perf_counter()
            told = self._start(event.timeout)
            outcome.init = time.perf_counter() - begun
        else:
            told = Told("ready")
        begun = time.perf_counter()
        if told.what == "ready":
            self._flushed.clear()
            self._api.give(event)
            told = self._wait(event.timeout)
        outcome.seconds = time.perf_counter() - begun
        self._flushed.wait(OUTPUT_SECONDS if told.what in ("response", "error") else 0)
        _judge(outcome, told, event)
        if told.what not in ("response", "error"):
            self.kill()
        outcome.lines, outcome.peak_kib, outcome.ended = self._lines, self._peak_kib, _milliseconds()
        return outcome

    def _start(self, timeout: float) -> Told:
        reading, self._pipe = os.pipe()
        recipe = self._recipe
        environment = {
            **recipe.environment,
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "TMPDIR": str(self._home),
            "_EMULATOR_PIPE": str(reading),
        }
        self._process = subprocess.Popen(
            # Nothing of the emulator's own environment or packages (see sys.path in the bootstrap), output at once.
            [recipe.python, "-I", "-S", "-u", bootstrap.__file__],
            env=environment,
            cwd=recipe.task_root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[reading],
            start_new_session=True,
        )
        os.close(reading)
        assert self._process.stdout is not None
        threading.Thread(target=self._read, args=[self._process, self._process.stdout], daemon=True).start()
        return self._wait(INIT_SECONDS + timeout)

    def _read(self, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
        for raw in output:
            text = raw.decode(errors="replace").removesuffix("\n")
            if text.startswith(bootstrap.END):
                self._peak_kib = int(text.removeprefix(bootstrap.END))
                self._flushed.set()
                continue
            line = json.loads(text[1:]) if text.startswith(bootstrap.RECORD) else text
            self._lines.append((_milliseconds(), line))
        output.close()
        self._api.told.put(Told("exited", _how_it_ended(process.wait()).encode()))
        self._flushed.set()

    def _wait(self, seconds: float) -> Told:
        try:
            return self._api.told.get(timeout=seconds)
        except queue.Empty:
            return Told("timed_out")

    def kill(self) -> None:
        """End the process, with all that it started, and delete its temporary files."""
        self._killed = True
        process, pipe, self._pipe = self._process, self._pipe, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if pipe is not None:
            os.close(pipe)
        self._api.close()
        shutil.rmtree(self._home, ignore_errors=True)


def _milliseconds() -> int:
    return int(time.time() * 1000)


def _how_it_ended(code: int) -> str:
    """https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html"""
    if code < 0:
        return f"Runtime exited with error: signal: {signal.Signals(-code).name.removeprefix('SIG').lower()}"
    return f"Runtime exited with error: exit status {code}" if code else "Runtime exited without providing a reason"


def _judge(outcome: Outcome, told: Told, event: Event) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html"""
    if told.what == "response" and len(told.body) > LARGEST_ANSWER:
        limit = f"Response payload size exceeded maximum allowed payload size ({LARGEST_ANSWER} bytes)."
        _fail(outcome, "Function.ResponseSizeTooLarge", limit)
    elif told.what == "timed_out":
        message = f"RequestId: {event.request_id} Error: Task timed out after {event.timeout:.2f} seconds"
        _fail(outcome, "Sandbox.Timedout", message)
        outcome.status = "timeout"
    elif told.what == "exited":
        _fail(outcome, "Runtime.ExitError", f"RequestId: {event.request_id} Error: {told.body.decode()}")
        outcome.status = "error"
    else:
        outcome.payload = told.body
        outcome.error = None if told.what == "response" else UNHANDLED


def _fail(outcome: Outcome, kind: str, message: str) -> None:
    outcome.payload = json.dumps({"errorType": kind, "errorMessage": message}).encode()
    outcome.error = UNHANDLED

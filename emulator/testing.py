"""An emulator for a test, a molecule scenario or a script: its own process, on a free port."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

REPOSITORY = Path(__file__).parents[1]
_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")


class EmulatorFailed(Exception):
    """The emulator did not start; the message has what it printed."""


class Emulator:
    """`with Emulator() as aws:` starts one and stops it at the end; also if this process is killed.

    endpoint: its URL
    env:      variables that lead AWS clients and libpq there, to be merged into a process's environment
    state:    its state directory, with `requests.jsonl` and `emulator.log`
    program:  what to run instead, with the same arguments
    call_ms:  AWS milliseconds that every call is under way, on the scale of the time
    """

    def __init__(
        self, time_scale: float = 0, state: Path | None = None, program: str = "emulator", call_ms: float = 0
    ) -> None:
        self._time_scale, self._program, self._call_ms = time_scale, program, call_ms
        self._temporary = tempfile.TemporaryDirectory(prefix="emulator-") if state is None else None
        self.state = Path(self._temporary.name) if self._temporary else Path(state or "")
        self.endpoint = ""
        self.env: dict[str, str] = {}
        self._process: subprocess.Popen[str] | None = None
        self._clients: dict[tuple[str, str], Any] = {}

    @classmethod
    def at(cls, endpoint: str, state: Path) -> Self:
        """One that runs already and goes on after this process."""
        there = cls(state=state)
        there.endpoint = endpoint
        there.env = there._get("health")["environment"]
        return there

    def __enter__(self) -> Self:
        self.state.mkdir(parents=True, exist_ok=True)
        # The PostgreSQL processes' own user must get through to its files.
        self.state.chmod(0o755)
        command = [sys.executable, "-m", self._program, "--port", "0", "--state", str(self.state)]
        command += ["--time-scale", str(self._time_scale), "--call-ms", str(self._call_ms), "--with-parent"]
        with (self.state / "emulator.log").open("w") as log:
            self._process = subprocess.Popen(
                command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        if not ready:
            output = self.output()
            self.__exit__(None, None, None)
            raise EmulatorFailed(output)
        self.endpoint = ready.split()[-1]
        self.env = self._get("health")["environment"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.communicate()
        if self._temporary is not None:
            self._temporary.cleanup()

    def client(self, service: str, region: str = "us-east-1") -> Any:
        """A boto3 client; the same for the same arguments. It does not retry: tests want to see the first answer."""
        key = (service, region)
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service,  # type: ignore[call-overload]  # types-boto3 has one overload per name
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id=self.env["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=self.env["AWS_SECRET_ACCESS_KEY"],
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self._clients[key]

    def environ(self) -> dict[str, str]:
        """This process's environment with `env` in it, and no profile beside its keys: for subprocesses."""
        return {name: value for name, value in os.environ.items() if name not in _PROFILES} | self.env

    def output(self) -> str:
        """What the emulator wrote to its standard error: tracebacks of its own failures."""
        return (self.state / "emulator.log").read_text()

    def mark(self) -> int:
        """The present position in the request log, to give as `since` later."""
        return int(self._get("health")["log"])

    def log(self, service: str | None = None, access: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """Requests, oldest first: n, time, service, action, region, access, status, error, ms."""
        wanted = {"service": service, "access": access, "since": since}
        query = "&".join(f"{key}={value}" for key, value in wanted.items() if value is not None)
        entries: list[dict[str, Any]] = self._get(f"log?{query}")
        return entries

    def writes(self, since: int = 0) -> list[dict[str, Any]]:
        return self.log(access="write", since=since)

    def fault(self, fault: str, **rule: Any) -> None:
        """Add a rule: see emulator.faults.Fault. E.g. fault("throttle", service="rds", action="Describe*", count=2)."""
        self._call("POST", "faults", {"fault": fault, **rule})

    def faults(self) -> list[dict[str, Any]]:
        """The rules in force, with what is left of their counts."""
        rules: list[dict[str, Any]] = self._get("faults")
        return rules

    def clear_faults(self) -> None:
        self._call("DELETE", "faults")

    def databases(self) -> list[dict[str, Any]]:
        databases: list[dict[str, Any]] = self._get("databases")
        return databases

    def notifications(self) -> list[dict[str, Any]]:
        """What alarms and RDS have published to topics, and what became of it: emulator.services.notifications."""
        found: list[dict[str, Any]] = self._get("notifications")
        return found

    def announce_maintenance(self, resource: str, action: str, **more: str) -> None:
        """Let RDS have a pending maintenance action for the resource of an ARN: see emulator.rds.maintenance.add."""
        self._call("POST", "maintenance", {"resource": resource, "action": action, **more})

    def enforce_iam(self, enforce: bool = True) -> None:
        """Let IAM decide about the calls of users and roles, until reset. The emulator's own key is the root user's."""
        self._call("POST", "iam", {"enforce": enforce})

    def set_quotas(self, **most: int) -> None:
        """What the account may have of RDS in every region, by AWS's names, until reset: ``DBInstances=3``."""
        self._call("POST", "quotas", most)

    def set_time_scale(self, seconds_per_minute: float) -> None:
        """Until reset."""
        self._call("POST", "clock", {"time_scale": seconds_per_minute})

    def reset(self) -> None:
        """As freshly started: no resources, databases, faults or log entries. Marks stay valid."""
        self._call("POST", "reset")

    def _get(self, path: str) -> Any:
        return self._call("GET", path)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection(self.endpoint.removeprefix("http://"), timeout=60)
        with closing(connection):
            connection.request(method, f"/_emulator/{path}", json.dumps(body or {}))
            response = connection.getresponse()
            answer = json.load(response)
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise ValueError(answer["error"])
        return answer

"""The sandboxes of all functions: kept warm, as many as there are events at a time.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from __future__ import annotations

import json
import shutil
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from emulator.context import Context
from emulator.services.lambda_ import reach, roles
from emulator.services.lambda_.interpreters import interpreter
from emulator.services.lambda_.sandbox import Recipe, Sandbox
from emulator.services.lambda_.state import Function, Region, Version


class Warm:
    """A sandbox with the version that it was made for, and its stream in the log."""

    def __init__(self, function: Function, version: Version, sandbox: Sandbox, stream: str) -> None:
        self.function, self.version, self.sandbox, self.stream = function, version, sandbox, stream


class Pool:
    """To be used with the context's lock held."""

    def __init__(self, context: Context, root: Path, libraries: Path) -> None:
        self._context = context
        self._code, self._temporary = root / "code", root / "tmp"
        self._libraries = libraries
        self._idle: list[Warm] = []
        self._busy: list[Warm] = []

    def running(self, function: Function) -> int:
        """How many events the function is working on."""
        return sum(warm.function is function for warm in self._busy)

    def take(self, region: Region, function: Function, version: Version) -> Warm:
        """A sandbox of the version that is free, or a new one."""
        self.drop_outdated(function)
        for warm in self._idle:
            if warm.function is function and warm.version.revision == version.revision:
                self._idle.remove(warm)
                break
        else:
            warm = self._new(region, function, version)
        self._busy.append(warm)
        return warm

    def give_back(self, warm: Warm) -> bool:
        """False if everything has been forgotten meanwhile."""
        if warm not in self._busy:
            return False
        self._busy.remove(warm)
        if warm.sandbox.alive:
            self._idle.append(warm)
        self.drop_outdated(warm.function)
        return True

    def drop_outdated(self, function: Function) -> None:
        """End the free sandboxes of what the function is no more."""
        current = {version.revision for version in (function.running, *function.versions.values())}
        self._end([warm for warm in self._idle if warm.function is function and warm.version.revision not in current])

    def drop(self, function: Function) -> None:
        """The function is deleted: what runs may end, and nothing is kept."""
        self._end([warm for warm in self._idle if warm.function is function])

    def clear(self) -> None:
        self._end([*self._idle])
        for warm in self._busy:
            warm.sandbox.kill()
        self._busy.clear()
        for directory in (self._code, self._temporary):
            shutil.rmtree(directory, ignore_errors=True)

    def _end(self, outdated: list[Warm]) -> None:
        for warm in outdated:
            self._idle.remove(warm)
            warm.sandbox.kill()

    def _new(self, region: Region, function: Function, version: Version) -> Warm:
        home = self._code / region.account_id / region.name / function.name
        for directory in (home, self._temporary):
            directory.mkdir(parents=True, exist_ok=True)
        stream = f"{datetime.now(UTC):%Y/%m/%d}/[{version.number}]{uuid.uuid4().hex}"
        task_root = version.package.unpack(home)
        session = roles.credentials(region.name, version.settings["Role"], function.name)
        # https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
        source = f"arn:aws:lambda:{region.name}:{region.account_id}:function:{function.name}"
        self._context.enforced_keys[session["AWS_ACCESS_KEY_ID"]] = {"lambda:SourceFunctionArn": [source]}
        environment = {
            **version.settings.get("Environment", {}).get("Variables", {}),
            **self._reserved(region, function, version, stream),
            "LAMBDA_TASK_ROOT": str(task_root),
            "_EMULATOR_UNREADABLE": json.dumps(version.package.unreadable),
            **session,
        }
        reaches = partial(reach.reaches, self._context, region, version)
        python = interpreter(version.settings["Runtime"])
        recipe = Recipe(python, task_root, self._libraries, self._temporary, environment, reaches)
        return Warm(function, version, Sandbox(recipe), stream)

    def _reserved(self, region: Region, function: Function, version: Version, stream: str) -> dict[str, str]:
        """https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime

        The endpoint is what Lambda's network is to a function; AWS has no such variable.
        """
        settings = version.settings
        logging = settings["LoggingConfig"]
        level = {"AWS_LAMBDA_LOG_LEVEL": logging["ApplicationLogLevel"]} if "ApplicationLogLevel" in logging else {}
        return {
            **level,
            "AWS_LAMBDA_LOG_FORMAT": logging["LogFormat"],
            "_HANDLER": settings["Handler"],
            "AWS_DEFAULT_REGION": region.name,
            "AWS_REGION": region.name,
            "AWS_ENDPOINT_URL": self._context.endpoint,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings['Runtime']}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(settings["MemorySize"]),
            "AWS_LAMBDA_FUNCTION_VERSION": version.number,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": logging["LogGroup"],
            "AWS_LAMBDA_LOG_STREAM_NAME": stream,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "LAMBDA_RUNTIME_DIR": str(self._libraries),
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "TZ": ":UTC",
        }

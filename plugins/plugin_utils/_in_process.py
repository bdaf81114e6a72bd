# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. The action plugin behind each module: the module's work in Ansible's own worker process.

A module of its own process costs a new Python, its packaging and the import of boto3, about a second of CPU; here it
costs the fork of the worker, which every task costs. What a task asks for that only another process can give
(``elsewhere``) runs as an ordinary module, with the same result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import action_loader
from ansible_collections.amazon.aws.plugins.module_utils.botocore import HAS_BOTO3
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.pgfleet.aws.plugins.module_utils._progress import Progress
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Ensure, Spec, outcome
from ansible_collections.pgfleet.aws.plugins.module_utils._waiters import Listener, heard_by
from ansible_collections.pgfleet.aws.plugins.plugin_utils._clients import CannotConnect, Connection, warm_all
from ansible_collections.pgfleet.aws.plugins.plugin_utils._plain import as_json

INTERPRETER = "ansible_python_interpreter"


class ModuleFile(Protocol):
    """A file of plugins/modules."""

    @property
    def SPEC(self) -> Spec: ...  # noqa: N802  # a constant there

    @property
    def ensure(self) -> Ensure: ...


class LocalModule:
    """What the code of a module sees of Ansible (``_run.Module``) here."""

    def __init__(self, params: dict[str, Any], check_mode: bool, hidden: set[str], connection: Connection) -> None:
        self.params = params
        self.check_mode = check_mode
        self.no_log_values = hidden
        self.warnings: list[str] = []
        self._connection = connection

    @property
    def region(self) -> str:
        return str(self._connection.region)

    def client(self, service: str, *, config: Any) -> Any:
        return self._connection.client(service, config)

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)


class InProcess(ActionBase):
    """``services`` are those that the module asks: their models are read once, before Ansible forks its workers."""

    _supports_check_mode = True
    _supports_async = True
    module: ModuleFile
    services: tuple[str, ...]

    def __init_subclass__(cls) -> None:
        if HAS_BOTO3:
            warm_all(cls.services)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        reason = next(self._elsewhere(task_vars or {}), None)
        if reason:
            self._display.vvv(f"{self._task.action} runs as a module of its own process: {reason}")
            return self._as_module(task_vars)
        host = str((task_vars or {}).get("inventory_hostname", ""))
        with heard_by(teller(Progress(host), self._display.display)):
            return result | self._here(shows_invocation(task_vars or {}))

    def _elsewhere(self, task_vars: Mapping[str, Any]) -> Iterator[str]:
        """Why the task has to run as an ordinary module."""
        task = self._task
        if not HAS_BOTO3:
            yield "Ansible's own Python has no boto3"
        if self._connection.transport != "local":
            yield f"the connection is {self._connection.transport}"
        for asked in ("async_val", "delegate_to"):
            if getattr(task, asked):
                yield asked.removesuffix("_val")
        if any(task.environment or ()):
            yield "environment"
        if self._play_context.become:
            yield "become"
        if task.args.get("debug_botocore_endpoint_logs"):
            yield "debug_botocore_endpoint_logs"
        interpreter = self._interpreter(task_vars)
        if interpreter != sys.executable and not interpreter.startswith("auto"):
            yield f"the interpreter is {interpreter}"

    def _interpreter(self, task_vars: Mapping[str, Any]) -> str:
        given = task_vars.get(INTERPRETER) or constants.config.get_config_value("INTERPRETER_PYTHON")
        return str(self._templar.template(given))

    def _as_module(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        normal = action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, Any] = normal.run(task_vars=task_vars)
        return result

    def _here(self, with_invocation: bool) -> dict[str, Any]:
        spec = {**aws_argument_spec(), **self.module.SPEC.arguments}
        checked = ArgumentSpecValidator(spec, **self.module.SPEC.constraints).validate(as_json(self._task.args))
        params = checked.validated_parameters
        hidden = set(no_log_values(spec, params))
        module = None
        if checked.error_messages:
            result = {"failed": True, "msg": self._invalid(checked)}
        else:
            try:
                module = LocalModule(params, self._task.check_mode, hidden, Connection(params, self._task.action))
                result = outcome(module, self.module.ensure)
            except CannotConnect as error:
                result = {"failed": True, "msg": str(error)}
        invocation = {"invocation": {"module_args": params}} if with_invocation else {}
        warnings = {"warnings": module.warnings} if module and module.warnings else {}
        result = as_json({**result, **invocation, **warnings})
        flags = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
        shown: dict[str, Any] = {**remove_values(result, hidden), **flags}
        return shown

    def _invalid(self, checked: Any) -> str:
        """AnsibleModule's words."""
        message = str(checked.errors.msg)
        if isinstance(checked.errors[0], UnsupportedError):
            return f"Unsupported parameters for ({self._task.action}) module: {message}"
        return message


def teller(progress: Progress, show: Callable[[str], Any]) -> Listener:
    """Shows what a task waits for while it does; a module of its own process cannot."""

    def tell(subject: str, status: str, seconds: float) -> None:
        line = progress.line(subject, status, seconds)
        if line:
            show(line)

    return tell


def shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Whether results have the arguments in them: since ansible-core 2.20 only where its configuration says so."""
    optional = "INJECT_INVOCATION" in constants.config.get_configuration_definitions()
    return not optional or bool(constants.config.get_config_value("INJECT_INVOCATION", variables=dict(task_vars)))


def no_log_values(spec: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    """Values of options that are not to be shown."""
    for name, option in spec.items():
        value = params.get(name)
        if option.get("no_log"):
            yield from _texts(value)
        elif option.get("options"):
            for one in value if isinstance(value, list) else [value]:
                # What is no mapping is refused for its type, and has no options in it.
                if isinstance(one, dict):
                    yield from no_log_values(option["options"], one)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case None | bool() | "":
            return
        case dict():
            for one in value.values():
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)
        case _:
            yield str(value)

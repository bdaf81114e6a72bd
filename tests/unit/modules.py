"""Run a module in this process and read what it returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.testing import patch_module_args
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Spec

from tests.unit.stubs import REGION


def returned(capsys: pytest.CaptureFixture[str], main: Callable[[], None], **options: Any) -> dict[str, Any]:
    """The result of ``main()`` with these options; ``failed`` is in it when the module failed."""
    with patch_module_args(options), pytest.raises(SystemExit):
        main()
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


@dataclass
class Asked:
    """What ``ensure`` sees of Ansible: options with their defaults. Clients it gets beside it."""

    params: dict[str, Any]
    check_mode: bool = False
    region: str = REGION
    no_log_values: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)

    def client(self, service: str, **_options: Any) -> Any:
        raise AssertionError(f"ensure made a client of its own for {service}")

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)


def asked(spec: Spec, *, check: bool = False, **options: Any) -> Asked:
    """These options, checked and completed as Ansible does it, which hands them over as JSON."""
    handed_over = json.loads(json.dumps(options))
    result = ArgumentSpecValidator(spec.arguments, **spec.constraints).validate(handed_over)
    assert not result.error_messages, result.error_messages
    return Asked(result.validated_parameters, check)

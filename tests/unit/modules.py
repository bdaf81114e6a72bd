"""Run a module in this process and read what it returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args


def returned(capsys: pytest.CaptureFixture[str], main: Callable[[], None], **options: Any) -> dict[str, Any]:
    """The result of ``main()`` with these options; ``failed`` is in it when the module failed."""
    with patch_module_args(options), pytest.raises(SystemExit):
        main()
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result

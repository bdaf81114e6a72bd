"""Files among the modules that only document an action. The actions: tests/unit/plugins/plugin_utils."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.modules import stack_fleet, stack_ready, stack_screen

from tests.unit.modules import returned

CASES = [(stack_fleet, {}), (stack_ready, {"awaited": {}}), (stack_screen, {"text": "a plan"})]


@pytest.mark.parametrize(("module", "options"), CASES, ids=lambda each: getattr(each, "__name__", ""))
def test_as_a_module_it_says_that_it_is_none(
    capsys: pytest.CaptureFixture[str], module: Any, options: dict[str, Any]
) -> None:
    result = returned(capsys, module.main, region="us-west-2", **options)
    assert result["failed"]
    name = module.__name__.rpartition(".")[2]
    assert result["msg"].startswith(f"Only the action plugin pgfleet.aws.{name}, not a module")

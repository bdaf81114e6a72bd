"""The file of the action stack_fleet among the modules. The action: tests/unit/plugins/plugin_utils."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.modules import stack_fleet

from tests.unit.modules import returned


def test_as_a_module_it_says_that_it_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    result = returned(capsys, stack_fleet.main, region="us-west-2")
    assert result["failed"]
    assert "Only the action plugin pgfleet.aws.stack_fleet" in result["msg"]

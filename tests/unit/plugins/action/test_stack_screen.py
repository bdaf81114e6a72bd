"""A text for the person at the terminal, in Ansible's colours where Ansible has any."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.utils import color
from ansible_collections.pgfleet.aws.plugins.action.stack_screen import ActionModule

TEXT = """shop (prod)
  ~ key one
      size     1 → 2
  + key two
        - Statement[0]
-- no sign
! sales: not planned

Plan: 1 to add."""


def show(monkeypatch: pytest.MonkeyPatch, coloured: bool, callback: str = "default", **args: Any) -> tuple[Any, Any]:
    """The result, and what was displayed."""
    displayed: list[tuple[str, str | None]] = []
    settings = {"DEFAULT_STDOUT_CALLBACK": callback}
    monkeypatch.setattr(color, "ANSIBLE_COLOR", coloured)
    monkeypatch.setattr(constants.config, "get_config_value", lambda name: settings.get(name, name))
    task = SimpleNamespace(args=args or {"text": TEXT}, async_val=0, check_mode=False)
    connection = SimpleNamespace(_shell=SimpleNamespace(tmpdir=None))
    plugin = ActionModule(task, connection, SimpleNamespace(), None, None, None)
    plugin._display = SimpleNamespace(display=lambda line, color: displayed.append((line, color)))
    return plugin.run(task_vars={}), displayed


@pytest.mark.parametrize("callback", ["default", "awx_display"])
def test_coloured_by_sign(monkeypatch: pytest.MonkeyPatch, callback: str) -> None:
    result, displayed = show(monkeypatch, True, callback)
    assert [line for line, _ in displayed] == ["", *TEXT.splitlines()]
    assert [colour for _, colour in displayed] == [
        None, None, "COLOR_CHANGED", None, "COLOR_DIFF_ADD", "COLOR_DIFF_REMOVE", None, "COLOR_ERROR", None, None,
    ]  # fmt: skip
    assert (result["msg"], result["changed"], result["_ansible_verbose_always"]) == (TEXT, False, False)


@pytest.mark.parametrize(("coloured", "callback"), [(False, "default"), (True, "ansible.posix.json")])
def test_without_colour_ansible_shows_it(monkeypatch: pytest.MonkeyPatch, coloured: bool, callback: str) -> None:
    result, displayed = show(monkeypatch, coloured, callback)
    assert displayed == []
    assert (result["msg"], result["_ansible_verbose_always"]) == (TEXT, True)


def test_options_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    result, displayed = show(monkeypatch, True, words="x")
    assert result["failed"]
    assert ("text" in result["msg"], displayed) == (True, [])

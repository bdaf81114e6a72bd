# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils import color
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from ansible_collections.pgfleet.aws.plugins.modules import stack_screen

# Ansible's settings, by the sign that a line begins with.
COLOURS = {"+": "COLOR_DIFF_ADD", "~": "COLOR_CHANGED", "-": "COLOR_DIFF_REMOVE", "!": "COLOR_ERROR"}
# Callbacks that print for people. AWX's awx_display is Ansible's default one, which also notes what it prints.
FOR_PEOPLE = ("default", "ansible.builtin.default", "awx_display")


class ActionModule(ActionBase):
    """A text for the person at the terminal."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        checked = ArgumentSpecValidator({**aws_argument_spec(), **stack_screen.ARGUMENTS}).validate(self._task.args)
        if checked.error_messages:
            return result | {"failed": True, "msg": "\n".join(checked.error_messages)}
        text = checked.validated_parameters["text"]
        coloured = color.ANSIBLE_COLOR and constants.config.get_config_value("DEFAULT_STDOUT_CALLBACK") in FOR_PEOPLE
        if coloured:
            # Ansible prints the name of a task with its result.
            for line in ("", *text.splitlines()):
                self._display.display(line, color=colour(line))
        return result | {"msg": text, "changed": False, "_ansible_verbose_always": not coloured}


def colour(line: str) -> str | None:
    """One colour for a whole line: Ansible's log gets it without."""
    setting = COLOURS.get(line.lstrip()[:1]) if line.lstrip()[1:2] == " " else None
    return constants.config.get_config_value(setting) if setting else None

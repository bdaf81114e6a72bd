"""Become without becoming anybody: needs no password on any machine."""

from __future__ import annotations

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: nobody_else
short_description: Run as the same user
description: Runs a command as it is.
author: pgfleet contributors (@pgfleet)
options: {}
"""


class BecomeModule(BecomeBase):
    name = "nobody_else"

    def build_become_command(self, cmd: str, shell: object) -> str:
        super().build_become_command(cmd, shell)
        command: str = self._build_success_command(cmd, shell)
        return command

"""The local connection under another name: a machine that is not the controller, as far as Ansible knows."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: This machine as another one
description: The local connection under another name.
author: pgfleet contributors (@pgfleet)
options:
  pipelining:
    description: As for every connection.
    type: bool
    default: false
"""


class Connection(Local):
    transport = "elsewhere"

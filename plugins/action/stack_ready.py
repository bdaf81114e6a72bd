# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.plugin_utils._ready_action import ReadyAction


class ActionModule(ReadyAction):
    """One wait for all hosts of a play."""

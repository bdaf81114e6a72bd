# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Every kind the planner knows, in the order in which resources are made."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler

HANDLERS: dict[str, Handler] = {}

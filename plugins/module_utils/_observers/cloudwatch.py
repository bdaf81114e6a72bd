# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Reads of an owner's alarms: at most one call per 100 of them and one for their tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import answers, call, to_tags
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import composite_alarm, metric_alarm
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.tagging import confirmed_tags, indexed_tags, refuse_unowned
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

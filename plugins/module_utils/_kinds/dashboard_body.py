# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. The body of a CloudWatch dashboard by what it means, not by how it is written.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Change, unknown

Body = Mapping[str, Any]

# What the page above says of a body and of a widget that leave these out.
BODY_DEFAULTS: Body = {"periodOverride": "auto"}
WIDGET_DEFAULTS: Body = {"width": 6, "height": 6}
REPEAT, REPEAT_MANY = ".", "..."


def changes(before: Body, after: Body) -> Iterator[Change]:
    """What differs, widget by widget: ``body.widgets[3]`` is the fourth of the wanted ones."""
    old, new = {**BODY_DEFAULTS, **before}, {**BODY_DEFAULTS, **after}
    for name in sorted((old.keys() | new.keys()) - {"widgets"}):
        if canonical(old.get(name)) != canonical(new.get(name)):
            yield Change(f"body.{name}", before.get(name), after.get(name))
    yield from _widget_changes(before.get("widgets") or (), after.get("widgets") or ())


def _widget_changes(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old, new = [_identity(w, "before") for w in before], [_identity(w, "after") for w in after]
    for tag, start, end, wanted_start, wanted_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = min(end - start, wanted_end - wanted_start)
        for offset in range(pairs):
            index = wanted_start + offset
            yield Change(f"body.widgets[{index}]", before[start + offset], after[index])
        for index in range(wanted_start + pairs, wanted_end):
            yield Change(f"body.widgets[{index}]", None, after[index])
        for index in range(start + pairs, end):
            yield Change(f"body.widgets[{index}] as it was", before[index], None)


def _identity(widget: Any, side: str) -> str:
    """Equal for widgets that mean the same; what is only known after apply equals nothing."""
    return f"{side} {canonical(widget)}" if unknown(widget) else canonical(canonical_widget(widget))


def canonical_widget(widget: Any) -> Any:
    """A widget with the defaults of AWS and with the shorthand of its metrics written out."""
    if not isinstance(widget, Mapping):
        return widget
    whole = {**WIDGET_DEFAULTS, **widget}
    properties = whole.get("properties")
    if isinstance(properties, Mapping) and isinstance(properties.get("metrics"), list | tuple):
        whole["properties"] = {**properties, "metrics": list(expanded(properties["metrics"]))}
    return whole


def expanded(metrics: Iterable[Any]) -> Iterator[Any]:
    """Metrics without ``.`` and ``...``, which repeat what the metric before has in the same places."""
    previous: list[Any] = []
    for metric in metrics:
        if not isinstance(metric, list | tuple):
            yield metric
            continue
        options = [part for part in metric if isinstance(part, Mapping)]
        names = _written_out([part for part in metric if not isinstance(part, Mapping)], previous)
        # An expression is no metric whose names the next could repeat.
        previous = names or previous
        yield [*names, *(option for option in options if option)]


def _written_out(names: list[Any], previous: list[Any]) -> list[Any]:
    if REPEAT_MANY in names:
        place = names.index(REPEAT_MANY)
        end = len(previous) - (len(names) - place - 1)
        names = [*names[:place], *previous[place:end], *names[place + 1 :]]
    return [previous[i] if name == REPEAT and i < len(previous) else name for i, name in enumerate(names)]


def canonical(value: Any) -> str:
    """One text for all values that are the same JSON: whatever the order of keys, and 1.0 is 1."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value

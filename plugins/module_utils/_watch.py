# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. PURE. What watches a database, from the role's sets of alarms: entries of its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._document import DocumentError
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.capacity import SERVERLESS
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.metric_alarm import METRIC_ALARM_PROPERTIES
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_metrics import CLUSTER, INSTANCE, NAMESPACE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ssm_parameter import VALUE_BYTES

Alarm = Mapping[str, Any]
Entry = dict[str, Any]

THRESHOLDS = ("threshold", "threshold_percent")
# What an alarm of the role has beside the properties of an alarm in CloudWatch.
OWN = frozenset(
    {"name", "enabled", "each_member", "only", "classes", "log_metric", "unwell", "notify"},
)
ONLY = ("members", "replicas", "functions")
CLASSES = ("burstable", "provisioned", "serverless")
ENGINES = ("postgres", "aurora")
FUNCTION = "FunctionName"
# Of one rule, which has 100 children and 10240 characters at most.
MOST_CHILDREN = 75


@dataclass(frozen=True, slots=True)
class Target:
    """What one alarm of a set watches. The database itself has no name here: its alarms do not carry one."""

    name: str
    dimensions: Mapping[str, str]
    classes: frozenset[str] = frozenset()
    replica: bool = False


@dataclass(frozen=True, slots=True)
class Watched:
    """The database, as the role's variables say it."""

    system: str
    suffix: str
    dimensions: Mapping[str, str]
    actions: Sequence[str] = ()
    unwell_name: str = ""
    unwell_actions: Sequence[str] = ()
    notify_each: bool = True
    instance_class: str | None = None
    members: Sequence[Mapping[str, Any]] = ()
    functions: Sequence[str] = ()
    log_namespace: str = ""
    log_metrics: Mapping[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> str:
        return "aurora" if CLUSTER in self.dimensions else "postgres"

    def database(self) -> Target:
        classes = [self.instance_class] if self.instance_class else [m.get("instance_class") for m in self.members]
        return Target("", self.dimensions, frozenset().union(*map(instance_class, classes)))

    def targets(self, only: str | None, each_member: bool) -> list[Target]:
        if only == "functions":
            return [Target(name, {FUNCTION: name}) for name in self.functions]
        members = [
            Target(m["name"], {INSTANCE: m["name"]}, instance_class(m.get("instance_class")), bool(m.get("replica")))
            for m in self.members
        ]
        if only:
            return [member for member in members if only == "members" or member.replica]
        return [self.database(), *(members if each_member else [])]


def instance_class(name: Any) -> frozenset[str]:
    """What an instance class is, in the words of ``classes``; nothing where it is not known."""
    if not name:
        return frozenset()
    if name == SERVERLESS:
        return frozenset({"serverless"})
    return frozenset({"provisioned", "burstable"} if str(name).startswith("db.t") else {"provisioned"})


def of_engine(alarms: Mapping[str, Alarm], engine: str) -> dict[str, Alarm]:
    """A set as it is for an engine: ``for`` has what is different there, and leaves out the others."""
    fitting = {short: alarm for short, alarm in alarms.items() if engine in alarm.get("for", ENGINES)}
    return {
        short: {**{key: value for key, value in alarm.items() if key != "for"}, **alarm.get("for", {}).get(engine, {})}
        for short, alarm in fitting.items()
    }


def merged(defaults: Mapping[str, Alarm], given: Mapping[str, Alarm | None]) -> dict[str, dict[str, Any]]:
    """The given over the defaults by short name. Null removes one; a threshold takes the place of a share."""
    whole: dict[str, dict[str, Any]] = {}
    for short in [*defaults, *(name for name in given if name not in defaults)]:
        mine = given.get(short, {})
        if mine is not None:
            settled = {name for name in THRESHOLDS if mine.get(name) is not None}
            kept = {k: v for k, v in defaults.get(short, {}).items() if not (settled and k in THRESHOLDS)}
            whole[short] = {key: value for key, value in {**kept, **mine}.items() if value is not None}
    return whole


def alarms(
    defaults: Mapping[str, Alarm], given: Mapping[str, Alarm | None], watched: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Entries of all alarms: of the set, and the composite that says the database is unwell."""
    known = Watched(**watched)
    entries: list[Entry] = []
    unwell: list[str] = []
    for short, alarm in merged(of_engine(defaults, known.engine), given).items():
        _check(short, alarm)
        made = list(_entries(short, alarm, known))
        entries.extend(made)
        unwell.extend(entry["name"] for entry in made if alarm.get("unwell"))
    return [*_published(entries), *_composites(unwell, known)]


def _check(short: str, alarm: Alarm) -> None:
    """Raises DocumentError for what is not even an alarm; the rules of CloudWatch come with the plan."""
    strange = sorted(alarm.keys() - OWN - METRIC_ALARM_PROPERTIES.keys() - {"metric_name"})
    known = ", ".join(sorted(OWN | METRIC_ALARM_PROPERTIES.keys()))
    if strange:
        raise DocumentError(f"monitoring_alarms.{short}: has no {', '.join(strange)}. An alarm may have {known}.")
    for key, allowed in (("only", ONLY), ("classes", CLASSES)):
        if alarm.get(key) not in (None, *allowed):
            raise DocumentError(f"monitoring_alarms.{short}.{key}: {alarm[key]} is none of {', '.join(allowed)}.")


def _entries(short: str, alarm: Alarm, watched: Watched) -> Iterator[Entry]:
    metric = alarm.get("log_metric")
    if not alarm.get("enabled", True) or (metric and metric not in watched.log_metrics):
        return
    source: dict[str, Any] = {"namespace": NAMESPACE}
    if metric:
        source = {"namespace": watched.log_namespace, "metric_name": watched.log_metrics[metric], "dimensions": {}}
    name = alarm.get("name") or f"alarm-{short}-{watched.system}-{watched.suffix}"
    for target in watched.targets(alarm.get("only"), bool(alarm.get("each_member"))):
        if alarm.get("classes") in (None, *target.classes):
            whole = f"{name}-{target.name}" if target.name else name
            yield _entry(short, whole, alarm, {"dimensions": target.dimensions, **source}, target, watched)


def _entry(short: str, name: str, alarm: Alarm, source: Alarm, target: Target, watched: Watched) -> Entry:
    notifies = alarm.get("notify", watched.notify_each or not alarm.get("unwell"))
    properties = {
        "statistic": None if "extended_statistic" in alarm or "metrics" in alarm else "Average",
        "period_seconds": None if "metrics" in alarm else 300,
        "treat_missing_data": "notBreaching",
        "actions_enabled": True,
        "alarm_actions": list(watched.actions) if notifies else [],
        "ok_actions": [],
        "insufficient_data_actions": [],
        **({} if "metrics" in alarm else source),
        **{key: value for key, value in alarm.items() if key not in OWN},
        "description": f"{target.name}: {alarm.get('description', '')}" if target.name else alarm.get("description"),
    }
    numbers = {key: float(properties[key]) for key in THRESHOLDS if properties.get(key) is not None}
    return {
        "kind": "metric_alarm",
        "name": name,
        "keys": {key: f"monitoring_alarms.{short}.{key}" for key in ("name", *METRIC_ALARM_PROPERTIES)},
        "properties": {key: value for key, value in {**properties, **numbers}.items() if value is not None},
    }


def _published(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The names are an output, which other stacks read from one parameter; those of many members have no room there."""
    room = len(",".join(entry["name"] for entry in entries)) <= VALUE_BYTES - 512
    for entry in entries:
        dimensions = entry["properties"].get("dimensions") or {}
        if room or INSTANCE not in dimensions:
            entry = {**entry, "outputs": {"alarm_names": "name"}}
        yield entry


def _composites(unwell: Sequence[str], watched: Watched) -> Iterator[Entry]:
    """One alarm over those that users feel; over composites of them, where they are too many for one rule."""
    if not unwell:
        return
    parts = [unwell[start : start + MOST_CHILDREN] for start in range(0, len(unwell), MOST_CHILDREN)]
    children = unwell
    if len(parts) > 1:
        children = [f"{watched.unwell_name}-{number}" for number in range(1, len(parts) + 1)]
        for name, part in zip(children, parts, strict=True):
            yield _composite(name, part, f"Part of {watched.unwell_name}", ())
    actions = [*watched.actions, *watched.unwell_actions]
    description = f"The database {watched.system} {watched.suffix} is unwell: users feel it"
    yield {**_composite(watched.unwell_name, children, description, actions), "outputs": {"unwell_alarm_name": "name"}}


def _composite(name: str, children: Iterable[str], description: str, actions: Sequence[str]) -> Entry:
    return {
        "kind": "composite_alarm",
        "name": name,
        "keys": {"name": "monitoring_unwell_alarm_name", "alarm_rule": "monitoring_alarms"},
        "properties": {
            "description": description,
            "alarm_rule": " OR ".join(f'ALARM("{child}")' for child in children),
            "actions_enabled": True,
            "alarm_actions": list(actions),
            "ok_actions": list(actions),
            "insufficient_data_actions": [],
        },
    }

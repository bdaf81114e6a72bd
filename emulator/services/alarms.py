"""The alarms of CloudWatch: what is kept of them, the state that they are in, and the topics that hear of it."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Iterator, Set
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from moto.cloudwatch.models import Alarm, CloudWatchBackend

from emulator.services import alarm_rules, notifications

SERVICE = "cloudwatch.amazonaws.com"
COMPARISONS = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}

# monotonic() of the creation of each alarm.
_created: WeakKeyDictionary[Alarm, float] = WeakKeyDictionary()
# Alarms in a state that SetAlarmState gave them.
_by_hand: WeakSet[Alarm] = WeakSet()
# The states of a composite alarm's children when it was last looked at.
_seen: WeakKeyDictionary[Alarm, dict[str, str]] = WeakKeyDictionary()
# AWS keeps the history of deleted alarms.
_history: WeakKeyDictionary[CloudWatchBackend, list[dict[str, Any]]] = WeakKeyDictionary()


def is_composite(alarm: Alarm) -> bool:
    return alarm.rule is not None


def kind(alarm: Alarm) -> str:
    return "CompositeAlarm" if is_composite(alarm) else "MetricAlarm"


def put(backend: CloudWatchBackend, name: str, **settings: Any) -> Alarm:
    """In the place of moto's. A new alarm starts without data; a changed one stays in its state and keeps its tags.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    """
    previous = backend.alarms.get(name)
    alarm = _put(backend, name=name, **{**settings, "tags": None if previous else settings.get("tags")})
    if previous is None:
        alarm.state_value = "INSUFFICIENT_DATA"
    else:
        for attribute in ("state_value", "state_reason", "state_reason_data", "state_updated_timestamp"):
            setattr(alarm, attribute, getattr(previous, attribute))
        if previous in _by_hand:
            _by_hand.add(alarm)
    _created[alarm] = _created.get(previous, time.monotonic()) if previous else time.monotonic()
    remember(backend, alarm, "ConfigurationUpdate", f'Alarm "{name}" {"updated" if previous else "created"}')
    return alarm


_put = CloudWatchBackend.put_metric_alarm
# Also for the alarms that moto's Application Auto Scaling makes.
CloudWatchBackend.put_metric_alarm = put  # type: ignore[assignment, method-assign]  # the only way in


def remember(backend: CloudWatchBackend, alarm: Alarm, item: str, summary: str) -> None:
    entry = {
        "AlarmName": alarm.name,
        "AlarmType": kind(alarm),
        "Timestamp": datetime.datetime.now(datetime.UTC),
        "HistoryItemType": item,
        "HistorySummary": summary,
        "HistoryData": json.dumps({"version": "1.0", "type": item}),
    }
    history(backend).append(entry)


def history(backend: CloudWatchBackend) -> list[dict[str, Any]]:
    """Oldest first."""
    return _history.setdefault(backend, [])


def set_by_hand(backend: CloudWatchBackend, alarm: Alarm, state: str, reason: str, data: str) -> None:
    """It stays until there is data, where AWS would look again soon; with a composite alarm, until a child changes."""
    _by_hand.add(alarm)
    _set_state(backend, alarm, state, reason, data)


def _set_state(backend: CloudWatchBackend, alarm: Alarm, state: str, reason: str, data: str = "{}") -> None:
    if state != alarm.state_value:
        remember(backend, alarm, "StateUpdate", f"Alarm updated from {alarm.state_value} to {state}")
        alarm.update_state(reason, data, state)
        _tell(backend, alarm, state)


def _tell(backend: CloudWatchBackend, alarm: Alarm, state: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
    actions = {
        "ALARM": alarm.alarm_actions,
        "OK": alarm.ok_actions,
        "INSUFFICIENT_DATA": alarm.insufficient_data_actions,
    }
    publisher = notifications.Publisher(SERVICE, backend.account_id, alarm.alarm_arn)
    for action in (actions[state] or ()) if alarm.actions_enabled else ():
        if action.split(":")[2] == "sns":
            notifications.publish(publisher, action, f'{state}: "{alarm.name}" in {backend.region_name}')


def check(backend: CloudWatchBackend, delay_seconds: float) -> None:
    """Bring the states of all alarms that are at least so old up to date."""
    created_before = time.monotonic() - delay_seconds
    due = {alarm for alarm in backend.alarms.values() if _created.get(alarm, 0.0) <= created_before}
    # moto makes the metrics of AWS's services anew each time: once for all alarms, few of which have any data.
    measured = {(datum.namespace, datum.name) for datum in backend.get_all_metrics()} if due else set()
    for alarm in due:
        if not is_composite(alarm):
            _check_metric(backend, alarm, measured)
    for alarm in _children_first(backend):
        if alarm in due:
            _check_composite(backend, alarm)


def _check_metric(backend: CloudWatchBackend, alarm: Alarm, measured: Set[tuple[str, str]]) -> None:
    values = _values(backend, alarm) if (alarm.namespace, alarm.metric_name) in measured else []
    if alarm in _by_hand and not values:
        return
    _by_hand.discard(alarm)
    _set_state(backend, alarm, _state(alarm, values), f"{len(values)} datapoints were checked against the threshold.")


def _state(alarm: Alarm, values: list[float]) -> str:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html"""
    compare = COMPARISONS.get(alarm.comparison_operator)
    missing = alarm.evaluation_periods - len(values) if alarm.evaluation_periods else 0
    treat = alarm.treat_missing_data or "missing"
    if compare is None or (not values and treat == "missing"):
        return "INSUFFICIENT_DATA"
    if not values and treat == "ignore":
        return str(alarm.state_value)
    breaching = sum(compare(value, alarm.threshold) for value in values) + (missing if treat == "breaching" else 0)
    return "ALARM" if breaching >= (alarm.datapoints_to_alarm or alarm.evaluation_periods) else "OK"


def _values(backend: CloudWatchBackend, alarm: Alarm) -> list[float]:
    """The statistic in each of the last periods that has data; none for metric math and percentiles."""
    if not alarm.metric_name or not alarm.statistic:
        return []
    end = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=1)
    found = backend.get_metric_statistics(
        alarm.namespace,
        alarm.metric_name,
        end - datetime.timedelta(seconds=alarm.period * alarm.evaluation_periods),
        end,
        alarm.period,
        [alarm.statistic],
        [{"Name": str(dimension.name), "Value": str(dimension.value)} for dimension in alarm.dimensions],
        alarm.unit,
    )
    values = [period.get_statistics_for_type(alarm.statistic) for period in found]
    return [float(value) for value in values if value is not None][-alarm.evaluation_periods :]


def _check_composite(backend: CloudWatchBackend, alarm: Alarm) -> None:
    states = {name: str(backend.alarms[name].state_value) for name in children(alarm) if name in backend.alarms}
    if _seen.get(alarm) == states:
        return
    _seen[alarm] = states
    holds = alarm_rules.parse(str(alarm.rule)).is_true(lambda name: states.get(name, "INSUFFICIENT_DATA"))
    _set_state(backend, alarm, "ALARM" if holds else "OK", f"{alarm.rule} is {str(holds).upper()}")


def _children_first(backend: CloudWatchBackend) -> Iterator[Alarm]:
    """The composite alarms that can be evaluated: AWS leaves out those in or above a cycle."""
    waiting = {alarm.name: alarm for alarm in backend.alarms.values() if is_composite(alarm)}
    while ready := [alarm for alarm in waiting.values() if not children(alarm) & set(waiting)]:
        for alarm in ready:
            del waiting[alarm.name]
        yield from ready


def children(alarm: Alarm) -> frozenset[str]:
    return alarm_rules.parse(alarm.rule).children if alarm.rule else frozenset()


def parents(backend: CloudWatchBackend, name: str) -> list[str]:
    return [alarm.name for alarm in backend.alarms.values() if name in children(alarm)]

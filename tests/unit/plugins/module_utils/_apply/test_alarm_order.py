"""The order of alarm writes: what a composite looks at exists before it and outlives it."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._apply.alarms import in_order
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed, Plan


def test_composites_after_their_children_and_deletes_the_other_way_round() -> None:
    wanted = [
        Desired("composite_alarm", "top", {"alarm_rule": "ALARM(middle)"}),
        Desired("composite_alarm", "middle", {"alarm_rule": "ALARM(cpu)"}),
        Desired("metric_alarm", "cpu", {}),
    ]
    found = [
        Observed("metric_alarm", "old-cpu"),
        Observed("composite_alarm", "old-middle", {"alarm_rule": "ALARM(old-cpu)"}),
        Observed("composite_alarm", "old-top", {"alarm_rule": "ALARM(old-middle)"}),
    ]
    plans = [Plan(o.kind, o.name, Action.DELETE) for o in found] + [Plan(d.kind, d.name, Action.CREATE) for d in wanted]
    assert [plan.name for plan in in_order(plans, wanted, found)] == [
        "cpu",
        "middle",
        "top",
        "old-top",
        "old-middle",
        "old-cpu",
    ]

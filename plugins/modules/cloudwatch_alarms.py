#!/usr/bin/python
# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cloudwatch_alarms
version_added: 0.1.0
short_description: All CloudWatch alarms of one owner
description:
  - Makes the alarms of one deployment what they should be, in one task; alarms on a metric, on a metric expression, on
    an anomaly band, and composite alarms. Two calls read up to a hundred of them, only what differs is written, and
    alarms of the owner that are no longer wanted are deleted.
  - Never touches an alarm that does not bear the owner's tags; one of them with a wanted name is refused, or taken over
    with O(adopt).
  - All alarms are validated before the first is written. Composite alarms are written after the alarms that they look
    at, and deleted before them.
  - A threshold may be a share of what a database has, of its storage, memory or connections.
  - An alarm is one definition. What it leaves out is at CloudWatch's default, and a difference from that is a change.
  - M(amazon.aws.cloudwatch_metric_alarm) manages one alarm a task, always reports a change with C(metrics), and knows
    no tags, C(actions_enabled), anomaly bands, pruning, diff and composite alarms.
author: pgfleet contributors (@pgfleet)
options:
  system:
    description: System of the owner; becomes the tag C(pgfleet:system).
    type: str
    required: true
  suffix:
    description: Suffix of the owner; becomes the tag C(pgfleet:suffix).
    type: str
    required: true
  prune:
    description: Delete alarms that bear the owner's tags and are not in O(alarms).
    type: bool
    default: true
  tags:
    description: Tags of every alarm, beside the owner's and C(Name). Others are removed.
    type: dict
    default: {}
  adopt:
    description: Take over alarms that have a wanted name and no ownership tags. Those of another owner stay refused.
    type: bool
    default: false
notes:
  - The owners of alarms are read from the Resource Groups Tagging API, which lags; a difference is confirmed with
    CloudWatch before anything is written.
seealso:
  - name: PutMetricAlarm
    description: The API reference of AWS.
    link: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
  - module: amazon.aws.cloudwatch_metric_alarm
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - pgfleet.aws.alarms
  - pgfleet.aws.planned.attributes
"""

EXAMPLES = r"""
- name: Alarms of the retail database
  pgfleet.aws.cloudwatch_alarms:
    system: retail
    suffix: prod
    alarms:
      - name: alarm-cpu-retail-prod
        namespace: AWS/RDS
        metric_name: CPUUtilization
        dimensions: {DBInstanceIdentifier: db-retail-prod}
        statistic: Average
        period_seconds: 300
        evaluation_periods: 2
        threshold: 80
        comparison_operator: GreaterThanThreshold
        treat_missing_data: notBreaching
        alarm_actions: ["arn:aws:sns:us-west-2:123456789012:topic-retail-prod"]
      - name: alarm-latency-retail-prod
        metrics:
          - id: total
            expression: read + write
            label: Latency
          - id: read
            namespace: AWS/RDS
            metric_name: ReadLatency
            dimensions: &database {DBInstanceIdentifier: db-retail-prod}
            statistic: Average
            period_seconds: 60
            return_data: false
          - id: write
            namespace: AWS/RDS
            metric_name: WriteLatency
            dimensions: *database
            statistic: Average
            period_seconds: 60
            return_data: false
        evaluation_periods: 3
        threshold: 0.2
        comparison_operator: GreaterThanThreshold
      - name: alarm-busy-retail-prod
        alarm_rule: ALARM("alarm-cpu-retail-prod") AND ALARM("alarm-latency-retail-prod")
    tags:
      Environment: Production

- name: Alarms that follow the size of the database
  pgfleet.aws.cloudwatch_alarms:
    system: retail
    suffix: prod
    alarms:
      - name: alarm-storage-retail-prod
        description: Less than 10 % of the storage is free
        namespace: AWS/RDS
        metric_name: FreeStorageSpace
        dimensions: {DBInstanceIdentifier: db-retail-prod}
        statistic: Average
        period_seconds: 300
        evaluation_periods: 1
        threshold_percent: 10
        comparison_operator: LessThanThreshold
      - name: alarm-memory-retail-prod
        description: Less than 5 % of the memory is freeable
        namespace: AWS/RDS
        metric_name: FreeableMemory
        dimensions: {DBInstanceIdentifier: db-retail-prod}
        statistic: Average
        period_seconds: 300
        evaluation_periods: 1
        threshold_percent: 5
        comparison_operator: LessThanThreshold
      - name: alarm-connections-retail-prod
        description: More than 80 % of max_connections are in use
        namespace: AWS/RDS
        metric_name: DatabaseConnections
        dimensions: {DBInstanceIdentifier: db-retail-prod}
        statistic: Average
        period_seconds: 300
        evaluation_periods: 1
        threshold_percent: 80
        comparison_operator: GreaterThanThreshold

- name: An alarm on what is unusual for the metric
  pgfleet.aws.cloudwatch_alarms:
    system: transactions
    suffix: prod
    alarms:
      - name: alarm-connections-transactions-prod
        metrics:
          - id: connections
            namespace: AWS/RDS
            metric_name: DatabaseConnections
            dimensions: {DBClusterIdentifier: aurora-postgres-cluster-prod}
            statistic: Average
            period_seconds: 300
          - id: band
            expression: ANOMALY_DETECTION_BAND(connections, 2)
        threshold_metric_id: band
        comparison_operator: GreaterThanUpperThreshold
        evaluation_periods: 3

- name: Remove them all
  pgfleet.aws.cloudwatch_alarms:
    system: transactions
    suffix: prod
    alarms: []
"""

RETURN = r"""
names:
  description: Names of the wanted alarms.
  type: list
  elements: str
  returned: success
plan:
  description: What is changed, or would be in check mode, alarm by alarm.
  type: list
  elements: dict
  returned: success
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._apply.alarms import AlarmWriter, in_order
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm_options import ALARM_OPTIONS
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.alarm_share import DIMENSION
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.composite_alarm import check_circles
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.capacity import settle_shares
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.cloudwatch import (
    COMPOSITE_ALARM,
    METRIC_ALARM,
    observe_alarms,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._owned_set import (
    OWNER_ARGUMENTS,
    entry,
    plan_set,
    repeated,
    set_scope,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed, Problem, unknown
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Module, Spec, converge, refuse_problems, run

HANDLERS = {handler.kind.name: handler for handler in (METRIC_ALARM, COMPOSITE_ALARM)}
ARGUMENTS: dict[str, Any] = {
    **OWNER_ARGUMENTS,
    "adopt": {"type": "bool", "default": False},
    "alarms": {"type": "list", "elements": "dict", "required": True, "options": ALARM_OPTIONS},
}
SPEC = Spec(ARGUMENTS)


def desired_alarm(given: Mapping[str, Any], options: Mapping[str, Any]) -> Desired:
    kind = COMPOSITE_ALARM.kind if given["alarm_rule"] is not None else METRIC_ALARM.kind
    return entry("alarms", kind, given, options)


def check(wanted: Sequence[Desired]) -> Iterable[Problem]:
    """The rules that need no AWS, of each alarm and of all together."""
    yield from repeated(wanted)
    for desired in wanted:
        kind = HANDLERS[desired.kind].kind
        for name in sorted(desired.properties.keys() - kind.properties.keys()):
            yield desired.problem(
                name, f"alarm {desired.name}: stands beside alarm_rule; a composite alarm has no metric."
            )
        yield from kind.check(desired)
    yield from check_circles(desired for desired in wanted if desired.kind == COMPOSITE_ALARM.kind.name)


def unsettled(wanted: Iterable[Desired], check_mode: bool) -> Iterable[Problem]:
    """Alarms whose database does not exist; only in check mode may a task before this one be about to make it."""
    for desired in wanted:
        if not check_mode and unknown(desired.properties.get("threshold")):
            database = desired.properties["dimensions"][DIMENSION]
            message = f"alarm {desired.name}: there is no DB instance {database}. Make it first, or give a threshold."
            yield desired.problem("dimensions", message, database)


def of_another_sort(wanted: Iterable[Desired], found: Iterable[Observed]) -> Iterable[Problem]:
    """CloudWatch makes no composite alarm of a metric alarm, nor the other way round: they share their names."""
    sorts = {observed.name: observed.kind for observed in found}
    for desired in wanted:
        present = sorts.get(desired.name, desired.kind)
        if present != desired.kind:
            message = f"is a {present.replace('_', ' ')} in CloudWatch. Choose another name, or delete it first."
            yield desired.problem("name", f"alarm {desired.name}: {message}", desired.name)


def ensure(module: Module, clients: Clients) -> dict[str, Any]:
    wanted = [desired_alarm(given, module.params) for given in module.params["alarms"]]
    refuse_problems(check(wanted))
    wanted, problems = settle_shares(clients, wanted)
    refuse_problems([*problems, *unsettled(wanted, module.check_mode)])
    scope = set_scope(module, clients)
    found = list(observe_alarms(scope, wanted))
    refuse_problems(of_another_sort(wanted, found))
    plans = plan_set(scope, wanted, found, HANDLERS.values(), module.params["prune"])
    writer = AlarmWriter(clients("cloudwatch"), wanted, found)
    result = converge(module, in_order(plans, wanted, found), writer.apply)
    writer.delete()
    return {"names": [desired.name for desired in wanted], **result}


def main() -> None:
    run(SPEC, ensure)


if __name__ == "__main__":
    main()

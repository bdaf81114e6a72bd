# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of one alarm as an option."""

from __future__ import annotations


class ModuleDocFragment:
    """The option ``alarms`` of M(pgfleet.aws.cloudwatch_alarms)."""

    DOCUMENTATION = r"""
options:
  alarms:
    description: All alarms that the owner wants in the region. One with O(alarms[].alarm_rule) is a composite alarm.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the alarm.
        type: str
        required: true
      description:
        description: Description of the alarm, at most 1024 characters.
        type: str
      actions_enabled:
        description: Whether the actions are carried out. By default they are.
        type: bool
      alarm_actions:
        description: ARNs of what is told when the alarm goes to C(ALARM), at most five.
        type: list
        elements: str
      ok_actions:
        description: ARNs of what is told when the alarm goes to C(OK), at most five.
        type: list
        elements: str
      insufficient_data_actions:
        description: ARNs of what is told when the alarm goes to C(INSUFFICIENT_DATA), at most five.
        type: list
        elements: str
      alarm_rule:
        description: Expression over other alarms, such as V(ALARM(one\) OR ALARM(another\)).
        type: str
      namespace:
        description: Namespace of the metric, such as V(AWS/RDS).
        type: str
      metric_name:
        description: Name of the metric.
        type: str
      dimensions:
        description: Dimensions of the metric, by name.
        type: dict
      statistic:
        description: Statistic of each period. Either this or O(alarms[].extended_statistic).
        type: str
        choices: [SampleCount, Average, Sum, Minimum, Maximum]
      extended_statistic:
        description: Percentile or trimmed statistic of each period, such as V(p99).
        type: str
      period_seconds:
        description: Length of a period; V(10), V(20), V(30) or a multiple of 60.
        type: int
      unit:
        description: Unit of the metric. Best left out.
        type: str
      metrics:
        description:
          - Metrics and expressions, in place of the one metric above. The alarm watches the one that returns data.
        type: list
        elements: dict
        suboptions:
          id:
            description: Name in expressions; letters, digits and underscores, beginning with a lower-case letter.
            type: str
            required: true
          expression:
            description: Expression over other ids, such as V(m1 / m2) or V(ANOMALY_DETECTION_BAND(m1, 2\)).
            type: str
          label:
            description: What it is called on screens.
            type: str
          return_data:
            description: Whether the alarm watches it. By default it does.
            type: bool
          account_id:
            description: Account whose metric it is.
            type: str
          namespace:
            description: Namespace of the metric.
            type: str
          metric_name:
            description: Name of the metric.
            type: str
          dimensions:
            description: Dimensions of the metric, by name.
            type: dict
          statistic:
            description: Statistic of each period.
            type: str
          period_seconds:
            description: Length of a period.
            type: int
          unit:
            description: Unit of the metric.
            type: str
      evaluation_periods:
        description:
          - Number of latest periods that are looked at. They cover at most a day, or seven days when a period is an
            hour or longer.
        type: int
      datapoints_to_alarm:
        description: How many of them must breach. All of them by default.
        type: int
      threshold:
        description:
          - What the statistic is compared with. Either this, O(alarms[].threshold_percent) or
            O(alarms[].threshold_metric_id).
        type: float
      threshold_percent:
        description:
          - The threshold as a share, above 0 and at most 100, of what the DB instance in the dimension
            C(DBInstanceIdentifier) has at the time of the run.
          - Of its storage for C(FreeStorageSpace), C(TransactionLogsDiskUsage) and C(ReplicationSlotDiskUsage), of the
            memory of its class for C(FreeableMemory) and C(SwapUsage), of C(max_connections) for
            C(DatabaseConnections). Other metrics have no capacity.
          - Where C(max_connections) is a formula over the memory, as it is by default, it is estimated slightly low, as
            RDS keeps part of the memory for itself and does not say how much.
          - In check mode, with a database that does not exist yet, the threshold is known after apply.
        type: float
      threshold_metric_id:
        description: Id of the anomaly band in O(alarms[].metrics) that the statistic is compared with.
        type: str
      comparison_operator:
        description: How the statistic is compared with the threshold, or with the anomaly band.
        type: str
        choices:
          - GreaterThanOrEqualToThreshold
          - GreaterThanThreshold
          - LessThanThreshold
          - LessThanOrEqualToThreshold
          - LessThanLowerOrGreaterThanUpperThreshold
          - LessThanLowerThreshold
          - GreaterThanUpperThreshold
      treat_missing_data:
        description: What a period without data counts as. V(missing) by default.
        type: str
        choices: [missing, notBreaching, breaching, ignore]
      evaluate_low_sample_count_percentile:
        description: Whether percentiles of few samples are looked at. V(evaluate) by default.
        type: str
        choices: [evaluate, ignore]
"""

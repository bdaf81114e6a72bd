"""For any two states: a plan that is applied leaves nothing to plan, and no plan holds a change of nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds import composite_alarm, metric_alarm
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_credentials import (
    DB_CREDENTIALS,
    plan_db_credentials,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.gateway_endpoint import GATEWAY_ENDPOINT
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.interface_endpoint import INTERFACE_ENDPOINT
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.internet import ELASTIC_IP, NAT_GATEWAY
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.log_group import LOG_GROUP, RETENTION_DAYS
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.network_acl import NETWORK_ACL, rule
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.route_table import ROUTE_TABLE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.secret import SECRET, plan_secret
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.sns_topic import SNS_TOPIC, plan_sns_topic
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.ssm_parameter import SSM_PARAMETER
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Kind, Observed, Plan, plan
from hypothesis import given
from hypothesis import strategies as st

text = st.text("ab", max_size=2)
ids = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3)
policies = st.builds(
    lambda actions, effect: {"Statement": [{"Effect": effect, "Action": actions}]},
    st.lists(st.sampled_from(["s3:GetObject", "s3:PutObject"]), min_size=1, unique=True),
    st.sampled_from(["Allow", "Deny"]),
)
tags = st.dictionaries(st.sampled_from(["Name", "Team", "pgfleet:system"]), text, min_size=1)
subscriptions = st.lists(
    st.fixed_dictionaries({"protocol": st.just("email"), "endpoint": st.sampled_from(["a@b", "c@d"])}),
    unique_by=lambda subscription: subscription["endpoint"],
)

routes = st.lists(
    st.fixed_dictionaries(
        {"destination": st.sampled_from(["0.0.0.0/0", "10.1.0.0/16"]), "target": st.sampled_from(["igw-1", "nat-1"])}
    ),
    unique_by=lambda route: route["destination"],
)
rules = st.lists(
    st.builds(
        lambda number, action: rule(number, "tcp", action, "10.0.0.0/8", (1, 2)),
        st.integers(1, 3),
        st.sampled_from(["allow", "deny"]),
    ),
    unique_by=lambda rule: rule["rule_number"],
)

# A kind, its planner, the properties that may differ, the attributes that its planner reads.
Case = tuple[Kind, Callable[..., Plan], Mapping[str, st.SearchStrategy[Any]], Mapping[str, Any]]
CASES: dict[str, Case] = {
    "log_group": (
        LOG_GROUP,
        plan,
        {"retention_days": st.sampled_from([0, *RETENTION_DAYS]), "kms_key_id": st.sampled_from(["", "a", "b"])},
        {},
    ),
    "sns_topic": (
        SNS_TOPIC,
        plan_sns_topic,
        {"display_name": text, "kms_key_id": text, "policy": policies, "subscriptions": subscriptions},
        {"pending_subscriptions": []},
    ),
    "ssm_parameter": (SSM_PARAMETER, plan, {"value": text, "description": text}, {}),
    "secret": (SECRET, plan_secret, {"description": text, "kms_key_id": text}, {"deleted_date": None}),
    "db_credentials": (
        DB_CREDENTIALS,
        plan_db_credentials,
        {"description": text, "host": text, "port": st.integers(1, 3), "engine": text, "dbname": text},
        {"deleted_date": None},
    ),
    "gateway_endpoint": (GATEWAY_ENDPOINT, plan, {"route_table_ids": ids, "policy": policies}, {}),
    "interface_endpoint": (
        INTERFACE_ENDPOINT,
        plan,
        {"subnet_ids": ids, "security_group_ids": ids, "private_dns_enabled": st.booleans(), "status": text},
        {},
    ),
    "route_table": (ROUTE_TABLE, plan, {"subnet_ids": ids, "routes": routes}, {}),
    "network_acl": (NETWORK_ACL, plan, {"subnet_ids": ids, "ingress": rules, "egress": rules}, {}),
    "nat_gateway": (NAT_GATEWAY, plan, {"status": st.sampled_from(["pending", "available"])}, {}),
    "elastic_ip": (ELASTIC_IP, plan, {}, {}),
}


def applied(observed: Observed, found: Plan) -> Observed:
    properties, present = dict(observed.properties), dict(observed.tags)
    for change in found.changes:
        if change.property.startswith("tags."):
            present[change.property.removeprefix("tags.")] = change.after
        else:
            properties[change.property] = change.after
    return replace(observed, properties=properties, tags={k: v for k, v in present.items() if v is not None})


@pytest.mark.parametrize("case", CASES)
@given(data=st.data())
def test_an_applied_plan_leaves_nothing_to_plan(case: str, data: st.DataObject) -> None:
    kind, planner, properties, attributes = CASES[case]
    before = Observed(kind.name, "x", data.draw(st.fixed_dictionaries(dict(properties))), data.draw(tags), attributes)
    wanted = data.draw(st.fixed_dictionaries({}, optional=dict(properties)))
    desired = Desired(kind.name, "x", wanted, data.draw(tags))
    found = planner(kind, desired, before, frozenset())
    assert all(change.before != change.after for change in found.changes)
    assert {change.property for change in found.changes if "." not in change.property} <= wanted.keys()
    after = applied(before, found)
    assert planner(kind, desired, after, frozenset()).action is Action.NONE
    untouched = kind.properties.keys() - {change.property for change in found.changes}
    assert all(after.properties.get(name) == before.properties.get(name) for name in untouched)


metrics = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["a", "b"]), "expression": text.filter(bool)},
        optional={"label": text, "return_data": st.booleans(), "period_seconds": st.just(60)},
    ),
    unique_by=lambda metric: metric["id"],
    max_size=2,
)
common: dict[str, st.SearchStrategy[Any]] = {
    "description": text,
    "actions_enabled": st.booleans(),
    "alarm_actions": ids,
    "ok_actions": ids,
    "insufficient_data_actions": ids,
}
evaluation: dict[str, st.SearchStrategy[Any]] = {
    "datapoints_to_alarm": st.integers(1, 3),
    "threshold": st.sampled_from([0, 0.5, 80]),
    "treat_missing_data": st.sampled_from(["missing", "ignore"]),
}
one_metric: dict[str, st.SearchStrategy[Any]] = {
    "namespace": text,
    "dimensions": st.dictionaries(st.sampled_from(["A", "B"]), text.filter(bool)),
    "statistic": st.sampled_from(["Average", "Sum"]),
    "period_seconds": st.sampled_from([60, 300]),
}


def metric_definitions(**source: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    optional: dict[str, st.SearchStrategy[Any]] = {**common, **evaluation, **source}
    return st.fixed_dictionaries({"evaluation_periods": st.integers(1, 3)}, optional=optional)


metric_alarms = st.one_of(metric_definitions(**one_metric), metric_definitions(metrics=metrics))
composites = st.fixed_dictionaries(
    {"alarm_rule": st.sampled_from(["ALARM(a)", "ALARM( a )", "OK(b)"])}, optional=common
)


def described(module: Any, desired: Desired) -> Observed:
    """What CloudWatch describes after a put of this definition: a put overwrites all of it."""
    raw = {**module.to_aws(desired), "AlarmArn": "arn", "StateValue": "OK"}
    found: Observed = module.from_aws(raw, desired.tags)
    return found


@pytest.mark.parametrize(
    ("module", "kind", "planner", "definitions"),
    [
        (metric_alarm, metric_alarm.METRIC_ALARM, metric_alarm.plan_metric_alarm, metric_alarms),
        (composite_alarm, composite_alarm.COMPOSITE_ALARM, composite_alarm.plan_composite_alarm, composites),
    ],
    ids=["metric_alarm", "composite_alarm"],
)
@given(data=st.data())
def test_alarms_are_planned_as_whole_definitions(
    module: Any, kind: Kind, planner: Callable[..., Plan], definitions: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    old, new = (Desired(kind.name, "x", data.draw(definitions), data.draw(tags)) for _ in range(2))
    assert planner(kind, new, described(module, new), frozenset()).action is Action.NONE
    found = planner(kind, new, described(module, old), frozenset())
    assert all(change.before != change.after for change in found.changes)
    same = described(module, old) == described(module, new)
    assert same <= (found.action is Action.NONE)
    assert applied(described(module, old), found).tags == new.tags

"""Drifts of what watches a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.integration.truth.drift import Drift, Said, Target, put, take


def _topic_attribute(attribute: str) -> Any:
    def setter(it: Target, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        it.aws("sns").set_topic_attributes(TopicArn=it.arn, AttributeName=attribute, AttributeValue=text)

    return setter


def _fewer_statements(it: Target) -> Any:
    return {**it.wanted["policy"], "Statement": it.wanted["policy"]["Statement"][:1]}


QUEUE = "arn:aws:sqs:us-east-1:123456789012:other"


def _one_subscription_more() -> Drift:
    """One of a queue, which needs no confirmation."""

    def do(it: Target, name: str) -> Said:
        it.aws("sns").subscribe(TopicArn=it.arn, Protocol="sqs", Endpoint=QUEUE)
        before = [*it.wanted[name], {"protocol": "sqs", "endpoint": QUEUE}]
        return {(it.key, name): (before, it.wanted[name])}

    def undo(it: Target, _name: str) -> None:
        sns = it.aws("sns")
        for found in sns.list_subscriptions_by_topic(TopicArn=it.arn)["Subscriptions"]:
            if found["Endpoint"] == QUEUE:
                sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])

    return Drift(do, undo)


def _subscription_option(option: str) -> Any:
    return lambda it, value: it.aws("rds").modify_event_subscription(SubscriptionName=it.name, **{option: value})


def _categories(it: Target, value: list[str]) -> None:
    it.aws("rds").modify_event_subscription(
        SubscriptionName=it.name, SourceType=it.wanted["source_type"], EventCategories=value
    )


def _sources(it: Target, wanted: list[str]) -> None:
    rds = it.aws("rds")
    found = rds.describe_event_subscriptions(SubscriptionName=it.name)["EventSubscriptionsList"][0]
    for source in set(wanted) - set(found["SourceIdsList"]):
        rds.add_source_identifier_to_subscription(SubscriptionName=it.name, SourceIdentifier=source)
    for source in set(found["SourceIdsList"]) - set(wanted):
        rds.remove_source_identifier_from_subscription(SubscriptionName=it.name, SourceIdentifier=source)


def _anew(it: Target, **options: Any) -> None:
    rds = it.aws("rds")
    rds.delete_event_subscription(SubscriptionName=it.name)
    tags = [{"Key": key, "Value": value} for key, value in it.tags.items()]
    rds.create_event_subscription(
        SubscriptionName=it.name, SnsTopicArn=it.wanted["sns_topic_arn"], Tags=tags, Enabled=True, **options
    )


def _other_source_type() -> Drift:
    """Its type changes with its sources and categories: somebody made it anew."""

    def do(it: Target, name: str) -> Said:
        _anew(it, SourceType="db-snapshot")
        emptied: Said = {(it.key, part): ([], it.wanted[part]) for part in ("source_ids", "event_categories")}
        return {(it.key, name): ("db-snapshot", it.wanted[name]), **emptied}

    def undo(it: Target, _name: str) -> None:
        w = it.wanted
        _anew(it, SourceType=w["source_type"], SourceIds=w["source_ids"], EventCategories=w["event_categories"])

    return Drift(do, undo)


def _other_topic(it: Target) -> str:
    return str(it.aws("sns").create_topic(Name="other")["TopicArn"])


def _retention(it: Target, days: int) -> None:
    it.aws("logs").put_retention_policy(logGroupName=it.name, retentionInDays=days)


def _for_ever(it: Target) -> None:
    it.aws("logs").delete_retention_policy(logGroupName=it.name)


def _filters(change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Drift:
    """What becomes of the first filter."""

    def do(it: Target, _name: str) -> Said:
        logs = it.aws("logs")
        first = it.wanted["filters"][0]
        meant = {**first, "namespace": it.wanted["namespace"], "dimensions": {}}
        meant.pop("name")
        changed = change(meant)
        if changed is None:
            logs.delete_metric_filter(logGroupName=it.name, filterName=first["name"])
        else:
            _put_filter(it, first["name"], changed)
        return {(it.key, f"filters.{first['name']}"): (changed, meant)}

    def undo(it: Target, _name: str) -> None:
        first = it.wanted["filters"][0]
        _put_filter(it, first["name"], {**first, "namespace": it.wanted["namespace"]})

    return Drift(do, undo)


def _put_filter(it: Target, name: str, one: dict[str, Any]) -> None:
    metric = {
        "metricName": one["metric_name"],
        "metricNamespace": one["namespace"],
        "metricValue": one["metric_value"],
        "defaultValue": one["default_value"],
        "unit": one["unit"],
    }
    it.aws("logs").put_metric_filter(
        logGroupName=it.name, filterName=name, filterPattern=one["pattern"], metricTransformations=[metric]
    )


def _one_filter_more() -> Drift:
    def do(it: Target, _name: str) -> Said:
        one = {k: v for k, v in it.wanted["filters"][0].items() if k != "name"} | {"namespace": it.wanted["namespace"]}
        one["metric_name"] = "other"
        _put_filter(it, "other", one)
        return {(it.key, "filters.other"): ({**one, "dimensions": {}}, None)}

    return Drift(do, lambda it, _name: it.aws("logs").delete_metric_filter(logGroupName=it.name, filterName="other"))


def _put_body(it: Target, body: dict[str, Any]) -> None:
    it.aws("cloudwatch").put_dashboard(DashboardName=it.name, DashboardBody=json.dumps(body))


def _dashboard(change: Callable[[dict[str, Any]], tuple[str, dict[str, Any], Any, Any]]) -> Drift:
    def do(it: Target, _name: str) -> Said:
        part, body, before, after = change(it.wanted["body"])
        _put_body(it, body)
        return {(it.key, part): (before, after)}

    return Drift(do, lambda it, name: _put_body(it, it.wanted[name]))


def _changed_widget(body: dict[str, Any]) -> tuple[str, dict[str, Any], Any, Any]:
    first, second, *others = body["widgets"]
    changed = {**second, "properties": {**second["properties"], "title": "Other"}}
    return "body.widgets[1]", {**body, "widgets": [first, changed, *others]}, changed, second


def _one_widget_less(body: dict[str, Any]) -> tuple[str, dict[str, Any], Any, Any]:
    return "body.widgets[0]", {**body, "widgets": body["widgets"][1:]}, None, body["widgets"][0]


def _one_widget_more(body: dict[str, Any]) -> tuple[str, dict[str, Any], Any, Any]:
    count = len(body["widgets"])
    extra = {"type": "text", "x": 0, "y": 99, "width": 6, "height": 3, "properties": {"markdown": "other"}}
    return f"body.widgets[{count}] as it was", {**body, "widgets": [*body["widgets"], extra]}, extra, None


def _start(body: dict[str, Any]) -> tuple[str, dict[str, Any], Any, Any]:
    return "body.start", {**body, "start": "-PT1H"}, "-PT1H", body["start"]


DRIFTS: dict[str, dict[str, Drift | list[Drift]]] = {
    "sns_topic": {
        "display_name": put(_topic_attribute("DisplayName"), "Other"),
        "kms_key_id": put(_topic_attribute("KmsMasterKeyId"), "alias/aws/sns"),
        "policy": put(_topic_attribute("Policy"), _fewer_statements),
        "subscriptions": _one_subscription_more(),
    },
    "rds_event_subscription": {
        "sns_topic_arn": put(_subscription_option("SnsTopicArn"), _other_topic),
        "source_type": _other_source_type(),
        "source_ids": put(
            _sources, lambda it: it.wanted["source_ids"][1:], lambda it: len(it.wanted["source_ids"]) > 1
        ),
        "event_categories": put(_categories, ["failure"]),
        "enabled": put(_subscription_option("Enabled"), False),
    },
    "log_group": {
        "retention_days": [put(_retention, 1), take(_retention, _for_ever, 0)],
    },
    "metric_filters": {
        "namespace": _filters(lambda one: {**one, "namespace": "other"}),
        "filters": [
            _filters(lambda one: {**one, "pattern": "other"}),
            _filters(lambda one: {**one, "metric_value": "2"}),
            _filters(lambda _one: None),
            _one_filter_more(),
        ],
    },
    "cloudwatch_dashboard": {
        "body": [_dashboard(change) for change in (_changed_widget, _one_widget_less, _one_widget_more, _start)]
    },
}

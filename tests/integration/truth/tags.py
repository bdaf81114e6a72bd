"""Tags changed behind the plan's back: for every kind, by the calls of its service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.integration.truth.drift import Drift, Said, Target

OWNERSHIP = ("pgfleet:suffix", "pgfleet:system")
Tag = Callable[[Target, Mapping[str, str]], Any]
Untag = Callable[[Target, Sequence[str]], Any]

# What lacks our tags is adopted, but for these: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
# and its like put over somebody else's without a word.
PUT_OVER = ("metric_alarm", "composite_alarm", "ssm_parameter")
EXTRA, GONE, CHANGED = "Other", "ManagedBy", "CostCenter"


def _listed(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: of} for name, of in tags.items()]


def _by(
    service: str,
    name: Callable[[Target], dict[str, Any]],
    tag: str = "tag_resource",
    untag: str = "untag_resource",
    listed: Callable[[Mapping[str, str]], Any] = _listed,
    tags: str = "Tags",
    keys: str = "TagKeys",
) -> tuple[Tag, Untag]:
    return (
        lambda it, wanted: getattr(it.aws(service), tag)(**name(it), **{tags: listed(wanted)}),
        lambda it, gone: getattr(it.aws(service), untag)(**name(it), **{keys: list(gone)}),
    )


def _arn(parameter: str) -> Callable[[Target], dict[str, Any]]:
    return lambda it: {parameter: it.arn}


def _bucket(it: Target, wanted: Mapping[str, str], gone: Sequence[str] = ()) -> None:
    s3 = it.aws("s3")
    present = {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=it.name)["TagSet"]}
    kept = {key: value for key, value in {**present, **wanted}.items() if key not in gone}
    s3.put_bucket_tagging(Bucket=it.name, Tagging={"TagSet": _listed(kept)})


_EC2: tuple[Tag, Untag] = (
    lambda it, wanted: it.aws("ec2").create_tags(Resources=[it.id], Tags=_listed(wanted)),
    lambda it, gone: it.aws("ec2").delete_tags(Resources=[it.id], Tags=[{"Key": key} for key in gone]),
)
_RDS = _by("rds", _arn("ResourceName"), "add_tags_to_resource", "remove_tags_from_resource")
_CLOUDWATCH = _by("cloudwatch", _arn("ResourceARN"))

SERVICES: dict[str, tuple[Tag, Untag]] = {
    **dict.fromkeys(
        (
            "vpc",
            "subnet",
            "internet_gateway",
            "elastic_ip",
            "nat_gateway",
            "route_table",
            "gateway_endpoint",
            "security_group",
            "interface_endpoint",
            "network_acl",
        ),
        _EC2,
    ),
    **dict.fromkeys(
        (
            "db_subnet_group",
            "db_parameter_group",
            "db_cluster_parameter_group",
            "rds_instance",
            "aurora_cluster",
            "rds_event_subscription",
        ),
        _RDS,
    ),
    **dict.fromkeys(("metric_alarm", "composite_alarm", "cloudwatch_dashboard"), _CLOUDWATCH),
    "kms_key": _by("kms", lambda it: {"KeyId": it.id}, listed=lambda tags: _listed(tags, "TagKey", "TagValue")),
    "iam_role": _by("iam", lambda it: {"RoleName": it.name}, "tag_role", "untag_role"),
    "secret": _by("secretsmanager", lambda it: {"SecretId": it.name}),
    "s3_bucket": (_bucket, lambda it, gone: _bucket(it, {}, gone)),
    "log_group": _by("logs", _arn("resourceArn"), listed=dict, tags="tags", keys="tagKeys"),
    "sns_topic": _by("sns", _arn("ResourceArn")),
    "ssm_parameter": _by(
        "ssm",
        lambda it: {"ResourceType": "Parameter", "ResourceId": it.name},
        "add_tags_to_resource",
        "remove_tags_from_resource",
    ),
    "lambda_function": _by("lambda", _arn("Resource"), listed=dict),
    "reader_autoscaling": _by("application-autoscaling", _arn("ResourceARN"), listed=dict),
}


def ownership(kind: str) -> Drift:
    """Whose it is, taken away."""
    tag, untag = SERVICES[kind]

    def do(it: Target, _name: str) -> Said:
        untag(it, OWNERSHIP)
        return {(it.key, f"tags.{name}"): (None, it.tags[name]) for name in OWNERSHIP}

    return Drift(do, lambda it, _name: tag(it, {name: it.tags[name] for name in OWNERSHIP}))


# Found by its tag Name, and told by its owner where it has lost that.
FOUND_BY_NAME = tuple(kind for kind, by in SERVICES.items() if by is _EC2)


def unnamed(kind: str) -> Drift:
    """Its tag Name, taken away."""
    tag, untag = SERVICES[kind]

    def do(it: Target, _name: str) -> Said:
        untag(it, ["Name"])
        return {(it.key, "tags.Name"): (None, it.tags["Name"])}

    return Drift(do, lambda it, _name: tag(it, {"Name": it.tags["Name"]}))


def drift(kind: str) -> Drift:
    """A tag more, a tag less, and one with another value."""
    tag, untag = SERVICES[kind]

    def do(it: Target, _name: str) -> Said:
        tag(it, {EXTRA: "1", CHANGED: "other"})
        untag(it, [GONE])
        return {
            (it.key, f"tags.{EXTRA}"): ("1", None),
            (it.key, f"tags.{GONE}"): (None, it.tags[GONE]),
            (it.key, f"tags.{CHANGED}"): ("other", it.tags[CHANGED]),
        }

    def undo(it: Target, _name: str) -> None:
        untag(it, [EXTRA])
        tag(it, {name: it.tags[name] for name in (GONE, CHANGED)})

    return Drift(do, undo)

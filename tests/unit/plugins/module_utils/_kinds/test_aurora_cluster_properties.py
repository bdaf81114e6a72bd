"""Plans of a cluster: what holds for any two states."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import AURORA_CLUSTER, OFF, members_in
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster_plan import (
    new_members,
    of_cluster,
    of_member,
    plan_aurora_cluster,
    removed_members,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import AURORA_MEMBER
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    Action,
    Change,
    Desired,
    Effect,
    Observed,
    Plan,
)
from hypothesis import given
from hypothesis import strategies as st

EVERYTHING = frozenset(Effect)
keys = st.sampled_from(["arn:aws:kms:r:1:key/a", "arn:aws:kms:r:1:key/b"])
windows = st.sampled_from(["sun:04:00-sun:05:00", "Sun:04:00-Sun:05:00", "mon:04:00-mon:05:00"])
scaling = st.fixed_dictionaries(
    {"min_acu": st.sampled_from([0, 0.5]), "max_acu": st.sampled_from([1, 2])},
    optional={"seconds_until_auto_pause": st.sampled_from([None, 300])},
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "engine_version": st.sampled_from(["14.9", "15", "15.9", "15.12", "16.2"]),
    "allow_major_version_upgrade": st.booleans(),
    "port": st.sampled_from([5432, 5433]),
    "kms_key_id": keys,
    "storage_type": st.sampled_from(["aurora", "aurora-iopt1"]),
    "serverless_v2_scaling": scaling,
    "vpc_security_group_ids": st.permutations(["sg-1", "sg-2"]),
    "db_cluster_parameter_group_name": st.sampled_from(["one", "One", "two"]),
    "backup_retention_days": st.integers(1, 3),
    "maintenance_window": windows,
    "performance_insights_enabled": st.booleans(),
    "performance_insights_retention_days": st.sampled_from([7, 31]),
    "log_exports": st.lists(st.sampled_from(["postgresql", "instance"]), unique=True),
    "iam_authentication": st.booleans(),
    "auto_minor_version_upgrade": st.booleans(),
}
MEMBER_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "instance_class": st.sampled_from(["db.r5.large", "db.r6gd.large"]),
    "promotion_tier": st.integers(0, 2),
    "publicly_accessible": st.booleans(),
    "db_parameter_group_name": st.sampled_from(["m1", "M1", "m2"]),
    "maintenance_window": windows,
    "auto_minor_version_upgrade": st.booleans(),
}
NAMES = ("m1", "m2", "m3", "application-autoscaling-1")


def member(name: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"name": st.just(name)}, optional=MEMBER_VALUES)


lists = st.lists(st.sampled_from(NAMES[:3]), unique=True).flatmap(lambda names: st.tuples(*map(member, names)))
wanted = st.fixed_dictionaries({}, optional=VALUES | {"members": lists.map(list), "prune_members": st.booleans()}).map(
    lambda p: Desired("aurora_cluster", "c", p, {"Name": "c"})
)

PRESENT: dict[str, Any] = {
    **dict.fromkeys(AURORA_CLUSTER.properties),
    **OFF,
    "engine_version": "15.9",
    "manage_master_user_password": False,
}


def seen_member(name: str, properties: dict[str, Any]) -> Observed:
    present = dict.fromkeys(AURORA_MEMBER.properties) | {"instance_class": "db.r5.large"} | properties
    role = "writer" if name == "m1" else "reader"
    return Observed("aurora_member", name, present, {"Name": "other"}, {"role": role, "status": "available"})


def seen_cluster(properties: dict[str, Any], members: dict[str, dict[str, Any]], status: str = "available") -> Observed:
    attributes = {"status": status, "_members": {name: seen_member(name, own) for name, own in members.items()}}
    return Observed("aurora_cluster", "c", PRESENT | properties, {"Name": "other"}, attributes)


present = st.fixed_dictionaries({}, optional={name: VALUES[name] for name in VALUES if name != "engine_version"})
several = st.fixed_dictionaries(
    {}, optional={name: st.fixed_dictionaries({}, optional=MEMBER_VALUES) for name in NAMES}
)
seen = st.builds(seen_cluster, present, several)


def plan(desired: Desired, observed: Observed, allow: frozenset[Effect] = EVERYTHING) -> Plan:
    return plan_aurora_cluster(AURORA_CLUSTER, desired, observed, allow)


def made(properties: Any, changes: list[Change]) -> dict[str, Any]:
    return dict(properties) | {change.property: change.after for change in changes}


def applied(desired: Desired, observed: Observed) -> Observed:
    """The cluster after what the plan says has been done to it."""
    changes = plan(desired, observed).changes
    gone = removed_members(changes)
    members = {
        name: replace(seen, properties=made(seen.properties, of_member(changes, name)), tags=desired.tags)
        for name, seen in members_in(observed).items()
        if name not in gone
    }
    for change in changes:
        name = change.property.removeprefix("members.")
        if name in new_members([change]):
            members[name] = replace(seen_member(name, change.after), tags=desired.tags)
    properties = made(observed.properties, of_cluster(changes))
    return replace(
        observed, properties=properties, tags=desired.tags, attributes={**observed.attributes, "_members": members}
    )


@given(wanted, seen)
def test_applying_a_plan_leaves_nothing_to_do(desired: Desired, observed: Observed) -> None:
    if list(AURORA_CLUSTER.check(desired)) or plan(desired, observed).action is Action.REFUSE:
        return
    assert plan(desired, applied(desired, observed)).changes == ()


@given(wanted, seen)
def test_no_writer_and_no_autoscaled_reader_is_removed(desired: Desired, observed: Observed) -> None:
    removed = removed_members(plan(desired, observed).changes)
    assert not {"m1", "application-autoscaling-1"} & set(removed)
    assert desired.properties.get("prune_members") or not removed


@given(wanted, seen)
def test_without_permission_only_free_changes_are_made(desired: Desired, observed: Observed) -> None:
    free, everything = plan(desired, observed, frozenset()), plan(desired, observed)
    assert all(change.effect is Effect.NONE for change in free.changes)
    if everything.action is not Action.REFUSE:
        assert {c.property for c in (*free.changes, *free.waiting)} == {c.property for c in everything.changes}


@given(wanted, seen)
def test_plans_are_minimal(desired: Desired, observed: Observed) -> None:
    """Every change is of something named, and says something else than what is there."""
    for change in plan(desired, observed).changes:
        assert change.before != change.after
        head = change.property.split(".")[0]
        assert head in {*desired.properties, "tags", "members"}


@given(wanted, present, several)
def test_a_stopped_cluster_is_never_changed(desired: Desired, properties: Any, members: Any) -> None:
    assert plan(desired, seen_cluster(properties, members, "stopped")).changes == ()

"""Plans of an instance: what holds for any two states."""

from __future__ import annotations

from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance import OFF, RDS_INSTANCE
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.rds_instance_plan import plan_rds_instance
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Effect, Observed
from hypothesis import given
from hypothesis import strategies as st

EVERYTHING = frozenset(Effect)
keys = st.sampled_from(["arn:aws:kms:r:1:key/a", "arn:aws:kms:r:1:key/b"])
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "engine_version": st.sampled_from(["15.15", "16", "16.9", "16.13", "17.2"]),
    "allow_major_version_upgrade": st.booleans(),
    "instance_class": st.sampled_from(["db.t3.micro", "db.m5.large"]),
    "allocated_storage_gib": st.integers(20, 40),
    "max_allocated_storage_gib": st.sampled_from([0, 30, 100]),
    "storage_type": st.sampled_from(["gp2", "gp3", "standard"]),
    "kms_key_id": keys,
    "multi_az": st.booleans(),
    "availability_zone": st.sampled_from(["a", "b"]),
    "db_subnet_group_name": st.sampled_from(["One", "one", "two"]),
    "vpc_security_group_ids": st.permutations(["sg-1", "sg-2"]),
    "backup_retention_days": st.integers(0, 2),
    "maintenance_window": st.sampled_from(["sun:04:00-sun:05:00", "Sun:04:00-Sun:05:00", "mon:04:00-mon:05:00"]),
    "performance_insights_enabled": st.booleans(),
    "performance_insights_retention_days": st.sampled_from([7, 31]),
    "performance_insights_kms_key_id": keys,
    "monitoring_interval_seconds": st.sampled_from([0, 60]),
    "monitoring_role_arn": st.sampled_from(["arn:r1", "arn:r2"]),
    "log_exports": st.lists(st.sampled_from(["postgresql", "upgrade"]), unique=True),
    "iam_authentication": st.booleans(),
}
wanted = st.fixed_dictionaries({}, optional=VALUES).map(lambda p: Desired("rds_instance", "db", p, {"Name": "db"}))
PRESENT: dict[str, Any] = {
    **dict.fromkeys(RDS_INSTANCE.properties),
    **OFF,
    "engine_version": "16.9",
    "allocated_storage_gib": 20,
    "multi_az": False,
    "manage_master_user_password": False,
}
seen = st.fixed_dictionaries({}, optional={name: VALUES[name] for name in VALUES if name != "engine_version"}).map(
    lambda p: Observed("rds_instance", "db", PRESENT | p, {"Name": "other"})
)


def plan(desired: Desired, observed: Observed, allow: frozenset[Effect] = EVERYTHING) -> Any:
    return plan_rds_instance(RDS_INSTANCE, desired, observed, allow)


def applied(desired: Desired, observed: Observed) -> Observed:
    """The instance after what the plan says has been done to it."""
    changes = plan(desired, observed).changes
    properties = dict(observed.properties) | {
        c.property: c.after for c in changes if c.property in RDS_INSTANCE.properties
    }
    return Observed("rds_instance", "db", properties, desired.tags)


@given(wanted, seen)
def test_applying_a_plan_leaves_nothing_to_do(desired: Desired, observed: Observed) -> None:
    possible = not list(RDS_INSTANCE.check(desired))
    if possible and plan(desired, observed).action is not Action.REFUSE:
        assert plan(desired, applied(desired, observed)).action is Action.NONE


@given(wanted, seen)
def test_nothing_shrinks_or_is_downgraded(desired: Desired, observed: Observed) -> None:
    for change in plan(desired, observed).changes:
        if change.property == "allocated_storage_gib":
            assert change.after > change.before
        if change.property == "engine_version":
            assert tuple(map(int, change.after.split("."))) > tuple(map(int, change.before.split(".")))


@given(wanted, seen)
def test_without_permission_only_free_changes_are_made(desired: Desired, observed: Observed) -> None:
    free, everything = plan(desired, observed, frozenset()), plan(desired, observed)
    assert all(change.effect is Effect.NONE for change in free.changes)
    if everything.action is not Action.REFUSE:
        assert {c.property for c in (*free.changes, *free.waiting)} == {c.property for c in everything.changes}


@given(wanted, seen)
def test_only_what_is_named_changes(desired: Desired, observed: Observed) -> None:
    named = {*desired.properties, "tags.Name"}
    assert {change.property for change in plan(desired, observed).changes} <= named

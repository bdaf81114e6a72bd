"""The plan of a whole deployment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import (
    KNOWN_AFTER_APPLY,
    Action,
    Change,
    Desired,
    Effect,
    Kind,
    Observed,
    Plan,
    Problem,
    Property,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import (
    StackPlan,
    check,
    plan_found,
    plan_stack,
)

OWNER = Owner("retail", "prod")
OURS = OWNER.tags()
THEIRS = Owner("finance", "prod").tags()
OUR_OTHER = Owner("retail", "pr42").tags()


def no_client(service: str, **_: Any) -> Any:
    raise AssertionError(f"nothing here asks {service}")


SCOPE = Scope(Clients(no_client), OWNER, "123456789012", "us-west-2")


@dataclass
class Cloud:
    """What exists, and a registry of three kinds, of which ``pet`` is pruned. It notes what it is asked."""

    exists: Sequence[Observed] = ()
    observed: list[tuple[str, list[str]]] = field(default_factory=list)
    verified: list[tuple[str, Observed | None]] = field(default_factory=list)
    problems: Sequence[Problem] = ()

    def registry(self) -> dict[str, Handler]:
        kinds = (
            Kind("vpc", {"block": Property(immutable="Make another."), "dns": Property(), "vpc_id": Property()}),
            Kind("key", {"text": Property(), "size": Property(effect=Effect.DOWNTIME), "vpc_id": Property()}),
            Kind("pet", {"text": Property()}),
        )
        return {
            kind.name: Handler(kind, self._observer(kind.name), verify=self._verify, prune=kind.name == "pet")
            for kind in kinds
        }

    def _observer(self, kind: str) -> Any:
        def observe(_scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
            self.observed.append((kind, [d.name for d in wanted]))
            return (o for o in self.exists if o.kind == kind)

        return observe

    def _verify(self, scope: Scope, desired: Desired, observed: Observed | None) -> Iterable[Problem]:
        assert scope is SCOPE
        self.verified.append((desired.key, observed))
        return self.problems

    def plan(
        self, *resources: Desired, allow: frozenset[Effect] = frozenset(), manages: Sequence[str] = ()
    ) -> StackPlan:
        return plan_stack(SCOPE, resources, self.registry(), allow, manages)


def vpc(tags: dict[str, str], n: int = 1, block: str = "10.0.0.0/16") -> Observed:
    return Observed("vpc", "one", {"block": block}, {"Name": "one", **tags}, {"id": f"vpc-{n}", "_raw": "hidden"})


def key(tags: dict[str, str], **properties: Any) -> Observed:
    return Observed("key", "one", properties, tags, {"id": "key-1"})


VPC = Desired("vpc", "one", {"block": "10.0.0.0/16", "dns": None})
KEY = Desired("key", "one", {"text": "a"})
OTHER_BLOCK = "10.1.0.0/16"


def test_an_empty_account() -> None:
    cloud = Cloud()
    wanted = [VPC, replace(KEY, properties={"vpc_id": {"ref": "vpc/one", "get": "id"}})]
    stack = cloud.plan(*wanted)
    assert stack.plans == (
        Plan("vpc", "one", Action.CREATE, (Change("block", None, "10.0.0.0/16"),)),
        Plan("key", "one", Action.CREATE, (Change("vpc_id", None, KNOWN_AFTER_APPLY),)),
    )
    assert (stack.known, stack.problems, stack.in_sync) == ({}, (), False)
    assert stack.totals() == {"add": 2, "change": 0, "delete": 0, "in_sync": 0, "waiting": 0}
    assert [verified for verified, _ in cloud.verified] == ["vpc/one", "key/one"]


def test_each_kind_is_observed_once_in_document_order() -> None:
    cloud = Cloud()
    cloud.plan(VPC, KEY, replace(VPC, name="two"))
    assert cloud.observed == [("vpc", ["one", "two"]), ("key", ["one"])]


def test_what_is_as_wanted_is_known_and_not_verified() -> None:
    cloud = Cloud([vpc(OURS), key(OURS, vpc_id="vpc-1")])
    stack = cloud.plan(VPC, replace(KEY, properties={"vpc_id": {"ref": "vpc/one", "get": "id"}}))
    assert stack.plans == (Plan("vpc", "one"), Plan("key", "one"))
    assert stack.known == {"vpc/one": {"id": "vpc-1"}, "key/one": {"id": "key-1"}}
    assert stack.in_sync
    assert stack.totals() == {"add": 0, "change": 0, "delete": 0, "in_sync": 2, "waiting": 0}
    assert cloud.verified == []


@pytest.mark.parametrize("allow", [frozenset(), frozenset({Effect.DOWNTIME})])
def test_what_waits_is_verified_and_in_sync_until_it_is_allowed(allow: frozenset[Effect]) -> None:
    there = key(OURS, size=1)
    cloud = Cloud([there], problems=[Problem("key_size", 2, "is not offered.")])
    stack = cloud.plan(Desired("key", "one", {"size": 2}), allow=allow)
    assert stack.in_sync is not bool(allow)
    assert stack.totals()["waiting"] == (0 if allow else 1)
    assert stack.problems == tuple(cloud.problems)
    assert cloud.verified == [("key/one", there)]


def test_a_refused_change_is_a_problem() -> None:
    stack = Cloud([vpc(OURS, block=OTHER_BLOCK)]).plan(VPC)
    assert [problem.input for problem in stack.problems] == ["block"]
    assert [plan.action for plan in stack.plans] == [Action.REFUSE]
    assert stack.known == {"vpc/one": {"id": "vpc-1"}}


def test_somebody_elses_is_a_problem_and_not_known() -> None:
    cloud = Cloud([key(THEIRS)])
    stack = cloud.plan(KEY)
    assert [problem.input for problem in stack.problems] == ["key/one"]
    assert (stack.plans, stack.known, cloud.verified) == ((), {}, [])


@pytest.mark.parametrize(("exists", "known"), [([vpc(THEIRS)], {"vpc/one": {"id": "vpc-1"}}), ([], {})])
def test_an_external_resource_is_looked_up_and_not_planned(exists: list[Observed], known: dict[str, Any]) -> None:
    stack = Cloud(exists).plan(replace(VPC, external=True, properties={"block": OTHER_BLOCK}))
    assert (stack.plans, stack.known, stack.problems) == ((), known, ())


def test_what_is_ours_and_no_longer_wanted_is_removed_last_where_the_kind_is_pruned() -> None:
    pets = [
        Observed("pet", name, {"text": "a"}, tags) for name, tags in (("cat", OURS), ("dog", OURS), ("cow", THEIRS))
    ]
    strays = [*pets, vpc(OURS), Observed("vpc", "old", {}, OURS)]
    stack = Cloud(strays).plan(Desired("pet", "dog", {"text": "a"}), VPC)
    assert [(plan.key, plan.action) for plan in stack.plans] == [
        ("pet/dog", Action.NONE),
        ("vpc/one", Action.NONE),
        ("pet/cat", Action.DELETE),
    ]
    assert stack.totals()["delete"] == 1
    assert not stack.in_sync


def test_a_kind_that_is_managed_is_pruned_when_nothing_of_it_is_wanted() -> None:
    pets = [Observed("pet", "cat", {"text": "a"}, OURS), Observed("pet", "cow", {}, THEIRS)]
    cloud = Cloud(pets)
    assert [plan.key for plan in cloud.plan(VPC).plans] == ["vpc/one"]
    stack = Cloud(pets).plan(VPC, manages=["pet", "vpc"])
    assert [(plan.key, plan.action) for plan in stack.plans] == [
        ("vpc/one", Action.CREATE),
        ("pet/cat", Action.DELETE),
    ]
    managed = Cloud(pets)
    managed.plan(VPC, manages=["pet", "vpc"])
    assert managed.observed == [("vpc", ["one"]), ("pet", [])]


@dataclass
class Settling:
    """Gives pets the text of a key as it will be after the run, and notes what it is given."""

    problems: list[Problem] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)

    def __call__(self, scope: Scope, desired: Desired, after: Any) -> tuple[Desired, list[Problem]]:
        assert scope is SCOPE
        self.seen.append({key: dict(properties) for key, properties in after.items()})
        return replace(desired, properties={"text": after["key/one"]["text"]}), self.problems


@pytest.mark.parametrize(
    ("exists", "wanted", "after"),
    [
        pytest.param([], {"text": "a", "size": 1}, {"text": "a", "size": 1}, id="new: what it is made with"),
        pytest.param([key(OURS, text="b", size=1)], {"text": "a"}, {"text": "a", "size": 1}, id="what changes"),
        pytest.param(
            [key(OURS, text="b", size=1)], {"text": "a", "size": 2}, {"text": "a", "size": 1}, id="not what waits"
        ),
    ],
)
def test_what_depends_on_another_resource_takes_it_as_it_will_be(
    exists: list[Observed], wanted: dict[str, Any], after: dict[str, Any]
) -> None:
    cloud, settle = Cloud(exists), Settling()
    registry = cloud.registry()
    registry["pet"] = replace(registry["pet"], settle=settle)
    stack = plan_stack(SCOPE, [replace(KEY, properties=wanted), Desired("pet", "cat")], registry, frozenset())
    assert settle.seen == [{"key/one": after}]
    assert stack.plans[-1].changes == (Change("text", None, "a"),)


def test_what_a_kind_notes_for_its_own_use_is_handed_on_too() -> None:
    settle = Settling()
    registry = Cloud([replace(key(OURS, text="a"), attributes={"id": "k-1", "_parts": {}})]).registry()
    registry["pet"] = replace(registry["pet"], settle=settle)
    plan_stack(SCOPE, [KEY, Desired("pet", "cat")], registry, frozenset())
    assert settle.seen == [{"key/one": {"text": "a", "_parts": {}}}]


def test_an_external_resource_is_depended_on_as_it_is() -> None:
    settle = Settling()
    registry = Cloud([key(THEIRS, text="b")]).registry()
    registry["pet"] = replace(registry["pet"], settle=settle)
    plan_stack(SCOPE, [replace(KEY, external=True), Desired("pet", "cat")], registry, frozenset())
    assert settle.seen == [{"key/one": {"text": "b"}}]


def test_what_cannot_be_settled_is_a_problem_and_not_planned() -> None:
    problem = Problem("pet", "cat", "has no key.")
    registry = Cloud().registry()
    registry["pet"] = replace(registry["pet"], settle=Settling([problem]))
    stack = plan_stack(SCOPE, [KEY, Desired("pet", "cat")], registry, frozenset())
    assert stack.problems == (problem,)
    assert [plan.key for plan in stack.plans] == ["key/one"]


def test_a_module_may_observe_by_itself() -> None:
    cloud = Cloud()
    assert plan_found(SCOPE, [KEY], [key(OURS, text="a")], cloud.registry()).in_sync
    assert cloud.observed == []


def network(*subnets: tuple[str, str, str], block: str = "10.60.0.0/16") -> list[Desired]:
    """A VPC and subnets of a VPC, a zone and a block each."""
    return [
        Desired("vpc", "one", {"cidr_block": block}, role="network"),
        *(
            Desired(
                "subnet",
                f"subnet-{n}",
                {"vpc_id": {"ref": f"vpc/{of}", "get": "id"}, "availability_zone": zone, "cidr_block": cidr_block},
                role="network",
            )
            for n, (of, zone, cidr_block) in enumerate(subnets)
        ),
    ]


@pytest.mark.parametrize(
    ("resources", "inputs"),
    [
        pytest.param(network(("one", "a", "10.60.1.0/24"), ("one", "b", "10.60.2.0/24")), [], id="fine"),
        pytest.param(
            network(("one", "a", "10.60.1.0/24"), ("one", "a", "10.60.2.0/24")), ["network_subnets"], id="one zone"
        ),
        pytest.param(
            network(("one", "a", "10.60.1.0/24"), ("two", "b", "10.60.2.0/24")),
            ["network_subnets"],
            id="another VPC's subnets do not count",
        ),
        pytest.param(
            network(("one", "a", "10.60.1.0/24"), ("one", "b", "10.60.2.0/24"), ("two", "a", "10.99.1.0/24")),
            [],
            id="another VPC's subnets lie elsewhere",
        ),
        pytest.param(
            network(("one", "a", "10.60.1.0/24"), ("one", "b", "10.60.2.0/24"), block="10.60.0.0/8"),
            ["network_cidr_block"],
            id="a rule of a kind",
        ),
        pytest.param(
            [Desired("sns_topic", "t", {"display_name": "x"}, role="m", limits={"display_name": {"choices": ["y"]}})],
            ["m_display_name"],
            id="a limit of the inventory",
        ),
        pytest.param(
            [
                Desired(
                    "sns_topic",
                    "t",
                    {"display_name": "x" * 101},
                    role="m",
                    limits={"display_name": {"pattern": "x{1,9}"}},
                )
            ],
            ["m_display_name"],
            id="a limit of the inventory instead of AWS's wider one",
        ),
        pytest.param(
            [Desired("iam_role", "r", {}), Desired("iam_role", "r", {})], ["iam_role/r"], id="one and the same twice"
        ),
        pytest.param(
            [
                Desired("kms_key", "key", {"policy": {"ref": "iam_role/r", "get": "arn"}}),
                Desired("s3_bucket", "B", {"policy": None}),
            ],
            ["name", "name"],
            id="all of them at once",
        ),
    ],
)
def test_rules_that_need_no_aws(resources: list[Desired], inputs: list[str]) -> None:
    assert [problem.input for problem in check(resources, HANDLERS)] == inputs


def test_every_kind_is_registered_under_its_name() -> None:
    assert {name: handler.kind.name for name, handler in HANDLERS.items()} == {name: name for name in HANDLERS}
    assert {"vpc", "network", "kms_key", "iam_role", "s3_bucket", "rds_instance", "ssm_parameter"} <= HANDLERS.keys()


def test_a_handler_verifies_nothing_unless_it_is_given_how() -> None:
    handler = Handler(Kind("thing", {}), lambda _scope, _wanted: ())
    assert list(handler.verify(SCOPE, KEY, None)) == []


def test_alarms_are_held_to_the_metrics_of_their_database() -> None:
    """The rest of what is wrong with these is for the rules of their kinds."""
    cluster = Desired("aurora_cluster", "c", {"members": []})
    watched = {"namespace": "AWS/RDS", "dimensions": {"DBClusterIdentifier": "c"}}
    alarm = Desired("metric_alarm", "a", {**watched, "metric_name": "FreeStorageSpace"})
    assert "no such metric" in " ".join(p.message for p in check([cluster, alarm], HANDLERS))
    fine = replace(alarm, properties={**watched, "metric_name": "VolumeBytesUsed"})
    assert "no such metric" not in " ".join(p.message for p in check([cluster, fine], HANDLERS))

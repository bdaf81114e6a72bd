"""Many deployments planned from one reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError, Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._fleet import Deployment, plan_fleet
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Handler, Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Kind, Observed, Problem, Property
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan

SHOP, BANK = Owner("shop", "prod"), Owner("bank", "prod")


def no_client(service: str, **_: Any) -> Any:
    raise AssertionError(f"nothing here asks {service}")


SCOPE = Scope(Clients(no_client), SHOP, "123456789012", "us-west-2")


def denied(code: str) -> AwsError:
    return AwsError("ec2", "DescribeKeys", "", code, "no")


@dataclass
class Cloud:
    """What exists. Reading keys fails with ``code``: for several, and for those who want the ``hidden`` ones."""

    exists: Sequence[Observed] = ()
    code: str = ""
    hidden: Sequence[str] = ()
    asked: list[tuple[str, list[str], list[str]]] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)

    @property
    def registry(self) -> dict[str, Handler]:
        def within(wanted: Sequence[Desired], observed: Observed) -> bool:
            self.looked_at.append(observed.name)
            return any(observed.name.startswith(desired.name[0]) for desired in wanted)

        key = Handler(Kind("key", {"size": Property()}, self._check), self._observe, verify=self._verify)
        pet = Handler(Kind("pet", {"size": Property()}), self._observe, prune=True, within=within)
        return {"key": key, "pet": pet}

    def _check(self, desired: Desired) -> Iterable[Problem]:
        if desired.properties.get("size") == 0:
            yield desired.problem("size", "is too small.")

    def _verify(self, scope: Scope, desired: Desired, _observed: Observed | None) -> Iterable[Problem]:
        assert not scope.owners
        if desired.properties.get("size") == 13:
            raise denied("Throttling")
        return ()

    def _observe(self, scope: Scope, wanted: Sequence[Desired]) -> Iterable[Observed]:
        kind = wanted[0].kind
        systems = sorted({owner.system for owner in scope.owners or {scope.owner}})
        self.asked.append((kind, [desired.name for desired in wanted], systems))
        if kind == "key" and self.code and (len(scope.owners) > 1 or {d.name for d in wanted} & set(self.hidden)):
            raise denied(self.code)
        names = {desired.name for desired in wanted}
        return (o for o in self.exists if o.kind == kind and (kind == "pet" or o.name in names))


def observed(kind: str, name: str, owner: Owner, size: int = 1) -> Observed:
    return Observed(kind, name, {"size": size}, owner.tags())


def wants(owner: Owner, *names: str, kind: str = "key", size: int = 1) -> Deployment:
    tags = owner.tags()
    return Deployment(owner, [{"kind": kind, "name": n, "properties": {"size": size}, "tags": tags} for n in names])


def actions(plan: Any) -> dict[str, str]:
    assert isinstance(plan, StackPlan), plan
    return {p.key: str(p.action) for p in plan.plans}


def test_each_kind_is_read_once_for_all() -> None:
    cloud = Cloud([observed("key", "a", SHOP), observed("key", "b", BANK, 2)])
    plans = plan_fleet(SCOPE, {"shop": wants(SHOP, "a"), "bank": wants(BANK, "b", "c")}, cloud.registry)
    assert {host: actions(plan) for host, plan in plans.items()} == {
        "shop": {"key/a": "none"},
        "bank": {"key/b": "update", "key/c": "create"},
    }
    assert cloud.asked == [("key", ["a", "b", "c"], ["bank", "shop"])]


def test_what_several_use_and_none_makes_is_looked_up_for_each() -> None:
    """Two may mean different things by one name: the subnets that each has named."""
    cloud = Cloud([observed("key", "a", BANK), observed("key", "b", SHOP)])
    external = [{"kind": "key", "name": "a", "external": True}]
    fleet = {
        "shop": Deployment(SHOP, [*external, *wants(SHOP, "b").entries]),
        "bank": Deployment(BANK, external),
    }
    plans = plan_fleet(SCOPE, fleet, cloud.registry)
    assert {host: actions(plan) for host, plan in plans.items()} == {"shop": {"key/b": "none"}, "bank": {}}
    assert all("key/a" in plan.known for plan in plans.values() if isinstance(plan, StackPlan))
    assert cloud.asked == [("key", ["b"], ["bank", "shop"]), ("key", ["a"], ["shop"]), ("key", ["a"], ["bank"])]
    cloud = Cloud(code="Throttling", hidden=["a"])
    assert "Throttling" in str(plan_fleet(SCOPE, {"bank": fleet["bank"]}, cloud.registry)["bank"])
    assert cloud.asked == [("key", ["a"], ["bank"])]


def test_what_two_want_is_asked_for_once() -> None:
    cloud = Cloud([observed("key", "a", SHOP)])
    plans = plan_fleet(SCOPE, {"one": wants(SHOP, "a"), "two": wants(BANK, "a")}, cloud.registry)
    assert actions(plans["one"]) == {"key/a": "none"}
    assert "belongs to system shop" in str(plans["two"])
    assert cloud.asked == [("key", ["a"], ["bank", "shop"])]


def test_one_deletes_nothing_that_another_of_the_same_owner_decides_about() -> None:
    cloud = Cloud([observed("pet", "a1", SHOP), observed("pet", "a2", SHOP), observed("pet", "b1", SHOP)])
    fleet = {"database": wants(SHOP, "a1", kind="pet"), "network": wants(SHOP, "b1", kind="pet")}
    plans = plan_fleet(SCOPE, fleet, cloud.registry)
    assert actions(plans["database"]) == {"pet/a1": "none", "pet/a2": "delete"}
    assert actions(plans["network"]) == {"pet/b1": "none"}


def test_what_cannot_work_on_one_host_is_its_own_failure() -> None:
    fleet = {
        "small": wants(SHOP, "a", size=0),
        "strange": Deployment(SHOP, [{"kind": "cat", "name": "a"}]),
        "dark": wants(SHOP, "d", size=13),
        "fine": wants(BANK, "b"),
    }
    plans = plan_fleet(SCOPE, fleet, Cloud().registry)
    assert list(plans) == list(fleet)
    assert "size: 0" in str(plans["small"])
    assert "unknown kind 'cat'" in str(plans["strange"])
    assert "Throttling" in str(plans["dark"])
    assert actions(plans["fine"]) == {"key/b": "create"}


def test_a_name_of_somebody_else_is_refused() -> None:
    plans = plan_fleet(SCOPE, {"shop": wants(SHOP, "a")}, Cloud([observed("key", "a", BANK)]).registry)
    assert isinstance(plans["shop"], Refused)
    assert "belongs to system bank" in str(plans["shop"])


def test_what_one_host_may_not_read_does_not_stop_the_others() -> None:
    cloud = Cloud([observed("key", "b", BANK)], code="AccessDenied", hidden=["a"])
    plans = plan_fleet(SCOPE, {"shop": wants(SHOP, "a"), "bank": wants(BANK, "b")}, cloud.registry)
    assert "ec2:DescribeKeys failed: AccessDenied" in str(plans["shop"])
    assert actions(plans["bank"]) == {"key/b": "none"}


@pytest.mark.parametrize("hosts", [1, 2])
def test_a_service_that_does_not_answer_fails_all_who_need_it_and_is_not_asked_again(hosts: int) -> None:
    cloud = Cloud([observed("pet", "c", BANK)], code="EndpointConnectionError", hidden=["a", "b"])
    fleet = {"shop": wants(SHOP, "a"), "bank": wants(BANK, "b")}
    asking = {host: fleet[host] for host in list(fleet)[:hosts]}
    plans = plan_fleet(SCOPE, asking | {"other": wants(BANK, "c", kind="pet")}, cloud.registry)
    assert all("EndpointConnectionError" in str(plans[host]) for host in asking)
    assert actions(plans["other"]) == {"pet/c": "none"}
    assert len([1 for kind, *_ in cloud.asked if kind == "key"]) == 1


def test_nothing_to_plan() -> None:
    assert plan_fleet(SCOPE, {}, Cloud().registry) == {}
    assert actions(plan_fleet(SCOPE, {"shop": Deployment(SHOP, [])}, Cloud().registry)["shop"]) == {}


def test_each_looks_at_what_is_its_own_and_not_at_what_all_have() -> None:
    owners = [Owner(f"s{number}", "prod") for number in range(20)]
    exists = [observed("pet", f"{name}-{owner.system}", owner) for owner in owners for name in ("dog", "cat", "down")]
    cloud = Cloud(exists)
    wanted = {owner.system: wants(owner, f"dog-{owner.system}", kind="pet") for owner in owners}
    plans = plan_fleet(SCOPE, wanted, cloud.registry)
    assert actions(plans["s7"]) == {"pet/dog-s7": "none", "pet/down-s7": "delete"}
    assert sorted(cloud.looked_at) == sorted(f"{name}-{o.system}" for o in owners for name in ("cat", "down"))

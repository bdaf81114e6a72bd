"""What holds whichever names a network of ours has lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ansible_collections.pgfleet.aws.plugins.module_utils._api import Clients
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._owner import Owner
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action, Desired, Observed
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan, plan_found
from hypothesis import given
from hypothesis import strategies as st

OWNER = Owner("retail", "prod")
ZONES = "abc"


def no_client(service: str, **_: Any) -> Any:
    raise AssertionError(f"nothing here asks {service}")


SCOPE = Scope(Clients(no_client), OWNER, "123456789012", "us-west-2")


def ref(kind: str, name: str) -> dict[str, str]:
    return {"ref": f"{kind}/{name}", "get": "id"}


def resource(kind: str, name: str, **properties: Any) -> Desired:
    return Desired(kind, name, properties, {"Name": name, **OWNER.tags()})


def network() -> list[Desired]:
    """With a subnet, a table, an address and a gateway in each zone."""
    vpc = ref("vpc", "vpc")
    subnets = [
        resource("subnet", f"s-{z}", vpc_id=vpc, cidr_block=f"10.0.{n}.0/24", availability_zone=f"us-west-2{z}")
        for n, z in enumerate(ZONES)
    ]
    return [
        resource("vpc", "vpc", cidr_block="10.0.0.0/16"),
        *subnets,
        resource("internet_gateway", "igw", vpc_id=vpc),
        *(resource("elastic_ip", f"ip-{z}") for z in ZONES),
        *(
            resource(
                "nat_gateway", f"nat-{z}", subnet_id=ref("subnet", f"s-{z}"), allocation_id=ref("elastic_ip", f"ip-{z}")
            )
            for z in ZONES
        ),
        *(
            resource("route_table", f"rt-{z}", vpc_id=vpc, subnet_ids=[ref("subnet", f"s-{z}")], routes=[])
            for z in ZONES
        ),
        resource("network_acl", "acl", vpc_id=vpc, subnet_ids=[ref("subnet", f"s-{z}") for z in ZONES]),
    ]


WANTED = network()


def identity(value: Any) -> Any:
    """References as the ids that the resources have, which are their keys."""
    if isinstance(value, dict):
        return value["ref"]
    return [identity(one) for one in value] if isinstance(value, list) else value


def found(nameless: Iterable[str], gone: Iterable[str] = ()) -> list[Observed]:
    """What observers give: what bears a name under that, and what bears none under each that is missing."""
    nameless, gone = set(nameless), set(gone)
    there: list[Observed] = []
    for desired in (one for one in WANTED if one.key not in gone):
        tags = {key: value for key, value in desired.tags.items() if desired.key not in nameless or key != "Name"}
        properties = {name: identity(value) for name, value in desired.properties.items()}
        one = Observed(desired.kind, desired.name, properties, tags, {"id": desired.key})
        missing = [d.name for d in WANTED if d.kind == one.kind and d.key in nameless | gone]
        there += [replace(one, name=name) for name in (missing if desired.key in nameless else [one.name])]
    return there


def planned(there: Sequence[Observed]) -> StackPlan:
    return plan_found(SCOPE, WANTED, there, HANDLERS)


names = st.sets(st.sampled_from([desired.key for desired in WANTED]))


@given(names)
def test_whatever_has_lost_its_name_gets_it_back_and_nothing_else_happens(nameless: set[str]) -> None:
    stack = planned(found(nameless))
    assert stack.problems == ()
    said = {(plan.key, change.property, change.after) for plan in stack.plans for change in plan.changes}
    assert said == {(key, "tags.Name", key.partition("/")[2]) for key in nameless}


TABLES = [desired.key for desired in WANTED if desired.kind == "route_table"]


@given(names, st.sets(st.sampled_from(TABLES)))
def test_nothing_is_taken_for_two_and_what_is_gone_is_made(nameless: set[str], gone: set[str]) -> None:
    stack = planned(found(nameless - gone, gone))
    assert stack.problems == ()
    ids = Counter(attributes["id"] for attributes in stack.known.values())
    assert ids == Counter(desired.key for desired in WANTED if desired.key not in gone)
    assert {plan.key for plan in stack.plans if plan.action is Action.CREATE} == gone


@given(names, st.sets(st.sampled_from(TABLES), min_size=1))
def test_a_table_that_no_subnet_uses_is_never_doubled(nameless: set[str], unused: set[str]) -> None:
    """Nobody can tell which one it is: a person has to, before anything is made."""
    there = [
        replace(one, properties={**one.properties, "subnet_ids": []}) if one.attributes["id"] in unused else one
        for one in found(nameless | unused)
    ]
    stack = planned(there)
    assert {problem.input for problem in stack.problems} == unused
    assert not any(plan.action is Action.CREATE for plan in stack.plans)

"""The plan tells the truth: what stands is in sync, and what is changed behind its back it names, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._document import parse
from ansible_collections.pgfleet.aws.plugins.module_utils._registry import HANDLERS
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Action
from ansible_collections.pgfleet.aws.plugins.module_utils._run import Refused
from ansible_collections.pgfleet.aws.plugins.module_utils._stack import StackPlan

from emulator.testing import Emulator
from tests import users
from tests.integration.truth import repairs, rounds, standing, tags
from tests.integration.truth.drift import Said, Target, differences, said
from tests.integration.truth.gone import COPIES, GONE, STAYS, deleted, dependents, one_too_many
from tests.integration.truth.otherwise import ELSEWHERE, EXCEPTIONS, OTHERWISE, Otherwise
from tests.integration.truth.repairs import REPAIRS
from tests.integration.truth.standing import Standing

CASES = rounds.cases()
User = dict[str, str]
# What no document names and is compared all the same: an alarm is one definition, an alias follows its function, and a
# secret is not to be deleted.
UNNAMED = {
    ("lambda_alias", "version"),
    ("metric_alarm", "unit"),
    ("metric_alarm", "datapoints_to_alarm"),
    ("secret", "deleted_date"),
}
KINDS = {name: handler.kind for name, handler in HANDLERS.items()}


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    """The four systems of inventories/prod. Their databases have no PostgreSQL behind them."""
    build = tmp_path_factory.mktemp("build")
    with Emulator(program="tests.bench.without_servers") as aws:
        hosts = standing.documents(aws, build)
        (package,) = build.glob("*.zip")
        made = Standing(aws, hosts, package)
        made.bring_up()
        yield made


@pytest.fixture(scope="module")
def operator(systems: Standing) -> User:
    """Who has the policies of docs/iam and no more. IAM also tells what each write was about."""
    return users.deployer(systems.aws.client("iam"), "operator", users.FLEET)


def wanted_properties(systems: Standing) -> dict[str, set[str]]:
    """Every property that a document names, with those of members, and tags, by kind."""
    found: dict[str, set[str]] = defaultdict(set)
    for entry in (entry for host in systems.hosts.values() for entry in host.entries):
        properties = entry.get("properties") or {}
        found[entry["kind"]] |= properties.keys() - {"members"}
        found[entry["kind"]] |= {f"members.{name}" for member in properties.get("members", ()) for name in member}
        if entry.get("tags"):
            found[entry["kind"]].add(rounds.TAGS)
    return found


def test_a_plan_that_says_too_little_too_much_or_something_else_is_not_the_truth() -> None:
    meant: Said = {("vpc/one", "enable_dns_support"): (False, True)}
    assert differences(meant, meant) == []
    assert differences(meant, {}) == ["not said: vpc/one enable_dns_support"]
    assert differences({}, meant) == ["said: vpc/one enable_dns_support: (False, True)"]
    wrong: Said = {("vpc/one", "enable_dns_support"): (None, True)}
    assert differences(meant, wrong) == ["vpc/one enable_dns_support: before is None and not False"]


def test_what_was_made_is_what_is_wanted(systems: Standing) -> None:
    planned = systems.plan(systems.hosts)
    assert said(planned.values()) == {}
    assert all(stack.in_sync and not stack.problems for stack in planned.values())


def test_no_property_of_the_four_systems_is_forgotten(systems: Standing) -> None:
    """Each is changed behind the plan's back, or wanted otherwise, or an exception with a reason: exactly one of it."""
    wanted = {(kind, name) for kind, names in wanted_properties(systems).items() for name in names}
    changed = {(case.kind, case.property) for case in CASES}
    otherwise = {(kind, name) for kind, names in OTHERWISE.items() for name in names}
    excepted = {(kind, name) for kind, names in EXCEPTIONS.items() for name in names}
    assert wanted - changed - otherwise - excepted == set()
    assert (changed | otherwise | excepted) - wanted == UNNAMED
    assert changed & otherwise | changed & excepted | otherwise & excepted == set()


def test_no_kind_and_no_property_is_new(systems: Standing) -> None:
    """Each kind has a place in the four systems. Properties that modules alone have are listed: a new one is seen."""
    wanted = wanted_properties(systems)
    assert wanted.keys() == HANDLERS.keys()
    named = {kind: {name.partition(".")[0] for name in names} for kind, names in wanted.items()}
    left = {name: set(kind.properties) - named[name] for name, kind in KINDS.items()}
    assert {kind: names for kind, names in left.items() if names} == ELSEWHERE


class Rounds:
    """What the plans said of each round of drifts. A round is done when the first of its drifts is asked for."""

    def __init__(self, systems: Standing) -> None:
        self._systems = systems
        self._rounds = rounds.rounds(CASES, rounds.targets(systems))
        self._of = {str(case): number for number, pairs in enumerate(self._rounds) for case, _target in pairs}
        self._found: dict[int, tuple[dict[str, list[str]], list[str]]] = {}

    def faults(self, case: rounds.Case) -> list[str]:
        number = self._of[str(case)]
        if number not in self._found:
            self._found[number] = {}, ["its round did not come to an end"]
            self._found[number] = self._do(number)
        faults, others = self._found[number]
        return faults.get(str(case), []) + others

    def _do(self, number: int) -> tuple[dict[str, list[str]], list[str]]:
        """What is wrong with each drift, and with what the plans say beyond them."""
        pairs = self._rounds[number]
        expected = {str(case): case.drift.do(target, case.property) for case, target in pairs}
        found = said(self._systems.plan({target.host.name for _case, target in pairs}).values())
        for case, target in pairs:
            case.drift.undo(target, case.property)
        every = {key for one in expected.values() for key in one}
        others = differences({}, {key: value for key, value in found.items() if key not in every})
        own = {name: {key: found[key] for key in one if key in found} for name, one in expected.items()}
        return {name: differences(one, own[name]) for name, one in expected.items()}, others


@pytest.fixture(scope="module")
def done(systems: Standing) -> Rounds:
    return Rounds(systems)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_behind_its_back_is_named_and_nothing_else(done: Rounds, case: rounds.Case) -> None:
    assert done.faults(case) == []


def test_what_was_put_back_is_in_sync(systems: Standing) -> None:
    assert said(systems.plan(systems.hosts).values()) == {}


def test_networks_that_have_lost_all_their_names_are_what_they_were(systems: Standing) -> None:
    """And so is what uses them: nothing is to be made a second time, and names are all that is missing."""
    standing = rounds.targets(systems)
    targets = [target for kind in tags.FOUND_BY_NAME for target in standing[kind]]
    drifts = {kind: tags.unnamed(kind) for kind in tags.FOUND_BY_NAME}
    expected: Said = {}
    for target in targets:
        expected |= drifts[target.kind].do(target, rounds.TAGS)
    assert differences(expected, said(systems.plan(systems.hosts).values())) == []
    for target in targets:
        drifts[target.kind].undo(target, rounds.TAGS)
    assert said(systems.plan(systems.hosts).values()) == {}


def wanted_otherwise(systems: Standing, refused: bool) -> dict[str, list[tuple[Target, str, Otherwise]]]:
    """By host, what its document is to want instead."""
    targets, found = rounds.targets(systems), defaultdict(list)
    for kind, names in OTHERWISE.items():
        for name, otherwise in names.items():
            if otherwise.refused == refused:
                target = next(target for target in targets[kind] if otherwise.fits(target))
                found[target.host.name].append((target, name, otherwise))
    return found


def altered(systems: Standing, host: str, changes: list[tuple[Target, str, Otherwise]]) -> list[dict[str, Any]]:
    entries = [dict(entry) for entry in systems.hosts[host].entries]
    for target, name, otherwise in changes:
        (entry,) = [one for one in entries if (one["kind"], one["name"]) == (target.kind, target.name)]
        head, _dot, part = name.partition(".")
        value = otherwise.value(target)
        if part:
            value = [*entry["properties"][head][:-1], {**entry["properties"][head][-1], part: value}]
        entry["properties"] = {**entry["properties"], head: value}
    return entries


def test_what_aws_cannot_change_is_refused_by_its_name_and_value(systems: Standing) -> None:
    by_host = wanted_otherwise(systems, refused=True)
    planned = systems.planned(
        {
            host: replace(systems.hosts[host].deployment, entries=altered(systems, host, by_host[host]))
            for host in by_host
        }
    )
    for host, changes in by_host.items():
        refusal = planned[host]
        assert isinstance(refusal, Refused), f"{host}: {refusal}"
        problems = {(problem.input, problem.message.partition(".")[0]) for problem in refusal.problems}
        for target, name, _otherwise in changes:
            assert named(systems, target, name, problems), f"{target.key} {name}: {refusal}"
        assert len(refusal.problems) == len(changes), str(refusal)


def named(systems: Standing, target: Target, name: str, problems: set[tuple[str, str]]) -> bool:
    """Whether a problem has the inventory's name of the property, and what AWS has."""
    entries = systems.hosts[target.host.name].entries
    (desired,) = [d for d in parse(entries, KINDS) if d.key == target.key]
    member, present = "", target.wanted
    if name.startswith("members."):
        present, name = target.wanted["members"][-1], name.partition(".")[2]
        member = f"members.{present['name']}."
    return any(
        said_of == desired.input_name(member + name) and str(present[name]).partition(".")[0] in message
        for said_of, message in problems
    )


def test_an_alias_that_leads_elsewhere_is_refused(systems: Standing) -> None:
    """The key that it leads to is not taken for ours, and does not lose it."""
    kms = systems.aws.client("kms", systems.hosts["retail"].region)
    (alias,) = [
        entry["name"] for entry in systems.hosts["retail"].documents["kms_secrets"] if entry["kind"] == "kms_key"
    ]
    ours, other = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"], kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName=alias, TargetKeyId=other)
    refusal = systems.planned({"retail": systems.hosts["retail"].deployment})["retail"]
    kms.update_alias(AliasName=alias, TargetKeyId=ours)
    assert isinstance(refusal, Refused), refusal
    assert [problem.input for problem in refusal.problems] == ["kms_secrets_key_alias"]
    assert f"leads to the key {other} and not to {ours}" in str(refusal)


def test_what_is_there_less_of_than_wanted_is_changed(systems: Standing) -> None:
    """Versions and storage, which only grow, and a group of subnets in another VPC."""
    by_host = wanted_otherwise(systems, refused=False)
    for host, changes in by_host.items():
        deployment = replace(systems.hosts[host].deployment, entries=altered(systems, host, changes))
        stack = systems.planned({host: deployment})[host]
        assert isinstance(stack, StackPlan), stack
        expected = {(t.key, name): (t.wanted[name], otherwise.value(t)) for t, name, otherwise in changes}
        expected |= {key: value for t, _name, otherwise in changes for key, value in otherwise.follows(t).items()}
        assert differences(expected, said([stack])) == []


def test_a_run_repairs_what_was_changed_and_it_alone(systems: Standing, operator: User) -> None:
    """One drift of every kind at once."""
    cases, standing = {str(case): case for case in CASES}, rounds.targets(systems)
    assert {name.partition(".")[0] for name in REPAIRS} == HANDLERS.keys() - {"network"}
    targets: dict[str, Target] = {}
    expected: Said = {}
    for name, case in ((name, cases[name]) for name in REPAIRS):
        targets[name] = repairs.chosen([target for target in standing[case.kind] if case.drift.fits(target)])
        expected |= case.drift.do(targets[name], case.property)
    stacks = systems.plan(systems.hosts)
    assert differences(expected, said(stacks.values())) == []
    assert repairs.made(repairs.converge(systems, operator, stacks), targets) == repairs.meant()


def test_what_is_gone_is_made_again_and_what_is_one_too_many_goes(systems: Standing, operator: User) -> None:
    """Everything that AWS lets go is gone at once, and of sets that we own one is too many. The plan has each, and what
    refers to it; a run makes it so, and then nothing is left to do."""
    assert GONE.keys() | STAYS.keys() == HANDLERS.keys()
    assert {name for name, handler in HANDLERS.items() if handler.prune} == COPIES.keys()
    targets = rounds.targets(systems)
    extra = {one_too_many(next(t for t in targets[kind] if t.host.name == "retail")) for kind in COPIES}
    gone = deleted(targets)
    stacks = systems.plan(systems.hosts)
    plans = [plan for stack in stacks.values() for plan in stack.plans if plan.changed]
    assert {plan.key for plan in plans if plan.action is Action.CREATE} == gone
    assert {plan.key for plan in plans if plan.action is Action.DELETE} == extra
    followers = {(p.key, change.property) for p in plans if p.action is Action.UPDATE for change in p.changes}
    assert followers == {follower for host in systems.hosts.values() for follower in dependents(host, gone)}
    repairs.converge(systems, operator, stacks)


def test_a_member_that_is_gone_is_the_cluster_s_to_make_again(systems: Standing) -> None:
    host = systems.hosts["transactions"]
    (cluster,) = [target for target in rounds.targets(systems)["aurora_cluster"] if target.host is host]
    gone = cluster.wanted["members"][-1]["name"]
    cluster.aws("rds").delete_db_instance(DBInstanceIdentifier=gone)
    (stack,) = systems.plan(["transactions"]).values()
    found = said([stack])
    assert found.keys() == {(cluster.key, f"members.{gone}")}
    assert found[cluster.key, f"members.{gone}"][0] is None


def test_a_password_that_is_lost_is_not_made_up(systems: Standing) -> None:
    """Of a secret that is gone, and its database is not: a new one is made when it is told the password."""
    host = systems.hosts["finance"]
    (name,) = [entry["name"] for entry in host.entries if entry["kind"] == "secret_attachment"]
    secrets = systems.aws.client("secretsmanager", host.region)
    secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    refusal = systems.planned({"finance": host.deployment})["finance"]
    assert isinstance(refusal, Refused), refusal
    assert [(problem.input, problem.value) for problem in refusal.problems] == [("kms_secrets_secret_name", name)]
    told = [{**entry, "adopt": True} if entry["kind"] == "secret" else entry for entry in host.entries]
    stack = systems.planned({"finance": replace(host.deployment, entries=told)})["finance"]
    assert isinstance(stack, StackPlan), stack
    made = {plan.key for plan in stack.plans if plan.action is Action.CREATE}
    assert made == {f"secret/{name}", f"secret_attachment/{name}"}

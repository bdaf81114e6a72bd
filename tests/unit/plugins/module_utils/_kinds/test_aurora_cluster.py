"""What AWS reports of a cluster and its members, in the terms of the collection."""

from __future__ import annotations

from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_cluster import (
    AURORA_CLUSTER,
    from_aws,
    members_in,
    needs_reboot,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.aurora_member import AURORA_MEMBER

from tests.unit.plugins.module_utils._kinds.cluster_states import (
    CLUSTER,
    INSTANCES,
    NAME,
    NOW,
    READER,
    TAGS,
    WANTED,
    WRITER,
    instance,
    observed,
    role,
)


def test_every_property_is_reported_in_the_units_of_the_inventory() -> None:
    seen = observed()
    assert (seen.name, seen.tags) == (NAME, TAGS)
    for name, value in WANTED.items():
        if name not in ("master_user_secret_arn", "members", "ca_certificate_identifier"):
            assert AURORA_CLUSTER.properties[name].satisfied(seen.properties[name], value), name


def test_what_aws_leaves_out_is_off() -> None:
    bare = {name: CLUSTER[name] for name in ("DBClusterIdentifier", "DBClusterArn", "Status")}
    seen = from_aws(bare, [], NOW)
    assert {name: seen.properties[name] for name in ("storage_type", "iam_authentication", "log_exports")} == {
        "storage_type": "aurora",
        "iam_authentication": False,
        "log_exports": [],
    }
    assert seen.properties["serverless_v2_scaling"] is None
    assert "endpoint" not in seen.attributes


def test_attributes() -> None:
    attributes = observed().attributes
    assert attributes["endpoint"] == "writer.example.com:5432"
    assert (attributes["endpoint_address"], attributes["endpoint_port"]) == ("writer.example.com", 5432)
    assert attributes["reader_endpoint"] == "reader.example.com:5432"
    assert attributes["resource_id"] == "cluster-ABC"
    assert [(m["name"], m["role"], m["availability_zone"], m["pending_reboot"]) for m in attributes["members"]] == [
        (READER, "reader", "us-east-1b", False),
        (WRITER, "writer", "us-east-1a", False),
    ]


def test_a_managed_secret() -> None:
    seen = observed(MasterUserSecret={"SecretArn": "arn:secret", "KmsKeyId": "key"})
    assert seen.properties["manage_master_user_password"]
    assert seen.properties["master_user_secret_kms_key_id"] == "key"
    assert seen.attributes["master_user_secret_arn"] == "arn:secret"


def test_a_member_without_membership_is_a_reader() -> None:
    seen = members_in(observed([instance("new")], []))
    assert seen["new"].attributes["role"] == "reader"
    assert seen["new"].properties.keys() == AURORA_MEMBER.properties.keys()


def test_a_member_says_what_waits_for_a_reboot() -> None:
    seen = members_in(observed(INSTANCES, [role(WRITER, writer=True, status="pending-reboot"), role(READER)]))
    assert {name: needs_reboot(member) for name, member in seen.items()} == {WRITER: True, READER: False}


def test_pending_changes_of_members_are_the_members() -> None:
    pending = {"DBInstanceClass": "db.r5.large", "EngineVersion": "15.13"}
    seen = members_in(observed([instance(WRITER, PendingModifiedValues=pending)]))
    assert seen[WRITER].pending == {"instance_class": "db.r5.large"}

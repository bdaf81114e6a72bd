"""Aurora clusters in a teardown: what is read, what is decided, which requests it takes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._handler import Scope
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown import delete_clusters, look_clusters
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.look import Look
from ansible_collections.pgfleet.aws.plugins.module_utils._teardown.model import Found, Options, Removal, Situation

from tests.unit.plugins.module_utils._teardown.cases import (
    KEY,
    KEY_ARN,
    NEIGHBOUR,
    NOW,
    OWNER,
    decide,
    kept,
    ours,
    patience,
    problem,
    removed,
    theirs,
)
from tests.unit.stubs import Exchange, answering

TAGS = OWNER.tags()
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
RDS = "arn:aws:rds:us-west-2:123456789012"
TARGET = {"ServiceNamespace": "rds", "ScalableDimension": "rds:cluster:ReadReplicaCount"}
# What Application Auto Scaling puts on the readers that it makes.
AUTOSCALED = {"application-autoscaling:resourceId": "cluster:c"}


def look(scope: Scope, **known: Any) -> Look:
    return Look(scope.clients, OWNER, **known)


def test_clusters_with_what_they_use() -> None:
    raw = {
        "DBClusterIdentifier": "c",
        "Status": "available",
        "KmsKeyId": KEY_ARN,
        "DBClusterParameterGroup": "parameters",
        "DBSubnetGroup": "subnets",
        "TagList": TAG_LIST,
    }
    with answering("rds", Exchange("describe_db_clusters", {}, {"DBClusters": [raw]})) as scope:
        (found,) = look_clusters.clusters(look(scope))
    uses = {"parameters", "subnets"}
    facts = {"status": "available", "kms_key": KEY_ARN, "replica_of": None, "uses": uses}
    assert found == Found("aurora_cluster", "c", "c", TAGS, facts)


def test_snapshots_but_not_the_automated_ones() -> None:
    listed = [
        {"DBClusterSnapshotIdentifier": sort, "DBClusterIdentifier": "c", "SnapshotType": sort, "KmsKeyId": KEY_ARN}
        for sort in ("manual", "automated")
    ]
    answer = {"DBClusterSnapshots": listed}
    with answering("rds", Exchange("describe_db_cluster_snapshots", {}, answer)) as scope:
        found = list(look_clusters.snapshots(look(scope)))
    assert found == [Found("db_cluster_snapshot", "manual", "manual", {}, {"cluster": "c", "kms_key": KEY_ARN})]


def test_backups_that_outlived_their_cluster() -> None:
    asked = {"Filters": [{"Name": "status", "Values": ["retained"]}]}
    answer = {"DBClusterAutomatedBackups": [{"DBClusterIdentifier": "c", "DbClusterResourceId": "cluster-1"}]}
    with answering("rds", Exchange("describe_db_cluster_automated_backups", asked, answer)) as scope:
        found = list(look_clusters.retained_backups(look(scope)))
    assert found == [Found("cluster_automated_backup", "c", "cluster-1", {}, {"cluster": "c", "kms_key": None})]


def test_parameter_groups_of_ours_that_are_still_there() -> None:
    names = ("default.aurora-postgresql15", "params-prod", "went-prod", "of-others")
    listed = [{"DBClusterParameterGroupName": n, "DBClusterParameterGroupArn": f"{RDS}:cluster-pg:{n}"} for n in names]
    pages = (
        Exchange("describe_db_cluster_parameter_groups", {}, {"DBClusterParameterGroups": listed}),
        Exchange("list_tags_for_resource", {"ResourceName": f"{RDS}:cluster-pg:params-prod"}, {"TagList": TAG_LIST}),
        Exchange(
            "list_tags_for_resource", {"ResourceName": f"{RDS}:cluster-pg:went-prod"}, {}, "DBParameterGroupNotFound"
        ),
    )
    with answering("rds", *pages) as scope:
        found = list(look_clusters.parameter_groups(look(scope)))
    assert found == [Found("db_cluster_parameter_group", "params-prod", "params-prod", TAGS)]


def test_scaling_is_found_by_its_cluster() -> None:
    """Tags are asked for where it may be ours, and where there is an ARN to ask by."""
    arn = "arn:aws:application-autoscaling:us-west-2:123456789012:scalable-target/{}"
    known = {"MinCapacity": 1, "MaxCapacity": 2, "RoleARN": "arn:role", "CreationTime": 0, **TARGET}
    targets = [
        {"ResourceId": f"cluster:{name}", **({"ScalableTargetARN": arn.format(name)} if name != "old" else {}), **known}
        for name in ("ours", "old", "gone", "of-others")
    ]
    pages = (
        Exchange("describe_scalable_targets", TARGET, {"ScalableTargets": targets}),
        Exchange("list_tags_for_resource", {"ResourceARN": arn.format("ours")}, {"Tags": TAGS}),
        Exchange("list_tags_for_resource", {"ResourceARN": arn.format("gone")}, {}, "ResourceNotFoundException"),
    )
    with answering("application-autoscaling", *pages) as scope:
        found = list(look_clusters.reader_autoscaling(look(scope, clusters=frozenset({"ours", "old", "gone"}))))
    assert [(f.name, f.id, f.tags, f.facts) for f in found] == [
        ("ours", "cluster:ours", TAGS, {"cluster": "ours"}),
        ("old", "cluster:old", {}, {"cluster": "old"}),
        ("gone", "cluster:gone", {}, {"cluster": "gone"}),
        ("of-others", "cluster:of-others", {}, {"cluster": "of-others"}),
    ]


CLUSTER = ours("aurora_cluster", "c", status="available", uses=frozenset({"own", "shared"}), kms_key=KEY_ARN)


def test_members_and_scaling_go_with_their_cluster_and_before_it() -> None:
    reader = Found(
        "aurora_member", "application-autoscaling-1", "application-autoscaling-1", AUTOSCALED, {"cluster": "c"}
    )
    decided = decide(
        CLUSTER,
        ours("aurora_member", "one", cluster="c"),
        reader,
        Found("reader_autoscaling", "c", "cluster:c", {}, {"cluster": "c"}),
        Found("aurora_member", "of-others", "of-others", {}, {"cluster": "theirs"}),
        Found("aurora_member", "guest", "guest", NEIGHBOUR, {"cluster": "c"}),
        Found("log_group", "/aws/rds/cluster/c/postgresql", "/aws/rds/cluster/c/postgresql", {}, {"cluster": "c"}),
        Found("log_group", "tagged", "tagged", AUTOSCALED, {"cluster": "c"}),
        final_snapshot=False,
    )
    assert removed(decided) == [
        "reader_autoscaling/c",
        "aurora_member/application-autoscaling-1",
        "aurora_member/one",
        "aurora_cluster/c",
        "log_group//aws/rds/cluster/c/postgresql",
    ]
    assert [r.arguments.get("cluster") for r in decided.removals][1:3] == ["c", "c"]


def test_a_member_of_ours_leaves_a_cluster_of_others_as_it_is() -> None:
    decided = decide(theirs("aurora_cluster", "theirs"), ours("aurora_member", "mine", cluster="theirs"))
    assert [(r.found.name, r.arguments) for r in decided.removals] == [("mine", {"cluster": ""})]


def test_a_cluster_leaves_a_snapshot_that_needs_its_key() -> None:
    decided = decide(CLUSTER, KEY)
    (going,) = decided.removals
    assert going.arguments["snapshot"] == "c-final-20261120t2315z"
    assert kept(decided, "db_cluster_snapshot").name == "c-final-20261120t2315z"
    assert kept(decided, "kms_key").reason.startswith("the snapshot needs it")
    assert "take none (-e final_snapshot=false)" in problem(decide(CLUSTER, KEY, delete_key=True))[1]


def test_a_name_that_a_snapshot_of_a_cluster_has_is_taken() -> None:
    decided = decide(CLUSTER, ours("db_cluster_snapshot", "mine"), final_snapshot_name="mine")
    assert problem(decided) == (
        "final_snapshot_name",
        "a snapshot of this name exists. Choose another name, or leave it out.",
    )


@pytest.mark.parametrize("kind", ["db_cluster_parameter_group", "db_subnet_group"])
def test_groups_that_a_cluster_of_others_has_stay(kind: str) -> None:
    restored = theirs("aurora_cluster", "restored", uses=frozenset({"shared"}))
    decided = decide(restored, CLUSTER, ours(kind, "shared"), ours(kind, "own"))
    assert removed(decided) == ["aurora_cluster/c", f"{kind}/own"]


def test_clusters_that_are_going() -> None:
    found = (
        CLUSTER,
        ours("aurora_cluster", "going", status="deleting"),
        theirs("aurora_cluster", "x", status="deleting"),
    )
    situation = Situation(OWNER, Options(NOW), found, clusters=frozenset({"went"}))
    assert situation.going("aurora_cluster") == ["going"]
    assert situation.our_clusters() == {"c", "going", "went"}


def going(kind: str, *ids: str, **arguments: Any) -> list[Removal]:
    return [Removal(Found(kind, name, name), arguments=arguments) for name in ids]


def described(status: str, *members: str, **more: Any) -> Exchange:
    """The first of the members is the writer."""
    roles = [{"DBInstanceIdentifier": name, "IsClusterWriter": not n} for n, name in enumerate(members)]
    answer = {"DBClusters": [{"DBClusterIdentifier": "c", "Status": status, "DBClusterMembers": roles, **more}]}
    return Exchange(
        "describe_db_clusters", {"DBClusterIdentifier": "c"}, answer, "" if status else "DBClusterNotFoundFault"
    )


def member(name: str, status: str) -> Exchange:
    answer = {"DBInstances": [{"DBInstanceStatus": status}]}
    refusal = "" if status else "DBInstanceNotFound"
    return Exchange("describe_db_instances", {"DBInstanceIdentifier": name}, answer, refusal)


def deleted_member(name: str, refusal: str = "") -> Exchange:
    asked = {"DBInstanceIdentifier": name, "SkipFinalSnapshot": True}
    return Exchange("delete_db_instance", asked, refusal=refusal)


def deleted(refusal: str = "", **ending: Any) -> Exchange:
    asked = {"DBClusterIdentifier": "c", **(ending or {"SkipFinalSnapshot": True})}
    return Exchange("delete_db_cluster", asked, refusal=refusal)


UNPROTECT = Exchange(
    "modify_db_cluster", {"DBClusterIdentifier": "c", "DeletionProtection": False, "ApplyImmediately": True}
)


def test_protection_goes_first_then_readers_then_the_writer() -> None:
    requests = (
        described("available", "writer", "reader", DeletionProtection=True),
        UNPROTECT,
        member("reader", "available"),
        deleted_member("reader"),
        member("writer", "available"),
        deleted_member("writer", refusal="InvalidDBInstanceState"),
        member("writer", "available"),
        deleted_member("writer"),
        member("writer", "deleting"),
        member("writer", ""),
        member("reader", ""),
    )
    with answering("rds", *requests) as scope:
        delete_clusters.members(scope.clients, going("aurora_member", "writer", "reader", cluster="c"), patience())


def test_a_member_in_a_cluster_of_others_goes_alone() -> None:
    with answering("rds", member("mine", "deleting"), member("mine", "")) as scope:
        delete_clusters.members(scope.clients, going("aurora_member", "mine", cluster=""), patience())


def test_a_stopped_cluster_is_started_first() -> None:
    requests = (
        described("stopped"),
        Exchange("start_db_cluster", {"DBClusterIdentifier": "c"}),
        described("starting"),
        described("available"),
        described("available"),
        deleted(SkipFinalSnapshot=False, FinalDBSnapshotIdentifier="c-final"),
        described("deleting"),
        described(""),
    )
    with answering("rds", *requests) as scope:
        delete_clusters.clusters(scope.clients, going("aurora_cluster", "c", snapshot="c-final"), patience())


def test_a_reader_that_came_up_meanwhile_goes_too() -> None:
    requests = (
        described("available"),
        described("available", "late"),
        member("late", "available"),
        deleted_member("late"),
        deleted(refusal="InvalidDBClusterStateFault"),
        described("available", "late"),
        member("late", "deleting"),
        deleted(),
        described(""),
    )
    with answering("rds", *requests) as scope:
        delete_clusters.clusters(scope.clients, going("aurora_cluster", "c"), patience())


@pytest.mark.parametrize("status", ["", "deleting"])
def test_a_cluster_that_goes_already_is_not_asked_to(status: str) -> None:
    with answering("rds", described(status), described(status), described("")) as scope:
        delete_clusters.clusters(scope.clients, going("aurora_cluster", "c"), patience())


def test_scaling_that_is_gone_is_done() -> None:
    requests = [
        Exchange("deregister_scalable_target", {"ResourceId": f"cluster:{name}", **TARGET}, refusal=refusal)
        for name, refusal in (("c", ""), ("gone", "ObjectNotFoundException"))
    ]
    with answering("application-autoscaling", *requests) as scope:
        delete_clusters.reader_autoscaling(scope.clients, going("reader_autoscaling", "c", "gone"), patience())


def test_parameter_groups_are_asked_again_while_in_use() -> None:
    asked = {"DBClusterParameterGroupName": "one"}
    requests = [
        Exchange("delete_db_cluster_parameter_group", asked, refusal=refusal)
        for refusal in ("InvalidDBParameterGroupState", "")
    ]
    with answering("rds", *requests) as scope:
        delete_clusters.parameter_groups(scope.clients, going("db_cluster_parameter_group", "one"), patience())

"""DB cluster parameter groups, and DB parameter groups of Aurora's families."""

from __future__ import annotations

from typing import Any

import pytest

FAMILY = "aurora-postgresql16"
NAMED = {"DBClusterParameterGroupName": "retail-cpg"}
DEFAULT = {"DBClusterParameterGroupName": "default.aurora-postgresql16"}


def new_group(rds: Any, name: str = "retail-cpg", family: str = FAMILY, **params: Any) -> None:
    rds.client.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=name, DBParameterGroupFamily=family, Description="d", **params
    )


def change(name: str, value: str, method: str = "immediate") -> dict[str, str]:
    return {"ParameterName": name, "ParameterValue": value, "ApplyMethod": method}


def parameters(rds: Any, name: str = "retail-cpg", **params: Any) -> dict[str, dict[str, Any]]:
    pages = rds.client.get_paginator("describe_db_cluster_parameters").paginate(
        DBClusterParameterGroupName=name, **params
    )
    return {each["ParameterName"]: each for page in pages for each in page["Parameters"]}


def test_group_can_be_made_described_and_deleted(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.CreatingCluster.html"""
    new_group(rds, "Retail-CPG")
    assert rds.client.describe_db_cluster_parameter_groups(**NAMED)["DBClusterParameterGroups"] == [
        {
            "DBClusterParameterGroupName": "retail-cpg",
            "DBParameterGroupFamily": FAMILY,
            "Description": "d",
            "DBClusterParameterGroupArn": "arn:aws:rds:us-west-2:123456789012:cluster-pg:retail-cpg",
        }
    ]
    assert rds.client.describe_db_parameter_groups()["DBParameterGroups"] == []
    rds.client.delete_db_cluster_parameter_group(**NAMED)
    assert rds.client.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"] == []


@pytest.mark.parametrize(
    ("action", "params"),
    [
        ("describe_db_cluster_parameter_groups", {}),
        ("delete_db_cluster_parameter_group", {}),
        ("describe_db_cluster_parameters", {}),
        ("modify_db_cluster_parameter_group", {"Parameters": [change("work_mem", "64")]}),
        ("reset_db_cluster_parameter_group", {"ResetAllParameters": True}),
    ],
)
def test_group_that_is_not_there(rds: Any, action: str, params: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterParameterGroups.html (Errors)"""
    assert rds.refusal(action, **NAMED, **params)[0] == "DBParameterGroupNotFound"


def test_groups_that_are_refused(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterParameterGroup.html"""
    new_group(rds)
    taken = {**NAMED, "DBParameterGroupFamily": FAMILY, "Description": "d"}
    action = "create_db_cluster_parameter_group"
    assert rds.refusal(action, **taken)[0] == "DBParameterGroupAlreadyExists"
    other = {**taken, "DBClusterParameterGroupName": "other"}
    unknown = rds.refusal(action, **{**other, "DBParameterGroupFamily": "aurora-postgresql99"})
    assert unknown[0] == "InvalidParameterValue"
    assert FAMILY in unknown[1]
    assert rds.refusal(action, **{**other, "DBClusterParameterGroupName": "1g"})[0] == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ([change("work_memm", "64")], "InvalidParameterValue", "Could not find parameter with name: work_memm"),
        ([change("work_mem", "63")], "InvalidParameterValue", "allowed values are: 64-2147483647"),
        ([change("apg_plan_mgmt.max_plans", "9", "pending-reboot")], "InvalidParameterValue", "10-2147483647"),
        ([change("apg_write_forward.consistency_mode", "x", "pending-reboot")], "InvalidParameterValue", "eventual"),
        ([change("wal_buffers", "64")], "InvalidParameterCombination", "cannot use immediate apply method"),
        ([change("port", "5433", "pending-reboot")], "InvalidParameterValue", "cannot be modified"),
        ([change("work_mem", "64")] * 21, "InvalidParameterValue", "A maximum of 20"),
    ],
)
def test_parameters_that_are_refused(rds: Any, changes: list[dict[str, str]], code: str, words: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterParameterGroup.html"""
    new_group(rds)
    good = change("log_statement", "all")
    answer = rds.refusal("modify_db_cluster_parameter_group", **NAMED, Parameters=[good, *changes][:21])
    assert answer[0] == code
    assert words in answer[1]
    assert parameters(rds, Source="user") == {}


def test_values_are_kept_and_reset(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBClusterParameterGroup.html"""
    new_group(rds)
    changes = [change("work_mem", "8192"), change("rds.force_ssl", "1"), change("wal_buffers", "64", "pending-reboot")]
    rds.client.modify_db_cluster_parameter_group(**NAMED, Parameters=changes)
    found = parameters(rds, Source="user")
    assert [change(name, each["ParameterValue"], each["ApplyMethod"]) for name, each in found.items()] == [
        change("rds.force_ssl", "1"),
        change("wal_buffers", "64", "pending-reboot"),
        change("work_mem", "8192"),
    ]
    one = [{"ParameterName": "rds.force_ssl", "ApplyMethod": "immediate"}]
    rds.client.reset_db_cluster_parameter_group(**NAMED, Parameters=one)
    assert set(parameters(rds, Source="user")) == {"work_mem", "wal_buffers"}
    assert parameters(rds)["rds.force_ssl"]["ParameterValue"] == "0"
    action = "reset_db_cluster_parameter_group"
    assert rds.refusal(action, **NAMED)[0] == "InvalidParameterCombination"
    both = rds.refusal(action, **NAMED, ResetAllParameters=True, Parameters=one)
    assert both[0] == "InvalidParameterCombination"
    static = [{"ParameterName": "wal_buffers", "ApplyMethod": "immediate"}]
    assert rds.refusal(action, **NAMED, Parameters=static)[0] == "InvalidParameterCombination"
    rds.client.reset_db_cluster_parameter_group(**NAMED, ResetAllParameters=True)
    assert parameters(rds, Source="user") == {}


def test_default_group_is_read_only(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.DeletingCluster.html"""
    assert rds.client.describe_db_cluster_parameter_groups(**DEFAULT)["DBClusterParameterGroups"][0]["Description"]
    modified = rds.refusal("modify_db_cluster_parameter_group", **DEFAULT, Parameters=[change("work_mem", "64")])
    assert modified[0] == "InvalidParameterValue"
    assert rds.refusal("delete_db_cluster_parameter_group", **DEFAULT)[0] == "InvalidDBParameterGroupState"


def test_tags(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Tagging.html"""
    new_group(rds, Tags=[{"Key": "Team", "Value": "retail"}])
    arn = "arn:aws:rds:us-west-2:123456789012:cluster-pg:retail-cpg"
    rds.client.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "Cost", "Value": "42"}])
    rds.client.remove_tags_from_resource(ResourceName=arn, TagKeys=["Team"])
    assert rds.client.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "Cost", "Value": "42"}]
    tagging = rds.service("resourcegroupstaggingapi")
    assert (
        tagging.get_resources(ResourceTypeFilters=["rds:cluster-pg"])["ResourceTagMappingList"][0]["ResourceARN"] == arn
    )
    rds.client.delete_db_cluster_parameter_group(**NAMED)
    assert rds.refusal("list_tags_for_resource", ResourceName=arn)[0] == "DBParameterGroupNotFound"


def test_pages_and_sources(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterParameters.html"""
    first = rds.client.describe_db_cluster_parameters(**DEFAULT)
    assert len(first["Parameters"]) == 100
    second = rds.client.describe_db_cluster_parameters(**DEFAULT, Marker=first["Marker"], MaxRecords=20)
    assert len(second["Parameters"]) == 20
    assert second["Parameters"][0]["ParameterName"] > first["Parameters"][-1]["ParameterName"]
    refusal = rds.refusal("describe_db_cluster_parameters", **DEFAULT, Source="customer")
    assert refusal[0] == "InvalidParameterValue"
    system = parameters(rds, DEFAULT["DBClusterParameterGroupName"], Source="system")
    assert system["shared_buffers"]["ParameterValue"] == "SUM({DBInstanceClassMemory/12038},-50003)"


@pytest.mark.parametrize("major", ["15", "16"])
def test_members_have_fewer_parameters_than_their_cluster(rds: Any, major: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Reference.ParameterGroups.html"""
    group = f"default.aurora-postgresql{major}"
    of_cluster, of_member = parameters(rds, group), rds.parameters(group)
    assert set(of_member) < set(of_cluster)
    assert {"autovacuum", "rds.force_ssl", "rds.logical_replication", "timezone"} <= set(of_cluster) - set(of_member)
    assert {"work_mem", "shared_buffers", "max_connections", "apg_plan_mgmt.max_plans"} <= set(of_member)
    assert not {"checkpoint_timeout", "full_page_writes", "max_wal_size"} & set(of_cluster)
    assert rds.parameters(f"default.postgres{major}").keys() - of_cluster.keys() >= {"checkpoint_timeout"}


def test_engine_defaults_are_the_familys_parameters(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEngineDefaultClusterParameters.html"""
    names: list[str] = []
    marker: dict[str, str] = {}
    while True:
        answer = rds.client.describe_engine_default_cluster_parameters(DBParameterGroupFamily=FAMILY, **marker)
        names += [each["ParameterName"] for each in answer["EngineDefaults"]["Parameters"]]
        if "Marker" not in answer["EngineDefaults"]:
            break
        marker = {"Marker": answer["EngineDefaults"]["Marker"]}
    assert names == list(parameters(rds, f"default.{FAMILY}"))
    unknown = rds.refusal("describe_engine_default_cluster_parameters", DBParameterGroupFamily="aurora-postgresql9")
    assert unknown[0] == "InvalidParameterValue"


def test_db_parameter_group_of_a_member(rds: Any) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithInstanceParamGroups.html"""
    rds.client.create_db_parameter_group(DBParameterGroupName="member", DBParameterGroupFamily=FAMILY, Description="d")
    rds.set("member", work_mem="8192")
    assert set(rds.parameters("member", Source="user")) == {"work_mem"}
    of_cluster = [change("rds.force_ssl", "1")]
    refusal = rds.refusal("modify_db_parameter_group", DBParameterGroupName="member", Parameters=of_cluster)
    assert refusal == ("InvalidParameterValue", "Could not find parameter with name: rds.force_ssl")
    mine = rds.creation_refusal(DBParameterGroupName="member")
    assert mine[0] == "InvalidParameterCombination"

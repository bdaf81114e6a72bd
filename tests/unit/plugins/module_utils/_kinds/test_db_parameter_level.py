"""The names that boto3 and AWS's answers have for the two sorts of parameter groups."""

from __future__ import annotations

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_level import (
    BY_KIND,
    CLUSTER,
    INSTANCE,
    LEVELS,
    Level,
)

from tests.unit.stubs import client


@pytest.mark.parametrize("level", [INSTANCE, CLUSTER])
def test_names_are_those_of_the_api(level: Level) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Operations.html"""
    rds = client("rds")
    for verb in ("create", "modify", "reset", "delete"):
        operation = rds.meta.method_to_api_mapping[level.group_method(verb)]
        shape = rds.meta.service_model.operation_model(operation).input_shape
        assert level.name_key in shape.members, operation
    created = rds.meta.service_model.operation_model(f"Create{level.group_key}").output_shape
    assert level.arn_key in created.members[level.group_key].members
    for method in (f"{level.group_method('describe')}s", level.parameters_method, level.defaults_method):
        assert rds.can_paginate(method)


def test_a_level_is_found_by_its_option_and_by_its_kind() -> None:
    assert LEVELS == {"instance": INSTANCE, "cluster": CLUSTER}
    assert BY_KIND == {"db_parameter_group": INSTANCE, "db_cluster_parameter_group": CLUSTER}

"""What AWS reports of an instance."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.plugins.module_utils._kinds.instance_states import observed


def test_from_aws() -> None:
    found = observed()
    assert found.name == "db-retail-prod"
    assert found.tags == {"Name": "db-retail-prod"}
    assert found.properties["port"] == 5432
    assert found.properties["vpc_security_group_ids"] == ["sg-1", "sg-2"]
    assert found.properties["db_parameter_group_name"] == "group16"
    assert found.properties["db_subnet_group_name"] == "subnets"
    assert found.properties["manage_master_user_password"] is False
    assert found.attributes == {
        "arn": "arn:aws:rds:us-west-2:123456789012:db:db-retail-prod",
        "status": "available",
        "endpoint": "db.example.com:5432",
        "endpoint_address": "db.example.com",
        "endpoint_port": 5432,
        "resource_id": "db-ABC",
        "engine_version": "16.13",
        "availability_zone": "us-west-2a",
        "parameter_apply_status": "in-sync",
    }
    assert found.pending == {}


def test_an_instance_that_is_being_made_has_no_endpoint() -> None:
    found = observed(Endpoint=None, DBParameterGroups=None)
    assert not {"endpoint", "endpoint_address", "endpoint_port", "parameter_apply_status"} & found.attributes.keys()


@pytest.mark.parametrize(
    ("raw", "name", "value"),
    [
        ({"MaxAllocatedStorage": None}, "max_allocated_storage_gib", 0),
        ({"MonitoringInterval": None}, "monitoring_interval_seconds", 0),
        ({"PerformanceInsightsEnabled": None}, "performance_insights_enabled", False),
        ({"EnabledCloudwatchLogsExports": None}, "log_exports", []),
        ({"DatabaseInsightsMode": None}, "database_insights_mode", "standard"),
        ({"MasterUserSecret": {"SecretArn": "arn", "KmsKeyId": "key"}}, "manage_master_user_password", True),
        ({"MasterUserSecret": {"SecretArn": "arn", "KmsKeyId": "key"}}, "master_user_secret_kms_key_id", "key"),
        ({"Endpoint": None, "DbInstancePort": 5433}, "port", 5433),
    ],
)
def test_what_is_not_reported_is_off(raw: dict[str, Any], name: str, value: Any) -> None:
    assert observed(**raw).properties[name] == value


def test_pending_changes() -> None:
    queue = {
        "DBInstanceClass": "db.t3.small",
        "MultiAZ": True,
        "MasterUserPassword": "****",
        "PendingCloudwatchLogsExports": {"LogTypesToEnable": ["upgrade"], "LogTypesToDisable": ["postgresql"]},
    }
    assert observed(PendingModifiedValues=queue).pending == {
        "instance_class": "db.t3.small",
        "multi_az": True,
        "log_exports": ["upgrade"],
    }

"""ModifyDBCluster: what changes at once, what waits, what is refused.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Modifying.html
"""

from __future__ import annotations

from functools import partial
from typing import Any

from emulator.rds import credentials, group_users, pending, shared
from emulator.rds.clusters import actions, changing, creation, lifecycle, lookup
from emulator.rds.clusters.documents import cluster_document
from emulator.rds.clusters.settings import BY_ATTRIBUTE, SETTINGS
from emulator.rds.errors import RdsError, invalid_combination
from emulator.rds.refusals import engine, serverless
from emulator.rds.state import Cluster, ParameterGroup, Params, Region, Result, major_of

# Parameters that alone change nothing. EnableHttpEndpoint is for Aurora Serverless v1; AWS passes over it otherwise.
NO_CHANGES = {"DBClusterIdentifier", "ApplyImmediately", "AllowMajorVersionUpgrade"}


def modify(region: Region, params: Params) -> Result:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html"""
    cluster = lookup.available(region, params["DBClusterIdentifier"])
    changes = _changes(region, cluster, params)
    creation.check(region, cluster.attributes | cluster.pending | changes)
    password = credentials.wanted_password(cluster, params)
    group = _parameter_group(region, cluster, params)
    if changes.get("Port", cluster.port) != cluster.port:
        actions.take_port(region, cluster, changes["Port"])
    if group is not cluster.parameter_group:
        cluster.parameter_group = group
        group_users.reach(region, group)
    if password is not None:
        work = partial(lifecycle.change_password, region=region, cluster=cluster, password=password)
        credentials.use(region, cluster, password, params, partial(region.service.start_job, cluster, work))
    _apply_at_once(region, cluster, pending.take_in(cluster, changes, partial(_current, cluster), _is_deferred))
    if params.get("ApplyImmediately") and cluster.pending:
        region.service.start_job(cluster, partial(changing.apply_pending, region=region, cluster=cluster))
    return {"DBCluster": cluster_document(cluster)}


def _parameter_group(region: Region, cluster: Cluster, params: Params) -> ParameterGroup:
    """The DB cluster parameter group that the request asks for, or the present one.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithParamGroups.AssociatingCluster.html
    """
    name = params.get("DBClusterParameterGroupName", cluster.parameter_group.name)
    return creation.parameter_group(region, name, cluster.parameter_group.family)


def _changes(region: Region, cluster: Cluster, params: Params) -> dict[str, Any]:
    """Members of the document that the request names, with the values that they shall have. Raises RdsError."""
    if set(params) <= NO_CHANGES:
        raise invalid_combination("No modifications were requested")
    engine.not_emulated_on_clusters(params)
    engine.mode(params.get("EngineMode"))
    if "DBInstanceParameterGroupName" in params:
        raise invalid_combination(
            "DBInstanceParameterGroupName can only be specified together with AllowMajorVersionUpgrade for an upgrade"
            " to another major version."
        )
    engine.option_group(shared.engine_of(cluster), params.get("OptionGroupName"), cluster.major)
    asked = {setting.attribute: params[name] for name, setting in SETTINGS.items() if name in params}
    _check_version(cluster, asked, params)
    asked |= shared.changed_window(asked)
    asked |= shared.changed_insights(region, cluster.attributes, asked, params)
    if "DBClusterIdentifier" in asked and asked["DBClusterIdentifier"].lower() != cluster.identifier:
        asked["DBClusterIdentifier"] = creation.new_name(region, asked["DBClusterIdentifier"])
    if asked.get("MonitoringInterval") == 0:
        asked.setdefault("MonitoringRoleArn", None)
    if "EnabledCloudwatchLogsExports" in asked:
        configuration = asked["EnabledCloudwatchLogsExports"]
        asked["EnabledCloudwatchLogsExports"] = shared.changed_log_exports(cluster, configuration)
    if "VpcSecurityGroups" in asked:
        vpc_id = cluster.subnet_group.vpc_id
        asked["VpcSecurityGroups"] = shared.security_groups(region, asked["VpcSecurityGroups"], vpc_id)
    if "ServerlessV2ScalingConfiguration" in asked:
        had = cluster.attributes["ServerlessV2ScalingConfiguration"] or {}
        asked["ServerlessV2ScalingConfiguration"] = serverless.changed(had, asked["ServerlessV2ScalingConfiguration"])
    if "StorageType" in asked:
        asked |= creation.next_optimization(cluster.attributes, asked["StorageType"])
    return asked


def _check_version(cluster: Cluster, asked: dict[str, Any], params: Params) -> None:
    if "EngineVersion" not in asked:
        return
    aurora, had = shared.engine_of(cluster), cluster.attributes["EngineVersion"]
    asked["EngineVersion"] = engine.version(aurora, asked["EngineVersion"])
    engine.upgrade(aurora, had, asked["EngineVersion"], params.get("AllowMajorVersionUpgrade", False))
    if major_of(asked["EngineVersion"]) != cluster.major:
        raise RdsError("NotImplemented", "The emulator cannot upgrade a database to another major version.")


def _current(cluster: Cluster, name: str) -> Any:
    special = {"DBClusterIdentifier": cluster.identifier, "Port": cluster.port}
    return special.get(name, cluster.attributes.get(name))


def _is_deferred(name: str, _: Any) -> bool:
    return name in BY_ATTRIBUTE and BY_ATTRIBUTE[name].deferred


def _apply_at_once(region: Region, cluster: Cluster, changes: dict[str, Any]) -> None:
    if not changes:
        return
    changing.take_over(region, cluster, changes)
    settings = [BY_ATTRIBUTE[name] for name in changes if name in BY_ATTRIBUTE]
    status = next((setting.status for setting in settings if setting.status), None)
    restart = any(setting.restarts for setting in settings)
    if status is not None:
        work = partial(changing.finish_change, region=region, cluster=cluster, status=status, restart=restart)
        region.service.start_job(cluster, work)

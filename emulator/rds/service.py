"""The RDS API: which function answers which action."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import camelcase_to_underscores, get_service_model

from emulator.postgres.binaries import PostgresMissing
from emulator.rds import (
    absent,
    automated_backups,
    event_subscriptions,
    history,
    instances,
    maintenance,
    modification,
    offers,
    parameter_groups,
    quotas,
    replicas,
    snapshot_actions,
    subnet_groups,
    tags,
)
from emulator.rds.clusters import actions
from emulator.rds.clusters import automated_backups as cluster_backups
from emulator.rds.clusters import modification as cluster_modification
from emulator.rds.clusters import snapshot_actions as cluster_snapshots
from emulator.rds.errors import RdsError
from emulator.rds.jobs import Service
from emulator.rds.state import Params, Region, Result

Handler = Callable[[Region, Params], Result]

ACTIONS: dict[str, Handler] = {
    **absent.handlers(),
    "CreateDBInstance": instances.create,
    "RestoreDBInstanceFromDBSnapshot": instances.restore,
    "CreateDBInstanceReadReplica": replicas.create,
    "PromoteReadReplica": replicas.promote,
    "DescribeDBInstances": instances.describe,
    "ModifyDBInstance": modification.modify,
    "DeleteDBInstance": instances.delete,
    "RebootDBInstance": instances.reboot,
    "StopDBInstance": instances.stop,
    "StartDBInstance": instances.start,
    "CreateDBCluster": actions.create,
    "DescribeDBClusters": actions.describe,
    "DeleteDBCluster": actions.delete,
    "ModifyDBCluster": cluster_modification.modify,
    "FailoverDBCluster": actions.fail_over,
    "StopDBCluster": actions.stop,
    "StartDBCluster": actions.start,
    "EnableHttpEndpoint": actions.enable_http_endpoint,
    "DisableHttpEndpoint": actions.disable_http_endpoint,
    "CreateDBClusterSnapshot": cluster_snapshots.create,
    "DescribeDBClusterSnapshots": cluster_snapshots.describe,
    "DeleteDBClusterSnapshot": cluster_snapshots.delete,
    "DescribeDBClusterAutomatedBackups": cluster_backups.describe,
    "DeleteDBClusterAutomatedBackup": cluster_backups.delete,
    "CreateDBSnapshot": snapshot_actions.create,
    "DescribeDBSnapshots": snapshot_actions.describe,
    "DeleteDBSnapshot": snapshot_actions.delete,
    "CreateDBSubnetGroup": subnet_groups.create,
    "DescribeDBSubnetGroups": subnet_groups.describe,
    "ModifyDBSubnetGroup": subnet_groups.modify,
    "DeleteDBSubnetGroup": subnet_groups.delete,
    **parameter_groups.handlers(parameter_groups.DB),
    **parameter_groups.handlers(parameter_groups.DB_CLUSTER),
    "AddTagsToResource": tags.add,
    "RemoveTagsFromResource": tags.remove,
    "ListTagsForResource": tags.describe,
    "DescribeDBEngineVersions": offers.engine_versions,
    "DescribeOrderableDBInstanceOptions": offers.orderable_options,
    "DescribeCertificates": offers.certificates,
    "DescribeValidDBInstanceModifications": offers.valid_modifications,
    "DescribeDBInstanceAutomatedBackups": automated_backups.describe,
    "DeleteDBInstanceAutomatedBackup": automated_backups.delete,
    "DescribeEvents": history.events,
    "CreateEventSubscription": event_subscriptions.create,
    "DescribeEventSubscriptions": event_subscriptions.describe,
    "ModifyEventSubscription": event_subscriptions.modify,
    "DeleteEventSubscription": event_subscriptions.delete,
    "AddSourceIdentifierToSubscription": event_subscriptions.add_source,
    "RemoveSourceIdentifierFromSubscription": event_subscriptions.remove_source,
    "DescribeEventCategories": event_subscriptions.categories,
    "DescribePendingMaintenanceActions": maintenance.describe,
    "ApplyPendingMaintenanceAction": maintenance.apply,
    "DescribeAccountAttributes": quotas.describe,
    "DescribeDBLogFiles": history.log_files,
    "DownloadDBLogFilePortion": history.log_portion,
}
# New things do not have to wait for what is being done to others.
UNSETTLED = ("CreateDBSubnetGroup", "CreateDBParameterGroup", "CreateDBClusterParameterGroup")
# No status of an instance tells when these are done.
SETTLED_AFTER = (
    "ModifyDBParameterGroup",
    "ResetDBParameterGroup",
    "ModifyDBClusterParameterGroup",
    "ResetDBClusterParameterGroup",
)
# Which resource a policy is asked about: the parameter that names it, and its kind in an ARN.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html
RESOURCES = {
    "DBInstanceIdentifier": "db",
    "DBSnapshotIdentifier": "snapshot",
    "DBClusterSnapshotIdentifier": "cluster-snapshot",
    "DBParameterGroupName": "pg",
    "DBClusterParameterGroupName": "cluster-pg",
    "DBSubnetGroupName": "subgrp",
    "DBClusterIdentifier": "cluster",
    "SubscriptionName": "es",
}


class Answers(BaseResponse):
    """Answers RDS requests; the actions are added by `responses`."""

    service: ClassVar[Service]

    def __init__(self) -> None:
        super().__init__(service_name="rds")
        self.automated_parameter_parsing = True

    def _determine_resource(self) -> str:
        """moto asks for the ARN that policies are checked against."""
        for name in ("ResourceName", "ResourceIdentifier"):
            if name in self.params:
                return str(self.params[name])
        region = self.service.region(self.current_account, self.region)
        named = [(kind, self.params[name]) for name, kind in RESOURCES.items() if name in self.params]
        return region.arn(named[0][0], named[0][1].lower()) if named else "*"

    def answer(self, action: str, handler: Handler) -> ActionResult:
        with self.service.context.lock:
            region = self.service.region(self.current_account, self.region)
            self._settle(action, region)
            _check_required(action, self.params)
            try:
                result = handler(region, self.params)
            except PostgresMissing as error:
                raise RdsError("InsufficientDBInstanceCapacity", str(error)) from error
            if action in SETTLED_AFTER:
                self.service.settle(region)
            return ActionResult(result)

    def _settle(self, action: str, region: Region) -> None:
        if action not in UNSETTLED:
            names = [
                self.params[name]
                for name in ("DBInstanceIdentifier", "DBClusterIdentifier", "SourceDBInstanceIdentifier")
                if name in self.params
            ]
            # A snapshot may still be taken of an instance or a cluster other than the one named.
            with_snapshot = {"DBSnapshotIdentifier", "DBClusterSnapshotIdentifier"} & set(self.params)
            self.service.settle(region, *([] if with_snapshot else names))


def responses(service: Service) -> type[Answers]:
    """A class for moto's dispatch that answers with the regions of this service."""
    service.tell = event_subscriptions.post
    methods = {camelcase_to_underscores(action): _method(action, handler) for action, handler in ACTIONS.items()}
    return type("RdsResponse", (Answers,), {"service": service, **methods})


def _method(action: str, handler: Handler) -> Callable[[Answers], ActionResult]:
    def method(answers: Answers) -> ActionResult:
        return answers.answer(action, handler)

    return method


def _check_required(action: str, params: Params) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/CommonErrors.html (MissingParameter)"""
    shape = get_service_model("rds").operation_model(action).input_shape
    for name in shape.required_members if shape is not None else []:
        if name not in params:
            raise RdsError("MissingParameter", f"The request must contain the parameter {name}.")

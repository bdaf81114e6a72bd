"""Rotation of a secret that RDS keeps, asked for in Secrets Manager.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.rds import modification
from emulator.rds.clusters import modification as clusters
from emulator.rds.jobs import Service
from emulator.rds.state import Resource

ROTATION = {"RotateMasterUserPassword": True, "ApplyImmediately": True}


def rotator(service: Service) -> Callable[[str, str, str], None]:
    def rotate(account_id: str, region_name: str, secret_arn: str) -> None:
        region = service.region(account_id, region_name)
        for instance in [each for each in region.instances.values() if _has(each, secret_arn)]:
            modification.modify(region, {"DBInstanceIdentifier": instance.identifier, **ROTATION})
        for cluster in [each for each in region.clusters.values() if _has(each, secret_arn)]:
            clusters.modify(region, {"DBClusterIdentifier": cluster.identifier, **ROTATION})

    return rotate


def _has(resource: Resource, secret_arn: str) -> bool:
    secret = resource.attributes.get("MasterUserSecret") or {}
    return bool(secret.get("SecretArn") == secret_arn)

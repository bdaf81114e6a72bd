"""Rotation of a secret that RDS keeps, asked for in Secrets Manager.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_managed.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.rds import modification
from emulator.rds.jobs import Service

ROTATION = {"RotateMasterUserPassword": True, "ApplyImmediately": True}


def rotator(service: Service) -> Callable[[str, str, str], None]:
    def rotate(account_id: str, region_name: str, secret_arn: str) -> None:
        region = service.region(account_id, region_name)
        for instance in list(region.instances.values()):
            if instance.attributes.get("MasterUserSecret", {}).get("SecretArn") == secret_arn:
                modification.modify(region, {"DBInstanceIdentifier": instance.identifier, **ROTATION})

    return rotate

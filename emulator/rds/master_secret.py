"""The secret that RDS keeps in Secrets Manager when ManageMasterUserPassword is asked for.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

from __future__ import annotations

import json
import secrets
import string
import uuid
from typing import Any

from moto.secretsmanager.exceptions import SecretsManagerClientError
from moto.secretsmanager.models import SecretsManagerBackend, secretsmanager_backends

from emulator.rds.refusals import services
from emulator.rds.state import Instance, Region

DEFAULT_KEY = "alias/aws/secretsmanager"
LENGTH = 32
CHARACTERS = string.ascii_letters + string.digits + "!#$%&()*+-.:;<=>?[]^_{|}~"


def new_password() -> str:
    return "".join(secrets.choice(CHARACTERS) for _ in range(LENGTH))


def create(region: Region, instance: Instance, password: str, key_id: str | None) -> dict[str, Any]:
    """Keep a password in a new secret; returns the API's MasterUserSecret."""
    key = services.kms_key(region, key_id or DEFAULT_KEY)
    secret = _backend(region).create_managed_secret(
        service_name="rds",
        secret_id=f"rds!db-{uuid.uuid4()}",
        secret_string=_content(instance, password),
        description=f"Secret associated with primary RDS DB instance: {instance.arn}",
        kms_key_id=key,
        tags=[{"Key": "aws:rds:primaryDBInstanceArn", "Value": instance.arn}],
    )
    return {"SecretArn": secret.arn, "SecretStatus": "active", "KmsKeyId": key}


def update(region: Region, instance: Instance, password: str) -> None:
    """Keep another password in the instance's secret."""
    token, stages = str(uuid.uuid4()), ["AWSCURRENT"]
    arn, content = instance.attributes["MasterUserSecret"]["SecretArn"], _content(instance, password)
    _backend(region).put_secret_value(arn, content, None, token, stages)  # type: ignore[arg-type]  # no binary


def delete(region: Region, instance: Instance) -> None:
    """RDS deletes its secret with the instance, at once."""
    secret = instance.attributes.pop("MasterUserSecret", None)
    if secret is None:
        return
    try:
        _backend(region).delete_secret(
            secret["SecretArn"], recovery_window_in_days=None, force_delete_without_recovery=True
        )
    except SecretsManagerClientError:
        # Somebody else deleted it, which moto lets them.
        return


def _content(instance: Instance, password: str) -> str:
    return json.dumps({"username": instance.attributes["MasterUsername"], "password": password})


def _backend(region: Region) -> SecretsManagerBackend:
    backend: SecretsManagerBackend = secretsmanager_backends[region.account_id][region.name]
    return backend

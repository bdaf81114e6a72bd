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
from emulator.rds.state import Region, Resource
from emulator.services import secretsmanager

DEFAULT_KEY = "alias/aws/secretsmanager"
LENGTH = 32
CHARACTERS = string.ascii_letters + string.digits + "!#$%&()*+-.:;<=>?[]^_{|}~"


def new_password() -> str:
    return "".join(secrets.choice(CHARACTERS) for _ in range(LENGTH))


def create(region: Region, resource: Resource, password: str, key_id: str | None) -> dict[str, Any]:
    """Keep a password in a new secret; returns the API's MasterUserSecret."""
    key = services.kms_key(region, key_id or DEFAULT_KEY)
    secret = _backend(region).create_managed_secret(
        service_name="rds",
        secret_id=f"rds!{resource.resource_id.partition('-')[0]}-{uuid.uuid4()}",
        secret_string=_content(resource, password),
        description=f"Secret associated with primary RDS {resource.label}: {resource.arn}",
        kms_key_id=key,
        tags=[{"Key": _ownership_tag(resource), "Value": resource.arn}],
    )
    return {"SecretArn": secret.arn, "SecretStatus": "active", "KmsKeyId": key}


def update(region: Region, resource: Resource, password: str) -> None:
    """Keep another password in the secret of an instance or a cluster."""
    secret = secretsmanager.find(region.account_id, region.name, resource.attributes["MasterUserSecret"]["SecretArn"])
    if secret is not None:
        content = {"secret_string": _content(resource, password)}
        secretsmanager.put_version(secret, str(uuid.uuid4()), content, [secretsmanager.CURRENT])


def document(resource: Resource) -> dict[str, Any]:
    """The API's MasterUserSecret, if there is one.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_MasterUserSecret.html
    """
    secret = resource.attributes.get("MasterUserSecret")
    if secret is None:
        return {}
    return {"MasterUserSecret": {**secret, "SecretStatus": "rotating" if resource.new_password else "active"}}


def delete(region: Region, resource: Resource) -> None:
    """RDS deletes its secret with the instance or the cluster, at once."""
    secret = resource.attributes.pop("MasterUserSecret", None)
    if secret is None:
        return
    try:
        _backend(region).delete_secret(
            secret["SecretArn"], recovery_window_in_days=None, force_delete_without_recovery=True
        )
    except SecretsManagerClientError:
        # Somebody else deleted it, which moto lets them.
        return


def _ownership_tag(resource: Resource) -> str:
    """`aws:rds:primaryDBInstanceArn` or `aws:rds:primaryDBClusterArn`"""
    return f"aws:rds:primary{resource.label.replace(' i', 'I').replace(' c', 'C')}Arn"


def _content(resource: Resource, password: str) -> str:
    return json.dumps({"username": resource.attributes["MasterUsername"], "password": password})


def _backend(region: Region) -> SecretsManagerBackend:
    backend: SecretsManagerBackend = secretsmanager_backends[region.account_id][region.name]
    return backend

"""Names in requests that only the account itself can turn into ARNs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.core.base_backend import BackendDict
from moto.iam.models import iam_backends

from emulator.operations import Asked
from emulator.services import kms, secretsmanager

# Ids whose first part is not the name of the resource's type in its ARN.
_EC2_KINDS = {
    "acl": "network-acl",
    "eipalloc": "elastic-ip",
    "eni": "network-interface",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "rtb": "route-table",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "vpce": "vpc-endpoint",
}


def in_use(service: str, account_id: str, region: str) -> Any:
    """moto's backend, or None if nobody has used the service: importing it takes long, and there is nothing in it."""
    for backends in BackendDict._instances:  # type: ignore[misc]
        if backends.service_name == service and account_id in backends:
            return backends[account_id][region]
    return None


def ec2_kind(id_: str) -> str:
    prefix = id_.rpartition("-")[0]
    return _EC2_KINDS.get(prefix, prefix)


def route_table(asked: Asked, value: str) -> Iterator[str]:
    """Of an association, the table."""
    if not value.startswith("rtbassoc-"):
        yield value
        return
    backend = in_use("ec2", asked.account_id, asked.region)
    yield from (one.id for one in backend.route_tables.values() if value in one._associations)


def subnet(asked: Asked, value: str) -> Iterator[str]:
    """Of an association with a route table or a network ACL, the subnet."""
    if value.startswith("subnet-"):
        yield value
        return
    backend = in_use("ec2", asked.account_id, asked.region)
    for table in backend.route_tables.values():
        if str(table._associations.get(value, "")).startswith("subnet-"):
            yield table._associations[value]
    for acl in backend.network_acls.values():
        yield from (one.subnet_id for one in acl.associations if value in (one.id, one.new_association_id))


def key(asked: Asked, value: str) -> Iterator[str]:
    found = kms.find_key(asked.account_id, asked.region, value)
    if found is not None:
        yield found.arn
    elif not value.startswith("alias/"):
        yield value


def secret(asked: Asked, value: str) -> Iterator[str]:
    """The ARN with the six characters that Secrets Manager adds; of one that is still to come, as far as known."""
    found = secretsmanager.find(asked.account_id, asked.region, value)
    yield found.arn if found else value


def role_path(asked: Asked, value: str) -> Iterator[str]:
    roles = iam_backends[asked.account_id]["aws"].roles.values()
    path = next((role.path for role in roles if role.name == value), asked.params.get("Path", "/"))
    yield f"{path.removeprefix('/')}{value}"


def scalable_targets(asked: Asked) -> dict[str, Any]:
    """Those of emulator.services.reader_scaling, by resource id."""
    backend = in_use("application-autoscaling", asked.account_id, asked.region)
    targets: dict[str, Any] = vars(backend).get("reader_targets", {}) if backend else {}
    return targets


def scalable_target(asked: Asked, value: str) -> Iterator[str]:
    found = scalable_targets(asked).get(value)
    yield found.description["ScalableTargetARN"] if found else "*"


def rds_default(asked: Asked, kind: str) -> str | None:
    """The group that RDS takes when a database is made without one, as in the examples of

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/security_iam_id-based-policy-examples.html
    """
    params = asked.params
    if asked.call.action not in ("CreateDBInstance", "CreateDBCluster") or "Engine" not in params:
        return None
    engine = params["Engine"]
    # Whatever the engine's present version is, or the cluster's.
    major = str(params.get("EngineVersion", "*")).partition(".")[0]
    defaults = {
        "og": f"default:{engine}-{major}",
        "pg": f"default.{engine}{major}",
        "cluster-pg": f"default.{engine}{major}",
        "subgrp": "default",
    }
    if "DBClusterIdentifier" in params and asked.call.action == "CreateDBInstance":
        # A member is in the subnet group of its cluster.
        del defaults["subgrp"]
    return defaults.get(kind)

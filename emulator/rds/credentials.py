"""The master user's password: given, changed, or managed by RDS in Secrets Manager."""

from __future__ import annotations

from collections.abc import Callable

from emulator.rds import master_secret
from emulator.rds.errors import invalid_combination
from emulator.rds.refusals import identity
from emulator.rds.state import Params, Region, Resource


def first_password(params: Params, kind: type[Resource]) -> str:
    """The password of a new instance or cluster. Raises RdsError."""
    password: str | None = params.get("MasterUserPassword")
    if params.get("ManageMasterUserPassword"):
        if password is not None:
            raise invalid_combination("You can't specify MasterUserPassword and ManageMasterUserPassword together.")
        return master_secret.new_password()
    if not password:
        raise invalid_combination("The parameter MasterUserPassword must be provided and must not be blank.")
    identity.password(password, kind.longest_password)
    return password


def wanted_password(resource: Resource, params: Params) -> str | None:
    """The password that a modification asks for; None = as it is. Raises RdsError.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
    """
    managed = "MasterUserSecret" in resource.attributes
    manage = params.get("ManageMasterUserPassword", managed)
    password: str | None = params.get("MasterUserPassword")
    if password is not None:
        if manage:
            raise invalid_combination(
                "You can't specify MasterUserPassword for a database whose password is managed in Secrets Manager."
            )
        identity.password(password, resource.longest_password)
        return password
    if managed and not manage:
        raise invalid_combination("MasterUserPassword must be specified when ManageMasterUserPassword is turned off.")
    if params.get("RotateMasterUserPassword"):
        if not (managed and params.get("ApplyImmediately")):
            raise invalid_combination(
                "RotateMasterUserPassword needs a password managed in Secrets Manager, and ApplyImmediately."
            )
        return master_secret.new_password()
    return master_secret.new_password() if manage and not managed else None


def use(region: Region, resource: Resource, password: str, params: Params, change: Callable[[], None]) -> None:
    """Give the master user the password, soon; RDS does that at once, whatever ApplyImmediately says.

    change: begins to do so
    """
    managed = "MasterUserSecret" in resource.attributes
    if params.get("ManageMasterUserPassword", managed):
        if managed:
            master_secret.update(region, resource, password)
        else:
            key_id = params.get("MasterUserSecretKmsKeyId")
            resource.attributes["MasterUserSecret"] = master_secret.create(region, resource, password, key_id)
    else:
        master_secret.delete(region, resource)
    resource.new_password = True
    change()

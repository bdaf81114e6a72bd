"""The master user's password: given, changed, or managed by RDS in Secrets Manager."""

from __future__ import annotations

from functools import partial

from emulator.rds import changing, master_secret
from emulator.rds.errors import invalid_combination
from emulator.rds.refusals import identity
from emulator.rds.state import Instance, Params, Region


def first_password(params: Params) -> str:
    """The password of a new instance. Raises RdsError."""
    password: str | None = params.get("MasterUserPassword")
    if params.get("ManageMasterUserPassword"):
        if password is not None:
            raise invalid_combination("You can't specify MasterUserPassword and ManageMasterUserPassword together.")
        return master_secret.new_password()
    if not password:
        raise invalid_combination("The parameter MasterUserPassword must be provided and must not be blank.")
    identity.password(password)
    return password


def wanted_password(instance: Instance, params: Params) -> str | None:
    """The password that a modification asks for; None = as it is. Raises RdsError.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
    """
    managed = "MasterUserSecret" in instance.attributes
    manage = params.get("ManageMasterUserPassword", managed)
    password: str | None = params.get("MasterUserPassword")
    if password is not None:
        if manage:
            raise invalid_combination(
                "You can't specify MasterUserPassword for an instance whose password is managed in Secrets Manager."
            )
        identity.password(password)
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


def use(region: Region, instance: Instance, password: str | None, params: Params) -> None:
    """Give the master user the password, soon; RDS does that at once, whatever ApplyImmediately says."""
    if password is None:
        return
    managed = "MasterUserSecret" in instance.attributes
    if params.get("ManageMasterUserPassword", managed):
        if managed:
            master_secret.update(region, instance, password)
        else:
            key_id = params.get("MasterUserSecretKmsKeyId")
            instance.attributes["MasterUserSecret"] = master_secret.create(region, instance, password, key_id)
    else:
        master_secret.delete(region, instance)
    instance.new_password = True
    work = partial(changing.change_password, region=region, instance=instance, password=password)
    region.service.start_job(instance, work)

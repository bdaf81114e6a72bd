"""Engine versions and instance classes that RDS refuses."""

from __future__ import annotations

from typing import Any

from emulator.rds import catalogue
from emulator.rds.errors import RdsError, invalid_combination, invalid_value


def engine(name: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (Engine)"""
    if name != catalogue.ENGINE:
        raise invalid_value(f"Invalid DB engine: {name}. This region of the emulator has: {catalogue.ENGINE}")


def version(asked: str | None) -> str:
    """The version that an instance gets: the one asked for, or the newest of the major asked for.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.DBVersions.html
    """
    wanted = asked or catalogue.DEFAULT_MAJOR
    if wanted in catalogue.VERSIONS:
        return catalogue.newest(wanted)
    if wanted not in catalogue.ALL_VERSIONS:
        raise invalid_combination(f"Cannot find version {wanted} for {catalogue.ENGINE}")
    return wanted


def upgrade(current: str, wanted: str, allow_major: bool) -> None:
    """Versions never go back; another major version must be allowed in so many words.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
    """
    if wanted == current:
        return
    if wanted not in catalogue.upgrade_targets(current):
        raise invalid_combination(f"Cannot upgrade postgres from {current} to {wanted}")
    if wanted not in catalogue.VERSIONS[current.split(".")[0]] and not allow_major:
        raise invalid_combination(
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        )


def instance_class(name: str, engine_version: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html"""
    if not name.startswith("db."):
        raise invalid_value(f"Invalid DB Instance class: {name}")
    if name not in catalogue.CLASSES:
        raise invalid_combination(
            f"RDS does not support creating a DB instance with the following combination: DBInstanceClass={name},"
            f" Engine={catalogue.ENGINE}, EngineVersion={engine_version}, LicenseModel=postgresql-license."
            " For supported combinations of instance class and database engine version, see the documentation."
        )


def certificate(name: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"""
    if name not in catalogue.CERTIFICATES:
        raise RdsError("CertificateNotFound", f"Certificate not found: {name}")


def log_exports(kinds: list[str]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html"""
    unknown = [kind for kind in kinds if kind not in catalogue.LOG_TYPES]
    if unknown:
        raise invalid_combination(
            f"You cannot use the log types '{', '.join(unknown)}' with engine version postgres."
            " For supported log types, see the documentation."
        )


def backup_retention(days: int) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html"""
    if not 0 <= days <= 35:
        raise invalid_value(f"Invalid backup retention period: {days}. Must be between 0 and 35.")


def option_group(name: str | None, major: str) -> None:
    """PostgreSQL has no options, hence its default group only.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithOptionGroups.html
    """
    default = f"default:{catalogue.ENGINE}-{major}"
    if name is not None and name != default:
        raise RdsError("OptionGroupNotFoundFault", f"Specified OptionGroupName: {name} not found.")


# Parameters of CreateDBInstance and ModifyDBInstance about what the emulator has not.
NOT_EMULATED = (
    *("Domain", "DomainFqdn", "DomainOu", "DomainAuthSecretArn", "DomainDnsIps", "DomainIAMRoleName"),
    *("TdeCredentialArn", "TdeCredentialPassword", "CustomIamInstanceProfile", "ProcessorFeatures", "DBSecurityGroups"),
    *("EnableCustomerOwnedIp", "MultiTenant", "DBSystemId", "AdditionalStorageVolumes", "AutomationMode"),
)


def not_emulated(params: dict[str, Any]) -> None:
    """Better refused than passed over."""
    for name in NOT_EMULATED:
        if params.get(name):
            raise invalid_combination(f"{name} is not supported by the emulator.")

"""Engine versions and instance classes that RDS refuses."""

from __future__ import annotations

from typing import Any

from emulator.rds import catalogue
from emulator.rds.catalogue import Engine
from emulator.rds.errors import RdsError, invalid_combination, invalid_value

MOST_BACKUP_DAYS = 35


def engine(name: str, clustered: bool = False) -> Engine:
    """The engine of that name, which must be one of instances that stand alone, or else of clusters.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (Engine)
    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (Engine)
    """
    known = {each.name: each for each in catalogue.ENGINES.values() if each.clustered == clustered}
    if name not in known:
        raise invalid_value(f"Invalid DB engine: {name}. This region of the emulator has: {', '.join(known)}")
    return known[name]


def version(engine: Engine, asked: str | None) -> str:
    """The version that an instance gets: the one asked for, or the newest of the major asked for.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.DBVersions.html
    """
    wanted = asked or catalogue.DEFAULT_MAJOR
    if wanted in engine.versions:
        return engine.newest(wanted)
    if wanted not in engine.all_versions:
        raise invalid_combination(f"Cannot find version {wanted} for {engine.name}")
    return wanted


def upgrade(engine: Engine, current: str, wanted: str, allow_major: bool) -> None:
    """Versions never go back; another major version must be allowed in so many words.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
    """
    if wanted == current:
        return
    if wanted not in engine.upgrade_targets(current):
        raise invalid_combination(f"Cannot upgrade {engine.name} from {current} to {wanted}")
    if wanted not in engine.versions[current.split(".")[0]] and not allow_major:
        raise invalid_combination(
            "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
        )


def instance_class(engine: Engine, name: str, engine_version: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html"""
    if not name.startswith("db."):
        raise invalid_value(f"Invalid DB Instance class: {name}")
    if name not in engine.classes:
        raise invalid_combination(
            f"RDS does not support creating a DB instance with the following combination: DBInstanceClass={name},"
            f" Engine={engine.name}, EngineVersion={engine_version}, LicenseModel=postgresql-license."
            " For supported combinations of instance class and database engine version, see the documentation."
        )


def certificate(name: str) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html"""
    if name not in catalogue.CERTIFICATES:
        raise RdsError("CertificateNotFound", f"Certificate not found: {name}")


def log_exports(engine: Engine, kinds: list[str]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html"""
    unknown = [kind for kind in kinds if kind not in engine.log_types]
    if unknown:
        raise invalid_combination(
            f"You cannot use the log types '{', '.join(unknown)}' with engine version {engine.name}."
            " For supported log types, see the documentation."
        )


def backup_retention(days: int, least: int = 0) -> None:
    """Aurora always backs up.

    least: days
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
    """
    if not least <= days <= MOST_BACKUP_DAYS:
        raise invalid_value(f"Invalid backup retention period: {days}. Must be between {least} and {MOST_BACKUP_DAYS}.")


def option_group(engine: Engine, name: str | None, major: str) -> None:
    """PostgreSQL has no options, hence its default group only.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithOptionGroups.html
    """
    default = engine.option_group(major)
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


PROVISIONED = "provisioned"


def mode(name: str | None) -> None:
    """Serverless v1, `serverless`, is not to be had any more; Serverless v2 is a class of instances.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (EngineMode)
    """
    if name not in (None, PROVISIONED):
        raise invalid_combination(f"The engine mode {name} you requested is currently unavailable.")


# Parameters of CreateDBCluster and ModifyDBCluster of Multi-AZ DB clusters, which Aurora refuses ...
NOT_OF_AURORA = ("DBClusterInstanceClass", "AllocatedStorage", "Iops", "PubliclyAccessible", "CACertificateIdentifier")
# ... and about what the emulator has not.
NOT_EMULATED_ON_CLUSTERS = (
    *("Domain", "DomainIAMRoleName", "ReplicationSourceIdentifier", "GlobalClusterIdentifier", "BacktrackWindow"),
    *("EnableGlobalWriteForwarding", "EnableLocalWriteForwarding", "EnableLimitlessDatabase", "ScalingConfiguration"),
    *("ClusterScalabilityType", "DBSystemId", "RdsCustomClusterConfiguration", "MasterUserAuthenticationType"),
    *("WithExpressConfiguration", "AssociatedRoles", "AllowEngineModeChange", "AwsBackupRecoveryPointArn"),
)


def not_emulated_on_clusters(params: dict[str, Any]) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html"""
    for name in NOT_OF_AURORA:
        if name in params:
            raise invalid_combination(f"{name} isn't supported for DB engine aurora-postgresql.")
    for name in NOT_EMULATED_ON_CLUSTERS:
        if params.get(name):
            raise invalid_combination(f"{name} is not supported by the emulator.")

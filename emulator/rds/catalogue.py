"""What the emulated region offers: engine versions, instance classes, certificate authorities. Data in data/*.json."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from emulator.rds.state import major_of

DATA = Path(__file__).parent / "data"
DEFAULT_MAJOR = "16"
SERVERLESS = "db.serverless"
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
CERTIFICATES = {
    "rds-ca-rsa2048-g1": datetime.datetime(2061, 5, 25, tzinfo=datetime.UTC),
    "rds-ca-rsa4096-g1": datetime.datetime(2121, 5, 25, tzinfo=datetime.UTC),
    "rds-ca-ecc384-g1": datetime.datetime(2121, 5, 25, tzinfo=datetime.UTC),
}
DEFAULT_CERTIFICATE = "rds-ca-rsa2048-g1"


@dataclass(frozen=True)
class InstanceClass:
    """A DB instance class.

    vcpus:      number
    memory_gib: of the machine; RDS keeps part of it for itself
    """

    name: str
    vcpus: int
    memory_gib: int

    @property
    def database_memory(self) -> int:
        """DBInstanceClassMemory, in bytes.

        RDS does not say how much its own processes take. With 0.2 GiB and 7 % the formula of max_connections gives what
        is seen on RDS: 82 on a db.t3.micro, 1653 on a db.r5.large.
        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html
        """
        return int((self.memory_gib * 0.93 - 0.2) * 1024**3)


CLASSES = {
    name: InstanceClass(name, vcpus, memory_gib)
    for name, (vcpus, memory_gib) in json.loads((DATA / "classes.json").read_text()).items()
}
# An Aurora capacity unit.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
UNIT_GIB = 2


def instance_class(name: str, most_units: float | None) -> InstanceClass:
    """The class of that name; a serverless instance counts as what it can grow to.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
    """
    if name != SERVERLESS:
        return CLASSES[name]
    memory = int((most_units or 1) * UNIT_GIB)
    return InstanceClass(name, max(2, memory // 8), memory)


@dataclass(frozen=True)
class Engine:
    """A database engine.

    description: its name as DescribeDBEngineVersions writes it
    clustered:   its instances are members of DB clusters
    versions:    minor versions of each major, the oldest first
    log_types:   that it can send to CloudWatch Logs
    excluded:    instance classes that it does not run on
    """

    name: str
    description: str
    clustered: bool
    versions: dict[str, list[str]]
    log_types: list[str]
    excluded: list[str]

    @property
    def all_versions(self) -> list[str]:
        return [version for versions in self.versions.values() for version in versions]

    @property
    def classes(self) -> list[str]:
        """Instance classes that it runs on."""
        provisioned = [name for name in CLASSES if not name.startswith(tuple(self.excluded))]
        return [*provisioned, SERVERLESS] if self.clustered else provisioned

    def describe(self, version: str) -> str:
        """DBEngineVersionDescription

        https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/AuroraPostgreSQL.Updates.html
        """
        return (
            f"Aurora PostgreSQL (Compatible with PostgreSQL {version})"
            if self.clustered
            else f"PostgreSQL {version}-R1"
        )

    def family_of(self, version: str) -> str:
        return self.name + major_of(version)

    def option_group(self, major: str) -> str:
        """The default one, the only one: PostgreSQL has no options."""
        return f"default:{self.name}-{major}"

    def newest(self, major: str) -> str:
        """The minor version that a request for a major version gets."""
        return self.versions[major][-1]

    def upgrade_targets(self, version: str) -> list[str]:
        """Versions that a database can be upgraded to.

        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
        """
        return self.all_versions[self.all_versions.index(version) + 1 :]


ENGINES = {name: Engine(name, **facts) for name, facts in json.loads((DATA / "engines.json").read_text()).items()}
POSTGRES, AURORA = ENGINES["postgres"], ENGINES["aurora-postgresql"]
FAMILIES = {engine.name + major: major for engine in ENGINES.values() for major in engine.versions}

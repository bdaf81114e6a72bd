"""What the emulated region offers: engine versions, instance classes, certificate authorities. Data in data/*.json."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from pathlib import Path

from emulator.rds.state import major_of

DATA = Path(__file__).parent / "data"
ENGINE = "postgres"
LOG_TYPES = ["postgresql", "upgrade"]
DEFAULT_MAJOR = "16"
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
VERSIONS: dict[str, list[str]] = json.loads((DATA / "versions.json").read_text())
ALL_VERSIONS = [version for versions in VERSIONS.values() for version in versions]
FAMILIES = {f"{engine}{major}": major for engine in (ENGINE, "aurora-postgresql") for major in VERSIONS}


def family_of(version: str) -> str:
    return ENGINE + major_of(version)


def newest(major: str) -> str:
    """The minor version that a request for a major version gets."""
    return VERSIONS[major][-1]


def minor_key(version: str) -> int:
    return int(version.split(".")[1])


def upgrade_targets(version: str) -> list[str]:
    """Versions that an instance can be upgraded to.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
    """
    place = ALL_VERSIONS.index(version)
    return ALL_VERSIONS[place + 1 :]

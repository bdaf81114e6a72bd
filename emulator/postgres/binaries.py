"""PostgreSQL's programs: where they are, and a private copy in which rds_superuser may create extensions."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MAJORS = ("15", "16")

# Extensions of the build that Amazon RDS supports: rds_superuser, not a superuser, may create them there.
# https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-extensions.html
RDS_EXTENSIONS = (
    *("amcheck", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int", "dict_xsyn"),
    *("earthdistance", "fuzzystrmatch", "hstore", "intagg", "intarray", "isn", "lo", "ltree", "pageinspect"),
    *("pg_buffercache", "pg_freespacemap", "pg_prewarm", "pg_stat_statements", "pg_trgm", "pg_visibility"),
    *("pg_walinspect", "pgcrypto", "pgrowlocks", "pgstattuple", "postgres_fdw", "refint", "seg", "sslinfo"),
    *("tablefunc", "tcn", "test_parser", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp"),
)


class PostgresMissing(RuntimeError):
    """The programs of a major version are not on this machine."""


@dataclass(frozen=True)
class Binaries:
    """An installation with bin/, lib/ and share/ side by side."""

    root: Path

    def program(self, name: str) -> Path:
        return self.root / "bin" / name

    @property
    def extension_directory(self) -> Path:
        return self.root / "share" / "postgresql" / "extension"

    @property
    def library_directory(self) -> Path:
        return self.root / "lib" / "postgresql"

    def version(self) -> str:
        """For example `16.14`."""
        command = [str(self.program("postgres")), "--version"]
        output: str = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return output.split()[-1]


def locate(major: str) -> Binaries:
    """Find a major version below $PGFLEET_POSTGRES_DIR, by default `.postgres` of the repository.

    Raises PostgresMissing.
    """
    directory = Path(os.environ.get("PGFLEET_POSTGRES_DIR") or REPOSITORY / ".postgres")
    binaries = Binaries((directory / major).resolve())
    if not binaries.program("postgres").exists():
        raise PostgresMissing(
            f"PostgreSQL {major} is not in {directory / major}: run `make setup`, or set PGFLEET_POSTGRES_DIR"
            f" to a directory with {' and '.join(MAJORS)} in it"
        )
    return binaries


def stage(source: Binaries, target: Path) -> Binaries:
    """Copy an installation to where every account can run it, with the RDS extensions open to non-superusers."""
    shutil.copytree(source.root, target, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
    staged = Binaries(target)
    for name in RDS_EXTENSIONS:
        _trust(staged.extension_directory / f"{name}.control")
    return staged


def _trust(control: Path) -> None:
    """https://www.postgresql.org/docs/16/extend-extensions.html : `trusted` lets a database's owner create it."""
    if control.exists() and "trusted" not in control.read_text():
        control.write_text(f"{control.read_text()}\ntrusted = true\n")

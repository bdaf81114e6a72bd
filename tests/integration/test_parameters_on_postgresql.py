"""What rds_parameter_group accepts, refuses and converts, held against PostgreSQL itself.

Every parameter that pg_settings lists is looked at, for RDS and for Aurora. It is a number, a word or a text with a
value that both take and one that both refuse; or it is named below, with the reason why there is no such value; or the
service fixes it or has it not, and then every value is refused. The metadata are those that the emulated RDS gives of
the server's own pg_settings, which is how AWS's look, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter import (
    BadValue,
    Parameter,
    canonical,
    from_aws,
)
from ansible_collections.pgfleet.aws.plugins.module_utils._kinds.db_parameter_group import parameter_problems
from ansible_collections.pgfleet.aws.plugins.module_utils._resource import Desired
from psycopg import sql

from emulator import tls
from emulator.postgres.binaries import MAJORS
from emulator.postgres.fleet import Fleet
from emulator.postgres.template import LIBRARIES
from emulator.rds import metadata
from emulator.rds.parameter_groups import parameter_document

# As many bytes, milliseconds, ... in one unit as in another.
SAME = {"kB": ("2MB", "2048kB"), "8kB": ("16MB", "16384kB"), "MB": ("2GB", "2048MB"), "ms": ("2s", "2000ms"),
        "s": ("2min", "120s"), "min": ("2h", "120min"), "B": ("2kB", "2048B")}  # fmt: skip


# Text for which RDS names no allowed values, and which PostgreSQL compares with what only the server has.
LOCALE, NAMES, OBJECT, SYNTAX = (
    "is a locale of the server's machine",
    "is looked up in tables that the server has in files or in itself",
    "is an object of a database",
    "has a syntax of its own",
)
JUDGED_BY_POSTGRESQL = {
    **dict.fromkeys(("lc_messages", "lc_monetary", "lc_numeric", "lc_time"), LOCALE),
    **dict.fromkeys(("client_encoding", "datestyle", "timezone", "timezone_abbreviations"), NAMES),
    **dict.fromkeys(("default_table_access_method", "default_tablespace", "default_text_search_config"), OBJECT),
    **dict.fromkeys(("createrole_self_grant", "restrict_nonsystem_relation_kind", "synchronous_standby_names"), SYNTAX),
}
# Text of which PostgreSQL refuses none while it runs; libraries to preload it looks for at its start.
ANY_TEXT = {
    "application_name",
    "log_filename",
    "search_path",
    "shared_preload_libraries",
    "ssl_ciphers",
    "temp_tablespaces",
}
# Where PostgreSQL's default is no value that it can be given.
SAFE_TEXT = {"lc_messages": "C", "timezone_abbreviations": "Default"}
BEYOND_FLOATING_POINT = "1e309"
SERVICES = {"rds": metadata.RDS, "aurora": metadata.AURORA}


@dataclass(frozen=True)
class Subject:
    """A server, what RDS says of its parameters, and which of them pg_settings lists."""

    connection: psycopg.Connection
    parameters: dict[str, Parameter]
    settings: dict[str, dict[str, Any]]

    def accepts(self, name: str, value: str) -> bool:
        """ALTER SYSTEM checks a value as the start of the server would, without making it the present one."""
        statement = sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(*name.split(".")), sql.Literal(value))
        try:
            self.connection.execute(statement)
        except (psycopg.errors.InvalidParameterValue, psycopg.errors.SyntaxError, psycopg.errors.InvalidName):
            return False
        return True

    def of_types(self, *types: str) -> list[tuple[Parameter, dict[str, Any]]]:
        """Parameters that can be modified, with their rows of pg_settings."""
        rows = ((self.parameters[name], row) for name, row in sorted(self.settings.items()) if name in self.parameters)
        return [(p, row) for p, row in rows if p.modifiable and row["vartype"] in types]

    def numbers(self) -> list[tuple[Parameter, dict[str, Any]]]:
        return self.of_types("integer", "real")


@pytest.fixture(scope="module", params=[(major, name) for major in MAJORS for name in SERVICES], ids="-".join)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    state = tmp_path_factory.mktemp("state")
    fleet = Fleet(state, tls.ensure(state))
    major, service = request.param
    server = fleet.create("subject", major, fleet.take_port("subject", None))
    fleet.configure(server, {"shared_preload_libraries": LIBRARIES}, force_ssl=False)
    server.start()
    rows = fleet.template(major).settings
    documents = [parameter_document(each, None) for each in metadata.parameters(rows, SERVICES[service]).values()]
    parameters = {document["ParameterName"]: from_aws(document) for document in documents}
    with server.connect() as connection:
        yield Subject(connection, parameters, {row["name"].lower(): row for row in rows})
    fleet.shutdown()


def refused(value: Any, parameter: Parameter) -> bool:
    try:
        canonical(value, parameter)
    except BadValue:
        return True
    return False


def test_every_parameter_of_postgresql_is_looked_at(subject: Subject) -> None:
    """Numbers, words and texts are all that can be modified; what is not offered or fixed, nobody can set."""
    types = ("integer", "real", "bool", "enum", "string")
    modifiable = {parameter.name for parameter, _ in subject.of_types(*types)}
    assert len(modifiable) > 200
    for name in subject.settings.keys() - modifiable:
        desired = Desired(
            "db_parameter_group", "group", {"parameters": {name: subject.settings[name]["boot_val"] or ""}}
        )
        (problem,) = parameter_problems(desired, subject.parameters)
        assert "has no such parameter" in problem.message or "is set by RDS" in problem.message, name


def test_numbers_at_and_beyond_their_ends(subject: Subject) -> None:
    for parameter, row in subject.numbers():
        whole = row["vartype"] == "integer"
        step = 1 if whole else 0.5
        low, high = float(row["min_val"]), float(row["max_val"])
        inside, below, above = (
            str(int(number)) if whole else f"{number:.10g}" for number in (low, low - step, high + step)
        )
        if high > 2**53:
            above = BEYOND_FLOATING_POINT
        assert not refused(inside, parameter), parameter
        assert subject.accepts(parameter.name, canonical(inside, parameter)), (parameter, inside)
        for outside in (below, above):
            assert refused(outside, parameter), (parameter, outside)
            assert not subject.accepts(parameter.name, outside), (parameter, outside)


def test_words(subject: Subject) -> None:
    for parameter, row in subject.of_types("bool", "enum"):
        for word in ("on", "off") if row["vartype"] == "bool" else parameter.choices():
            assert not refused(word.upper(), parameter), (parameter, word)
            assert subject.accepts(parameter.name, canonical(word.upper(), parameter)), (parameter, word)
        assert refused("no such word", parameter), parameter
        assert not subject.accepts(parameter.name, "no such word"), parameter


def test_texts(subject: Subject) -> None:
    for parameter, row in subject.of_types("string"):
        name = parameter.name
        safe = SAFE_TEXT.get(name, row["boot_val"] or "")
        assert not refused(safe, parameter), parameter
        assert subject.accepts(name, canonical(safe, parameter)), (parameter, safe)
        if name not in JUDGED_BY_POSTGRESQL:
            assert refused("no such value", parameter) is bool(parameter.allowed), parameter
        assert subject.accepts(name, "no such value") is (name in ANY_TEXT), parameter


def test_units(subject: Subject) -> None:
    """PostgreSQL reads a quantity as the number that we would store."""
    checked = 0
    for parameter, row in subject.numbers():
        assert parameter.unit == (row["unit"] or ""), parameter
        settable = row["context"] in ("user", "superuser") and parameter.unit in SAME
        for quantity in SAME[parameter.unit] if settable else ():
            if refused(quantity, parameter):
                continue
            subject.connection.execute("SELECT set_config(%s, %s, false)", (parameter.name, quantity))
            found = subject.connection.execute(
                "SELECT setting FROM pg_settings WHERE name = %s", (parameter.name,)
            ).fetchone()
            assert found is not None
            assert found[0] == canonical(quantity, parameter), (parameter, quantity)
            checked += 1
    assert checked > 20

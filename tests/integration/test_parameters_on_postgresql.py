"""What rds_parameter_group accepts, refuses and converts, held against PostgreSQL itself.

The metadata are those that the emulated RDS gives of the server's own pg_settings, which is how AWS's look, too.
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
        except psycopg.errors.InvalidParameterValue:
            return False
        return True

    def numbers(self) -> list[tuple[Parameter, dict[str, Any]]]:
        rows = ((self.parameters[name], row) for name, row in sorted(self.settings.items()) if name in self.parameters)
        return [(p, row) for p, row in rows if p.modifiable and row["vartype"] in ("integer", "real")]


@pytest.fixture(scope="module", params=MAJORS)
def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    state = tmp_path_factory.mktemp("state")
    fleet = Fleet(state, tls.ensure(state))
    server = fleet.create("subject", request.param, fleet.take_port("subject", None))
    fleet.configure(server, {"shared_preload_libraries": LIBRARIES}, force_ssl=False)
    server.start()
    rows = fleet.template(request.param).settings
    documents = [parameter_document(each, None) for each in metadata.parameters(rows, metadata.RDS).values()]
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


def test_numbers_at_and_beyond_their_ends(subject: Subject) -> None:
    checked = 0
    for parameter, row in subject.numbers():
        step = 1 if row["vartype"] == "integer" else 0.5
        low, high = float(row["min_val"]), float(row["max_val"])
        if high > 2**53:
            # No number beyond the largest of floating point.
            continue
        inside, below, above = (
            f"{number:.10g}" if step != 1 else str(int(number)) for number in (low, low - step, high + step)
        )
        assert not refused(inside, parameter), parameter
        assert subject.accepts(parameter.name, canonical(inside, parameter)), (parameter, inside)
        for outside in (below, above):
            assert refused(outside, parameter), (parameter, outside)
            assert not subject.accepts(parameter.name, outside), (parameter, outside)
        checked += 1
    assert checked > 100


def test_words(subject: Subject) -> None:
    checked = 0
    for name, row in sorted(subject.settings.items()):
        parameter = subject.parameters.get(name)
        if parameter is None or not parameter.modifiable or row["vartype"] not in ("bool", "enum"):
            continue
        for word in ("on", "off") if row["vartype"] == "bool" else parameter.choices():
            assert not refused(word.upper(), parameter), (parameter, word)
            assert subject.accepts(name, canonical(word.upper(), parameter)), (parameter, word)
        assert refused("no such word", parameter), parameter
        assert not subject.accepts(name, "no such word"), parameter
        checked += 1
    assert checked > 80


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

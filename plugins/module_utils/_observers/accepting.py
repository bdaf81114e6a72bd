# Copyright: (c) 2026, pgfleet contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PRIVATE to the collection. Whether a PostgreSQL server accepts connections, asked the way pg_isready asks it.

A start-up packet without credentials: a server that accepts connections asks for the password (or refuses the user),
one that does not says why with SQLSTATE 57P03. TLS comes first, as for every client of these databases. The server's
certificate is not verified: nothing secret is sent, and who answers is not what is asked here.

https://www.postgresql.org/docs/current/protocol-message-formats.html
https://www.postgresql.org/docs/current/app-pg-isready.html
"""

from __future__ import annotations

import socket
import ssl
import struct

TLS_REQUEST = 80877103
PROTOCOL = 3 << 16
CANNOT_CONNECT_NOW = "57P03"
START_UP = b"user\0pgfleet_status\0database\0postgres\0application_name\0pgfleet status\0\0"
LONGEST_ANSWER = 65536


def why_not(host: str, port: int, timeout_seconds: float) -> str:
    """Why nothing accepts connections there; empty if something does."""
    try:
        with socket.create_connection((host, port), timeout_seconds) as plain, _encrypted(plain) as connection:
            connection.sendall(_packet(PROTOCOL, START_UP))
            return _refusal(connection)
    except TimeoutError:
        return f"no answer within {timeout_seconds:g} s"
    except OSError as error:
        return error.strerror or str(error)


def _encrypted(plain: socket.socket) -> socket.socket:
    plain.sendall(_packet(TLS_REQUEST))
    if plain.recv(1) != b"S":
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain)


def _packet(code: int, body: bytes = b"") -> bytes:
    return struct.pack("!ii", 8 + len(body), code) + body


def _refusal(connection: socket.socket) -> str:
    """Empty for a request for the password, and for an error other than "cannot connect now"."""
    kind = _exactly(connection, 1)
    (length,) = struct.unpack("!i", _exactly(connection, 4))
    if kind not in (b"R", b"E") or not 4 <= length <= LONGEST_ANSWER:
        return "what answers is not PostgreSQL"
    fields = _exactly(connection, length - 4)
    if kind == b"R":
        return ""
    told = {part[:1]: part[1:].decode(errors="replace") for part in fields.split(b"\0") if part}
    return told.get(b"M", "it is starting") if told.get(b"C") == CANNOT_CONNECT_NOW else ""


def _exactly(connection: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = connection.recv(count - len(found))
        if not more:
            raise ConnectionError("the connection was closed before an answer")
        found += more
    return found

"""Whether something accepts connections: servers that answer as PostgreSQL documents it, and others."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.pgfleet.aws.plugins.module_utils._observers.accepting import why_not

HOST = "127.0.0.1"
WAIT_SECONDS = 5.0


def message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", 4 + len(body)) + body


def error(code: str, text: str) -> bytes:
    return message(b"E", b"SFATAL\0C" + code.encode() + b"\0M" + text.encode() + b"\0\0")


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that answers one connection."""
    with socket.create_server((HOST, 0)) as listening:

        def serve() -> None:
            connection, _address = listening.accept()
            with connection:
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def without_tls(*parts: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        assert connection.recv(8) == struct.pack("!ii", 8, 80877103)
        connection.sendall(b"N")
        length, protocol = struct.unpack("!ii", connection.recv(8))
        assert (protocol, connection.recv(length - 8)[:5]) == (196608, b"user\0")
        for part in parts:
            connection.sendall(part)

    return answer


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ([message(b"R", struct.pack("!i", 10) + b"SCRAM-SHA-256\0\0")], ""),
        ([message(b"R", struct.pack("!i", 3))[:3], message(b"R", struct.pack("!i", 3))[3:]], ""),
        ([error("28000", "no pg_hba.conf entry")], ""),
        ([error("57P03", "the database system is starting up")], "the database system is starting up"),
        ([message(b"E", b"C57P03\0\0")], "it is starting"),
        ([b"HTTP/1.1 400 Bad Request"], "what answers is not PostgreSQL"),
        ([b"R" + struct.pack("!i", 1 << 30)], "what answers is not PostgreSQL"),
        ([b"R"], "the connection was closed before an answer"),
    ],
)
def test_answers(parts: list[bytes], why: str) -> None:
    with server(without_tls(*parts)) as port:
        assert why_not(HOST, port, WAIT_SECONDS) == why


def test_nothing_listens() -> None:
    with socket.create_server((HOST, 0)) as closed:
        port = closed.getsockname()[1]
    assert why_not(HOST, port, WAIT_SECONDS) == "Connection refused"


def test_one_that_says_nothing() -> None:
    with socket.create_server((HOST, 0)) as silent:
        assert why_not(HOST, silent.getsockname()[1], 0.01) == "no answer within 0.01 s"


def test_one_that_does_not_speak_tls_after_saying_so() -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(8)
        connection.sendall(b"S")
        connection.recv(4096)
        connection.sendall(b"this is no TLS record, whatever was said before\n")

    with server(answer) as port:
        assert "WRONG_VERSION_NUMBER" in why_not(HOST, port, WAIT_SECONDS).replace(" ", "_").upper()

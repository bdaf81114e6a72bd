"""An emulator process from its start to its end."""

from __future__ import annotations

import http.client
import os
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from emulator import tls
from emulator.testing import REPOSITORY, Emulator, EmulatorFailed

DEADLINE_SECONDS = 20


@contextmanager
def started(state: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "emulator", "--port", "0", "--state", str(state), *options]
    process = subprocess.Popen(
        command, cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ready_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def variables(env_file: Path) -> dict[str, str]:
    lines = [shlex.split(line.removeprefix("export "))[0] for line in env_file.read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines)


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def refuses_connections(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) != 0


def test_the_environment_leads_to_it(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html"""
    env_file = tmp_path / "env"
    with started(tmp_path / "state", "--env-file", str(env_file)) as process:
        assert ready_line(process) == f"emulator ready at {variables(env_file)['AWS_ENDPOINT_URL']}"
        environment = variables(env_file)
        assert set(environment) == {
            "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION",
            "AWS_EC2_METADATA_DISABLED", "PGFLEET_CA_BUNDLE", "PGSSLROOTCERT",
        }  # fmt: skip
        script = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'])"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        found = subprocess.run(
            [sys.executable, "-c", script], env={**kept, **environment}, capture_output=True, text=True
        )
        assert found.stdout == "123456789012\n", found.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    env_file = tmp_path / "env"
    with started(tmp_path / "state", "--env-file", str(env_file)) as process:
        url = ready_line(process).split()[-1]
        process.send_signal(number)
        assert process.wait(DEADLINE_SECONDS) == 0
        assert refuses_connections(url)
        assert not env_file.exists()


def test_it_ends_with_its_parent_if_asked_to(tmp_path: Path) -> None:
    with started(tmp_path / "state", "--with-parent") as process:
        ready_line(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(DEADLINE_SECONDS) == 0
        process.stdin = None


def test_it_ends_when_a_killed_test_run_cannot_end_it(tmp_path: Path) -> None:
    script = (
        "from pathlib import Path; from emulator.testing import Emulator\n"
        f"with Emulator(state=Path({str(tmp_path)!r})) as aws: print(aws.endpoint, flush=True); input()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    url = ready_line(parent)
    assert not refuses_connections(url)
    parent.kill()
    parent.communicate()
    assert eventually(lambda: refuses_connections(url))


def test_it_listens_on_this_machine_only(aws: Emulator) -> None:
    port = aws.endpoint.rpartition(":")[2]
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    hexadecimal = f":{int(port):04X}"
    assert [fields[1] for fields in listening if fields[1].endswith(hexadecimal) and fields[3] == "0A"] == [
        f"0100007F{hexadecimal}"
    ]


def test_a_state_directory_has_one_emulator(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        ready_line(first)
        with started(tmp_path) as second:
            _, message = second.communicate(timeout=DEADLINE_SECONDS)
        assert f"another emulator runs on {tmp_path}" in message
        assert second.returncode == 1


def test_a_port_in_use_is_named(tmp_path: Path, aws: Emulator) -> None:
    port = aws.endpoint.rpartition(":")[2]
    with started(tmp_path, "--port", port) as process:
        _, message = process.communicate(timeout=DEADLINE_SECONDS)
    assert f"cannot listen on 127.0.0.1:{port}" in message


def test_a_killed_one_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        ready_line(first)
        first.kill()
        first.wait()
    with started(tmp_path) as second:
        assert ready_line(second).startswith("emulator ready")


def test_a_failing_start_says_why(tmp_path: Path) -> None:
    with Emulator(state=tmp_path), pytest.raises(EmulatorFailed, match="another emulator runs on"):
        Emulator(state=tmp_path).__enter__()


def test_many_clients_at_once(aws: Emulator) -> None:
    """moto itself is not thread-safe."""
    sns = aws.client("sns")
    threads = [threading.Thread(target=sns.create_topic, kwargs={"Name": f"topic-{number}"}) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sns.list_topics()["Topics"]) == 24
    assert [entry["status"] for entry in aws.log()] == [200] * 25


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_certificate_is_good_for_strict_clients(tmp_path: Path, name: str) -> None:
    """Python 3.13 checks as RFC 5280 wants it; libpq's sslmode=verify-full checks the name."""
    files = tls.ensure(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(files.certificate, files.key)
    client = ssl.create_default_context(cafile=files.ca)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with server.wrap_socket(connection, server_side=True):
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        with client.wrap_socket(socket.create_connection(listener.getsockname()), server_hostname=name) as secured:
            assert secured.version() == "TLSv1.3"
        thread.join()
    assert files.key.stat().st_mode & 0o077 == 0


def test_the_certificate_stays_until_it_runs_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tls.ensure(tmp_path).ca.read_bytes()
    assert tls.ensure(tmp_path).ca.read_bytes() == first
    monkeypatch.setattr(tls, "RENEW_BEFORE", tls.VALIDITY)
    assert tls.ensure(tmp_path).ca.read_bytes() != first


def test_no_web_page_may_read_from_it(aws: Emulator) -> None:
    """https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS: without this header browsers refuse"""
    with closing(http.client.HTTPConnection(aws.endpoint.removeprefix("http://"))) as connection:
        connection.request("GET", "/", headers={"Origin": "https://example.org"})
        assert "Access-Control-Allow-Origin" not in connection.getresponse().headers

"""AWX's API over HTTP, for as long as it is wanted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.awx.api import Awx


@contextmanager
def running() -> Iterator[tuple[Awx, str]]:
    awx = Awx()

    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            address = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"{}")
            status, answer = awx.answer(self.command, address.path, dict(parse_qsl(address.query)), body)
            if status == 400:
                awx.refused.append(f"{self.command} {address.path} {body}: {answer}")
            content = b"" if status == 204 else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Allow", "GET, POST, HEAD, OPTIONS" if "POST" in answer.get("actions", {}) else "GET")
            self.end_headers()
            self.wfile.write(content)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...

    for method in ("GET", "POST", "PUT", "PATCH", "OPTIONS"):
        setattr(Handler, f"do_{method}", Handler.serve)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield awx, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

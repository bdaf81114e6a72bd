"""How requests come in: a thread for each connection, which stays open for as many requests as its client has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import InternalServerError
from werkzeug.test import run_wsgi_app


class Handler(MotoRequestHandler):
    """Keep-alive, and headers and body in one go: with Nagle's algorithm every answer would wait 40 ms for an ACK.

    werkzeug's own handler closes every connection, because an application may leave a part of a request unread, where
    Front reads all of it before anything else. A connection, and the thread that comes with it, cost as much as a call.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def run_wsgi(self) -> None:
        """What fails here is told as an error 500, and then by the server in the emulator's output."""
        self.environ = environ = self.make_environ()
        # What follows the last chunk is not read.
        self.close_connection = self.close_connection or "wsgi.input_terminated" in environ
        try:
            answer = run_wsgi_app(self.server.app, environ, buffered=True)
        except ConnectionError:
            raise
        except Exception:
            self._send(*run_wsgi_app(InternalServerError(), environ))
            raise
        self._send(*answer)

    def _send(self, content: Iterable[bytes], status: str, headers: Iterable[tuple[str, str]]) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.writelines(content)
        self.wfile.flush()

    def log_request(self, *_: Any, **__: Any) -> None:
        """The request log has it."""

"""Addresses that lead to one server or another: connections are passed on, byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable

from emulator.postgres.server import HOST

CHUNK_BYTES = 65536

Target = Callable[[], int | None]


class Endpoints:
    """Listens for connections in one thread, which begins with the first endpoint."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._servers: dict[tuple[str, int], asyncio.Server] = {}

    def open(self, host: str, port: int, target: Target) -> None:
        """Listen. Raises OSError.

        target: port of HOST that a new connection leads to; None = it is ended
        """
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="endpoints", daemon=True)
            self._thread.start()
        self._servers[host, port] = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(lambda *streams: self._pass_on(target, *streams), host, port), self._loop
        ).result()

    def close(self, host: str, port: int) -> None:
        """Listen no longer; nothing happens if nobody does."""
        server = self._servers.pop((host, port), None)
        if server is not None and self._loop is not None:
            self._loop.call_soon_threadsafe(server.close)

    def close_all(self) -> None:
        for host, port in list(self._servers):
            self.close(host, port)

    def shutdown(self) -> None:
        """Close everything and end the thread."""
        if self._loop is None or self._thread is None:
            return
        self.close_all()
        asyncio.run_coroutine_threadsafe(_end_connections(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = None

    async def _pass_on(self, target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port = target()
        with contextlib.closing(writer), contextlib.suppress(OSError):
            if port is None:
                return
            there, back = await asyncio.open_connection(HOST, port)
            with contextlib.closing(back):
                ways = [asyncio.ensure_future(_copy(reader, back)), asyncio.ensure_future(_copy(there, writer))]
                # Either side that ends ends both: PostgreSQL knows no half-closed connections.
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(CHUNK_BYTES):
            target.write(chunk)
            await target.drain()


async def _end_connections() -> None:
    connections = asyncio.all_tasks() - {asyncio.current_task()}
    for connection in connections:
        connection.cancel()
    await asyncio.gather(*connections, return_exceptions=True)

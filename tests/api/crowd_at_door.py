"""A door served by several processes, and devices that all send their last byte in one moment."""

import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path

from eventmatch.settings import ROOT
from tests.commands.test_serve import environment
from tests.ports import free_port

WORKERS = 3
PATIENCE = 60  # seconds


@contextmanager
def serving(environ: dict[str, str], application: str, *, workers: int = WORKERS) -> Iterator[tuple[int, int]]:
    """Serve an application as `serve` would, on SQLite with several workers too; yields its port and its process."""
    port = free_port()
    settings = (
        f"--interface wsgi --no-ws --workers {workers} --blocking-threads 12 --port {port} --workers-kill-timeout 3"
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *settings.split(), application],
        cwd=ROOT,
        env=environment(Path(environ["EVENTMATCH_INSTANCE"]), **environ),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        finally:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens and answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if connection.recv(16):
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


class Devices:
    """Devices named "Device 0" and so on, each with a connection of its own that stays open."""

    def __init__(self, port: int, slug: str, count: int) -> None:
        """Connect them all."""
        self.port, self.slug = port, slug
        self.connections = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) for _ in range(count)]
        for connection in self.connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def at_once(self, door: int, codes: Sequence[str], nonce: str) -> Counter[str]:
        """Let each device scan one code at a door, all in one moment, and count the verdicts."""
        busy = self.connections[: len(codes)]
        requests = [self._request(number, door, code, nonce) for number, code in enumerate(codes)]
        for connection, request in zip(busy, requests, strict=True):
            connection.sendall(request[:-1])
        for connection, request in zip(busy, requests, strict=True):
            connection.sendall(request[-1:])
        return Counter(map(_verdict, busy))

    def _request(self, number: int, door: int, code: str, nonce: str) -> bytes:
        """Write one scan down as it is sent."""
        body = json.dumps({"code": code, "nonce": nonce})
        return (
            f"POST /api/v1/events/{self.slug}/doors/{door}/scans HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer emd_Device {number}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def close(self) -> None:
        """Hang up."""
        for connection in self.connections:
            connection.close()


def _verdict(connection: socket.socket) -> str:
    """Read one answer: its verdict, or its status where it has none."""
    answer = HTTPResponse(connection)
    answer.begin()
    body = answer.read()
    return str(json.loads(body)["verdict"]) if answer.status == 201 else str(answer.status)

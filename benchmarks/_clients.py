"""Clients that each send one request after the other over a connection kept open, all in one thread."""

import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from math import inf

END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
PATIENCE = 30  # seconds without any answer


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, and how long it took."""

    seconds: float
    status: int
    body: bytes


@dataclass(slots=True)
class Client:
    """One connection, and what it is waiting for."""

    connection: socket.socket
    sent_at: float = 0
    received: bytearray = field(default_factory=bytearray)

    def send(self, request: bytes) -> None:
        """Send a whole request and start the clock."""
        self.received.clear()
        self.sent_at = time.perf_counter()
        self.connection.sendall(request)

    def receive(self) -> Answer | None:
        """Take what has arrived; the answer, once it is whole."""
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("The server closed the connection.")
        self.received += data
        head, found, body = self.received.partition(END_OF_HEAD)
        if not found or len(body) < length_of(bytes(head)):
            return None
        return Answer(time.perf_counter() - self.sent_at, int(head.split(b" ", 2)[1]), bytes(body))


def length_of(head: bytes) -> int:
    """Read how long a body will be."""
    found = LENGTH.search(head)
    if found is None:
        raise ValueError("The server does not say how long its answer is.")
    return int(found[1])


def drive(port: int, requests: Iterable[bytes], clients: int, most: float = inf) -> tuple[list[Answer], float]:
    """Send requests, each client its next one as soon as it has its answer, for so many seconds at most.

    Returns the answers, and the seconds from the first request to the last answer.
    """
    until = time.perf_counter() + most
    waiting = takewhile(lambda _: time.perf_counter() < until, requests)
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection, selectors.EVENT_READ, Client(connection))
        began = time.perf_counter()
        for key in list(selector.get_map().values()):
            next_request(selector, key.data, waiting)
        return list(answers(selector, waiting)), time.perf_counter() - began


def answers(selector: selectors.BaseSelector, waiting: Iterator[bytes]) -> Iterator[Answer]:
    """Collect answers until no client waits for one."""
    while selector.get_map():
        ready = selector.select(PATIENCE)
        if not ready:
            raise TimeoutError("The server does not answer.")
        for key, _ in ready:
            if (answer := key.data.receive()) is not None:
                yield answer
                next_request(selector, key.data, waiting)


def next_request(selector: selectors.BaseSelector, client: Client, waiting: Iterator[bytes]) -> None:
    """Let a client send what is next, or go home."""
    request = next(waiting, None)
    if request is not None:
        client.send(request)
    else:
        selector.unregister(client.connection)
        client.connection.close()

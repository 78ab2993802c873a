"""Ports for servers under test: below those the system lends to connections, which come and go at every moment."""

import random
import socket
from contextlib import ExitStack

LOWEST, HIGHEST = 20_000, 32_000


def free_port() -> int:
    """Return a port nobody listens on, with nobody on the one above either: a server with a certificate takes both."""
    while True:
        port = random.SystemRandom().randrange(LOWEST, HIGHEST, 2)  # pairs of two tests never share one
        try:
            with ExitStack() as open_:
                for one in (port, port + 1):
                    open_.enter_context(socket.socket()).bind(("127.0.0.1", one))
        except OSError:
            continue
        return port

"""The server: granian in front of the application, with the consumer of the queue beside it."""

import gc
import http.client
import multiprocessing
import os
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from werkzeug.utils import import_string

from eventmatch.commands.processes import (
    GRACE,
    Companion,
    end_with,
    log_to_standard_error,
    share_one_heap,
    stay_on_one_core,
)

if TYPE_CHECKING:
    from granian.server.common import AbstractServer

EVERYWHERE = "0.0.0.0"  # noqa: S104 - listened on only when asked for
THREADS = 12  # below the 15 connections that SQLAlchemy's pool lends at once
ELSEWHERE = ("192.0.2.1", 9)  # reserved for documentation: nothing is sent, the system only picks the way there
FORKS = sys.platform == "linux"  # elsewhere the system's own libraries mind
NOTHING_BESIDE: AbstractContextManager[object] = nullcontext()
NOTHING: Mapping[str, str] = MappingProxyType({})
TO_STANDARD_ERROR = {
    name: {"class": "logging.StreamHandler", "formatter": "generic", "stream": "ext://sys.stderr"}
    for name in ("console", "access")
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, and how people reach it."""

    host: str
    port: int
    base_url: str
    tls: Path | None = None  # the folder of a certificate of our own

    @property
    def plain_port(self) -> int:
        """Where a server with a certificate also listens over plain http."""
        return {443: 80, 65535: 65534}.get(self.port, self.port + 1)


def serve(
    place: Place,
    *,
    workers: int = 1,
    beside: AbstractContextManager[object] = NOTHING_BESIDE,
    when_answering: Callable[[], None],
) -> None:
    """Serve until told to stop; everything started here ends with this process, whatever ends it.

    On Linux the first workers are forked from this process, which has loaded the application already and holds nothing
    open: they answer a second earlier, and share its memory. A fork copies locks as they are, so no thread may run
    before; what runs beside the workers starts after the last of them, and later workers are started afresh.
    """
    log_to_standard_error()
    gc.freeze()  # what is loaded stays: the collector need not look at it again, nor touch what is shared
    consumer = Companion("work", "--beside", str(os.getpid()))
    granian = _granian(place, workers)
    granian.on_startup(partial(_mind_signals, granian, consumer, signal.getsignal(signal.SIGHUP)))
    with ExitStack() as open_:

        def go_on() -> None:
            open_.enter_context(beside)
            _in_background(_once_answering, place, (consumer.start, when_answering))

        granian.on_startup(partial(_once_there, workers, go_on))
        try:
            granian.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)
        finally:
            consumer.stop()


def _once_there(workers: int, act: Callable[[], None]) -> None:
    """Do something once the first workers are there, or where none is forked at once."""
    multiprocessing.set_start_method("fork" if FORKS else "spawn", force=True)
    left = count(workers - 1, -1)

    def forked() -> None:
        if next(left) == 0:
            multiprocessing.set_start_method("spawn", force=True)
            act()

    if FORKS:
        os.register_at_fork(after_in_parent=forked)
    else:
        act()


def _granian(place: Place, workers: int) -> "AbstractServer[Any]":
    """Set the server up: quiet, and without an access log, in which sign-in links would stand."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server: AbstractServer[Any] = Granian(
        "app:app",
        address=place.host,
        port=place.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        websockets=False,
        ssl_cert=place.tls and place.tls / "server.crt",
        ssl_key=place.tls and place.tls / "server.key",
        log_level=LogLevels.error,
        log_dictconfig={"handlers": TO_STANDARD_ERROR},
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )
    return server


def _load(parent: int) -> Any:
    """Load the application in a worker process that ends with its parent.

    Ctrl-C reaches it through the parent alone: told twice to end, granian's worker may hang until it is killed.
    """
    os.setsid()
    stay_on_one_core()
    share_one_heap()
    end_with(parent)
    log_to_standard_error()
    sys.modules.pop("app", None)  # one made by the parent does not know yet how it is reached
    return import_string("app:app")


def _in_background(act: Callable[..., None], *values: Any) -> None:
    """Do something beside the server's own loop."""
    threading.Thread(target=act, args=values, daemon=True).start()


def _once_answering(place: Place, acts: Iterable[Callable[[], None]]) -> None:
    """Do some things as soon as the front page answers."""
    while not _answers(place):
        time.sleep(0.02)
    for act in acts:
        act()


def _answers(place: Place) -> bool:
    """Tell whether our own front page answers."""
    try:
        return ask(place, "/")[0].status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False


def ask(place: Place, path: str, headers: Mapping[str, str] = NOTHING) -> tuple[http.client.HTTPResponse, bytes]:
    """Get a page from our own server, as a phone that trusts its certificate would."""
    if place.tls is None:
        connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=5)
    else:
        trusting = ssl.create_default_context(cafile=place.tls / "authority.crt")
        connection = http.client.HTTPSConnection("127.0.0.1", place.port, timeout=5, context=trusting)
    with closing(connection):
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        return answer, answer.read()


def _mind_signals(granian: "AbstractServer[Any]", consumer: Companion, hang_up: Any) -> None:
    """End server and consumer at once on Ctrl-C, on being told to, and when the terminal closes; nohup stays nohup."""
    interrupt: Callable[[], None] = granian.signal_handler_interrupt

    def end(*_: object) -> None:
        consumer.end()
        interrupt()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    signal.signal(signal.SIGHUP, signal.SIG_IGN if hang_up is signal.SIG_IGN else end)


def lan_address() -> str:
    """Return this machine's address on the network it would use, or its own where there is no network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def trouble_with(place: Place) -> str | None:
    """Say why a server cannot listen there, if so; granian would share a port with whoever has it."""
    for port in (place.port, place.plain_port) if place.tls else (place.port,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((place.host, port))
            except OSError as error:
                return f"Port {port} cannot be used ({error.strerror}); choose another with PORT=8000 or --port 8000."
    return None

"""The commands, one module for each feature, on the same floor as cli."""

from typing import Any, Protocol

from eventmatch.commands import certificate, demo, devices, events, importing, matching, serve, set_up, signing, tickets


class CommandModule(Protocol):
    """What a module of commands offers."""

    commands: tuple[Any, ...]


MODULES: tuple[CommandModule, ...] = (
    certificate,
    demo,
    devices,
    events,
    importing,
    matching,
    serve,
    set_up,
    signing,
    tickets,
)

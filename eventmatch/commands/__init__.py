"""The commands, one module for each feature, on the same floor as cli."""

from typing import Any, Protocol

from eventmatch.commands import demo, importing, serve, set_up


class CommandModule(Protocol):
    """What a module of commands offers."""

    commands: tuple[Any, ...]


MODULES: tuple[CommandModule, ...] = (demo, importing, serve, set_up)

"""The commands, one module for each feature, on the same floor as cli."""

from typing import Any, Protocol


class CommandModule(Protocol):
    """What a module of commands offers."""

    commands: tuple[Any, ...]


MODULES: tuple[CommandModule, ...] = ()

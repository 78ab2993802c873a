"""The commands, one module of eventmatch/commands for each feature: parse, call a service, print."""

from flask import Flask

from eventmatch.commands import MODULES


def register(app: Flask) -> None:
    """Add the commands to `flask --app app`."""
    for module in MODULES:
        for command in module.commands:
            app.cli.add_command(command)

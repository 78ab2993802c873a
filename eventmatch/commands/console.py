"""How commands speak: one JSON value or plain words on standard output, everything else on standard error."""

import functools
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

import click
from flask.cli import with_appcontext

from eventmatch.domain.errors import DomainError
from eventmatch.services import database

Params = ParamSpec("Params")
Result = TypeVar("Result")


def command(name: str) -> Callable[[Callable[Params, Result]], click.Command]:
    """Make a function a command on an up-to-date database; a refusal is one sentence and exit code 2."""

    def make(act: Callable[Params, Result]) -> click.Command:
        @click.command(name)
        @with_appcontext
        @functools.wraps(act)
        def run(*args: Params.args, **kwargs: Params.kwargs) -> Result:
            database.upgrade()
            try:
                return act(*args, **kwargs)
            except DomainError as error:
                click.echo(error.message, err=True)
                sys.exit(2)

        return run

    return make


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value and nothing else.")


def say(value: Any, *, as_json: bool, words: str) -> None:
    """Print a result for a machine or for a person."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else words)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)

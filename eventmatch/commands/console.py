"""How commands speak: one JSON value or plain words on standard output, everything else on standard error."""

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
from flask.cli import with_appcontext

from eventmatch.domain.errors import DomainError
from eventmatch.domain.faults import told
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
            with refusals():
                database.upgrade()
                return act(*args, **kwargs)

        return run

    return make


@contextmanager
def refusals() -> Iterator[None]:
    """Say a refusal in its one sentence and end with exit code 2; a fault of ours, without people's values, with 1."""
    try:
        yield
    except DomainError as error:
        refuse(error.message)
    except (click.ClickException, click.Abort, click.exceptions.Exit):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, its own words may be a guest's
        click.echo(f"Something on our side failed: {told(error)}", err=True)
        sys.exit(1)


def refuse(sentence: str) -> NoReturn:
    """End with one sentence and exit code 2."""
    click.echo(sentence, err=True)
    sys.exit(2)


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value and nothing else.")


def say(value: Any, *, as_json: bool, words: str) -> None:
    """Print a result for a machine or for a person."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else words)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)

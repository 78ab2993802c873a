"""The command that matches from file to file, without a database."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from eventmatch.commands.console import as_json, say
from eventmatch.domain.errors import DomainError
from eventmatch.services import matching as service
from eventmatch.services.match_options import MatchOptions
from eventmatch.services.matching import Report

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)
MANY = click.IntRange(1, 1000)


@click.command("match")
@click.argument("people", type=FILE)
@click.option("--output", required=True, type=OUT, help="Where the lists go.")
@click.option("--suggestions", "n_suggestions", default=10, show_default=True, type=MANY, help="Others on a list.")
@click.option(
    "--mode",
    default="mutual",
    show_default=True,
    type=click.Choice(["mutual", "capped", "ranked"]),
    help="Lists that agree with each other, each person's best as long as nobody is swamped, or simply the best.",
)
@click.option("--cap", type=MANY, help="Lists anybody stands on in capped mode; half as many again as suggestions.")
@click.option(
    "--same-organisation",
    default="allow",
    show_default=True,
    type=click.Choice(["avoid", "allow", "prefer"]),
    help="Whether colleagues are listed to each other.",
)
@click.option("--diverse", is_flag=True, help="Few from one organisation or interest, where there is a choice.")
@click.option("--exclude", multiple=True, type=FILE, help="Pairs never to propose: columns a and b. May be repeated.")
@click.option("--earlier", multiple=True, type=FILE, help="Pairs who met at earlier events. May be repeated.")
@click.option("--avoid-earlier", is_flag=True, help="Propose nobody again who met at an earlier event.")
@click.option("--background", multiple=True, type=FILE, help="People of an earlier event. May be repeated.")
@click.option(
    "--learn-from",
    multiple=True,
    type=(FILE, FILE),
    help="People of an earlier event and the pairs who belonged together there. May be repeated.",
)
@click.option("--weights", type=FILE, help="TOML: need, give, rare, complement, text; together 1.")
@click.option("--synonyms", type=FILE, help='TOML: what a tag is read as, such as pm = "project management".')
@click.option(
    "--seed", type=click.IntRange(0), help="Draw lots where people are equally suited; else the earlier line wins."
)
@click.option("--report", type=OUT, help="Where the measures go, as JSON.")
@click.option("--jobs", type=click.IntRange(1), help="Threads; one for each processor if not given.")
@as_json
def match(*, as_json: bool, **chosen: Any) -> None:
    """Choose whom everybody in PEOPLE should meet; needs no database.

    PEOPLE is CSV with the column id and any of organisation, team, role, headline, about, interests, asks, offers,
    glad_to_help, mode, can_video, hours, languages. A name ending in .gz is gzipped.
    """
    options = MatchOptions(**chosen)
    with bar() as progress:
        try:
            report = service.from_files(options, progress)
        except DomainError as error:
            click.echo(error.message, err=True)
            sys.exit(2)
    for warning in report.warnings:
        click.echo(warning, err=True)
    words = f"{report.people} people have {report.listings} suggestions in {options.output}."
    say(asdict(report) | {"output": str(options.output)}, as_json=as_json, words=words)


@contextmanager
def bar() -> Iterator[Report]:
    """Show progress on standard error while the block runs."""
    with click.progressbar(length=100, label="Matching", file=sys.stderr) as line:

        def progress(done: int, total: int) -> None:
            """Move the bar to where the work is."""
            line.update(done * 100 // max(total, 1) - line.pos)

        yield progress


commands = (match,)

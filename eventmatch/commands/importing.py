"""People from a file: `import-attendees`."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eventmatch.commands import console
from eventmatch.domain.errors import Invalid
from eventmatch.domain.states import Purpose
from eventmatch.services.import_reader import Remark
from eventmatch.services.import_run import LARGEST, Order, Report, Result, import_from_command, read_declaration

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SHOWN = 20  # remarks of a kind that are printed in words; --json holds them all


@console.command("import-attendees")
@click.argument("event")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option(
    "--declare-consent",
    "declared",
    multiple=True,
    metavar='PURPOSE="WHERE AND WHEN"',
    help="Declare that these people agreed elsewhere: matching or organiser_export. May be repeated.",
)
@click.option("--invite", is_flag=True, help="Mail those who are new a link with which they claim their place.")
@console.as_json
def import_attendees(
    event: str, file: Path, *, dry_run: bool, declared: tuple[str, ...], invite: bool, as_json: bool
) -> None:
    """Import people from FILE (CSV, TSV or XLSX, perhaps gzipped) into EVENT, given by its short name.

    Records are counted from 1 below the header. Running it twice changes nothing.
    """
    order = Order(_declaration(declared), invite=invite, dry_run=dry_run)
    content = _content(file)
    with _progress() as report:
        result = import_from_command(event, content, file.name, order, now=console.now(), report=report)
    console.say(result.as_values(), as_json=as_json, words=_words(result))


@contextmanager
def _progress() -> Iterator[Report]:
    """Show a bar on standard error from the first report on; a file that is refused before shows none."""
    with ExitStack() as stack:
        bars: list[ProgressBar[int]] = []

        def report(done: int, total: int) -> None:
            if not bars:
                bars.append(
                    stack.enter_context(click.progressbar(length=max(total, 1), label="Importing", file=sys.stderr))
                )
            bars[0].update(done - bars[0].pos)

        yield report


def _content(file: Path) -> bytes:
    """Read the file, if it is one and not too large."""
    try:
        if file.stat().st_size > LARGEST:
            raise Invalid(f"{file.name} has more than {LARGEST // 1_000_000} MB. Please split it.")
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file.name} cannot be read: {error.strerror}.") from error


def _declaration(given: tuple[str, ...]) -> dict[Purpose, str]:
    """Read PURPOSE=WORDS, as often as it is given."""
    for text in given:
        if "=" not in text:
            raise Invalid(f'--declare-consent needs PURPOSE="where and when", not “{text[:40]}”.')
    return read_declaration(dict(text.split("=", 1) for text in given))


def _words(result: Result) -> str:
    """Tell a person what became of the file."""
    verb = "would be imported" if result.dry_run else "imported"
    counts = f"{result.imported} {verb}, {result.repeated} repeated, {len(result.refused)} refused"
    lines = [
        f"{result.records} records: {counts}.",
        *_listed("Refused", result.refused),
        *_listed("Repeated in the file", result.repeats),
        *_listed("Odd", result.warnings),
    ]
    if result.invited:
        lines.append(f"{result.invited} invitations are on their way.")
    if result.not_invited:
        lines.append(f"{result.not_invited} imported people are not invited yet; --invite does it.")
    return "\n".join(lines)


def _listed(title: str, remarks: tuple[Remark, ...]) -> list[str]:
    """Write remarks line by line, the first ones of many."""
    if not remarks:
        return []
    lines = [f"  {_where(remark)}: {remark.reason}" for remark in remarks[:SHOWN]]
    more = [f"  … and {len(remarks) - SHOWN} more; --json lists them all."] if len(remarks) > SHOWN else []
    return [f"{title}:", *lines, *more]


def _where(remark: Remark) -> str:
    """Name a record and its field."""
    place = f"record {remark.record}" if remark.record is not None else "file"
    return f"{place}, {remark.field}" if remark.field else place


commands = (import_attendees,)

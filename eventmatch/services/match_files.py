"""Match lists from one file to another, without a database: people in, lists out."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from eventmatch.domain.errors import Invalid
from eventmatch.formats.cells import neutralise, restore
from eventmatch.matching.event import Progress, match_event, unheard
from eventmatch.matching.profiles import Mode, Profile
from eventmatch.matching.reasons import Reason
from eventmatch.matching.result import MatchResult
from eventmatch.matching.settings import MatchSettings

COLUMNS = {field.name for field in fields(Profile)} - {"ask_text", "offer_text"}
LISTS = ("id", "rank", "other", "score", "reason")
YES_OR_NO = {"yes": True, "no": False, "": False}
GZIP = b"\x1f\x8b"
NAMED = 3  # tags or words in one sentence


@dataclass(frozen=True, slots=True)
class MatchReport:
    """How many were matched, how fair the lists are, and what in the file was passed over."""

    people: int
    listings: int
    measures: dict[str, float]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a table: the line it begins on, and its cells by column."""

    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """What a cell says; nothing where the column is missing."""
        return self.cells.get(column, "").strip()

    def parts(self, column: str) -> tuple[str, ...]:
        """The parts of a cell between semicolons."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def refusal(self, column: str, wanted: str) -> Invalid:
        """What is wrong with one cell, with line and value."""
        return Invalid(f"Line {self.line}: {column} {wanted}, not {self.cells[column]!r}.", field=column)


def match_files(
    people_path: Path,
    output_path: Path,
    *,
    n_suggestions: int = 10,
    mode: Literal["mutual", "capped", "ranked"] = "mutual",
    exclude: Iterable[Path] = (),
    progress: Progress = unheard,
) -> MatchReport:
    """Read people, choose whom everybody should meet, write the lists; a name ending in .gz is gzipped."""
    if n_suggestions < 1:
        raise Invalid("Ask for at least one suggestion.", field="suggestions")
    profiles, warnings = read_people(people_path)
    known = {profile.id for profile in profiles}
    excluded = [pair for path in exclude for pair in read_pairs(path, known)]
    result = match_event(profiles, excluded, MatchSettings(n_suggestions, mode), progress)
    write_lists(output_path, result)
    listings = sum(map(len, result.lists))
    return MatchReport(len(profiles), listings, result.measures(n_suggestions), warnings)


def read_people(path: Path) -> tuple[list[Profile], tuple[str, ...]]:
    """The profiles of a file in its order, and a warning where columns are not known."""
    columns, records = table(path, {"id"})
    profiles: dict[str, Profile] = {}
    for record in records:
        profile = profile_of(record)
        if profile.id in profiles:
            raise Invalid(f"Line {record.line}: the id {profile.id!r} stands twice.", field="id")
        profiles[profile.id] = profile
    if not profiles:
        raise Invalid(f"There is nobody in {path.name}.")
    unknown = [column for column in columns if column not in COLUMNS]
    warning = (f"Columns not known and not read: {', '.join(unknown)}.",) if unknown else ()
    return list(profiles.values()), warning


def read_pairs(path: Path, known: set[str]) -> list[tuple[str, str]]:
    """Unordered pairs of known people from a file with the columns a and b."""
    pairs = []
    for record in table(path, {"a", "b"})[1]:
        for column in ("a", "b"):
            if record.cells[column] not in known:
                raise record.refusal(column, f"of {path.name} is the id of somebody in the file of people")
        pairs.append((record.cells["a"], record.cells["b"]))
    return pairs


def profile_of(record: Record) -> Profile:
    """The profile in one record; whoever is online or either can join a video call unless the file says no."""
    if not record.text("id"):
        raise Invalid(f"Line {record.line}: the id is missing.", field="id")
    mode = mode_of(record)
    return Profile(
        id=record.cells["id"],
        organisation=record.text("organisation"),
        team=record.text("team"),
        role=record.text("role"),
        headline=record.text("headline"),
        about=record.text("about"),
        interests=record.parts("interests"),
        asks=record.parts("asks"),
        offers=record.parts("offers"),
        glad_to_help=yes_or_no(record, "glad_to_help"),
        mode=mode,
        can_video=yes_or_no(record, "can_video") if record.text("can_video") else mode != "in_person",
        hours=tuple(span(record, part) for part in record.parts("hours")),
        languages=record.parts("languages"),
    )


def mode_of(record: Record) -> Mode:
    """How somebody takes part; in person where nothing is said."""
    match record.text("mode").casefold():
        case "" | "in_person":
            return "in_person"
        case "online":
            return "online"
        case "either":
            return "either"
    raise record.refusal("mode", "is in_person, online or either")


def yes_or_no(record: Record, column: str) -> bool:
    """Whether a cell says yes; nothing said is no."""
    try:
        return YES_OR_NO[record.text(column).casefold()]
    except KeyError:
        raise record.refusal(column, "is yes or no") from None


def span(record: Record, part: str) -> tuple[datetime, datetime]:
    """When somebody can be met, from `YYYY-MM-DD HH:MM-HH:MM`."""
    day, _, hours = part.partition(" ")
    begin, _, finish = hours.strip().partition("-")
    try:
        start, end = (datetime.fromisoformat(f"{day}T{hour.strip()}").replace(tzinfo=UTC) for hour in (begin, finish))
    except ValueError:
        raise record.refusal("hours", "are written YYYY-MM-DD HH:MM-HH:MM") from None
    if start >= end:
        raise record.refusal("hours", "end after they begin")
    return start, end


def table(path: Path, required: set[str]) -> tuple[list[str], Iterator[Record]]:
    """The columns of a CSV file, folded to lower case, and its records."""
    lines = numbered_lines(path)
    columns = [name.strip().casefold() for name in next(lines, (1, []))[1]]
    if missing := required.difference(columns):
        raise Invalid(f"{path.name} has no column {min(missing)}.", field=min(missing))
    if repeated := [name for name in columns if name and columns.count(name) > 1]:
        raise Invalid(f"{path.name} has two columns {repeated[0]}.", field=repeated[0])
    return columns, records_of(path, lines, columns)


def numbered_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line, and the number it begins at; a quoted line end does not end a line."""
    lines = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    begin = 1
    try:
        for cells in lines:
            yield begin, cells
            begin = lines.line_num + 1
    except csv.Error as error:
        raise Invalid(f"Line {begin} of {path.name} cannot be read: {error}.") from error


def records_of(path: Path, lines: Iterator[tuple[int, list[str]]], columns: list[str]) -> Iterator[Record]:
    """The records that hold anything."""
    for begin, cells in lines:
        if len(cells) > len(columns):
            raise Invalid(f"Line {begin} of {path.name} has {len(cells)} cells under {len(columns)} columns.")
        if cells:
            yield Record(begin, dict.fromkeys(columns, "") | dict(zip(columns, map(restore, cells), strict=False)))


def text_of(path: Path) -> str:
    """The text of a UTF-8 file, gzipped or not, without a byte order mark."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data.startswith(GZIP) else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name} is not written in UTF-8 (byte {error.start}).") from error
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"{path.name} cannot be read: {error}.") from error


def write_lists(path: Path, result: MatchResult) -> None:
    """Write everybody's list: id, rank, other, the score in that direction, and one sentence; no cell runs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LISTS)
    for person, own in zip(result.ids, result.suggestions(), strict=True):
        for rank, other in enumerate(own, start=1):
            one, two, why = map(neutralise, (person, other.id, sentence(other.reasons)))
            writer.writerow([one, rank, two, f"{other.score:.6f}", why])
    data = text.getvalue().encode()
    try:
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from error


def sentence(reasons: tuple[Reason, ...]) -> str:
    """What one gets from the other, in one English sentence about the strongest reason that says something."""
    telling = [reason for reason in reasons if reason.term != "complement"] or list(reasons)
    if not telling:
        return "Somebody new to you."
    first = telling[0]
    same = [plain(reason.theirs) for reason in telling if reason.term == first.term][:NAMED]
    return {
        "need": f"Offers {answer(first.theirs, first.mine, 'ask for')}.",
        "give": f"Asks for {answer(first.theirs, first.mine, 'offer')}.",
        "rare": f"Shares your interest in {enumerated(same)}.",
        "text": f"Also writes about {enumerated(same)}.",
        "complement": f"Comes from another {first.their_field}: {plain(first.theirs)}.",
    }[first.term]


def answer(theirs: str, mine: str, act: str) -> str:
    """What the other says and what I said to it, once where it is the same."""
    said, own = plain(theirs), plain(mine)
    return f"{said}, which you {act}" if said.casefold() == own.casefold() else f"{said}; you {act} {own}"


def plain(words: str) -> str:
    """Words on one line, without the full stop of their own."""
    return " ".join(words.split()).rstrip(".!?")


def enumerated(words: list[str]) -> str:
    """Words as English lists them: one, two and three."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

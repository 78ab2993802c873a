"""People and pairs to be matched, read from tables."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

from eventmatch.domain.errors import Invalid
from eventmatch.matching.profiles import Mode, Profile
from eventmatch.services.match_tables import Record, table

COLUMNS = {field.name for field in fields(Profile)} - {"ask_text", "offer_text"}
MINUTE = "%Y-%m-%d %H:%M"
YES_OR_NO = {"yes": True, "no": False, "": False}


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
        start, end = (
            datetime.strptime(f"{day} {hour.strip()}", MINUTE).replace(tzinfo=UTC) for hour in (begin, finish)
        )
    except ValueError:
        raise record.refusal("hours", "are written YYYY-MM-DD HH:MM-HH:MM") from None
    if start >= end:
        raise record.refusal("hours", "end after they begin")
    return start, end

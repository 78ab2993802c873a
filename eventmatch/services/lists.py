"""Everybody's match lists, as the organiser may see them: weak ones first, reasons from shared words only."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action, allows
from eventmatch.domain.reasons import Reason, as_told
from eventmatch.domain.states import Mode, TagRole
from eventmatch.formats.spreadsheet import csv_bytes
from eventmatch.models.attendee import Attendee, hours_of, tags_of
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import (
    MatchRun,
    blocked_pairs,
    latest_match_job,
    latest_run,
    matches_among,
    pair_lines,
    taking_part,
)
from eventmatch.services import audit, events, jobs
from eventmatch.services.access import event_for, roles
from eventmatch.services.reading import Tags, reasons_of, words_of

ON_A_PAGE = 25
SHORT = 3  # a list with fewer names is weak
COLUMNS = ("name", "rank", "other", "score", "reason")

Wording = Callable[[Reason], str]


class Hint(StrEnum):
    """What may make somebody's list weak."""

    SAYS_LITTLE = "says little"
    NO_VIDEO = "no video"
    FEW_HOURS = "few hours"


@dataclass(frozen=True, slots=True)
class Entry:
    """One name on somebody's list."""

    rank: int
    id: int
    name: str
    organisation: str
    score: float
    mutual: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PersonList:
    """One person's list."""

    id: int
    name: str
    organisation: str
    entries: tuple[Entry, ...]
    hints: tuple[Hint, ...]

    @property
    def weak(self) -> bool:
        """Whether somebody should look at it."""
        return len(self.entries) < SHORT


@dataclass(frozen=True, slots=True)
class ListsView:
    """One page of everybody's lists."""

    event: events.EventView
    lists: tuple[PersonList, ...]
    people: int  # who take part
    weak: int
    names: int  # on all lists together
    found: int  # people the search found
    first: int
    last: int
    computed_at: datetime | None
    measures: Mapping[str, float]
    job: jobs.JobView | None
    may_compute: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """One name on a list, before its reasons are looked up."""

    other: int
    rank: int
    score: float
    value: float


class _Lists:
    """The lists of one event as they stand now: without those who left and without blocked pairs."""

    def __init__(self, event: Event, run: MatchRun | None) -> None:
        """Read who takes part and who is on whose list."""
        self.run = run
        self.people = {attendee.id: attendee for attendee in taking_part(event.id)}
        self.lines: dict[int, list[_Line]] = {person: [] for person in self.people}
        blocked = blocked_pairs(event.id)
        for pair in pair_lines(run.id) if run is not None else ():
            low, high = pair.low_id, pair.high_id
            if low in self.people and high in self.people and (low, high) not in blocked:
                self.lines[low].append(_Line(high, pair.low_rank, pair.low_score, pair.value))
                self.lines[high].append(_Line(low, pair.high_rank, pair.high_score, pair.value))
        for own in self.lines.values():
            own.sort(key=lambda line: line.rank)

    def weakest_first(self) -> list[int]:
        """Order people by how few names they got, then by how little these are worth, then by registration."""

        def strength(person: int) -> tuple[int, float, int]:
            own = self.lines[person]
            return len(own), sum(line.value for line in own), person

        return sorted(self.people, key=strength)

    def details(self, people: list[int]) -> Iterator[PersonList]:
        """Add names and reasons to some people's lists."""
        everybody = {*people, *(line.other for person in people for line in self.lines[person])}
        tags, hours = tags_of(everybody), hours_of(people)
        reasons = self._reasons(people, tags)
        for person in people:
            who = self.people[person]
            entries = tuple(
                self._entry(place, person, line, reasons) for place, line in enumerate(self.lines[person], start=1)
            )
            hints = tuple(_hints(who, tags.get(person, {}), few_hours=person in hours))
            yield PersonList(person, who.name, who.organisation, entries, hints)

    def _entry(self, place: int, person: int, line: _Line, reasons: dict[tuple[int, int], tuple[Reason, ...]]) -> Entry:
        """Make one entry; places are counted anew, so that no gap tells of a name that is not shown."""
        other = self.people[line.other]
        mutual = any(back.other == person for back in self.lines[line.other])
        found = reasons.get((person, line.other), ())
        return Entry(place, line.other, other.name, other.organisation, line.score, mutual, found)

    def _reasons(self, people: list[int], tags: Mapping[int, Tags]) -> dict[tuple[int, int], tuple[Reason, ...]]:
        """Return what these people get from those on their lists, from words both share with the organiser."""
        matches = matches_among(self.run.id, people) if self.run is not None else []
        known = [match for match in matches if match.low_id in self.people and match.high_id in self.people]
        ids = {who for match in known for who in (match.low_id, match.high_id)}
        words = {who: words_of(self.people[who], tags.get(who, {}), asks=self._shared(who)) for who in ids}
        found = {}
        for match in known:
            for one, other in ((match.low_id, match.high_id), (match.high_id, match.low_id)):
                found[one, other] = as_told(reasons_of(match, one, words[one], words[other]))
        return found

    def _shared(self, person: int) -> bool:
        """Tell whether somebody's asks may be read by the organiser."""
        return not self.people[person].ask_hidden_from.organisers


def overview(by: Actor, slug: str, *, search: str = "", first: int = 1, everything: bool = False) -> ListsView:
    """Return a page of lists, the weakest first; `first` counts from 1."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    run = latest_run(event.id)
    lists, job = _Lists(event, run), latest_match_job(event.id)
    found = [person for person in lists.weakest_first() if _fits(lists.people[person], search)]
    first = max(1, min(first, len(found)))
    shown = found if everything else found[first - 1 : first - 1 + ON_A_PAGE]
    return ListsView(
        event=events.view(event),
        lists=tuple(lists.details(shown)),
        people=len(lists.people),
        weak=sum(len(own) < SHORT for own in lists.lines.values()),
        names=sum(map(len, lists.lines.values())),
        found=len(found),
        first=first,
        last=first + len(shown) - 1,
        computed_at=run.published_at if run is not None else None,
        measures=run.measures if run is not None else {},
        job=jobs.job_for(by, slug, job.id) if job is not None else None,
        may_compute=allows(roles(by, event), Action.RUN_EVENT),
    )


def download(by: Actor, slug: str, wording: Wording, *, now: datetime) -> bytes:
    """Return all lists as CSV, and write down who took them."""
    event = event_for(by, slug, Action.RUN_EVENT)
    lists = _Lists(event, latest_run(event.id))
    rows = list(_rows(lists.details(list(lists.people)), wording))
    event_id = event.id
    with write_transaction():
        audit.note("download match lists", by=by, event_id=event_id, now=now, rows=len(rows))
    return csv_bytes(COLUMNS, rows)


def _rows(lists: Iterable[PersonList], wording: Wording) -> Iterator[tuple[str, int, str, str, str]]:
    """Yield one row for each name on each list, in the order of registration."""
    for own in lists:
        for entry in own.entries:
            told = "; ".join(wording(reason) for reason in entry.reasons[:2])
            yield own.name, entry.rank, entry.name, f"{entry.score:.3f}", told


def _fits(attendee: Attendee, search: str) -> bool:
    """Tell whether all words of a search stand in a name or organisation."""
    text = f"{attendee.name} {attendee.organisation}".casefold()
    return all(word in text for word in search.casefold().split())


def _hints(who: Attendee, tags: Tags, *, few_hours: bool) -> Iterator[Hint]:
    """Say what may make a list weak, from what the organiser may know."""
    if len(tags.get(TagRole.INTEREST, ())) + len(tags.get(TagRole.OFFER, ())) < SHORT and not who.about:
        yield Hint.SAYS_LITTLE
    if who.mode is Mode.ONLINE and not who.can_video:
        yield Hint.NO_VIDEO
    if few_hours:
        yield Hint.FEW_HOURS

"""The rest of a schedule while it is changed: as little as possible, and nothing that has begun."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from eventmatch.matching.bookings import Pair
from eventmatch.matching.colouring import Colouring
from eventmatch.matching.schedule import Schedule
from eventmatch.matching.seating import PAIR, Meeting, People, Permission, Thirds, ordered
from eventmatch.matching.windows import Bools, masks

OTHERS = 3  # people who get something new though they neither are who it is about nor were to meet them


@dataclass(frozen=True)
class Change:
    """What became of a schedule.

    Attributes
    ----------
    schedule : Schedule
        How it is now.
    cancelled, arranged : tuple of Meeting
        Meetings that are no more, and new ones; one that moves or gains or loses somebody is in both.
    """

    schedule: Schedule
    cancelled: tuple[Meeting, ...]
    arranged: tuple[Meeting, ...]


class Mending:
    """The rest of a schedule while it is changed: first pairs move, then thirds join them, then all get tables.

    Parameters
    ----------
    before : Schedule
        The schedule until now.
    free : bool array of shape (n, n_rounds)
        Who is present when, from now on.
    from_round : int
        The first round that has not begun.
    may_meet : callable
        Given two rows, the lower first, whether they may meet.
    """

    thirds: Thirds

    def __init__(self, before: Schedule, free: Bools, from_round: int, may_meet: Permission) -> None:
        self.before, self.free, self.may_meet = before, free, may_meet
        self.begun = [meeting for meeting in before.meetings if meeting.round < from_round]
        self.met = {pair for meeting in before.meetings for pair in meeting.pairs}
        self.concerned: set[int] = set()
        self.others: set[int] = set()
        self.threes: list[Meeting] = []
        rest = free.copy()
        rest[:, :from_round] = False
        self.grid = Colouring(masks(rest), rest.shape[1])
        self.grid.limit = before.tables or self.grid.limit
        for meeting in before.meetings[len(self.begun) :]:
            self._take_in(meeting)

    def take_out(self, person: int) -> list[int]:
        """Release somebody's meetings; who was to meet them alone."""
        stranded: list[int] = []
        for meeting in self.before.meetings[len(self.begun) :]:
            if person in meeting.people:
                rest = [other for other in meeting.people if other != person]
                self._release(meeting)
                if len(rest) > 1:
                    self.grid.book(rest[0], rest[1], meeting.round)
                else:
                    stranded += rest
        self.grid.open[person] = 0
        return stranded

    def pair_up(self, stranded: list[int]) -> list[int]:
        """Let those left alone meet each other, or somebody with a round open to both; who still is alone."""
        alone = list(stranded)
        for person in stranded:
            company = self._company(person, alone) if person in alone else []
            found = next((other for other in company if self.grid.add_near(person, other, reach=0)), None)
            if found is not None:
                self.met.add(ordered(person, found))
                self.others |= {found} - self.concerned
                alone = [one for one in alone if one not in {person, found}]
        return alone

    def squeeze_in(self, a: int, b: int) -> None:
        """Find a round for two who have not met, if need be by moving a few others."""
        reach = OTHERS - len(self.others)
        if (a, b) not in self.met and self.may_meet(a, b) and self.grid.add_near(a, b, reach=reach):
            self.met.add((a, b))
            self.others |= self.grid.moved() - self.concerned

    def settle(self) -> None:
        """Leave the pairs where they are; from now on thirds may join them."""
        rounds: list[list[People]] = [[] for _ in self.grid.load]
        for meeting in self.threes:
            rounds[meeting.round].append(meeting.people)
        for round_, pair in self.grid.meetings():
            rounds[round_].append(pair)
        self.thirds = Thirds(rounds, self.may_meet)
        self.thirds.met |= self.met

    def join(self, person: int, other: int | None = None) -> None:
        """Let somebody join a pair, or a pair of a certain other whom they do not meet."""
        if other is not None and ordered(person, other) in self.thirds.met:
            return
        among = None if other is None else [other]
        if meeting := self.thirds.join(person, self.grid.open[person], among, lambda pair: self._may_ask(*pair)):
            self.grid.open[person] &= ~(1 << meeting.round)
            self.others |= set(meeting.people) - self.concerned

    def change(self, promised: Iterable[Pair], wanted: tuple[int, ...] | None = None) -> Change:
        """Put old and new together; a meeting that stays keeps its table, another gets the lowest that is unused."""
        sat = {(meeting.round, pair): meeting.table for meeting in self.before.meetings for pair in meeting.pairs}
        meetings = list(self.begun)
        for round_, of_round in enumerate(self.thirds.rounds):
            here = [Meeting(round_, people, 0) for people in of_round]
            at = {m.people: sat[round_, pair] for m in here for pair in m.pairs if (round_, pair) in sat}
            unused = iter(sorted(set(range(1, len(here) + 1)).difference(at.values())))
            meetings += [replace(m, table=at.get(m.people) or next(unused)) for m in here]
        dropped = tuple(pair for pair in dict.fromkeys(promised) if pair not in self.thirds.met)
        most = wanted or self.before.wanted
        after = replace(self.before, meetings=tuple(meetings), dropped=dropped, free=self.free, wanted=most)
        old, new = set(self.before.meetings), set(meetings)
        return Change(after, tuple(sorted(old - new)), tuple(sorted(new - old)))

    def _take_in(self, meeting: Meeting) -> None:
        """Book a pair; three at a table stay as they are."""
        if len(meeting.people) > PAIR:
            self.threes.append(meeting)
            self.grid.hold(meeting.people, meeting.round)
        else:
            self.grid.book(*meeting.pairs[0], meeting.round)

    def _release(self, meeting: Meeting) -> None:
        if meeting in self.threes:
            self.threes.remove(meeting)
            self.grid.let_go(meeting.people, meeting.round)
        else:
            self.grid.release(*meeting.pairs[0], meeting.round)

    def _company(self, person: int, alone: list[int]) -> list[int]:
        """Whom somebody may meet in a round open to both, in the order in which to ask."""
        grid, dropped = self.grid, set(self.before.dropped)

        def order(other: int) -> tuple[bool, bool, int, int]:
            busy = (grid.free[other] & ~grid.open[other]).bit_count()
            return other not in alone, ordered(person, other) not in dropped, busy, other

        there = (other for other, own in enumerate(grid.open) if own & grid.open[person] and other != person)
        unmet = (other for other in there if ordered(person, other) not in self.met)
        return sorted((o for o in unmet if self.may_meet(*ordered(person, o)) and self._may_ask(o)), key=order)

    def _may_ask(self, *people: int) -> bool:
        return len(self.others.union(people) - self.concerned) <= OTHERS

"""The tables of meetings, and who joins a pair as a third rather than be left alone."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eventmatch.matching.bookings import Pair, bits

Permission = Callable[[int, int], bool]
People = tuple[int, ...]

PAIR = 2


@dataclass(frozen=True, order=True)
class Meeting:
    """Two or three people at a table in a round.

    Attributes
    ----------
    round : int
        From 0.
    people : tuple of int
        Two rows, or three, in ascending order.
    table : int
        From 1; no two meetings of a round are at the same.
    """

    round: int
    people: People
    table: int

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Who meets whom here, lower row first."""
        return tuple((a, b) for place, a in enumerate(self.people) for b in self.people[place + 1 :])


class Thirds:
    """Lets people who are left alone join a pair, where both others may meet them and have not.

    Parameters
    ----------
    rounds : sequence of sequence of tuple of int
        The meetings of each round.
    may_meet : callable
        Given two rows, the lower first, whether they may meet.

    Attributes
    ----------
    met : set of (int, int)
        Who meets whom.
    """

    def __init__(self, rounds: Sequence[Sequence[People]], may_meet: Permission) -> None:
        self.may_meet = may_meet
        self.met = {pair for people in rounds for own in people for pair in Meeting(0, own, 0).pairs}
        self._threes = [[people for people in of_round if len(people) > PAIR] for of_round in rounds]
        self._hosts = {person for of_round in self._threes for people in of_round for person in people}
        self._host: list[dict[int, People]] = [
            {person: people for people in of_round if len(people) == PAIR for person in people} for of_round in rounds
        ]

    @property
    def rounds(self) -> list[list[People]]:
        """The meetings of each round, in ascending order."""
        return [sorted({*host.values(), *threes}) for host, threes in zip(self._host, self._threes, strict=True)]

    def join(
        self,
        person: int,
        open_rounds: int,
        among: Iterable[int] | None = None,
        suits: Callable[[People], bool] = lambda _: True,
    ) -> Meeting | None:
        """Let somebody join the first pair that suits in the first of their open rounds that has one.

        Pairs of people who have not taken anybody in yet are asked before others.

        Parameters
        ----------
        person : int
            Who is alone.
        open_rounds : int
            The rounds in which they are, as bits.
        among : iterable of int, optional
            Whose pairs are asked, the first first; without it everybody's.
        suits : callable, optional
            Given a pair, whether it may be asked.

        Returns
        -------
        meeting : Meeting or None
            Without a table yet: it is 0.
        """
        for round_, fresh in itertools.product(bits(open_rounds), (True, False)):
            for people in self._pairs(round_, among):
                if (
                    fresh == self._hosts.isdisjoint(people)
                    and suits(people)
                    and all(self._may_newly_meet(person, other) for other in people)
                ):
                    return self._joined(round_, person, people)
        return None

    def _pairs(self, round_: int, among: Iterable[int] | None) -> Iterable[People]:
        host = self._host[round_]
        if among is None:
            return (people for person, people in host.items() if person == people[0])
        return (host[person] for person in among if person in host)

    def _joined(self, round_: int, person: int, people: People) -> Meeting:
        meeting = Meeting(round_, tuple(sorted((person, *people))), 0)
        for other in people:
            del self._host[round_][other]
        self._threes[round_].append(meeting.people)
        self._hosts.update(people)
        self.met.update(meeting.pairs)
        return meeting

    def _may_newly_meet(self, a: int, b: int) -> bool:
        pair = ordered(a, b)
        return self.may_meet(*pair) and pair not in self.met


def ordered(a: int, b: int) -> Pair:
    """Two rows, the lower first."""
    return (a, b) if a < b else (b, a)


def seated(rounds: Sequence[Sequence[People]], tables: int | None) -> tuple[Meeting, ...]:
    """Give every meeting a table, that of one of its people in the round before where it is still to be had.

    Parameters
    ----------
    rounds : sequence of sequence of tuple of int
        The people of each meeting of each round.
    tables : int or None
        How many there are, at least as many as a round has meetings; None for as many as the largest round has.

    Returns
    -------
    meetings : tuple of Meeting
        By round, then by people.
    """
    numbers = range(1, (tables or max(map(len, rounds), default=0)) + 1)
    meetings: list[Meeting] = []
    before: dict[int, int] = {}
    for round_, of_round in enumerate(rounds):
        at = kept(sorted(of_round), before)
        unused = iter(sorted(set(numbers).difference(at.values())))
        here = [Meeting(round_, people, at.get(people) or next(unused)) for people in sorted(of_round)]
        before = {person: meeting.table for meeting in here for person in meeting.people}
        meetings += here
    return tuple(meetings)


def kept(meetings: Iterable[People], before: dict[int, int]) -> dict[People, int]:
    """Meetings that stay where one of their people sat before, with the table; the first come, first seated."""
    at: dict[People, int] = {}
    taken: set[int] = set()
    for people in meetings:
        tables = (before[person] for person in people if person in before)
        if table := next((table for table in tables if table not in taken), 0):
            taken.add(table)
            at[people] = table
    return at

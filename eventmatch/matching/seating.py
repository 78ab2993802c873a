"""The tables of meetings, and who joins a pair as a third rather than be left alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eventmatch.matching.bookings import Pair, bits

Permission = Callable[[int, int], bool]
People = tuple[int, ...]


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
    rounds : list of list of tuple of int
        The meetings of each round; changed in place.
    may_meet : callable
        Given two rows, whether they may meet.
    """

    def __init__(self, rounds: list[list[People]], may_meet: Permission) -> None:
        self.rounds, self.may_meet = rounds, may_meet
        self.met = {pair for people in rounds for own in people for pair in Meeting(0, own, 0).pairs}

    def join(self, person: int, open_rounds: int, suits: Callable[[People], bool]) -> int | None:
        """Let somebody join the first pair that suits in one of their open rounds; the round, or None.

        Parameters
        ----------
        person : int
            Who is alone.
        open_rounds : int
            The rounds in which they are, as bits.
        suits : callable
            Given a pair, whether it is asked at all.
        """
        for round_ in bits(open_rounds):
            for place, people in enumerate(self.rounds[round_]):
                if len(people) == 2 and self._may_join(person, *people) and suits(people):  # noqa: PLR2004 - a pair
                    self.rounds[round_][place] = tuple(sorted((person, *people)))
                    self.met.update(ordered(person, other) for other in people)
                    return round_
        return None

    def _may_join(self, person: int, a: int, b: int) -> bool:
        return self._may_newly_meet(person, a) and self._may_newly_meet(person, b)

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


def by_round(meetings: Iterable[Meeting], n_rounds: int) -> list[list[People]]:
    """The people of each meeting of each round."""
    rounds: list[list[People]] = [[] for _ in range(n_rounds)]
    for meeting in meetings:
        rounds[meeting.round].append(meeting.people)
    return rounds

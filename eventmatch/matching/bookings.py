"""Who meets whom in which round, and how two rounds of several meetings are exchanged."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

Pair = tuple[int, int]

NOBODY = -1


class Bookings:
    """Meetings of two, nobody in two of one round; what was changed can be taken back.

    Parameters
    ----------
    free : sequence of int
        For each person the rounds they are present in, as bits; bit r stands for round r.
    n_rounds : int
        Number of rounds.

    Attributes
    ----------
    open : list of int
        For each person the rounds, as bits, in which they are present and have no meeting yet.
    partner : list of list of int
        For each person and round the other of their meeting, or -1. Somebody with -1 in a round that is not open
        is absent, or in a meeting that stays what it is.
    load : list of int
        Meetings of each round.
    limit : int
        Meetings a round may have; no addition exceeds it.
    """

    def __init__(self, free: Sequence[int], n_rounds: int) -> None:
        self.free, self.open = list(free), list(free)
        self.partner = [[NOBODY] * n_rounds for _ in self.free]
        self.load = [0] * n_rounds
        self.limit = len(self.free)
        self.done: list[tuple[int, int, int]] = []  # what the addition under way has changed

    def add_round(self) -> None:
        """Begin one more round with everybody present."""
        bit = 1 << len(self.load)
        self.load.append(0)
        for person, row in enumerate(self.partner):
            row.append(NOBODY)
            self.free[person] |= bit
            self.open[person] |= bit

    def meetings(self) -> Iterator[tuple[int, Pair]]:
        """Every meeting as (round, (lower row, higher row)), by round and then by row."""
        for round_ in range(len(self.load)):
            for person, row in enumerate(self.partner):
                if person < row[round_]:
                    yield round_, (person, row[round_])

    def book(self, a: int, b: int, round_: int) -> None:
        """Let two people meet in a round open to both."""
        self.done.append((a, b, round_))
        self.partner[a][round_], self.partner[b][round_] = b, a
        self.hold((a, b), round_)

    def release(self, a: int, b: int, round_: int) -> None:
        """Let two people not meet in a round after all."""
        self.done.append((a, b, ~round_))
        self.partner[a][round_] = self.partner[b][round_] = NOBODY
        self.let_go((a, b), round_)

    def hold(self, people: Iterable[int], round_: int) -> None:
        """Let people have a meeting in a round, which no addition moves unless it is a booked one."""
        for person in people:
            self.open[person] &= ~(1 << round_)
        self.load[round_] += 1

    def let_go(self, people: Iterable[int], round_: int) -> None:
        """Take a meeting that was held back."""
        for person in people:
            self.open[person] |= 1 << round_
        self.load[round_] -= 1

    def chain(self, person: int, away: int, back: int) -> list[int]:
        """People along the meetings of two rounds, from somebody with `back` open; [] if they cannot be exchanged."""
        chain, rounds = [person], (away, back)
        while (other := self.partner[chain[-1]][rounds[0]]) != NOBODY:
            chain.append(other)
            rounds = rounds[::-1]
        return chain if self.is_open(chain[-1], rounds[0]) else []

    def exchange(self, chain: list[int], away: int, back: int) -> None:
        """Exchange the two rounds of the meetings along a chain; the first one is in `away`."""
        links = [(a, b, (away, back)[place % 2]) for place, (a, b) in enumerate(itertools.pairwise(chain))]
        for a, b, round_ in links:
            self.release(a, b, round_)
        for a, b, round_ in links:
            self.book(a, b, away + back - round_)

    def undo(self, mark: int) -> None:
        """Take back what was changed since the mark."""
        for a, b, round_ in reversed(self.done[mark:]):
            if round_ < 0:
                self.book(a, b, ~round_)
            else:
                self.release(a, b, round_)
        del self.done[mark:]

    def is_open(self, person: int, round_: int) -> bool:
        """Say whether somebody is present in a round without a meeting."""
        return bool(self.open[person] >> round_ & 1)


def bits(mask: int) -> Iterator[int]:
    """Positions of the bits that are set, lowest first."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1

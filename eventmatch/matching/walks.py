"""Find a place for who has none: join a pair, part another for it, join one for who was left, and so on."""

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np

from eventmatch.matching.pairing import Pairing

ARRIVED = -1  # in the place of a person: nobody is left without

Pair = tuple[int, list[int]]  # and what it takes


class Walk(NamedTuple):
    """A step, the pair joined and the one parted to make room for it, and the walk up to there."""

    before: "Walk | None"
    joined: Pair
    parted: Pair | None


def lift(pairing: Pairing, floor: list[int]) -> None:
    """Bring everybody up to a floor for whom a place is found that brings nobody else below it.

    Where everybody has more room than the floor and no list is limited, it is found if there is one; otherwise nearly
    always. (Elsewhere one would have to look for blossoms: J. Edmonds (1965), Paths, trees, and flowers.)

    Parameters
    ----------
    pairing : Pairing
        Is changed.
    floor : list of int
        Of everybody.
    """
    stuck: set[int] = set()
    for person in range(len(floor)):
        while pairing.used[person] < floor[person]:
            search = Search(pairing, floor, stuck)
            walk = search.walk(person)
            if walk is None:
                stuck |= search.met  # whom walks to nowhere met, no other walk needs to
                break
            follow(pairing, walk)


def follow(pairing: Pairing, walk: Walk | None) -> None:
    """Part and join what a walk says."""
    steps = []
    while walk:
        steps.append(walk)
        walk = walk.before
    for step in steps:
        if step.parted:
            pairing.part(*step.parted)
    for step in steps:
        pairing.join(*step.joined)


class Search:
    """Dijkstra's method from one person to anybody who has room, or more than the floor.

    A step costs what the pair parted is worth beyond the prices, and what the pair joined is worth less than them;
    at good prices, chosen pairs are worth more and others less.
    """

    def __init__(self, pairing: Pairing, floor: list[int], stuck: set[int]) -> None:
        self.pairing, self.floor, self.stuck = pairing, floor, stuck
        self.met, self.asked = set[int](), set[int]()  # people who are left without a pair, and who take them in
        self.ways: list[tuple[float, int, int, Walk | None]] = []
        self.limit, self.tried = np.inf, 0

    def walk(self, person: int) -> Walk | None:
        """The cheapest walk found, or None."""
        self.ways.append((0.0, 0, person, None))
        while self.ways:
            cost, _, who, walk = heappop(self.ways)
            if who == ARRIVED:
                return walk
            if who not in self.met:
                self.met.add(who)
                self._look_around(who, cost, walk)
        return None

    def _look_around(self, who: int, cost: float, walk: Walk | None) -> None:
        """Let somebody ask all they could meet, the best first."""
        for pair, takes in self.pairing.open(who):
            dearer = cost + max(0.0, -self.pairing.worth[pair])
            if dearer >= self.limit:
                return
            other = takes[0] + takes[1] - who
            seen = other in self.met or other in self.asked
            if self._fits(takes, [who], spare=int(seen and on(walk, other))):
                self._consider(dearer, ARRIVED, Walk(walk, (pair, takes), None))
            elif not seen:
                self.asked.add(other)
                self._displace(other, who, dearer, walk, (pair, takes))

    def _displace(self, other: int, who: int, cost: float, walk: Walk | None, joined: Pair) -> None:
        """Let somebody part with one partner for another, the least worth first."""
        own, (_, _, *limits) = self.pairing.own[other], joined[1]
        for pair in sorted(own, reverse=True):
            dearer = cost + max(0.0, self.pairing.worth[pair])
            if dearer >= self.limit:
                return
            takes = own[pair]
            third = takes[0] + takes[1] - other
            enough = self.pairing.used[third] > self.floor[third]
            fits = not limits or self._fits(joined[1], [who, *takes])
            if fits and (enough or self._is_new(third)):
                self._consider(dearer, ARRIVED if enough else third, Walk(walk, joined, (pair, takes)))

    def _consider(self, cost: float, who: int, walk: Walk) -> None:
        self.tried += 1  # of equal walks the first
        heappush(self.ways, (cost, self.tried, who, walk))
        self.limit = cost if who == ARRIVED else self.limit

    def _is_new(self, person: int) -> bool:
        return person not in self.met and person not in self.asked and person not in self.stuck

    def _fits(self, takes: list[int], freed: list[int], spare: int = 0) -> bool:
        """Whether there is room for a pair where some of what it takes is freed for it."""
        used, room = self.pairing.used, self.pairing.room
        return all(used[place] + spare < room[place] or place in freed for place in takes)


def on(walk: Walk | None, person: int) -> bool:
    """Whether somebody takes part in a walk."""
    while walk:
        if person in walk.joined[1][:2]:
            return True
        walk = walk.before
    return False

"""What becomes of a schedule when somebody stays away or comes late: little changes, and nothing that has begun."""

from collections.abc import Sequence

import numpy as np

from eventmatch.matching.mending import Change, Mending
from eventmatch.matching.schedule import Schedule
from eventmatch.matching.seating import Permission, ordered
from eventmatch.matching.windows import Bools


def without(before: Schedule, person: int, from_round: int = 0, *, may_meet: Permission | None = None) -> Change:
    """Release somebody's meetings, and find company for those who were to meet them among who is there.

    Who is left alone gets, in this order: another left alone, a promised meeting that had been dropped, somebody else
    with a round open to both (the fewest meetings first, then the lower row), a pair to join. At most 3 people get
    something new who were not to meet the one who stays away. Of a meeting of three, the other two go on.

    Parameters
    ----------
    before : Schedule
        The schedule until now.
    person : int
        Row of who stays away.
    from_round : int, default=0
        The first round that has not begun.
    may_meet : callable, optional
        Given two rows, the lower first, whether they may meet; without it, those of a dropped pair may.
    """
    free = before.free.copy()
    free[person, from_round:] = False
    known = frozenset(before.dropped)
    mending = Mending(before, free, from_round, may_meet or (lambda a, b: (a, b) in known))
    stranded = mending.take_out(person)
    mending.concerned |= {person, *stranded}
    alone = mending.pair_up(stranded)
    mending.settle()
    for other in alone:
        mending.join(other)
    return mending.change([pair for pair in before.dropped if person not in pair])


def with_latecomer(
    before: Schedule,
    person: int,
    wanted: Sequence[int],
    from_round: int = 0,
    *,
    free: Bools | None = None,
    may_meet: Permission | None = None,
) -> Change:
    """Find rounds for somebody who comes late and the people they are to meet.

    Each gets a round open to both, or one that a short chain of meetings of others makes room for; else the newcomer
    joins a pair of theirs. At most 3 people get something new besides the newcomer and those wanted.

    Parameters
    ----------
    before : Schedule
        The schedule until now.
    person : int
        Row of the newcomer; for somebody new the one after the last.
    wanted : sequence of int
        Rows of those to meet, best first.
    from_round : int, default=0
        The first round that has not begun.
    free : bool array of shape (n_rounds,), optional
        When the newcomer is present; without it always.
    may_meet : callable, optional
        Given two rows, the lower first, whether they may meet; without it, the newcomer and those wanted may.

    Raises
    ------
    ValueError
        When the newcomer has meetings or their row leaves a gap, or somebody wanted is not there, or is the newcomer.
    """
    check_newcomer(before, person, wanted, from_round)
    own = np.ones(before.free.shape[1], bool) if free is None else np.asarray(free, bool)
    asked = dict.fromkeys(ordered(person, other) for other in wanted)
    everybody = np.vstack([before.free[:person], own, before.free[person + 1 :]])
    mending = Mending(before, everybody, from_round, may_meet or (lambda a, b: (a, b) in asked))
    mending.concerned |= {person, *wanted}
    for pair in asked:
        mending.squeeze_in(*pair)
    mending.settle()
    for other in wanted:
        mending.join(person, other)
    most = (*before.wanted[:person], len(asked), *before.wanted[person + 1 :])
    return mending.change([*before.dropped, *asked], most)


def check_newcomer(before: Schedule, person: int, wanted: Sequence[int], from_round: int) -> None:
    """Refuse a newcomer who is none, or who wants to meet nobody there is."""
    n = len(before.free)
    if not 0 <= person <= n or any(other == person or not 0 <= other < n for other in wanted):
        raise ValueError("The newcomer is a row there is or the next one, and wants to meet other rows.")
    if any(person in meeting.people for meeting in before.meetings if meeting.round >= from_round):
        raise ValueError("Who has meetings is no newcomer.")

"""What the matcher may learn from: which meetings were of use at an event, and who met at earlier ones."""

from collections.abc import Collection

from eventmatch.domain.states import HowItWas
from eventmatch.models.event import Event
from eventmatch.models.match import blocked_pairs
from eventmatch.models.outcome import agreed_in, connected_in, met_before, told_in

ENOUGH = 200  # outcomes below which nothing is learned from them

Pair = tuple[int, int]


def outcomes(event_id: int, people: Collection[int]) -> list[tuple[int, int, bool]]:
    """Return the pairs among these people whose meeting is known to be of use or not, in order; lower id first.

    Of use: one said so and neither the contrary, or both scanned badges, or both wished to meet. Of no use: one
    said so. That a meeting did not happen proves nothing, and who must not see each other are no evidence at all.
    """
    said: dict[Pair, set[HowItWas]] = {}
    for teller, other, word in told_in(event_id):
        said.setdefault((min(teller, other), max(teller, other)), set()).add(word)
    useless = {pair for pair, words in said.items() if HowItWas.NOT_USEFUL in words}
    useful = {pair for pair, words in said.items() if HowItWas.USEFUL in words}
    useful |= connected_in(event_id) | agreed_in(event_id)
    known = (useful | useless) - blocked_pairs(event_id)
    return [(*pair, pair not in useless) for pair in sorted(known) if set(pair) <= set(people)]


def learnable(event_id: int, people: Collection[int]) -> list[tuple[int, int, bool]]:
    """Return the outcomes among these people if they are enough to learn from, else none."""
    found = outcomes(event_id, people)
    return found if len(found) >= ENOUGH else []


def earlier(event: Event, people: Collection[int]) -> list[Pair]:
    """Return the pairs among these people who met at an earlier event of the same team, in order; lower id first."""
    return sorted(pair for pair in met_before(event) if set(pair) <= set(people))

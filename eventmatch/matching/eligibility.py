"""Who may meet whom at all, decided before any score is looked at."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from eventmatch.matching.profiles import Profile
from eventmatch.matching.tags import Sparse, codes, tag_key

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]
Span = tuple[datetime, datetime]
OrganisationRule = Literal["allow", "avoid", "prefer"]

SHORTEST = timedelta(minutes=15)


class Eligibility:
    """Who may meet whom: not excluded, not of one organisation where that is to be avoided, a way and a time to meet.

    Two people have a way to meet when both are present in person, or both can join a video call.
    They have a time when both are free for 15 minutes on end; no hours given means the whole event.

    Parameters
    ----------
    profiles : sequence of Profile
        Row i is the i-th of them.
    excluded : iterable of (int, int)
        Rows that must not meet, in either order.
    same_organisation : {'allow', 'avoid', 'prefer'}, default='allow'
        Whether people of one organisation may meet; an unknown organisation is nobody's own.
        What is preferred is allowed here, and counts in the score.
    """

    def __init__(
        self,
        profiles: Sequence[Profile],
        excluded: Iterable[tuple[int, int]] = (),
        same_organisation: OrganisationRule = "allow",
    ) -> None:
        names = [tag_key(profile.organisation) for profile in profiles]
        known = codes(names)
        self.organisation = np.array([known[name] for name in names], dtype=np.int64)
        self.avoid = same_organisation == "avoid"
        self.present = np.array([profile.mode != "online" for profile in profiles], dtype=bool)
        self.video = np.array([profile.can_video for profile in profiles], dtype=bool)
        self.free = free_moments([profile.hours for profile in profiles])
        self.excluded = symmetric(excluded, len(profiles))

    def block(self, rows: slice) -> Bools:
        """Whether each of these rows may meet each person, of shape (rows, n); one's own column means nothing."""
        everybody = np.arange(len(self.present))
        possible = self._possible(everybody[rows, None], everybody[None])
        return np.asarray(possible & (self.excluded[rows].toarray() == 0))

    def _possible(self, a: Rows, b: Rows) -> Bools:
        have_a_way = (self.present[a] & self.present[b]) | (self.video[a] & self.video[b])
        own = self.organisation[a]
        colleagues = (own > 0) & (own == self.organisation[b])
        return np.asarray(have_a_way & self._share_time(a, b) & ~(colleagues & self.avoid))

    def _share_time(self, a: Rows, b: Rows) -> Bools:
        shared = np.zeros(np.broadcast_shapes(a.shape, b.shape), dtype=bool)
        for moments in self.free.T:  # 64 moments at a time
            shared |= (moments[a] & moments[b]) != 0
        return shared


def symmetric(pairs: Iterable[tuple[int, int]], n: int) -> Sparse:
    """Unordered pairs of rows as a sparse 0/1 array of shape (n, n)."""
    listed = np.array(sorted({(a, b) for pair in pairs for a, b in (pair, pair[::-1])}), dtype=np.int64).reshape(-1, 2)
    return sp.csr_array((np.ones(len(listed)), (listed[:, 0], listed[:, 1])), shape=(n, n))


def free_moments(hours: Sequence[Sequence[Span]]) -> NDArray[np.uint64]:
    """Everybody's hours as bit sets: two people share 15 minutes if and only if they share a bit.

    An overlap begins where one of the two begins to be free. So it is enough to ask, for every moment at which
    anybody begins to be free, who is free from then on for 15 minutes. One more bit stands for the whole event.

    Parameters
    ----------
    hours : sequence of sequences of (start, end)
        One sequence for each person; empty means the whole event. Spans may touch, overlap or stand in any order.

    Returns
    -------
    bits : uint64 array of shape (n, ceil((moments + 1) / 64))
    """
    spans = [merged(own) for own in hours]
    starts = sorted({start for own in spans for start, _ in own})
    bits = np.zeros((len(hours), 64 * (len(starts) // 64 + 1)), dtype=bool)
    for person, own in enumerate(spans):
        bits[person, : len(starts) + 1] = not hours[person]
        for start, end in own:
            bits[person, bisect_left(starts, start) : bisect_right(starts, end - SHORTEST)] = True
    return np.packbits(bits, axis=1).view(np.uint64)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, in UTC, with those that touch or overlap made one; those too short to meet in vanish."""
    joined: list[Span] = []
    for start, end in sorted((in_utc(start), in_utc(end)) for start, end in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return [(start, end) for start, end in joined if end - start >= SHORTEST]


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; without a zone it already is."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)

"""Profiles of the cast, and crowds of strangers, for tests of the matcher."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from eventmatch.matching.profiles import Mode, Profile
from eventmatch.matching.result import MatchResult

NINE = datetime(2027, 3, 4, 9, 0)  # noqa: DTZ001 - matching reads hours without a zone as UTC
MINUTE = timedelta(minutes=1)

MODES: tuple[Mode, ...] = ("in_person", "online", "either")

ADA = Profile(
    "ada",
    organisation="Harbour Works",
    role="Project manager",
    headline="Kanban for ferries",
    about="I plan ferries and write about kanban.",
    interests=("Kanban", "Rowing"),
    asks=("budgeting",),
    offers=("agile coaching",),
    glad_to_help=True,
)
BEN = Profile(
    "ben",
    organisation="Blue Kite",
    role="Designer",
    headline="Drawing boards",
    about="I draw kanban boards.",
    interests=("kanban", "Chess"),
    asks=("coaching",),
    offers=("budget planning", "sketching"),
)
CHIDI = Profile("chidi", organisation="Blue Kite", interests=("Chess", "Rowing"), asks=("sketching",))
DANA = Profile("dana")
CAST = (ADA, BEN, CHIDI, DANA)


def crowd(n: int, seed: int = 7) -> list[Profile]:
    """Strangers with a few of forty interests, asks and offers each."""
    chance = np.random.default_rng(seed)
    tags = [f"subject {number}" for number in range(40)]

    def some(count: int) -> tuple[str, ...]:
        return tuple(tags[i] for i in chance.choice(len(tags), count, replace=False))

    return [
        Profile(
            str(number),
            organisation=f"Office {chance.integers(n // 4 + 1)}",
            interests=some(int(chance.integers(0, 5))),
            asks=some(int(chance.integers(0, 3))),
            offers=some(int(chance.integers(0, 3))),
            about=" ".join(some(2)),
            glad_to_help=bool(chance.integers(2)),
        )
        for number in range(n)
    ]


spans = st.tuples(st.integers(0, 90), st.integers(1, 60)).map(
    lambda times: (NINE + times[0] * MINUTE, NINE + (times[0] + times[1]) * MINUTE)
)
strangers = st.lists(
    st.tuples(
        st.sampled_from(MODES),
        st.booleans(),
        st.lists(spans, max_size=3).map(tuple),
        st.sampled_from(["", "Harbour Works", "Blue Kite"]),
        st.sets(st.sampled_from(["kanban", "chess", "rowing"])).map(sorted).map(tuple),
    ),
    min_size=2,
    max_size=9,
).map(
    lambda rows: [
        Profile(str(i), mode=mode, can_video=video, hours=hours, organisation=office, interests=tags)
        for i, (mode, video, hours, office, tags) in enumerate(rows)
    ]
)


def minutes(profile: Profile) -> set[int]:
    """The minutes after nine at which somebody is free, told one by one."""
    every = range(-60, 240)
    if not profile.hours:
        return set(every)
    return {m for m in every if any(start <= NINE + m * MINUTE < end for start, end in profile.hours)}


def can_meet(one: Profile, other: Profile) -> bool:
    """Whether two people have a way and 15 minutes on end to meet, worked out the long way."""
    in_person = one.mode != "online" and other.mode != "online"
    shared = minutes(one) & minutes(other)
    long_enough = any(all(m + i in shared for i in range(15)) for m in shared)
    return (in_person or (one.can_video and other.can_video)) and long_enough


def listed(result: MatchResult) -> set[tuple[str, str]]:
    """Everything the lists say: (whose list, who stands on it)."""
    return {(result.ids[a], result.ids[b]) for a, own in enumerate(result.lists) for b in own.tolist()}


def impossible(profiles: Sequence[Profile], result: MatchResult) -> set[tuple[str, str]]:
    """Listings of people who cannot meet."""
    by_id = {profile.id: profile for profile in profiles}
    return {(a, b) for a, b in listed(result) if not can_meet(by_id[a], by_id[b])}

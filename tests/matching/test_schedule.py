"""Promises are kept, nobody is in two places, and nobody is put with somebody they must not meet."""

import multiprocessing
import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from eventmatch.matching.schedule import Schedule, schedule
from eventmatch.matching.seating import Meeting
from eventmatch.matching.windows import affordable
from tests.matching.meetings import Gathering, Pairs, anybody, faults, gathering, met


def regular(n: int, degree: int, seed: int) -> Pairs:
    return sorted((min(edge), max(edge)) for edge in nx.random_regular_graph(degree, n, seed).edges)


def part_time(n: int, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Nine rounds; 40 of 100 people miss four of them."""
    chance = np.random.default_rng(seed)
    free = np.ones((n, 9), bool)
    for person in chance.permutation(n)[: 4 * n // 10]:
        free[person, chance.choice(9, 4, replace=False)] = False
    return free


def sizes(found: Schedule) -> list[int]:
    of_round = Counter(m.round for m in found.meetings)
    return [of_round[round_] for round_ in range(found.free.shape[1])]


def test_every_schedule_is_sound() -> None:
    assert not [(seed, wrong) for seed in range(1_500) if (wrong := judge(seed)[1])]


@pytest.mark.proof
def test_a_hundred_thousand_schedules_are_sound() -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        judged = list(pool.map(judge, range(100_000), chunksize=1_000))

    meetings, threes, dropped = np.sum([counts for counts, _ in judged], axis=0)
    print(f"{len(judged)} gatherings: {meetings} meetings, {threes} of three, {dropped} promises dropped, 0 faults")
    assert not [wrong for _, wrong in judged if wrong]
    assert min(meetings, threes, dropped) > 10_000


def judge(seed: int) -> tuple[tuple[int, int, int], set[str]]:
    """Count meetings, those of three and dropped promises of one gathering, and name what is wrong."""
    event = gathering(seed)
    found = event.schedule()
    return (len(found.meetings), sum(len(m.people) == 3 for m in found.meetings), len(found.dropped)), faults(
        event, found
    )


def test_when_all_are_there_all_promises_are_kept_in_few_and_even_rounds() -> None:
    assert not [seed for seed in range(1_500) if not all_kept(seed)]


@pytest.mark.proof
def test_all_promises_of_a_hundred_thousand_graphs_are_kept_in_few_and_even_rounds() -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        kept = list(pool.map(all_kept, range(100_000), chunksize=1_000))

    print(f"{sum(kept)} of {len(kept)} graphs: all promises kept, in at most one round more than must be")
    assert all(kept)


def all_kept(seed: int) -> bool:
    """Whether all pairs of a random graph meet soundly in at most one round more than people and tables need."""
    chance = random.Random(seed)
    n, tables = chance.randint(2, 14), chance.choice([None, None, 1, 2, 4])
    pairs = list(nx.gnp_random_graph(n, chance.random(), seed).edges)
    chance.shuffle(pairs)
    found = schedule(pairs, tables=tables)
    busiest = max(Counter(person for pair in pairs for person in pair).values(), default=0)
    needed = max(busiest, -(-len(pairs) // tables) if tables else 0)
    event = Gathering(found.free, pairs, [], frozenset(pairs), tables, None)
    sound = not found.dropped and not faults(event, found) and bool(found.free.all())
    return (
        sound and found.free.shape[1] <= needed + 1 and max(sizes(found), default=0) - min(sizes(found), default=0) <= 1
    )


SOUND = Gathering(np.ones((6, 3), bool), [(0, 1), (0, 2), (3, 4)], [], frozenset(combinations(range(6), 2)), 2, None)


@pytest.mark.parametrize(
    ("fault", "meetings"),
    [
        ("two places at once", [Meeting(0, (0, 1), 1), Meeting(0, (0, 2), 2)]),
        ("absent", [Meeting(0, (0, 5), 1)]),
        ("a round too many", [Meeting(3, (0, 1), 1)]),
        ("twice", [Meeting(0, (0, 1), 1), Meeting(1, (0, 1), 1)]),
        ("not permitted", [Meeting(0, (1, 2), 1)]),
        ("a crowd or a loner", [Meeting(0, (0, 1, 3, 4), 1)]),
        ("two at a table", [Meeting(0, (0, 1), 1), Meeting(0, (3, 4), 1)]),
        ("no such table", [Meeting(0, (0, 1), 3)]),
        ("out of order", [Meeting(1, (0, 1), 1), Meeting(0, (0, 2), 1)]),
    ],
)
def test_the_judge_finds_a_planted_fault(fault: str, meetings: list[Meeting]) -> None:
    free = SOUND.free.copy()
    free[5, 0] = False
    event = replace(SOUND, free=free, permitted=SOUND.permitted - {(1, 2)})
    kept = {pair for m in meetings for pair in combinations(m.people, 2)}
    dropped = tuple(pair for pair in event.promised if pair not in kept)

    assert faults(event, Schedule(tuple(meetings), dropped, free, (2,) * 6, 2)) == {fault}


def test_the_judge_finds_a_forgotten_promise() -> None:
    assert faults(SOUND, replace(SOUND.schedule(), meetings=SOUND.schedule().meetings[1:])) == {"forgotten"}


@pytest.mark.parametrize("n", [5, 7, 9])
def test_an_odd_number_of_people_who_all_want_to_meet_needs_that_one_round_more(n: int) -> None:
    found = schedule(list(combinations(range(n), 2)))

    assert (found.dropped, found.free.shape[1]) == ((), n)


@pytest.mark.parametrize("seed", range(20))
def test_two_sides_meet_in_as_many_rounds_as_the_busiest_has_meetings(seed: int) -> None:
    graph = nx.bipartite.random_graph(12, 15, 0.4, seed)
    pairs = [(min(edge), max(edge)) for edge in graph.edges]

    found = schedule(pairs)

    assert (met(found), found.free.shape[1]) == (set(pairs), max(degree for _, degree in graph.degree))


@pytest.mark.parametrize("tables", [1, 3, 7, 20])
def test_few_tables_need_more_rounds_and_keep_every_promise(tables: int) -> None:
    pairs = regular(40, 4, 7)

    found = schedule(pairs, tables=tables)

    assert (len(met(found)), max(sizes(found)) <= tables) == (80, True)
    assert found.free.shape[1] <= max(4, -(-80 // tables)) + 1


@pytest.mark.parametrize("seed", range(4))
def test_nearly_all_promises_are_kept_though_forty_in_a_hundred_miss_four_of_nine_rounds(seed: int) -> None:
    free = part_time(400, seed)
    promised, _ = affordable(regular(400, 8, seed), free)

    found = schedule(promised, free)

    assert len(found.dropped) <= 0.005 * len(promised)


def test_the_same_input_gives_the_same_meetings() -> None:
    free = part_time(200, 3)
    promised, spare = affordable(regular(200, 8, 3), free)

    first, second = (schedule(promised, free, spare=spare, wanted=[6] * 200) for _ in range(2))

    assert first == second


def test_of_two_pairs_for_one_round_the_first_has_precedence() -> None:
    assert schedule([(1, 2), (0, 1)], np.ones((3, 1), bool)).dropped == ((0, 1),)


def test_the_pair_with_fewer_rounds_in_common_comes_first() -> None:
    free = np.array([[1, 1], [1, 1], [1, 0]], bool)

    found = schedule([(0, 1), (0, 2)], free)

    assert [(m.round, m.people) for m in found.meetings] == [(0, (0, 2)), (1, (0, 1))]


def test_a_spare_pair_fills_what_both_have_left() -> None:
    found = schedule([(0, 1)], np.ones((4, 2), bool), spare=[(2, 3), (0, 2)], wanted=[1, 1, 1, 1])

    assert met(found) == {(0, 1), (2, 3)}


def test_the_odd_one_out_joins_a_pair() -> None:
    found = schedule([(0, 1)], np.ones((3, 1), bool), wanted=[1, 1, 1], may_meet=anybody)

    assert [m.people for m in found.meetings] == [(0, 1, 2)]


def test_the_odd_one_out_joins_no_pair_with_somebody_they_must_not_meet() -> None:
    found = schedule([(0, 1)], np.ones((3, 1), bool), wanted=[1, 1, 1], may_meet=lambda a, b: (a, b) != (1, 2))

    assert ([m.people for m in found.meetings], found.alone.tolist()) == ([(0, 1)], [[0, 2]])


def test_who_wants_no_meeting_is_left_in_peace() -> None:
    found = schedule([(0, 1)], np.ones((3, 1), bool), may_meet=anybody)

    assert [m.people for m in found.meetings] == [(0, 1)]


def test_a_dropped_promise_is_kept_by_joining_the_other() -> None:
    pairs = [(0, 1), (2, 3), (1, 4)]

    found = schedule(pairs, np.ones((5, 1), bool), may_meet=anybody)

    assert ([m.people for m in found.meetings], found.dropped) == ([(0, 1, 4), (2, 3)], ())


def test_a_promise_to_somebody_one_must_not_meet_is_dropped() -> None:
    found = schedule([(0, 1), (2, 3)], may_meet=lambda a, b: (a, b) == (2, 3))

    assert ([m.people for m in found.meetings], found.dropped) == ([(2, 3)], ((0, 1),))


@pytest.mark.parametrize(
    ("pairs", "tables"),
    [([(0, 0)], None), ([(-1, 0)], None), ([(0, 3)], None), ([(0, 1), (1, 0)], None), ([(0, 1)], 0)],
)
def test_what_makes_no_sense_is_refused(pairs: Pairs, tables: int | None) -> None:
    with pytest.raises(ValueError, match="is"):
        schedule(pairs, np.ones((3, 2), bool), tables=tables)


def test_nobody_to_meet_is_no_meeting() -> None:
    assert (schedule([]).meetings, schedule([], np.ones((2, 0), bool)).meetings) == ((), ())

"""Somebody stays away or comes late, and nearly everybody else's plan stays as it was."""

import multiprocessing
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from eventmatch.matching.repair import with_latecomer, without
from eventmatch.matching.schedule import Schedule, schedule
from tests.matching.meetings import Gathering, anybody, disturbance, faults, gathering, met


def all_there(pairs: list[tuple[int, int]], n: int, n_rounds: int, **how: object) -> Schedule:
    return schedule(pairs, np.ones((n, n_rounds), bool), **how)  # type: ignore[arg-type]  # passed on as they come


Happening = Callable[[int], tuple[int, set[str]]]


def staying_away(seed: int) -> tuple[int, set[str]]:
    """Let somebody of a small event stay away; how many meetings changed, and what is wrong afterwards."""
    event, chance = gathering(seed), random.Random(seed)
    before = event.schedule()
    person, from_round = chance.randrange(len(event.free)), chance.randint(0, event.free.shape[1])
    change = without(before, person, from_round, may_meet=event.may_meet)
    free = event.free.copy()
    free[person, from_round:] = False
    known = {p for m in before.meetings if m.round >= from_round and person in m.people for p in m.people}
    wrong = disturbance(before, change.schedule, known, from_round) | faults(
        still(event, free, change.schedule), change.schedule
    )
    return len(change.cancelled), wrong


def coming_late(seed: int) -> tuple[int, set[str]]:
    """Let somebody join a small event; how many meetings are new, and what is wrong afterwards."""
    event, chance = gathering(seed), random.Random(seed)
    before, (n, n_rounds) = event.schedule(), event.free.shape
    from_round, wanted = chance.randint(0, n_rounds), chance.sample(range(n), chance.randint(0, min(n, 4)))
    own = np.array([chance.random() < 0.8 for _ in range(n_rounds)], bool)
    allowed = event.permitted | {(p, n) for p in range(n) if chance.random() < 0.9}
    change = with_latecomer(before, n, wanted, from_round, free=own, may_meet=lambda a, b: (a, b) in allowed)
    grown = replace(event, promised=event.promised + [(p, n) for p in wanted], permitted=frozenset(allowed))
    wrong = faults(replace(grown, free=np.vstack([event.free, own])), change.schedule)
    return len(change.arranged), wrong | disturbance(before, change.schedule, {n, *wanted}, from_round)


def still(event: Gathering, free: np.ndarray[tuple[int, int], np.dtype[np.bool_]], after: Schedule) -> Gathering:
    """The event once somebody stays away: what was promised to them counts only if it took place before."""
    promised = [pair for pair in event.promised if pair in met(after) or pair in after.dropped]
    return replace(event, free=free, promised=promised)


@pytest.mark.parametrize("happening", [staying_away, coming_late])
def test_every_repair_is_sound_and_small(happening: Happening) -> None:
    found = [(seed, *happening(seed)) for seed in range(1_500)]

    assert not [(seed, wrong) for seed, _, wrong in found if wrong]
    assert sum(changed for _, changed, _ in found) > 300


@pytest.mark.proof
@pytest.mark.parametrize("happening", [staying_away, coming_late])
def test_a_hundred_thousand_repairs_are_sound_and_small(happening: Happening) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        found = list(pool.map(happening, range(100_000), chunksize=1_000))

    changed = sum(count for count, _ in found)
    print(f"{happening.__name__}: {len(found)} gatherings, {changed} meetings changed, 0 faults")
    assert not [wrong for _, wrong in found if wrong]


def test_the_judge_finds_a_round_changed_that_had_begun() -> None:
    before = all_there([(0, 1), (0, 2)], 3, 2)

    assert disturbance(before, without(before, 0).schedule, {0, 1, 2}, 1) == {"begun"}


def test_the_judge_counts_who_is_disturbed() -> None:
    before = all_there([(0, 1), (2, 3)], 4, 1)

    assert disturbance(before, replace(before, meetings=()), set(), 0) == {"more than three others"}


def test_two_left_alone_meet_each_other() -> None:
    before = all_there([(0, 1), (0, 2), (3, 4)], 5, 2)

    change = without(before, 0, may_meet=anybody)

    assert {(1, 2), (3, 4)} == met(change.schedule)


def test_somebody_left_alone_gets_the_promise_that_had_been_dropped() -> None:
    before = all_there([(0, 1), (1, 2)], 4, 1)

    change = without(before, 0)

    assert (before.dropped, change.schedule.dropped, met(change.schedule)) == (((1, 2),), (), {(1, 2)})


def test_somebody_left_alone_joins_a_pair_when_nobody_else_is_alone() -> None:
    before = all_there([(0, 1), (2, 3)], 4, 1)

    change = without(before, 0, may_meet=anybody)

    assert [m.people for m in change.schedule.meetings] == [(1, 2, 3)]


def test_nobody_left_alone_is_put_with_somebody_they_must_not_meet() -> None:
    before = all_there([(0, 1), (2, 3)], 5, 1)

    change = without(before, 0, may_meet=lambda a, b: 1 not in {a, b})

    assert met(change.schedule) == {(2, 3)}


def test_of_three_the_other_two_go_on_where_they_are() -> None:
    before = all_there([(0, 1)], 3, 1, wanted=[1, 1, 1], may_meet=anybody)

    change = without(before, 2, may_meet=anybody)

    assert [(m.people, m.table) for m in change.schedule.meetings] == [((0, 1), 1)]


def test_a_round_that_has_begun_stays_as_it_was() -> None:
    before = all_there([(0, 1), (0, 2), (1, 2)], 3, 3)

    change = without(before, 0, 1, may_meet=anybody)

    assert [m for m in change.schedule.meetings if m.round == 0] == [m for m in before.meetings if m.round == 0]


def test_a_latecomer_meets_whom_they_want() -> None:
    before = all_there([(0, 1), (2, 3)], 4, 2)

    change = with_latecomer(before, 4, [2, 0])

    assert met(change.schedule) == {(0, 1), (2, 3), (2, 4), (0, 4)}


def test_a_latecomer_starts_with_the_next_round() -> None:
    before = all_there([(0, 1), (2, 3)], 4, 3)

    assert {m.round for m in with_latecomer(before, 4, [2], 2).arranged} == {2}


def test_others_change_rounds_to_make_room_for_a_latecomer() -> None:
    free = np.array([[1, 1], [1, 1]], bool)
    before = schedule([(0, 1)], free)
    own = np.array([m.round == round_ for round_ in range(2) for m in before.meetings])

    change = with_latecomer(before, 2, [0], free=own)

    assert met(change.schedule) == {(0, 1), (0, 2)}


def test_a_latecomer_joins_a_pair_of_somebody_who_has_no_other_round() -> None:
    before = all_there([(0, 1)], 2, 1)

    change = with_latecomer(before, 2, [0], may_meet=anybody)

    assert [m.people for m in change.schedule.meetings] == [(0, 1, 2)]


def test_a_promise_to_a_latecomer_that_cannot_be_kept_is_said() -> None:
    before = all_there([(0, 1)], 2, 1)

    assert with_latecomer(before, 2, [0]).schedule.dropped == ((0, 2),)


@pytest.mark.parametrize(("person", "wanted"), [(4, [0]), (2, [2]), (2, [5]), (0, [1])])
def test_a_newcomer_who_is_none_is_refused(person: int, wanted: list[int]) -> None:
    with pytest.raises(ValueError, match="newcomer"):
        with_latecomer(all_there([(0, 1)], 2, 1), person, wanted)

"""One call for a whole event: agreeing, possible, repeatable lists."""

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from eventmatch.matching import lists as choosing_lists
from eventmatch.matching.candidates import hub_means
from eventmatch.matching.eligibility import Eligibility
from eventmatch.matching.event import match_event
from eventmatch.matching.lists import Chooser
from eventmatch.matching.measures import fill, mutual_share
from eventmatch.matching.order import EventOrder
from eventmatch.matching.profiles import Profile
from eventmatch.matching.settings import MatchSettings, Mode
from tests.matching.people import ADA, BEN, CAST, can_meet, crowd, impossible, listed, strangers

SEEDS = (1, 2)  # one process each
seeds, modes = st.integers(0, 2**32 - 1), st.sampled_from(["mutual", "capped", "ranked"])
RANKED = MatchSettings(mode="ranked")
EITHER = pytest.mark.parametrize("settings", [MatchSettings(), RANKED], ids=["mutual", "ranked"])


@given(strangers, seeds, modes)
def test_an_exclusion_changes_nothing_else_and_nobody_is_listed_whom_one_cannot_meet(
    profiles: list[Profile], number: int, mode: Mode
) -> None:
    assert_that_exclusions_hold(profiles, number, mode)


@pytest.mark.proof
def test_a_hundred_thousand_events_keep_to_their_exclusions() -> None:
    with ProcessPoolExecutor(len(SEEDS), multiprocessing.get_context("spawn")) as pool:
        events, excluded, listings = np.sum(list(pool.map(search, SEEDS)), axis=0)

    print(f"{events} events of 2 to 9 people, {excluded} pairs excluded: on none of {listings} places on lists was an")
    print("excluded pair or two who cannot meet, and every other pair kept its place in the order to the last bit")
    assert events >= 100_000
    assert min(listings, excluded) > events


def search(seed_number: int) -> tuple[int, int, int]:
    """Look at a share of the events; count events, exclusions and listings."""
    counts: list[tuple[int, int]] = []

    @seed(seed_number)
    @settings(max_examples=100_000 // len(SEEDS), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(strangers, seeds, modes)
    def look(profiles: list[Profile], number: int, mode: Mode) -> None:
        counts.append(assert_that_exclusions_hold(profiles, number, mode))

    look()
    return len(counts), *np.sum(counts, axis=0).tolist()


def assert_that_exclusions_hold(profiles: list[Profile], number: int, mode: Mode) -> tuple[int, int]:
    """Exclude some pairs, drawn by lot; count them, and the places on lists."""
    n, asked = len(profiles), MatchSettings(mode=mode, quick=True)
    chance = np.random.default_rng(number)
    barred = np.triu(chance.random((n, n)) < 0.3, 1)
    excluded = [(profiles[a].id, profiles[b].id) for a, b in np.argwhere(barred).tolist()]
    free, bound = (EventOrder(profiles, asked, excluded=pairs) for pairs in ((), excluded))

    before, after = (order.block(slice(0, n)) for order in (free, bound))
    lists, _ = Chooser(bound, asked).lists()

    apart = barred | barred.T
    assert np.isneginf(after[apart]).all()
    assert np.array_equal(before[~apart], after[~apart])
    assert not any(apart[row, other] for row, own in enumerate(lists) for other in own.tolist())
    assert all(can_meet(profiles[row], profiles[other]) for row, own in enumerate(lists) for other in own.tolist())
    return len(excluded), sum(map(len, lists))


def test_hub_means_of_only_those_permitted_would_change_the_order() -> None:
    profiles, excluded = crowd(30), [("3", str(other)) for other in range(10, 25)]
    free, bound = (EventOrder(profiles, MatchSettings(), excluded=pairs) for pairs in ((), excluded))
    bound.closeness = 0.35 * hub_means(bound.block, 30)  # as the naive way has it: masked before

    before, after = (order.block(slice(0, 3)) for order in (free, bound))
    assert not np.array_equal(before, after)


def test_without_eligibility_the_same_strangers_would_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Eligibility, "block", lambda self, rows: np.ones((rows.stop - rows.start, len(self.video)), bool)
    )
    found: list[tuple[str, str]] = []

    @given(strangers)
    def search(profiles: list[Profile]) -> None:
        found.extend(impossible(profiles, match_event(profiles)))

    search()
    assert found


@EITHER
def test_an_excluded_pair_is_on_no_list(settings: MatchSettings) -> None:
    profiles = crowd(30)
    before = sorted(listed(match_event(profiles, settings=settings)))[:20]

    after = listed(match_event(profiles, before, settings))

    assert not after.intersection(before + [(b, a) for a, b in before])


@EITHER
def test_an_exclusion_changes_no_other_score(settings: MatchSettings) -> None:
    profiles, everything = crowd(20), replace(settings, n_suggestions=19)
    free, bound = (match_event(profiles, barred, everything) for barred in ([], [("3", "4"), ("3", "9")]))

    kept = [place for place, pair in enumerate(free.pairs.tolist()) if pair not in ([3, 4], [3, 9])]
    assert np.array_equal(free.pairs[kept], bound.pairs)
    assert np.array_equal(free.terms[kept], bound.terms)


def test_a_ranked_list_only_closes_the_gap_an_exclusion_leaves() -> None:
    profiles, everything = crowd(20), replace(RANKED, n_suggestions=19)
    free, bound = (match_event(profiles, barred, everything) for barred in ([], [("3", "4")]))

    gone = {(3, 4), (4, 3)}
    expected = [[b for b in own.tolist() if (a, b) not in gone] for a, own in enumerate(free.lists)]
    assert [own.tolist() for own in bound.lists] == expected


@EITHER
def test_terms_add_up_to_the_shown_scores(settings: MatchSettings) -> None:
    result = match_event(crowd(40), settings=settings)

    shown = {(a, s.row): s.score for a, own in enumerate(result.suggestions()) for s in own}
    terms = {
        pair: result.terms[place, side].sum()
        for place, (low, high) in enumerate(result.pairs.tolist())
        for side, pair in enumerate([(low, high), (high, low)])
    }
    assert max(abs(score - terms[pair]) for pair, score in shown.items()) < 1e-9


def test_lists_agree_and_are_full() -> None:
    lists = match_event(crowd(60)).lists

    assert (mutual_share(lists), fill(lists, 6)) == (1, 1)


def test_people_with_few_options_are_given_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing_lists, "LEAST", 1)
    monkeypatch.setattr(choosing_lists, "BREADTH", 1)

    lists = match_event(crowd(60), settings=MatchSettings(3)).lists

    assert fill(lists, 3) == 1


@EITHER
def test_the_same_event_gives_the_same_bytes(settings: MatchSettings) -> None:
    once, twice = (pickle.dumps(match_event(crowd(40), settings=settings)) for _ in range(2))

    assert once == twice


def test_of_people_alike_the_earlier_registration_comes_first() -> None:
    result = match_event([Profile(name) for name in "dcba"], settings=replace(RANKED, n_suggestions=2))

    assert [[result.ids[row] for row in own] for own in result.lists] == [
        ["c", "b"],
        ["d", "b"],
        ["d", "c"],
        ["d", "c"],
    ]


def test_colleagues_are_kept_apart_where_asked() -> None:
    result = match_event(CAST, settings=MatchSettings(same_organisation="avoid"))

    assert ("ben", "chidi") not in listed(result)


def test_both_get_their_own_reasons() -> None:
    (for_ada,), (for_ben,) = match_event([ADA, BEN]).suggestions()

    assert (for_ada.reasons[0].mine, for_ben.reasons[0].mine) == ("budgeting", "coaching")


@pytest.mark.parametrize("profiles", [[], [ADA]])
def test_with_nobody_to_meet_lists_are_empty(profiles: list[Profile]) -> None:
    assert match_event(profiles).suggestions() == [[] for _ in profiles]


def test_exclusions_of_people_who_are_not_here_are_passed_over() -> None:
    assert listed(match_event([ADA, BEN], [("ada", "zoe")])) == {("ada", "ben"), ("ben", "ada")}


def test_one_id_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="own"):
        match_event([ADA, ADA])


@EITHER
def test_progress_ends_where_it_said_it_would(settings: MatchSettings) -> None:
    heard: list[tuple[int, int]] = []

    match_event(crowd(30), settings=settings, progress=lambda done, total: heard.append((done, total)))

    assert heard[-1] == (90, 90)
    assert heard == sorted(heard)

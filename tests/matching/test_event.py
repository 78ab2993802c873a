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
from eventmatch.matching.eligibility import Eligibility
from eventmatch.matching.event import match_event
from eventmatch.matching.measures import fill, mutual_share
from eventmatch.matching.profiles import Profile
from eventmatch.matching.settings import MatchSettings, Mode
from tests.matching.people import ADA, BEN, CAST, crowd, impossible, listed, strangers

SEEDS = (1, 2)  # one process each
RANKED = MatchSettings(mode="ranked")
EITHER = pytest.mark.parametrize("settings", [MatchSettings(), RANKED], ids=["mutual", "ranked"])


@given(strangers, st.sampled_from(["mutual", "ranked"]))
def test_nobody_is_listed_whom_one_cannot_meet(profiles: list[Profile], mode: Mode) -> None:
    assert not impossible(profiles, match_event(profiles, settings=MatchSettings(mode=mode)))


@pytest.mark.proof
def test_nobody_is_listed_whom_one_cannot_meet_in_a_hundred_thousand_events() -> None:
    with ProcessPoolExecutor(len(SEEDS), multiprocessing.get_context("spawn")) as pool:
        events, listings = np.sum(list(pool.map(search, SEEDS)), axis=0)

    print(f"{events} events of 2 to 9 people: {listings} listings, 0 of them of people who cannot meet")
    assert events >= 100_000
    assert listings > events


def search(seed_number: int) -> tuple[int, int]:
    """Look at a share of the events for somebody listed who cannot be met; count events and listings."""
    counts: list[int] = []

    @seed(seed_number)
    @settings(max_examples=100_000 // len(SEEDS), deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(strangers, st.sampled_from(["mutual", "ranked"]))
    def look(profiles: list[Profile], mode: Mode) -> None:
        result = match_event(profiles, settings=MatchSettings(mode=mode))
        assert not impossible(profiles, result)
        counts.append(len(listed(result)))

    look()
    return len(counts), sum(counts)


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

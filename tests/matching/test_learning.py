"""What earlier meetings taught orders the best candidates, and is kept without pickle."""

import io
from pathlib import Path

import numpy as np
import pytest

from eventmatch.matching.learning import FEATURES, LearnedOrder, mutual_rank, pair_features
from eventmatch.matching.order import EventOrder
from eventmatch.matching.settings import History, MatchSettings
from tests.matching.people import CAST, crowd

CHANCE = np.random.default_rng(7)


def taught(column: str, sign: int = 1) -> LearnedOrder:
    """An order learned where one feature says it all."""
    features = CHANCE.normal(size=(400, len(FEATURES)))
    return LearnedOrder.learned([(features, sign * features[:, FEATURES.index(column)] > 0)])


@pytest.mark.parametrize("column", FEATURES)
def test_what_told_people_apart_who_belonged_together_counts_most(column: str) -> None:
    assert np.argmax(taught(column).coefficients) == FEATURES.index(column)


def test_what_spoke_against_counts_against() -> None:
    assert taught("complement", -1).coefficients[FEATURES.index("complement")] < 0


@pytest.mark.parametrize("everybody", [True, False])
def test_of_nobody_or_of_everybody_nothing_can_be_learned(*, everybody: bool) -> None:
    with pytest.raises(ValueError, match="candidates who belonged together"):
        LearnedOrder.learned([(np.zeros((3, len(FEATURES))), np.full(3, everybody))])


def test_what_was_learned_can_be_kept_and_read_again() -> None:
    file = io.BytesIO()
    learned = taught("earlier")

    learned.save(file)
    file.seek(0)

    features = CHANCE.normal(size=(9, len(FEATURES)))
    assert np.array_equal(LearnedOrder.load(file).values(features), learned.values(features))


def test_a_pickle_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "learned.npz"
    np.savez(path, means=np.array([object()]), scales=np.ones(1), coefficients=np.ones(1))

    with pytest.raises(ValueError, match="allow_pickle"):
        LearnedOrder.load(path)


@pytest.mark.parametrize("names", [["means"], ["means", "scales", "coefficients"]])
def test_other_arrays_are_no_learned_order(tmp_path: Path, names: list[str]) -> None:
    path = tmp_path / "learned.npz"
    np.savez(path, allow_pickle=False, **dict.fromkeys(names, np.ones(2)))

    with pytest.raises(ValueError, match="learned order"):
        LearnedOrder.load(path)


@pytest.mark.parametrize(("name", "number"), [("coefficients", np.nan), ("means", np.inf), ("scales", 0.0)])
def test_numbers_nothing_can_be_computed_with_are_no_learned_order(tmp_path: Path, name: str, number: float) -> None:
    path = tmp_path / "learned.npz"
    arrays = dict.fromkeys(["means", "scales", "coefficients"], np.ones(len(FEATURES)))
    np.savez(path, allow_pickle=False, **arrays | {name: np.full(len(FEATURES), number)})

    with pytest.raises(ValueError, match="learned order"):
        LearnedOrder.load(path)


def test_a_pair_first_on_both_sides_has_the_best_rank() -> None:
    pairs, values = np.array([[0, 1], [0, 2], [1, 2]]), np.array([3.0, 2.0, 1.0])

    assert mutual_rank(pairs, values, 3) == pytest.approx(np.log([2 / 2, 2 / 3, 2 / 4]))


def test_a_learned_order_puts_candidates_in_its_own_order() -> None:
    profiles = crowd(40)
    history = History(learned=taught("order", -1))
    plain, turned = (EventOrder(profiles, MatchSettings(), known).candidates(39) for known in (None, history))

    assert plain[0][0].tolist() == turned[0][-1].tolist()


def test_who_met_before_is_known() -> None:
    order = EventOrder(CAST, MatchSettings())
    pairs, values = order.candidates(3)

    features = pair_features(order.scorer, pairs, values, order.pairs([("chidi", "ada")]))

    assert pairs[features[:, FEATURES.index("earlier")] == 1].tolist() == [[0, 2]]


def test_only_candidates_with_an_outcome_teach() -> None:
    order = EventOrder(CAST, MatchSettings())

    features, useful = order.outcomes([("ben", "ada", True), ("ada", "chidi", False), ("ada", "zoe", True)])

    assert (features.shape, sorted(useful.tolist())) == ((2, len(FEATURES)), [False, True])


def test_earlier_meetings_that_can_be_read_only_once_teach_as_others_do() -> None:
    once, often = (
        EventOrder(CAST, MatchSettings(), History(earlier=met)).lesson([("ada", "ben")])[0]
        for met in (iter([("chidi", "ada")]), [("chidi", "ada")])
    )

    assert once.tolist() == often.tolist()

"""Block by block the best are found exactly."""

import numpy as np
import pytest

from eventmatch.matching import candidates
from eventmatch.matching.candidates import Floats, among_best, blocks, candidate_graph, hub_means

CHANCE = np.random.default_rng(7)
VALUES: Floats = np.round(CHANCE.random((30, 30)), 1)  # with many ties


def block(rows: slice) -> Floats:
    return VALUES[rows].copy()


def by_sorting(k: int) -> list[list[int]]:
    order = [sorted((j for j in range(30) if j != i), key=lambda j, i=i: (-VALUES[i, j], j)) for i in range(30)]  # type: ignore[misc]  # i is bound early
    return [sorted(own[:k]) for own in order]


@pytest.mark.parametrize("cells", [1, 45, 1 << 20])
@pytest.mark.parametrize("k", [1, 7, 29, 100])
def test_the_best_are_those_that_sorting_finds(k: int, cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "CELLS", cells)

    graph = candidate_graph(block, 30, k=k)

    assert [graph.indices[graph.indptr[i] : graph.indptr[i + 1]].tolist() for i in range(30)] == by_sorting(k)


def test_who_must_not_be_met_is_no_candidate() -> None:
    assert not among_best(np.full((1, 3), -np.inf), 2).any()


def test_nobody_is_close_to_themselves() -> None:
    assert hub_means(lambda rows: np.eye(5)[rows], 5, k=2).tolist() == [0] * 5


def test_a_hub_has_a_greater_mean() -> None:
    star = np.zeros((5, 5))
    star[0] = star[:, 0] = 1

    means = hub_means(lambda rows: star[rows].copy(), 5, k=4)

    assert means.tolist() == [1, 0.25, 0.25, 0.25, 0.25]


@pytest.mark.parametrize("n", [0, 1, 1000])
def test_blocks_cover_every_row_once(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "CELLS", 7000)

    assert [row for rows in blocks(n) for row in range(rows.start, rows.stop)] == list(range(n))


def test_progress_counts_all_rows() -> None:
    done: list[int] = []

    candidate_graph(block, 30, k=3, progress=done.append)

    assert sum(done) == 30


def test_people_who_are_all_alike_are_candidates_of_each_other_and_not_all_of_the_first() -> None:
    lowest, around = (
        candidate_graph(lambda rows: np.ones((rows.stop - rows.start, 9)), 9, k=2, around=around).toarray()
        for around in (False, True)
    )
    assert (lowest > 0).sum(axis=0).tolist() == [8, 8, 2, 0, 0, 0, 0, 0, 0]
    assert (around > 0).sum(axis=0).tolist() == [2] * 9
    assert np.flatnonzero(around[8]).tolist() == [0, 1]


def test_around_only_those_who_are_equal_change_places() -> None:
    values = np.random.default_rng(7).random((30, 30))

    lowest, around = (
        candidate_graph(lambda rows: values[rows].copy(), 30, k=4, around=around) for around in (False, True)
    )

    assert np.array_equal(lowest.toarray(), around.toarray())

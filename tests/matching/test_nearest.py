"""The nearest are those that computing everything and sorting would find, whoever computes and in whatever parts."""

import tracemalloc
from typing import Any

import joblib
import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from joblib.externals.loky import get_reusable_executor

from eventmatch.matching import kernels, nearest
from eventmatch.matching.kernels import COMPILED, Lists
from eventmatch.matching.nearest import Kernel

Numbers = np.ndarray[Any, np.dtype[np.float64]]

NOT_HERE = "sp_matmul_rs, an extra, is not installed"
needs_compiled = pytest.mark.skipif(not COMPILED, reason=NOT_HERE)
BOTH = pytest.mark.parametrize("kernel", ["plain", pytest.param("compiled", marks=needs_compiled)])

small = st.tuples(st.integers(0, 40), st.integers(1, 5), st.integers(1, 9), st.integers(0, 10_000))


def whole(n: int, d: int, seed: int, least: int = -1) -> Numbers:
    """Small whole numbers, most of them 0: many products are equal, and float32 adds them up exactly."""
    chance = np.random.default_rng(seed)
    return np.where(chance.random((n, d)) < 0.5, 0, chance.integers(least, 3, (n, d))).astype(float)


def unit(n: int, seed: int = 7, d: int = 60) -> Any:
    """Rows of norm 1 that have a few of d features each."""
    rows = sp.random_array((n, d), density=0.1, random_state=seed, format="csr", dtype=np.float64)
    return sp.diags_array(1 / np.maximum(sp.linalg.norm(rows, axis=1), 1e-9)) @ rows


def by_sorting(
    queries: Numbers, people: Numbers, k: int, shift: Numbers, *, own: bool
) -> list[list[tuple[int, float]]]:
    products = queries @ people.T
    lists = []
    for row, mine in enumerate(products):
        others = [j for j in range(len(people)) if mine[j] > 0 and not (own and j == row)]
        others.sort(key=lambda j, mine=mine: (-(mine[j] + shift[j]), j))  # type: ignore[misc]  # mine is bound early
        lists.append([(j, float(mine[j] + shift[j])) for j in others[:k]])
    return lists


def told(lists: Lists) -> list[list[tuple[int, float]]]:
    return [
        [(j, v) for j, v in zip(*row, strict=True) if j >= 0]
        for row in zip(*map(np.ndarray.tolist, lists), strict=True)
    ]


def same(one: Lists, other: Lists) -> bool:
    return all(a.tobytes() == b.tobytes() and a.dtype == b.dtype for a, b in zip(one, other, strict=True))


@BOTH
@given(small)
def test_the_nearest_are_those_that_sorting_finds(kernel: Kernel, sizes: tuple[int, int, int, int]) -> None:
    n, d, k, seed = sizes
    queries, people = whole(n, d, seed), whole(n, d, seed + 1)

    lists = nearest.nearest(sp.csr_array(queries), sp.csr_array(people), k, kernel=kernel)

    assert told(lists) == by_sorting(queries, people, k, np.zeros(n), own=True)


@BOTH
@given(small)
def test_strangers_may_ask_for_anybody(kernel: Kernel, sizes: tuple[int, int, int, int]) -> None:
    n, d, k, seed = sizes
    queries, people = whole(5, d, seed), whole(n, d, seed + 1)

    lists = nearest.nearest(sp.csr_array(queries), sp.csr_array(people), k, without_self=False, kernel=kernel)

    assert told(lists) == by_sorting(queries, people, k, np.zeros(n), own=False)


@given(small)
def test_a_shift_counts_for_the_order(sizes: tuple[int, int, int, int]) -> None:
    n, d, k, seed = sizes
    people, shift = whole(n, d, seed), whole(1, n, seed + 2, least=-2)[0]

    lists = nearest.nearest(sp.csr_array(people), sp.csr_array(people), k, shift=shift)

    assert told(lists) == by_sorting(people, people, k, shift, own=True)


def test_local_scaling_is_a_shift() -> None:
    rows = unit(150)
    cosines = (rows @ rows.T).toarray()
    closeness = np.sort(cosines, axis=1)[:, -10:].mean(axis=1)
    scaled = np.where(cosines > 0, 2 * cosines - closeness[:, None] - closeness, -np.inf)
    np.fill_diagonal(scaled, -np.inf)

    indices, _ = nearest.nearest(rows, rows, 5, shift=-closeness / 2)

    assert indices.tolist() == np.argsort(-scaled, axis=1, kind="stable")[:, :5].tolist()


@BOTH
@pytest.mark.parametrize("k", [1, 20, 299, 400])
def test_cosines_are_ordered_as_in_full_precision(kernel: Kernel, k: int) -> None:
    rows = unit(300)
    cosines = (rows @ rows.T).toarray()
    np.fill_diagonal(cosines, 0)

    indices, values = nearest.nearest(rows, rows, k, kernel=kernel)
    found = np.where(indices >= 0, np.take_along_axis(cosines, np.maximum(indices, 0), axis=1), -np.inf)

    best = -np.sort(-cosines, axis=1)[:, :k]
    best = np.pad(np.where(best > 0, best, -np.inf), ((0, 0), (0, k - best.shape[1])), constant_values=-np.inf)
    assert np.allclose(found, best, rtol=0, atol=1e-6)
    assert np.allclose(values, best, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("cells", "entries", "rows"), [(1, 1, 1), (700, 1 << 20, 37), (1 << 19, 1000, 1000)])
def test_parts_of_any_size_give_the_same_bytes(
    cells: int, entries: int, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = unit(200)
    usual = nearest.nearest(people, people, 7, kernel="plain")
    for module, name, size in ((kernels, "CELLS", cells), (kernels, "ENTRIES", entries), (nearest, "ROWS", rows)):
        monkeypatch.setattr(module, name, size)

    assert same(nearest.nearest(people, people, 7, kernel="plain"), usual)


@BOTH
def test_two_threads_give_the_same_bytes_as_one(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    people = unit(400)
    monkeypatch.setattr(nearest, "ROWS", 50)

    one, two = (nearest.nearest(people, people, 7, n_jobs=n_jobs, kernel=kernel) for n_jobs in (1, 2))

    assert same(one, two)


@needs_compiled
@pytest.mark.parametrize("k", [1, 7, 30])
def test_both_kernels_list_the_same_people_in_the_same_order(k: int) -> None:
    people = unit(1500)
    coarse = sp.csr_array(people)
    coarse.data = np.ceil(coarse.data * 3) / 7  # many sums are equal but for the order they are added in

    for rows in (people, coarse):
        plain, compiled = (nearest.nearest(rows, rows, k, kernel=kernel) for kernel in ("plain", "compiled"))
        assert plain[0].tobytes() == compiled[0].tobytes()


@needs_compiled
def test_without_another_look_at_close_rows_the_compiled_kernel_would_list_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = sp.csr_array(whole(300, 5, 7, least=0))
    monkeypatch.setattr(kernels, "rounding", lambda *_: -1)

    plain, compiled = (nearest.nearest(people, people, 7, kernel=kernel) for kernel in ("plain", "compiled"))

    assert plain[0].tobytes() != compiled[0].tobytes()


def test_other_processes_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    people = unit(200)
    usual = nearest.nearest(people, people, 7)
    monkeypatch.setattr(nearest, "ROWS", 50)

    with joblib.parallel_config(backend="loky", n_jobs=2):
        elsewhere = nearest.nearest(people, people, 7)
    get_reusable_executor().shutdown()

    assert same(elsewhere, usual)


def test_a_cluster_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask, an extra, is not installed")
    people = unit(200)
    usual = nearest.nearest(people, people, 7)
    monkeypatch.setattr(nearest, "ROWS", 50)

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        elsewhere = nearest.nearest(people, people, 7)

    assert same(elsewhere, usual)


def test_memory_does_not_grow_with_the_square() -> None:
    people = unit(6000, d=600)

    tracemalloc.start()
    nearest.nearest(people, people, 10, kernel="plain")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 6000 * 6000 * 4 / 5


def test_who_has_nothing_in_common_with_others_has_a_short_list() -> None:
    people = sp.csr_array([[1.0, 0, 0], [1, 1, 0], [0, 0, 1]])

    indices, values = nearest.nearest(people, people, 2)

    assert indices.tolist() == [[1, -1], [0, -1], [-1, -1]]
    assert np.isneginf(values[indices < 0]).all()


def test_the_order_in_which_features_are_stored_does_not_matter() -> None:
    people = sp.csr_array(unit(100))
    turned = sp.csr_array(people[:, ::-1])[:, ::-1]
    turned.has_sorted_indices = False

    assert same(nearest.nearest(turned, turned, 7), nearest.nearest(people, people, 7))


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"k": 0}, "1 or more"),
        ({"people": sp.csr_array((3, 5))}, "do not fit"),
        ({"people": sp.csr_array((4, 2))}, "do not fit"),
        ({"people": sp.csr_array([[np.nan, 1]] * 3)}, "finite"),
        ({"shift": [0, 0]}, "each of 3 people"),
        ({"kernel": "quick"}, "kernel is"),
        ({"kernel": "compiled", "shift": [0, 0, 0]}, "knows no shift"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], complaint: str) -> None:
    usual = {"queries": sp.csr_array((3, 2)), "people": sp.csr_array((3, 2)), "k": 1}

    with pytest.raises(ValueError, match=complaint):
        nearest.nearest(**(usual | changes))

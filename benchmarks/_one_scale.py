"""One way to everybody's nearest, in a process of its own: JSON in, JSON out. Linear algebra has one thread.

In: {"method", "file": sparse rows, "threads", "rounds": measured after one that is not, or 0 for the first alone}
Out, of all but newcomers: {"cpu", "wall": medians in seconds, "peak_mb", "recall"}; of a cluster also {"start":
seconds, "block_ms": of a block that does nothing, "equal": to what is found here}. CPU seconds include the workers'.
Out, of newcomers: {"added": [[median, 95th percentile] of wall, the same of CPU], "present": the same} in milliseconds.
"""

import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from statistics import median
from typing import Any

import joblib
import numpy as np
import scipy.sparse as sp
from _report import peak_mb
from numpy.typing import NDArray
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from eventmatch.matching.nearest import nearest
from eventmatch.matching.newcomers import NearestPeople

K, JUDGED, COMING, PRESENT = 20, 1_000, 200, 0.3
LARGE, PART = 20_000, 4_096  # of a crowd greater than this, so many ask scikit-learn

Rows = Any
Found = NDArray[np.int64]
Clock = Callable[[], float]


def main() -> None:
    """Read what is asked for, measure, tell."""
    order = json.loads(sys.argv[1])
    people = sp.csr_array(sp.load_npz(order["file"]))
    with threadpool_limits(1), ExitStack() as stack:
        if order["method"] == "newcomers":
            result = newcomers(people)
        elif order["method"] == "cluster":
            result = on_cluster(people, order["rounds"], stack)
        else:
            way = WAYS[order["method"]]
            result = measured(lambda: way(people, order["threads"]), people, order["rounds"])
    print(json.dumps(result))


def measured(find: Callable[[], Found], people: Rows, rounds: int, cpu: Clock = time.process_time) -> dict:
    """Find everybody's nearest several times."""
    times = []
    for _ in range(rounds + 1):
        began, spent = time.perf_counter(), cpu()
        found = find()
        times.append((time.perf_counter() - began, cpu() - spent))
    peak = peak_mb()
    wall, seconds = (median(part) for part in zip(*times[min(1, rounds) :], strict=True))
    whole = people.shape[0] / len(found)  # where only some were asked for
    return {"cpu": seconds * whole, "wall": wall * whole, "peak_mb": peak, "recall": recall(found, people)}


def recall(found: Found, people: Rows) -> float:
    """Say which share of the first thousand lists is right: as near, to 1e-6, as the k-th nearest really is."""
    near = (people[:JUDGED].astype(np.float64) @ people.T.astype(np.float64)).toarray()
    np.fill_diagonal(near, -1)
    least = np.maximum(-np.partition(-near, K - 1, axis=1)[:, K - 1, None], 1e-9) - 1e-6
    own = found[: len(near)]
    listed = (np.take_along_axis(near, np.maximum(own, 0), axis=1) >= least) & (own >= 0)
    return float(listed.sum() / np.minimum((near > 0).sum(axis=1), K).sum())


def similarity(people: Rows, _threads: int) -> Found:
    """Everybody with everybody, then the best: what one would write first."""
    near = cosine_similarity(people)
    np.fill_diagonal(near, -1)
    return np.argpartition(near, -K, axis=1)[:, -K:].copy()  # a view would keep the whole alive


def neighbors(people: Rows, threads: int) -> Found:
    """As scikit-learn has it; of a great crowd only some are asked for, and the time is multiplied."""
    model = NearestNeighbors(n_neighbors=K + 1, metric="cosine", n_jobs=threads).fit(people)
    found = model.kneighbors(people if people.shape[0] <= LARGE else people[:PART], return_distance=False)
    others = found != np.arange(len(found))[:, None]
    others[others.all(axis=1), -1] = False  # somebody equal stands in one's place
    return found[others].reshape(len(found), -1)


def plain(people: Rows, threads: int) -> Found:
    """As eventmatch has it."""
    return nearest(people, people, K, n_jobs=threads, kernel="plain")[0]


def compiled(people: Rows, threads: int) -> Found:
    """As eventmatch has it with sp_matmul_rs."""
    return nearest(people, people, K, n_jobs=threads, kernel="compiled")[0]


WAYS = {"similarity": similarity, "neighbors": neighbors, "plain": plain, "compiled": compiled}


def on_cluster(people: Rows, rounds: int, stack: ExitStack) -> dict:
    """Send the same call to two workers of a cluster on this machine."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra

    began = time.perf_counter()
    cluster = stack.enter_context(LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None))
    client = stack.enter_context(Client(cluster))
    start = time.perf_counter() - began
    here = plain(people, 1)
    stack.enter_context(joblib.parallel_config(backend="dask"))

    def spent() -> float:
        return time.process_time() + sum(client.run(time.process_time).values())

    result = measured(lambda: nearest(people, people, K, kernel="plain")[0], people, rounds, spent)
    began = time.perf_counter()
    joblib.Parallel()(joblib.delayed(len)(()) for _ in range(100))
    block = (time.perf_counter() - began) * 10
    return {**result, "start": start, "block_ms": block, "equal": bool((plain(people, None) == here).all())}


def newcomers(people: Rows) -> dict:
    """Let some come one by one, and ask who of a third that is present would be theirs."""
    known = people.shape[0] - COMING
    crowd = NearestPeople(K, n_jobs=2).fit(people[:known])
    present = np.random.default_rng(7).random(people.shape[0]) < PRESENT
    asking = [people[[row]] for row in range(known, people.shape[0])]
    added = [timed(lambda one=one: crowd.add(one)) for one in asking]
    asked = [timed(lambda one=one: crowd.nearest_to(one, among=present)) for one in asking]
    return {
        name: np.percentile(times, [50, 95], axis=0).T.tolist()
        for name, times in (("added", added), ("present", asked))
    }


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Say how many milliseconds something took, and how many of CPU."""
    began, spent = time.perf_counter(), time.thread_time()
    act()
    return (time.perf_counter() - began) * 1_000, (time.thread_time() - spent) * 1_000


if __name__ == "__main__":
    main()

"""Made-up people as sparse rows, any number of them in seconds: what tags and a short text become.

There are 60 topics, the r-th as usual as (r + 3)^-0.7, and everybody draws two of them (perhaps the same). Each of
2,000 tags and 20,000 words belongs to a topic, one in four to a second. Within a topic the r-th tag or word is as usual
as (r + 2)^-0.9; among all, the r-th tag as (r + 2.7)^-1, the r-th word as (r + 2.7)^-1.05 (Zipf).
Somebody has 3–12 different tags (3 and nine coins that fall right at 0.4), eight draws in ten from their own topics,
and 20–60 words, six draws in ten from their own topics; seven of ten such draws are from the first topic.
Words in more than a tenth of all texts are dropped. A row is √0.6 · tags beside √0.4 · words, both TF-IDF of norm 1,
words with 1 + ln(count): 39 features of 22,000, of which two people share 0.52 on average.
People come in blocks, each with chance of its own: the first thousand are the same in a crowd of any size.
"""

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer

TOPICS, BLOCK = 60, 10_000
PLENTY = 80  # draws that hold twelve different tags
SECOND, FIRST = 0.25, 0.7  # tags and words of a second topic; a person's draws from the first

Chance = np.random.Generator
Numbers = NDArray[np.int64]
Sparse = Any


class Vocabulary:
    """Tags or words, how usual each is among all and within its topics."""

    def __init__(self, size: int, decay: float, chance: Chance) -> None:
        """Give each tag or word its topics."""
        self.size, self.usual = size, shares(size, 2.7, decay)
        home, second = chance.integers(TOPICS, size=(2, size))
        both = chance.random(size) < SECOND
        members = [np.flatnonzero((home == topic) | (both & (second == topic))) for topic in range(TOPICS)]
        self.members = np.concatenate(members)
        self.within = np.concatenate([topic + shares(len(own), 2, 0.9) for topic, own in enumerate(members)])

    def draw(self, topics: Numbers, own: float, chance: Chance) -> Numbers:
        """Draw one for each topic given, from that topic with the chance of `own`, else from all."""
        at_home = self.members[np.searchsorted(self.within, topics + chance.random(topics.shape))]
        anywhere = np.searchsorted(self.usual, chance.random(topics.shape))
        return np.where(chance.random(topics.shape) < own, at_home, anywhere)


def shares(size: int, offset: float, decay: float) -> NDArray[np.float64]:
    """Sum up the shares of the first, the first two, …, in proportion to (rank + offset)^-decay; the last sum is 1."""
    sums = np.cumsum((np.arange(size) + offset) ** -decay)
    return sums / sums[-1]


def crowd(count: int, seed: int) -> Sparse:
    """Make rows of float32 and norm 1, of shape (count, features); the same count and seed give the same rows."""
    chance = np.random.default_rng(seed)
    tags, words = Vocabulary(2_000, 1.0, chance), Vocabulary(20_000, 1.05, chance)
    parts = [block(tags, words, np.random.default_rng([seed, part])) for part in range(-(-count // BLOCK))]
    tagged, written = (sp.csr_array(sp.vstack(part))[:count] for part in zip(*parts, strict=True))
    written = written[:, np.bincount(written.indices, minlength=words.size) <= count / 10]
    tagged, written = (
        TfidfTransformer().fit_transform(tagged),
        TfidfTransformer(sublinear_tf=True).fit_transform(written),
    )
    return sp.csr_array(sp.hstack([np.sqrt(0.6) * tagged, np.sqrt(0.4) * written]), dtype=np.float32)


def block(tags: Vocabulary, words: Vocabulary, chance: Chance) -> tuple[Sparse, Sparse]:
    """Count the tags and words of some people."""
    topics = np.searchsorted(shares(TOPICS, 3, 0.7), chance.random((BLOCK, 2)))
    tag = tags.draw(of_first(topics, PLENTY, chance), 0.8, chance)
    new = first_time(tag)
    tagged = new & (np.cumsum(new, axis=1) <= 3 + chance.binomial(9, 0.4, (BLOCK, 1)))
    word = words.draw(of_first(topics, 60, chance), 0.6, chance)
    written = np.arange(60) < chance.integers(20, 61, (BLOCK, 1))
    return counts(tag, tagged, tags.size), counts(word, written, words.size)


def of_first(topics: Numbers, draws: int, chance: Chance) -> Numbers:
    """Choose one of two topics for each draw, mostly the first."""
    return np.where(chance.random((BLOCK, draws)) < FIRST, topics[:, :1], topics[:, 1:])


def first_time(drawn: Numbers) -> NDArray[np.bool_]:
    """Mark what was not drawn before in its row."""
    order = np.argsort(drawn, axis=1, kind="stable")
    ascending = np.take_along_axis(drawn, order, axis=1)
    new = np.ones(drawn.shape, dtype=bool)
    np.put_along_axis(new, order[:, 1:], ascending[:, 1:] != ascending[:, :-1], axis=1)
    return new


def counts(drawn: Numbers, kept: NDArray[np.bool_], size: int) -> Sparse:
    """Count what was drawn and kept, row by row."""
    row, draw = np.nonzero(kept)
    return sp.csr_array((np.ones(len(row)), (row, drawn[row, draw])), shape=(len(drawn), size))

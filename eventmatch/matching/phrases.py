"""Asks against offers: tags and sentences alike, exact or nearly so."""

import re
from collections.abc import Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

from eventmatch.matching.tags import Keys, Sparse, incidence, scaled, vocabulary

FRAME = {"advice", "experience", "help", "helping", "learn", "learning", "looking", "need", "someone", "tips", "want"}
UNSAYING = ENGLISH_STOP_WORDS | FRAME  # words that frame an ask or an offer without saying what it is about
ROWS = 512  # rows of a product in memory at a time


def phrase_features(phrase: str) -> list[str]:
    """Words of a phrase and their beginnings of 4 to 7 letters, so that 'budgeting' meets 'budget planning'.

    Endings are left out on purpose: they would make 'marketing' resemble 'budgeting'.
    A phrase of nothing but framing words is its own single feature, and meets only itself.
    """
    words = [word for word in re.findall(r"\w[\w+#]*", phrase) if word not in UNSAYING]
    starts = {word[:length] for word in words for length in range(4, 8)}
    return sorted(starts.union(words)) or ["=" + phrase]


class PhraseSpace(BaseEstimator):
    """Asks against offers, by the words they are made of.

    Parameters
    ----------
    min_similarity : float in (0, 1]
        Cosine of two phrases below which they have nothing to do with each other.

    Attributes
    ----------
    asks_, offers_ : dict of str to int
        Columns of the distinct phrases, in order of first appearance.
    similarity_ : sparse array of shape (n_offers, n_asks)
        Cosine of TF-IDF features of the two phrases, in [min_similarity, 1]; 1 for equal phrases.
    rarity_ : array of shape (n_asks,)
        ln(1 + n / (1 + people who can answer)): an ask few can answer counts for more.
    """

    def __init__(self, min_similarity: float = 0.3) -> None:
        self.min_similarity = min_similarity

    def fit(self, asks: Keys, offers: Keys) -> Self:
        """Learn which phrases there are and which offers answer which asks."""
        self.asks_, self.offers_ = vocabulary(asks), vocabulary(offers)
        self.similarity_ = phrase_similarity(list(self.offers_), list(self.asks_), self.min_similarity)
        able = np.bincount(self.cover(offers).indices, minlength=len(self.asks_))
        self.rarity_ = np.log1p(len(asks) / (1 + able))
        return self

    def cover(self, offers: Keys) -> Sparse:
        """How well each person's best offer answers each ask, of shape (n_people, n_asks), in [0, 1]."""
        return best_of_group(incidence(offers, self.offers_), self.similarity_)

    def transform(self, asks: Keys, offers: Keys) -> tuple[Sparse, Sparse]:
        """Weights of everybody's asks (rows sum to 1) and how well everybody covers them."""
        need = scaled(incidence(asks, self.asks_), self.rarity_)
        total = need.sum(axis=1)
        return sp.csr_array(sp.diags_array(1 / np.where(total > 0, total, 1)) @ need), self.cover(offers)


def phrase_similarity(rows: Sequence[str], columns: Sequence[str], least: float) -> Sparse:
    """Cosines of TF-IDF phrase features, at least `least`; sparse of shape (len(rows), len(columns))."""
    if not rows or not columns:
        return sp.csr_array((len(rows), len(columns)))
    vectors = TfidfVectorizer(analyzer=phrase_features).fit([*rows, *columns])
    left, right = sp.csr_array(vectors.transform(rows)), sp.csr_array(vectors.transform(columns))
    blocks = []
    for start in range(0, len(rows), ROWS):
        block = sp.csr_array(left[start : start + ROWS] @ right.T)
        block.data = np.where(block.data >= least, np.minimum(block.data, 1.0), 0.0)
        block.eliminate_zeros()
        blocks.append(block)
    return sp.csr_array(sp.vstack(blocks))


def best_of_group(groups: Sparse, values: Sparse) -> Sparse:
    """For each group (row of 0/1 `groups`) the greatest of its members' `values`, column by column."""
    members = sp.csr_array(values)[groups.indices].tocoo()
    group = np.repeat(np.arange(groups.shape[0]), np.diff(groups.indptr))[members.row]
    order = np.lexsort((-members.data, members.col, group))
    group, column, best = group[order], members.col[order], members.data[order]
    first = np.ones(len(best), dtype=bool)
    first[1:] = (group[1:] != group[:-1]) | (column[1:] != column[:-1])
    shape = (groups.shape[0], values.shape[1])
    return sp.csr_array((best[first], (group[first], column[first])), shape=shape)

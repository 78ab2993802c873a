"""The three spaces people are compared in: what they ask and offer, what they like, what they write."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS, TfidfVectorizer

Sparse = Any  # scipy.sparse.csr_array; scipy ships no types
Keys = Sequence[Sequence[str]]  # for each person, the keys of their tags, each once

FRAME = {"advice", "experience", "help", "helping", "learn", "learning", "looking", "need", "someone", "tips", "want"}
UNSAYING = ENGLISH_STOP_WORDS | FRAME  # words that frame an ask or an offer without saying what it is about
COMMON = 0.3  # a character gram in more texts than this share says nothing about anybody
WORD = r"[^\W\d_][\w'-]+"  # two letters or more, of any script
ROWS = 512  # rows of a product in memory at a time


def tag_key(tag: str) -> str:
    """What makes two spellings the same tag: NFKC, case folded, single spaces.

    Source: Unicode Standard Annex 15 (normalisation forms) and section 3.13 (caseless matching).
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", tag).casefold()).strip()


def vocabulary(keys: Keys) -> dict[str, int]:
    """Columns of the distinct keys, in order of first appearance."""
    return {key: column for column, key in enumerate(dict.fromkeys(key for row in keys for key in row))}


def incidence(keys: Keys, columns: dict[str, int]) -> Sparse:
    """A sparse 0/1 array of shape (n_people, n_keys); unknown keys are left out."""
    found = [sorted(columns[key] for key in row if key in columns) for row in keys]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in found], dtype=np.int64)])
    indices = np.fromiter((column for row in found for column in row), dtype=np.int64, count=indptr[-1])
    return sp.csr_array((np.ones(len(indices)), indices, indptr), shape=(len(keys), len(columns)))


def scaled(rows: Sparse, columns: NDArray[np.float64]) -> Sparse:
    """The array with each column multiplied by its factor."""
    return sp.csr_array(rows @ sp.diags_array(columns)) if rows.shape[1] else rows


def phrase_features(phrase: str) -> list[str]:
    """Words of a phrase and their beginnings of 4 to 7 letters, so that 'budgeting' meets 'budget planning'.

    Endings are left out on purpose: they would make 'marketing' resemble 'budgeting'.
    A phrase of nothing but framing words is its own single feature, and meets only itself.
    """
    words = [word for word in re.findall(r"\w[\w+#]*", phrase) if word not in UNSAYING]
    starts = {word[:length] for word in words for length in range(4, 8)}
    return sorted(starts.union(words)) or ["=" + phrase]


class PhraseSpace(BaseEstimator):
    """Asks against offers: tags and sentences alike, exact or nearly so.

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


class TagSpace(BaseEstimator):
    """Interests, weighted by rarity: a product of two rows is the sum of 1 / ln(1 + df) over shared tags.

    Attributes
    ----------
    tags_ : dict of str to int
        Columns of the distinct tags, in order of first appearance.
    rarity_ : array of shape (n_tags,)

    References
    ----------
    L. A. Adamic and E. Adar (2003), Friends and neighbors on the Web, Social Networks 25(3), 211-230.
    """

    def fit(self, tags: Keys, y: Any = None) -> Self:
        """Learn the tags of this event and how many people have each."""
        self.tags_ = vocabulary(tags)
        people = Counter(key for row in tags for key in row)
        self.rarity_ = 1 / np.log1p(np.array([people[key] for key in self.tags_], dtype=float))
        return self

    def transform(self, tags: Keys) -> Sparse:
        """Rows of shape (n_people, n_tags) holding the square root of each tag's rarity."""
        return scaled(incidence(tags, self.tags_), np.sqrt(self.rarity_))


class TextSpace(BaseEstimator):
    """Headline and about as TF-IDF, in three views whose cosines add up in the given shares.

    Parameters
    ----------
    words, grams, headline : float
        Shares of whole words, of character 3- to 5-grams, and of the headline's own grams; they add up to 1.
        Grams make short profiles, inflected words and other scripts meet.

    Attributes
    ----------
    views_ : list of (float, TfidfVectorizer or None)
        None where nothing at all was written.
    names_ : array of str
        The words; the first ``len(names_)`` columns of a transformed array are theirs.
    """

    def __init__(self, words: float = 0.45, grams: float = 0.45, headline: float = 0.1) -> None:
        self.words = words
        self.grams = grams
        self.headline = headline

    def fit(self, texts: Sequence[tuple[str, str]], y: Any = None) -> Self:
        """Learn words, grams and their rarity from (headline, about) of each person."""
        if not np.isclose(self.words + self.grams + self.headline, 1.0):
            raise ValueError("The shares of words, grams and headline must add up to 1.")
        makers = (word_view(), gram_view(len(texts)), gram_view(len(texts)))
        shares = (self.words, self.grams, self.headline)
        self.views_ = [
            (share, fitted(maker, documents))
            for share, maker, documents in zip(shares, makers, documents_of(texts), strict=True)
        ]
        view = self.views_[0][1]
        self.names_ = view.get_feature_names_out() if view else np.array([], dtype=object)
        return self

    def transform(self, texts: Sequence[tuple[str, str]]) -> Sparse:
        """Rows of norm at most 1, of shape (n_people, n_features); the words come first."""
        parts = [
            np.sqrt(share) * sp.csr_array(view.transform(documents))
            for (share, view), documents in zip(self.views_, documents_of(texts), strict=True)
            if view
        ]
        return sp.csr_array(sp.hstack(parts)) if parts else sp.csr_array((len(texts), 0))

    def words_of(self, text: str) -> set[str]:
        """The words of a text as the word view reads them."""
        view = self.views_[0][1]
        return set(view.build_analyzer()(text)) if view else set()


def documents_of(texts: Iterable[tuple[str, str]]) -> tuple[list[str], list[str], list[str]]:
    """What each view reads: everything, everything, the headline."""
    everything = [f"{headline}\n{about}" for headline, about in texts]
    return everything, everything, [headline for headline, _ in texts]


def word_view() -> TfidfVectorizer:
    """Whole words, without the English ones that say nothing."""
    return TfidfVectorizer(preprocessor=tag_key, token_pattern=WORD, stop_words="english", sublinear_tf=True)


def gram_view(n_texts: int) -> TfidfVectorizer:
    """Character 3- to 5-grams inside words that at least two people share, but not nearly everybody."""
    usual = max(int(COMMON * n_texts), 10)
    return TfidfVectorizer(
        preprocessor=tag_key,
        analyzer="char_wb",
        ngram_range=(3, 5),
        sublinear_tf=True,
        min_df=min(2, n_texts),
        max_df=usual,
    )


def fitted(view: TfidfVectorizer, documents: list[str]) -> TfidfVectorizer | None:
    """The view, or None where these documents hold nothing it could read."""
    try:
        return view.fit(documents)
    except ValueError:  # scikit-learn's way to say that the vocabulary came out empty
        return None

"""Tags: what makes two spellings one, and how alike two people's tags are."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.preprocessing import normalize

from eventmatch.matching.latent import LatentSpace

Sparse = Any  # scipy.sparse.csr_array; scipy ships no types
Keys = Sequence[Sequence[str]]  # for each person, the keys of their tags, each once
View = Any  # an array or a sparse array of shape (n, d): a product of two rows says how alike they are

TAG_VIEWS = 3  # of the views of tags these many have a column for each tag


def tag_key(tag: str) -> str:
    """What makes two spellings the same tag: NFKC, case folded, single spaces.

    Source: Unicode Standard Annex 15 (normalisation forms) and section 3.13 (caseless matching).
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", tag).casefold()).strip()


def synonym_keys(synonyms: Mapping[str, str]) -> dict[str, str]:
    """The organiser's synonyms by key: what is written so is read as the other."""
    return {tag_key(written): tag_key(meant) for written, meant in synonyms.items()}


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


def codes(keys: Iterable[str]) -> dict[str, int]:
    """Number the distinct keys from 1 in order of first appearance; blank is 0, unknown."""
    return {"": 0} | {key: code for code, key in enumerate(dict.fromkeys(filter(None, keys)), start=1)}


class TagSpace(BaseEstimator):
    """Interests in six views: three ways to weigh the tags two people share, three depths of tags that go together.

    With df people who have a tag, and n people: the sum of 1/df over shared tags, the sum of 1/ln(1 + df), the cosine
    with weights 1 + ln((1 + n) / (1 + df)); and the cosines of a latent analysis of the last.

    Parameters
    ----------
    depths : sequence of int, default=(32, 64, 128)
        Of the latent analysis.

    Attributes
    ----------
    tags_ : dict of str to int
        Columns of the distinct tags, in order of first appearance.
    weights_ : list of array of shape (n_tags,)
        What a tag weighs in each of the first three views.
    latent_ : LatentSpace

    References
    ----------
    T. Zhou, L. Lü and Y. Zhang (2009), Predicting missing links via local information, Eur. Phys. J. B 71, 623-630.
    L. A. Adamic and E. Adar (2003), Friends and neighbors on the Web, Social Networks 25(3), 211-230.
    """

    def __init__(self, depths: Sequence[int] = (32, 64, 128)) -> None:
        self.depths = depths

    def fit(self, tags: Keys, background: Keys = ()) -> Self:
        """Learn the tags of this event, how many people have each, and which go together, here or at earlier events."""
        self.tags_ = vocabulary(tags)
        people = np.bincount(incidence(tags, self.tags_).indices, minlength=len(self.tags_)).astype(float)
        rarity = 1 + np.log((1 + len(tags)) / (1 + people))
        self.weights_ = [people**-0.5, np.log1p(people) ** -0.5, rarity]
        self.latent_ = LatentSpace(self.depths)
        if self.tags_:
            self.latent_.fit(self._sparse([*tags, *background])[-1])
        return self

    def transform(self, tags: Keys) -> list[View]:
        """The six views; the columns of the first three are the tags. No views where nobody has a tag."""
        if not self.tags_:
            return []
        views = self._sparse(tags)
        return [*views, *self.latent_.views(views[-1])]

    def _sparse(self, tags: Keys) -> list[View]:
        has = incidence(tags, self.tags_)
        shared, rare, weighed = (scaled(has, weights) for weights in self.weights_)
        return [shared, rare, sp.csr_array(normalize(weighed))]

"""What people write about themselves, in several views."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer

from eventmatch.matching.latent import LatentSpace
from eventmatch.matching.tags import View, tag_key

Texts = Sequence[tuple[str, str]]  # headline and about of each person

COMMON = 0.3  # a character gram in more texts than this share says nothing about anybody
WORD = r"[^\W\d_][\w'-]+"  # two letters or more, of any script


class TextSpace(BaseEstimator):
    """Headline and about in six views: words, character grams, the headline's own grams, and three latent depths.

    Words come alone and in pairs, weighted by rarity; grams make short profiles, inflected words and other scripts
    meet; the latent analysis is made from words and grams together.

    Parameters
    ----------
    depths : sequence of int, default=(32, 64, 128)
        Of the latent analysis.

    Attributes
    ----------
    vectorizers_ : list of (TfidfVectorizer or None)
        Of words, of grams and of the headline's grams; None where nothing at all was written.
    names_ : array of str
        The words and pairs of words: names of the first view's columns.
    latent_ : LatentSpace
    """

    def __init__(self, depths: Sequence[int] = (32, 64, 128)) -> None:
        self.depths = depths

    def fit(self, texts: Texts, background: Texts = ()) -> Self:
        """Learn words, grams, their rarity and what goes together, from this event and from earlier ones."""
        self.fit_transform(texts, background)
        return self

    def fit_transform(self, texts: Texts, background: Texts = ()) -> list[View]:
        """The same, and the six views of the event's texts; each text is taken apart once."""
        known = [*texts, *background]
        makers = (word_view(), gram_view(len(known)), gram_view(len(known)))
        found = [fitted(maker, read) for maker, read in zip(makers, documents(known), strict=True)]
        self.vectorizers_ = [vectorizer for vectorizer, _ in found]
        words = self.vectorizers_[0]
        self.names_ = words.get_feature_names_out() if words else np.array([], dtype=object)
        self.latent_ = LatentSpace(self.depths)
        views = [view for _, view in found if view is not None]
        if self.names_.size:
            self.latent_.fit(everything(views))
        return self._with_latent([view[: len(texts)] for view in views])

    def transform(self, texts: Texts) -> list[View]:
        """The six views, the words first; fewer where less was written, none where nothing was."""
        reading = zip(self.vectorizers_, documents(texts), strict=True)
        return self._with_latent(
            [sp.csr_array(vectorizer.transform(read)) for vectorizer, read in reading if vectorizer]
        )

    def _with_latent(self, views: list[View]) -> list[View]:
        return [*views, *self.latent_.views(everything(views))] if self.names_.size else []

    def words_of(self, text: str) -> set[str]:
        """The words and pairs of words of a text as the first view reads them."""
        words = self.vectorizers_[0]
        return set(words.build_analyzer()(text)) if words else set()


def everything(views: Sequence[View]) -> View:
    """Words and grams side by side."""
    return sp.csr_array(sp.hstack(views[:2]))


def documents(texts: Texts) -> tuple[list[str], list[str], list[str]]:
    """What each view reads: everything, everything, the headline."""
    both = [f"{headline}\n{about}" for headline, about in texts]
    return both, both, [headline for headline, _ in texts]


def word_view() -> TfidfVectorizer:
    """Whole words and pairs of them, without the English ones that say nothing."""
    return TfidfVectorizer(
        preprocessor=tag_key, token_pattern=WORD, stop_words="english", ngram_range=(1, 2), sublinear_tf=True
    )


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


def fitted(vectorizer: TfidfVectorizer, read: list[str]) -> tuple[TfidfVectorizer | None, View]:
    """The vectorizer and what it made of these texts; nothing where they hold nothing it could read."""
    try:
        return vectorizer, sp.csr_array(vectorizer.fit_transform(read))
    except ValueError:  # scikit-learn's way to say that the vocabulary came out empty
        return None, None

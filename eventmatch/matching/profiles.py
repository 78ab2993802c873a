"""What somebody wrote about themselves, and the arrays the matcher reads instead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from eventmatch.matching.spaces import PhraseSpace, Sparse, TagSpace, TextSpace, tag_key

Mode = Literal["in_person", "online", "either"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One attendee as the matcher sees them.

    Attributes
    ----------
    id : str
        Unique within the event.
    organisation, team, role, headline, about : str
        Blank when unknown.
    interests, asks, offers : tuple of str
        Tags as typed; spelling variants that differ only in case, width or spaces are one tag.
    ask_text, offer_text : str
        One free sentence each.
    glad_to_help : bool
        Whether being useful to the other counts as a gain of one's own.
    mode : {'in_person', 'online', 'either'}
        Where they attend; 'either' is present in person and reachable online.
    can_video : bool
        Whether they can join a video call; somebody online who cannot has no way to meet.
    hours : tuple of (datetime, datetime)
        When they can be met, half-open; empty means the whole event. All aware or all naive (read as UTC).
    languages : tuple of str
        Carried for whoever shows the profile; not scored.
    """

    id: str
    organisation: str = ""
    team: str = ""
    role: str = ""
    headline: str = ""
    about: str = ""
    interests: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    ask_text: str = ""
    offer_text: str = ""
    glad_to_help: bool = False
    mode: Mode = "in_person"
    can_video: bool = False
    hours: tuple[tuple[datetime, datetime], ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodedProfiles:
    """The profiles of one event as arrays; row i is the i-th registration everywhere.

    Attributes
    ----------
    need : sparse array of shape (n, n_asks)
        How one's asks weigh against each other; each row sums to 1, or to 0 without asks.
    cover : sparse array of shape (n, n_asks)
        How well one's best offer answers each ask known at this event, in [0, 1].
        Hence ``need[a] @ cover[b]`` in [0, 1] is the share of a's asks that b can answer.
    interests : sparse array of shape (n, n_tags)
        Square roots of tag rarity, so that a product is the rarity two people share.
    text : sparse array of shape (n, n_features)
        Rows of norm at most 1, so that a product is a similarity in [0, 1].
    traits : int array of shape (n, 3)
        Codes of organisation, team and role; 0 where unknown.
    glad : bool array of shape (n,)
    """

    need: Sparse
    cover: Sparse
    interests: Sparse
    text: Sparse
    traits: NDArray[np.int64]
    glad: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.glad)


TRAITS = ("organisation", "team", "role")


def tagged(profile: Profile, field: str, sentence: str = "") -> dict[str, tuple[str, str]]:
    """A profile's tags of one field, and its sentence, by key: (field, as typed); the first spelling stays."""
    typed = [(field, tag) for tag in getattr(profile, field)]
    if sentence:
        typed.append((sentence, getattr(profile, sentence)))
    found: dict[str, tuple[str, str]] = {}
    for source, words in typed:
        if key := tag_key(words):
            found.setdefault(key, (source, words.strip()))
    return found


def asked(profile: Profile) -> dict[str, tuple[str, str]]:
    """Everything somebody asks for, by key: (field, as typed)."""
    return tagged(profile, "asks", "ask_text")


def offered(profile: Profile) -> dict[str, tuple[str, str]]:
    """Everything somebody offers, by key: (field, as typed)."""
    return tagged(profile, "offers", "offer_text")


class ProfileEncoder(TransformerMixin, BaseEstimator):
    """Turn profiles into the sparse arrays of need, cover, interests and text.

    Everything is weighted by rarity at this event: what few people share says more about two of them.

    Parameters
    ----------
    words, grams, headline : float, default=0.45, 0.45, 0.1
        Shares of the three views of free text: words, character 3- to 5-grams, and grams of the headline alone.
        They must add up to 1.
    min_similarity : float in (0, 1], default=0.3
        Below it an offer does not answer an ask at all.

    Attributes
    ----------
    phrases_ : PhraseSpace
        Asks against offers.
    tags_ : TagSpace
        Interests.
    texts_ : TextSpace
        Headline and about.
    traits_ : list of dict
        Codes of the organisations, teams and roles seen.

    Notes
    -----
    Input is a sequence of `Profile`, not an array, so scikit-learn's array checks do not apply here.
    Profiles transformed after `fit` are read with the vocabulary of the event that was fitted.
    """

    def __init__(
        self, *, words: float = 0.45, grams: float = 0.45, headline: float = 0.1, min_similarity: float = 0.3
    ) -> None:
        self.words = words
        self.grams = grams
        self.headline = headline
        self.min_similarity = min_similarity

    def fit(self, profiles: Sequence[Profile], y: Any = None) -> Self:
        """Learn the vocabulary and the rarities of one event.

        Raises
        ------
        ValueError
            When there is no profile, or the views of text do not add up to 1.
        """
        if not profiles:
            raise ValueError("There is nobody to learn from.")
        self.phrases_ = PhraseSpace(self.min_similarity).fit(
            [list(asked(p)) for p in profiles], [list(offered(p)) for p in profiles]
        )
        self.tags_ = TagSpace().fit([list(tagged(p, "interests")) for p in profiles])
        self.texts_ = TextSpace(self.words, self.grams, self.headline).fit([(p.headline, p.about) for p in profiles])
        self.traits_ = [codes(tag_key(getattr(p, trait)) for p in profiles) for trait in TRAITS]
        return self

    def transform(self, profiles: Sequence[Profile]) -> EncodedProfiles:
        """Encode profiles with the fitted vocabulary; asks and tags never seen in `fit` are left out."""
        check_is_fitted(self)
        need, cover = self.phrases_.transform([list(asked(p)) for p in profiles], [list(offered(p)) for p in profiles])
        traits = [
            [known.get(tag_key(getattr(p, trait)), 0) for trait, known in zip(TRAITS, self.traits_, strict=True)]
            for p in profiles
        ]
        return EncodedProfiles(
            need=need,
            cover=cover,
            interests=self.tags_.transform([list(tagged(p, "interests")) for p in profiles]),
            text=self.texts_.transform([(p.headline, p.about) for p in profiles]),
            traits=np.array(traits, dtype=np.int64).reshape(len(profiles), len(TRAITS)),
            glad=np.array([p.glad_to_help for p in profiles], dtype=bool),
        )


def codes(keys: Iterable[str]) -> dict[str, int]:
    """Number the distinct keys from 1 in order of first appearance; blank is 0, unknown."""
    return {"": 0} | {key: code for code, key in enumerate(dict.fromkeys(filter(None, keys)), start=1)}

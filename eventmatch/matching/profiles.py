"""What somebody wrote about themselves, and the arrays the matcher reads instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from eventmatch.matching.phrases import PhraseSpace
from eventmatch.matching.tags import Keys, Sparse, TagSpace, View, codes, synonym_keys, tag_key
from eventmatch.matching.texts import TextSpace

Mode = Literal["in_person", "online", "either"]
Typed = tuple[str, str]  # field of the profile, words as typed


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
    interests, text : tuple of (array or sparse array of shape (n, d))
        Views in which a product of two rows says how alike people are: see `TagSpace` and `TextSpace`.
    traits : int array of shape (n, 3)
        Codes of organisation, team and role; 0 where unknown.
    glad : bool array of shape (n,)
    """

    need: Sparse
    cover: Sparse
    interests: tuple[View, ...]
    text: tuple[View, ...]
    traits: NDArray[np.int64]
    glad: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.glad)


TRAITS = ("organisation", "team", "role")


class ProfileEncoder(TransformerMixin, BaseEstimator):
    """Turn profiles into the arrays of need, cover, interests and text.

    Everything is weighted by rarity at this event: what few people share says more about two of them.

    Parameters
    ----------
    synonyms : mapping of str to str, optional
        The organiser's: a tag written so is read as the other. Nothing else is ever merged.
    background : sequence of Profile, default=()
        People of earlier events: their texts and interests help to tell what is rare and what goes together.
    depths : sequence of int, default=(32, 64, 128)
        Of the latent analysis of texts and of interests.
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
        self,
        *,
        synonyms: Mapping[str, str] | None = None,
        background: Sequence[Profile] = (),
        depths: Sequence[int] = (32, 64, 128),
        min_similarity: float = 0.3,
    ) -> None:
        self.synonyms = synonyms
        self.background = background
        self.depths = depths
        self.min_similarity = min_similarity

    def fit(self, profiles: Sequence[Profile], y: Any = None) -> Self:
        """Learn the vocabulary and the rarities of one event.

        Raises
        ------
        ValueError
            When there is no profile.
        """
        self.fit_transform(profiles)
        return self

    def fit_transform(self, profiles: Sequence[Profile], y: Any = None) -> EncodedProfiles:
        """Learn from the profiles and encode them; texts are taken apart only once."""
        if not profiles:
            raise ValueError("There is nobody to learn from.")
        self.synonyms_ = synonym_keys(self.synonyms or {})
        self.phrases_ = PhraseSpace(self.min_similarity).fit(*self._asks_and_offers(profiles))
        self.tags_ = TagSpace(self.depths).fit(self._interests(profiles), self._interests(self.background))
        self.texts_ = TextSpace(self.depths)
        self.traits_ = [codes(tag_key(getattr(p, trait)) for p in profiles) for trait in TRAITS]
        return self._encoded(profiles, self.texts_.fit_transform(texts(profiles), texts(self.background)))

    def transform(self, profiles: Sequence[Profile]) -> EncodedProfiles:
        """Encode profiles with the fitted vocabulary; asks and tags never seen in `fit` are left out."""
        check_is_fitted(self)
        return self._encoded(profiles, self.texts_.transform(texts(profiles)))

    def _encoded(self, profiles: Sequence[Profile], written: list[View]) -> EncodedProfiles:
        need, cover = self.phrases_.transform(*self._asks_and_offers(profiles))
        traits = [
            [known.get(tag_key(getattr(p, trait)), 0) for trait, known in zip(TRAITS, self.traits_, strict=True)]
            for p in profiles
        ]
        return EncodedProfiles(
            need=need,
            cover=cover,
            interests=tuple(self.tags_.transform(self._interests(profiles))),
            text=tuple(written),
            traits=np.array(traits, dtype=np.int64).reshape(len(profiles), len(TRAITS)),
            glad=np.array([p.glad_to_help for p in profiles], dtype=bool),
        )

    def asked(self, profile: Profile) -> dict[str, Typed]:
        """Everything somebody asks for, by key: (field, as typed)."""
        return self._tagged(profile, "asks", "ask_text")

    def offered(self, profile: Profile) -> dict[str, Typed]:
        """Everything somebody offers, by key: (field, as typed)."""
        return self._tagged(profile, "offers", "offer_text")

    def liked(self, profile: Profile) -> dict[str, Typed]:
        """Everything somebody is interested in, by key: (field, as typed)."""
        return self._tagged(profile, "interests")

    def _asks_and_offers(self, profiles: Sequence[Profile]) -> tuple[Keys, Keys]:
        return [list(self.asked(p)) for p in profiles], [list(self.offered(p)) for p in profiles]

    def _interests(self, profiles: Sequence[Profile]) -> Keys:
        return [list(self.liked(p)) for p in profiles]

    def _tagged(self, profile: Profile, *fields: str) -> dict[str, Typed]:
        """What somebody typed in some fields, by key; of two spellings of one tag the first stays."""
        found: dict[str, Typed] = {}
        for field in fields:
            typed = getattr(profile, field)
            for words in (typed,) if isinstance(typed, str) else typed:
                if key := self.synonyms_.get(tag_key(words), tag_key(words)):
                    found.setdefault(key, (field, words.strip()))
        return found


def texts(profiles: Sequence[Profile]) -> list[tuple[str, str]]:
    """Headline and about of each."""
    return [(profile.headline, profile.about) for profile in profiles]


def under_one_name(profiles: Sequence[Profile], synonyms: Mapping[str, str]) -> list[Profile]:
    """The profiles with the organiser's name for an organisation in place of each that is written otherwise."""
    meant = synonym_keys(synonyms)
    names = [meant.get(tag_key(profile.organisation)) for profile in profiles]
    return [replace(p, organisation=name) if name else p for p, name in zip(profiles, names, strict=True)]

"""Why two people should meet, told from the terms that produced the score and from nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from eventmatch.matching.profiles import TRAITS, Profile, ProfileEncoder, Typed
from eventmatch.matching.scoring import TERMS, DirectedScorer
from eventmatch.matching.tags import TAG_VIEWS

Term = Literal["need", "give", "rare", "complement", "text"]

WORDS = 3  # words of free text worth showing


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of what I get from meeting the other.

    Attributes
    ----------
    term : {'need', 'give', 'rare', 'complement', 'text'}
        The term of the score it comes from.
    mine, theirs : str
        Words of either side as typed: an ask and the offer that answers it, a shared interest, two organisations,
        a word both wrote.
    my_field, their_field : str
        Names of the `Profile` fields these come from, so that a reason can be dropped where one is not shared.
    amount : float
        Its part of the directed score.
    alike : bool, default=False
        Whether a complement is one because both are of one organisation, however each wrote its name.
    """

    term: Term
    mine: str
    theirs: str
    my_field: str
    their_field: str
    amount: float
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """What a first question could be about.

    Attributes
    ----------
    key : {'need', 'give', 'rare'}
        Which wording to use: about what they offer, what they ask, or what both like.
    tag : str
        The tag as the other typed it.
    """

    key: Term
    tag: str


def opening(reasons: Iterable[Reason]) -> Opening | None:
    """A question worth asking, from the best reason about a tag of the other; none rather than a silly one.

    To be asked of the reasons left after dropping what is not shared. Sentences make no good question and are skipped.
    """
    askable = {"need": "offers", "give": "asks", "rare": "interests"}
    fitting = (Opening(r.term, r.theirs) for r in reasons if askable.get(r.term) == r.their_field)
    return next(fitting, None)


class ReasonFinder:
    """Finds the reasons of any pair of one event.

    Parameters
    ----------
    profiles : sequence of Profile
    encoder : ProfileEncoder
        As fitted on these profiles.
    scorer : DirectedScorer
        As made from these profiles.
    """

    def __init__(self, profiles: Sequence[Profile], encoder: ProfileEncoder, scorer: DirectedScorer) -> None:
        self.profiles, self.scorer = profiles, scorer
        self.phrases, self.tags, self.texts = encoder.phrases_, encoder.tags_, encoder.texts_
        self.asks = [columns(encoder.asked(p), self.phrases.asks_) for p in profiles]
        self.offers = [columns(encoder.offered(p), self.phrases.offers_) for p in profiles]
        self.interests = [columns(encoder.liked(p), self.tags.tags_) for p in profiles]
        self.weights = [getattr(scorer.weights, term) for term in TERMS]
        self.answers = cache(lambda offer: stored(self.phrases.similarity_, offer))
        self.liked = cache(lambda row: stored(scorer.interests.sparse, row))
        words = next(iter(scorer.text.views), scorer.text.sparse)  # without views nobody wrote anything
        self.written = cache(lambda row: stored(words, row))
        self.headline_words = cache(lambda row: self.texts.words_of(profiles[row].headline))

    def between(self, a: int, b: int, terms: Sequence[float]) -> tuple[Reason, ...]:
        """What a gets from meeting b, most important first; equal amounts in the order of terms and of typing.

        Needs the five terms of the score, because what one tag or word adds shrinks with all that is shared:
        of a term w·x / (1 + x), a part p of the likeness x adds p·w / (1 + x), and that factor is w less the term.

        All reasons of need, give and complement add up to their terms. The shared tags and the three best words that
        are told add up to less than rare and text: tags that go together and parts of words count as well.
        """
        scales = np.array(self.weights) - terms
        found = [
            *self._need(a, b),
            *self._give(a, b),
            *self._rare(a, b, scales[TERMS.index("rare")]),
            *self._complement(a, b),
            *self._text(a, b, scales[TERMS.index("text")]),
        ]
        return tuple(sorted((reason for reason in found if reason.amount > 0), key=lambda reason: -reason.amount))

    def _need(self, a: int, b: int) -> Iterator[Reason]:
        for ask, offer, share in self._answered(a, b):
            yield reason("need", ask, offer, self.scorer.weights.need * share)

    def _give(self, a: int, b: int) -> Iterator[Reason]:
        if self.scorer.people.glad[a]:
            for ask, offer, share in self._answered(b, a):
                yield reason("give", offer, ask, self.scorer.weights.give * share)

    def _answered(self, a: int, b: int) -> Iterator[tuple[Typed, Typed, float]]:
        """Asks of a that b can answer, b's best offer for each, and the share of a's asks that this answers."""
        weights = stored(self.scorer.people.need, a)
        for ask, typed in self.asks[a].items():
            fits = [(self.answers(offer).get(ask, 0.0), words) for offer, words in self.offers[b].items()]
            likeness, best = max(fits, key=lambda fit: fit[0], default=(0.0, ("", "")))
            if likeness:
                yield typed, best, weights[ask] * likeness

    def _rare(self, a: int, b: int, scale: float) -> Iterator[Reason]:
        """Tags both have, each with what it adds in all views that count tags."""
        mine, theirs = self.liked(a), self.liked(b)
        for tag in (tag for tag in self.interests[a] if tag in self.interests[b]):
            places = [tag + view * len(self.tags.tags_) for view in range(TAG_VIEWS)]
            amount = sum(mine[place] * theirs[place] for place in places)
            yield reason("rare", self.interests[a][tag], self.interests[b][tag], scale * amount)

    def _complement(self, a: int, b: int) -> Iterator[Reason]:
        pairs = [(trait, getattr(self.profiles[a], trait), getattr(self.profiles[b], trait)) for trait in TRAITS]
        codes = self.scorer.people.traits[[a, b]]
        known = np.asarray((codes > 0).all(axis=0))
        counting = known & (codes[0] != codes[1])
        if self.scorer.colleagues:
            counting[0] = known[0] and codes[0, 0] == codes[1, 0]
        for (trait, mine, theirs), counts in zip(pairs, counting, strict=True):
            if counts:
                amount = float(self.scorer.weights.complement / known.sum())
                alike = self.scorer.colleagues and trait == "organisation"
                yield Reason("complement", mine, theirs, trait, trait, amount, alike)

    def _text(self, a: int, b: int, scale: float) -> Iterator[Reason]:
        """The words both wrote that add most."""
        mine, theirs, names = self.written(a), self.written(b), self.texts.names_
        shared = {column: mine[column] * theirs[column] for column in mine.keys() & theirs.keys()}
        words = [column for column in shared if " " not in names[column]]
        for column in sorted(words, key=lambda column: (-shared[column], column))[:WORDS]:
            word = names[column]
            yield reason("text", (self._field(a, word), word), (self._field(b, word), word), scale * shared[column])

    def _field(self, row: int, word: str) -> str:
        return "headline" if word in self.headline_words(row) else "about"


def reason(term: Term, mine: Typed, theirs: Typed, amount: float) -> Reason:
    """A reason from what either side typed in which field."""
    return Reason(term, mine[1], theirs[1], mine[0], theirs[0], float(amount))


def columns(typed: dict[str, Typed], known: dict[str, int]) -> dict[int, Typed]:
    """What somebody typed, by the column of its key."""
    return {known[key]: words for key, words in typed.items() if key in known}


def stored(array: Any, row: int) -> dict[int, float]:
    """The stored entries of one row of a sparse array, by column."""
    entries = slice(array.indptr[row], array.indptr[row + 1])
    return dict(zip(array.indices[entries].tolist(), array.data[entries].tolist(), strict=True))

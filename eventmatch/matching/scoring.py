"""How much one person would get out of meeting another, term by term, and what the pair is worth."""

from dataclasses import asdict, dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.likeness import Floats, Likeness, Product, Rows
from eventmatch.matching.profiles import EncodedProfiles

TERMS = ("need", "give", "rare", "complement", "text")
FLOOR = 0.05
TOLERANCE = 1e-9
CHUNK = 4096  # pairs scored at a time


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the five terms in a directed score: each 0 or more, together 1.

    Raises
    ------
    ValueError
        When one is negative or they do not add up to 1 (within 1e-9).
    """

    need: float = 0.35
    give: float = 0.15
    rare: float = 0.25
    complement: float = 0.05
    text: float = 0.20

    def __post_init__(self) -> None:
        shares = asdict(self).values()
        if not (min(shares) >= 0 and abs(sum(shares) - 1) <= TOLERANCE):
            raise ValueError("Weights are 0 or more each and add up to 1.")

    def spread(self, earnable: dict[str, bool]) -> Self:
        """The weights, with what nobody here can earn given to the terms of content, in proportion.

        A complement never grows: being different is no substitute for having something to talk about.
        """
        kept = {term: weight if earnable[term] else 0.0 for term, weight in asdict(self).items()}
        complement = kept.pop("complement")
        total = sum(kept.values())
        if not total:
            return self
        shares = {term: weight / total * (1 - complement) for term, weight in kept.items()}
        return type(self)(**shares, complement=complement)


def pair_value(forward: Floats, backward: Floats) -> Floats:
    """What a meeting is worth to both: the harmonic mean of both directed scores, each at least 0.05.

    A meeting that only one of them gains from ranks low; the floor keeps an empty profile in play.

    Parameters
    ----------
    forward, backward : array
        Directed scores in [0, 1], of one shape.

    Returns
    -------
    value : array
        In [0.05, 1], symmetric in its arguments.

    References
    ----------
    L. Pizzato et al. (2010), RECON: a reciprocal recommender for online dating, RecSys.
    """
    one, other = np.maximum(forward, FLOOR), np.maximum(backward, FLOOR)
    return np.asarray(2 * one * other / (one + other))


def saturate(likeness: Floats) -> Floats:
    """Map [0, ∞) to [0, 1) with 1/2 at 1: the tenth thing in common says less than the first."""
    return likeness / (likeness + 1)


def complement(mine: NDArray[np.int64], theirs: NDArray[np.int64], *, colleagues: bool = False) -> Floats:
    """Share of the traits known of both in which they differ, in [0, 1]; 0 when none is known.

    Parameters
    ----------
    mine, theirs : int array of shape (..., n_traits)
        Codes that broadcast against each other; 0 is unknown. The first trait is the organisation.
    colleagues : bool, default=False
        Whether being of one organisation counts instead of being of two.
    """
    known = counting = np.zeros((), dtype=np.int8)
    for trait in range(mine.shape[-1]):
        own, other = mine[..., trait], theirs[..., trait]
        both = (own > 0) & (other > 0)
        known = known + both
        counting = counting + (both & ((own == other) if colleagues and not trait else (own != other)))
    return np.asarray(counting / np.maximum(known, 1))


class DirectedScorer:
    """Directed scores between the people of one event, as whole blocks or as terms of listed pairs.

    s(a → b) = need + give + rare + complement + text, each term its weight times a number in [0, 1]:

    - need: the share of a's asks that b's offers answer;
    - give: the share of b's asks that a's offers answer, if a is glad to help;
    - rare: interests they share, by rarity, and interests that go together; 1/2 at what is typical of close people;
    - complement: the share of organisation, team and role in which they differ, or of team and role and whether they
      are of one organisation;
    - text: likeness of headline and about; 1/2 at what is typical of close people here.

    Every score depends on these two profiles and on the event's vocabulary, never on who may meet whom.

    Parameters
    ----------
    people : EncodedProfiles
    weights : Weights
        As wished; what nobody at this event can earn is spread over the rest.
    colleagues : bool, default=False
        Whether being of one organisation counts as a complement instead of being of two.

    Attributes
    ----------
    weights : Weights
        As used; their sum is 1.
    """

    def __init__(self, people: EncodedProfiles, weights: Weights, *, colleagues: bool = False) -> None:
        self.people, self.colleagues = people, colleagues
        self.asking = Product(people.need, people.cover)
        self.helping = Product(people.cover, people.need)
        self.interests = Likeness(people.interests, len(people))
        self.text = Likeness(people.text, len(people))
        self.weights = weights.spread(self._earnable())

    def _earnable(self) -> dict[str, bool]:
        people = self.people
        helped = bool(people.need.nnz and people.cover.nnz)
        return {
            "need": helped,
            "give": helped and bool(people.glad.any()),
            "rare": bool(self.interests),
            "complement": bool(people.traits.any()),
            "text": bool(self.text),
        }

    def complement(self, mine: NDArray[np.int64], theirs: NDArray[np.int64]) -> Floats:
        """Share of traits that speak for meeting, of the shape they broadcast to."""
        return complement(mine, theirs, colleagues=self.colleagues)

    def block(self, rows: slice) -> tuple[Floats, Floats]:
        """Scores of these rows towards everybody, and of everybody towards them; both of shape (rows, n)."""
        weights, people = self.weights, self.people
        asking, helping = self.asking.block(rows), self.helping.block(rows)
        shared = weights.complement * self.complement(people.traits[rows, None], people.traits[None])
        shared += weights.rare * saturate(self.interests.block(rows))
        shared += weights.text * saturate(self.text.block(rows))
        forward = shared + weights.need * asking + weights.give * people.glad[rows, None] * helping
        backward = shared + weights.need * helping + weights.give * people.glad[None] * asking
        return forward, backward

    def values(self, rows: slice) -> Floats:
        """Pair values of these rows with everybody, of shape (rows, n)."""
        return pair_value(*self.block(rows))

    def terms(self, a: Rows, b: Rows) -> Floats:
        """The five terms of s(a[i] → b[i]), of shape (len(a), 5), in the order of `TERMS`; a row's sum is the score."""
        found = [np.zeros((0, len(TERMS)))]
        for start in range(0, len(a), CHUNK):
            chunk = slice(start, start + CHUNK)
            found.append(self._terms(a[chunk], b[chunk]))
        return np.concatenate(found)

    def _terms(self, a: Rows, b: Rows) -> Floats:
        weights, people = self.weights, self.people
        return np.column_stack(
            [
                weights.need * self.asking.pairs(a, b),
                weights.give * people.glad[a] * self.helping.pairs(a, b),
                weights.rare * saturate(self.interests.pairs(a, b)),
                weights.complement * self.complement(people.traits[a], people.traits[b]),
                weights.text * saturate(self.text.pairs(a, b)),
            ]
        )

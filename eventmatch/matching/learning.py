"""What earlier meetings teach about whom to put first among those who suit each other anyway."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from eventmatch.matching.likeness import Floats, Likeness, Rows
from eventmatch.matching.possible import ranks
from eventmatch.matching.scoring import DirectedScorer

FEATURES = ("order", "order_rank", "interests_rank", "text_rank", "help", "complement", "earlier")
STRENGTH = 0.01  # of the evidence against the prior that nothing matters: few outcomes move little

Lesson = tuple[Floats, NDArray[np.bool_]]  # features of shape (n_pairs, len(FEATURES)), and who belonged together


def pair_features(scorer: DirectedScorer, pairs: Rows, values: Floats, earlier: Rows) -> Floats:
    """What can be said about each candidate pair, in numbers that mean the same at every event.

    Parameters
    ----------
    scorer : DirectedScorer
        Of the event.
    pairs : int array of shape (n_pairs, 2)
        Candidates, low < high: people near the top of each other's order.
    values : array of shape (n_pairs,)
        Their order.
    earlier : int array of shape (n, 2)
        Pairs who met at earlier events.

    Returns
    -------
    features : array of shape (n_pairs, 7), in the order of `FEATURES`
        The order in standard deviations; ranks as ln(2 / (rank of one for the other + the other way round)), those
        of interests and of text as means over their views; the mean share of asks answered; the share of organisation,
        team and role in which they differ; 1 for who met before.
    """
    (low, high), n = pairs.T, len(scorer.people)
    helped = (scorer.asking.pairs(low, high) + scorer.asking.pairs(high, low)) / 2
    before = np.isin(np.sort(pairs, axis=1) @ [n, 1], np.sort(earlier, axis=1) @ [n, 1])
    return np.column_stack(
        [
            (values - values.mean()) / (values.std() or 1) if len(values) else values,
            mutual_rank(pairs, values, n),
            mean_rank(scorer.interests, pairs, n),
            mean_rank(scorer.text, pairs, n),
            helped,
            scorer.complement(scorer.people.traits[low], scorer.people.traits[high]),
            before,
        ]
    )


def mean_rank(likeness: Likeness, pairs: Rows, n: int) -> Floats:
    """The mean over views of the pairs' mutual ranks, of shape (n_pairs,); 0 without views."""
    parts = likeness.parts(*pairs.T)
    ranks = [mutual_rank(pairs, view, n) for view in parts.T]
    return np.asarray(np.mean(ranks, axis=0)) if ranks else np.zeros(len(pairs))


def mutual_rank(pairs: Rows, values: Floats, n: int) -> Floats:
    """How early each pair comes among the pairs of both, as ln(2 / (rank + rank)): 0 where each is the other's first.

    References
    ----------
    G. Cormack, C. Clarke and S. Büttcher (2009), Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods, SIGIR.
    """
    return np.asarray(np.log(2 / ranks(pairs, values, n).sum(axis=1)))


@dataclass(frozen=True, slots=True, eq=False)
class LearnedOrder:
    """A linear order of candidate pairs: plain arrays, each of shape (len(FEATURES),).

    It orders people within the caps that hold anyway; it never lets anybody stand on more lists.

    Attributes
    ----------
    means, scales : array
        Of the features it was taught with.
    coefficients : array
        What each feature counts for, in its own standard deviations.

    References
    ----------
    D. Cox (1958), The regression analysis of binary sequences, J. R. Stat. Soc. B 20(2), 215-242.
    """

    means: Floats
    scales: Floats
    coefficients: Floats

    @classmethod
    def learned(cls, lessons: Iterable[Lesson]) -> Self:
        """Learn from candidates of earlier events, or of this one, of whom it is known whether they belonged together.

        Raises
        ------
        ValueError
            When there is no pair that belonged together, or none that did not.
        """
        features, together = (np.concatenate(part) for part in zip(*lessons, strict=True))
        if together.all() or not together.any():
            raise ValueError("Learning needs candidates who belonged together and candidates who did not.")
        model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH)).fit(features, together)
        return cls(model[0].mean_, model[0].scale_, model[1].coef_[0])

    def values(self, features: Floats) -> Floats:
        """The order of pairs with these features, of shape (n_pairs,); higher is better."""
        return np.asarray(((features - self.means) / self.scales) @ self.coefficients)

    def arrays(self) -> dict[str, Floats]:
        """The arrays by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def save(self, file: Path | BinaryIO) -> None:
        """Write the arrays down, without pickle."""
        np.savez(file, allow_pickle=False, **self.arrays())

    @classmethod
    def load(cls, file: Path | BinaryIO) -> Self:
        """Read what was saved.

        Raises
        ------
        ValueError
            When the file holds anything else.
        """
        with np.load(file, allow_pickle=False) as stored:
            try:
                arrays = [np.asarray(stored[field.name], dtype=np.float64) for field in fields(cls)]
            except KeyError as error:
                raise ValueError(f"This is no learned order: {error.args[0]}") from error
        if any(array.shape != (len(FEATURES),) for array in arrays):
            raise ValueError(f"A learned order has {len(FEATURES)} numbers of each kind.")
        if not (np.isfinite(arrays).all() and (arrays[1] > 0).all()):
            raise ValueError("The numbers of a learned order are finite, and its scales above 0.")
        return cls(*arrays)

"""What the organiser decides about a matching, and what is known from before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal, get_args

from eventmatch.matching.eligibility import OrganisationRule
from eventmatch.matching.learning import LearnedOrder
from eventmatch.matching.profiles import Profile
from eventmatch.matching.scoring import Weights

Mode = Literal["mutual", "capped", "ranked"]
Pairs = Iterable[tuple[str, str]]  # ids of two people, in either order


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """What the organiser decides.

    Attributes
    ----------
    n_suggestions : int, default=6
        Others on a list.
    mode : {'mutual', 'capped', 'ranked'}, default='mutual'
        Whether lists agree with each other; or each is that person's best as long as nobody stands on too many;
        or simply that person's best.
    cap : int, optional
        Lists anybody stands on where they are capped, half as many again as `n_suggestions` if not given; fewer than
        `n_suggestions` make lists shorter.
    weights : Weights
    same_organisation : {'allow', 'avoid', 'prefer'}, default='allow'
        Whether colleagues may meet, and whether being one speaks for it.
    diverse : bool, default=False
        At most a third of a mutual list from one organisation, and half from one interest, where there is a choice.
    hub : float, default=0.35
        How much of everybody's closeness to the crowd is taken off for the order; 0.5 is the usual correction.
    quick : bool, default=False
        Whether to choose in a moment instead of nearly as well as possible.
    synonyms : mapping of str to str
        Tags written so are read as the other.
    organisation_synonyms : mapping of str to str
        Organisations written so are read as the other; reasons tell them as typed.

    Raises
    ------
    ValueError
        When a number is out of range or not finite, or the mode or the rule is none of these.
    """

    n_suggestions: int = 6
    mode: Mode = "mutual"
    cap: int | None = None
    weights: Weights = field(default_factory=Weights)
    same_organisation: OrganisationRule = "allow"
    diverse: bool = False
    hub: float = 0.35
    quick: bool = False
    synonyms: Mapping[str, str] = field(default_factory=dict)
    organisation_synonyms: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.n_suggestions < 1 or (self.cap is not None and self.cap < 1):
            raise ValueError("n_suggestions and cap are 1 or more.")
        if self.mode not in get_args(Mode) or self.same_organisation not in get_args(OrganisationRule):
            raise ValueError(f"There is no mode {self.mode!r} or no rule {self.same_organisation!r}.")
        if not isfinite(self.hub):
            raise ValueError("hub is a finite number.")


@dataclass(frozen=True, slots=True)
class History:
    """What is known from before this event.

    Attributes
    ----------
    background : sequence of Profile
        People of earlier events: their words help to tell what is rare here and what goes together.
    earlier : iterable of (str, str)
        Ids of two people of this event who met at an earlier one; it speaks a little for meeting again.
    learned : LearnedOrder, optional
        Puts the best candidates in an order of its own.
    """

    background: Sequence[Profile] = ()
    earlier: Pairs = ()
    learned: LearnedOrder | None = None

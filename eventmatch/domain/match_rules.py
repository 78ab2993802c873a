"""What an organiser decides about everybody's lists, as it is typed and as it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eventmatch.domain.errors import Invalid
from eventmatch.domain.states import EarlierMeetings, SameOrganisation

USUAL_WEIGHTS = {"need": 35, "give": 15, "rare": 25, "complement": 5, "text": 20}
FEWEST, MOST = 3, 9  # names on a list
HEAVIEST = 100


@dataclass(frozen=True, slots=True)
class MatchRules:
    """How many names a list holds, what counts how much, and who is proposed to whom; weights are proportions."""

    suggestions: int = 6
    weights: Mapping[str, int] = field(default_factory=lambda: USUAL_WEIGHTS)
    same_organisation: SameOrganisation = SameOrganisation.ALLOW
    diverse: bool = False
    earlier_meetings: EarlierMeetings = EarlierMeetings.SIGNAL

    def stored(self) -> dict[str, Any]:
        """Return what the event's settings keep: weights as shares that add up to 1.

        Raises
        ------
        Invalid
            If nothing counts at all.
        """
        return {
            "suggestions": self.suggestions,
            "weights": shares(self.weights),
            "same_organisation": self.same_organisation.value,
            "diverse": self.diverse,
            "earlier_meetings": self.earlier_meetings.value,
        }


def shares(weights: Mapping[str, int]) -> dict[str, float]:
    """Turn proportions into shares that add up to 1."""
    total = sum(weights.values())
    if not total:
        raise Invalid("One of the five must count: type a number above 0 for at least one of them.", field="need")
    return {term: weight / total for term, weight in weights.items()}


def remembered(stored: Mapping[str, Any]) -> MatchRules:
    """Return what an event's settings keep, as it is typed; what they do not say is as usual."""
    usual = MatchRules()
    said = {term: round(100 * share) for term, share in stored.get("weights", {}).items()}
    return MatchRules(
        suggestions=stored.get("suggestions", usual.suggestions),
        weights={term: said.get(term, 0) for term in USUAL_WEIGHTS} if said else usual.weights,
        same_organisation=SameOrganisation(stored.get("same_organisation", usual.same_organisation)),
        diverse=stored.get("diverse", usual.diverse),
        earlier_meetings=EarlierMeetings(stored.get("earlier_meetings", usual.earlier_meetings)),
    )

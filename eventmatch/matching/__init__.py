"""Whom to meet: profiles in, mutual lists with scores and reasons out.

Needs numpy, scipy and scikit-learn, and nothing else of this project: it can be lifted out and used elsewhere.
Beside what the application uses there are `nearest.nearest` and `NearestPeople`, for crowds of any size in which
likeness is one inner product; and `schedule`, `repair` and `windows`, which put pairs into rounds.

>>> from eventmatch.matching import Profile, match_event
>>> ada = Profile("ada", asks=("budgeting",), offers=("agile coaching",))
>>> ben = Profile("ben", asks=("coaching",), offers=("budget planning",))
>>> [own[0].id for own in match_event([ada, ben]).suggestions()]
['ben', 'ada']
"""

from eventmatch.matching.assignment import MutualMatcher
from eventmatch.matching.event import explained, match_event
from eventmatch.matching.latent import LatentSpace
from eventmatch.matching.learning import LearnedOrder
from eventmatch.matching.newcomers import NearestPeople
from eventmatch.matching.order import EventOrder
from eventmatch.matching.profiles import EncodedProfiles, Profile, ProfileEncoder
from eventmatch.matching.reasons import Opening, Reason, opening
from eventmatch.matching.result import MatchResult, Suggestion
from eventmatch.matching.scoring import TERMS, Weights, pair_value
from eventmatch.matching.settings import History, MatchSettings

__all__ = [
    "TERMS",
    "EncodedProfiles",
    "EventOrder",
    "History",
    "LatentSpace",
    "LearnedOrder",
    "MatchResult",
    "MatchSettings",
    "MutualMatcher",
    "NearestPeople",
    "Opening",
    "Profile",
    "ProfileEncoder",
    "Reason",
    "Suggestion",
    "Weights",
    "explained",
    "match_event",
    "opening",
    "pair_value",
]

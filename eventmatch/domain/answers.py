"""A filled-in registration, and how it waits in a mailed link until its address is proven."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from eventmatch.domain.profiles import Profile
from eventmatch.domain.states import ArrivalVisibility, HiddenFrom, Mode, Purpose

TAGS = ("interests", "asks", "offers")
WORDS = {"ask_hidden_from": HiddenFrom, "mode": Mode, "arrival_visible_to": ArrivalVisibility}


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything somebody says with one form: the profile, and what they agree to."""

    profile: Profile
    consents: frozenset[Purpose] = frozenset()


def packed(answers: Answers) -> dict[str, Any]:
    """Return answers as JSON."""
    values = asdict(answers.profile)
    values["hours"] = [[at.isoformat() for at in pair] for pair in answers.profile.hours]
    return {"profile": values, "consents": sorted(answers.consents)}


def unpacked(values: Mapping[str, Any]) -> Answers:
    """Return the answers that JSON of ours holds."""
    profile = {field.name: values["profile"][field.name] for field in fields(Profile)}
    profile |= {name: tuple(profile[name]) for name in TAGS}
    profile |= {name: kind(profile[name]) for name, kind in WORDS.items()}
    profile["hours"] = tuple((datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in profile["hours"])
    return Answers(Profile(**profile), frozenset(map(Purpose, values["consents"])))

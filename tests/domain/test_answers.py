"""Answers come out of a link as they went in."""

import json
from datetime import UTC, datetime

from eventmatch.domain.answers import Answers, packed, unpacked
from eventmatch.domain.profiles import Profile
from eventmatch.domain.states import ArrivalVisibility, HiddenFrom, Mode, Purpose


def test_answers_survive_the_way_through_json() -> None:
    nine, ten = (datetime(2027, 3, 4, hour, tzinfo=UTC) for hour in (9, 10))
    ada = Profile(
        "Ada Okafor",
        interests=("scrum", "rail"),
        asks=("vendor contracts",),
        ask_hidden_from=HiddenFrom.BOTH,
        mode=Mode.EITHER,
        glad_to_help=True,
        hours=((nine, ten),),
        arrival_visible_to=ArrivalVisibility.MATCHES,
    )
    answers = Answers(ada, frozenset({Purpose.MATCHING, Purpose.SHARE_LINK}))

    assert unpacked(json.loads(json.dumps(packed(answers)))) == answers


def test_an_empty_profile_survives_as_well() -> None:
    assert unpacked(json.loads(json.dumps(packed(Answers(Profile("Bo")))))) == Answers(Profile("Bo"))

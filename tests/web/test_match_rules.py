"""The organiser's pages of weights, rules and pairs."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.gateways import queue
from eventmatch.services import jobs, match_rules, matching
from tests.cast import NINE, AttendeeRef
from tests.services.test_matching import here_and_now
from tests.web.test_hostile import PAIR, RULES

SignIn = Callable[[Actor], FlaskClient]
HERE = "/o/e/meetup/lists"


@pytest.fixture(autouse=True)
def quick(ada: AttendeeRef, ben: AttendeeRef, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Ada and Ben take part, and compute in this process."""
    monkeypatch.setattr(matching, "in_child", here_and_now)


def test_the_page_shows_what_is_decided_and_saves_what_is_typed(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    before = client.get(f"{HERE}/rules").text
    answer = client.post(f"{HERE}/rules", data=RULES)
    after = client.get(f"{HERE}/rules").text

    assert 'name="suggestions" required' in before
    assert 'value="6"' in before
    assert (answer.status_code, answer.location) == (303, HERE)
    assert 'value="8"' in after
    assert 'value="avoid"' in after


def test_trying_shows_before_and_after_with_the_form_as_typed(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    answer = client.post(f"{HERE}/rules/try", data=RULES)
    page = client.get(answer.location).text

    assert answer.status_code == 303
    assert "What it would do" in page
    assert "Nobody’s list gets shorter." in page
    assert 'value="8"' in page
    assert match_rules.rules(oona, "meetup").rules.suggestions == 6


def test_a_trial_under_way_shows_how_far_it_is(sign_in: SignIn, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "enqueue", lambda *_task, **_values: None)
    client = sign_in(oona)
    path = client.post(f"{HERE}/rules/try", data=RULES).location
    job_id = int(path.partition("tried=")[2].partition("#")[0])
    jobs.take(job_id, NINE)
    jobs.report(job_id, 1, 6)

    page = client.get(path).text
    assert "1 of 6" in page
    assert 'http-equiv="refresh"' in page
    jobs.cancel(oona, "meetup", job_id, now=NINE)
    assert "Stopped. Nothing was changed." in client.get(path).text


@pytest.mark.parametrize("where", ["rules", "rules/try"])
@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("suggestions", "2", "Type a whole number from 3 to 9."),
        ("suggestions", "10", "Type a whole number from 3 to 9."),
        ("suggestions", "", "Type a whole number from 3 to 9."),
        ("suggestions", "six", "Type a whole number from 3 to 9."),
        ("need", "-1", "Type a whole number from 0 to 100."),
        ("text", "101", "Type a whole number from 0 to 100."),
        ("rare", "9" * 400, "Type a whole number from 0 to 100."),
        ("same_organisation", "sometimes", "Choose one of these."),
        ("earlier_meetings", "", "Choose one of these."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(
    sign_in: SignIn, oona: Actor, where: str, field: str, value: str, words: str
) -> None:
    answer = sign_in(oona).post(f"{HERE}/{where}", data=RULES | {field: value})

    assert answer.status_code == 422
    assert f'id="{field}-error">{words}' in answer.text
    kept = {"suggestions": "8", "need": "50", field: value}
    typed = {name: text for name, text in kept.items() if name not in {"same_organisation", "earlier_meetings"}}
    for name, text in typed.items():
        assert f'value="{text}"' in answer.text, name
    assert match_rules.rules(oona, "meetup").rules.suggestions == 6


def test_five_times_nothing_is_refused(sign_in: SignIn, oona: Actor) -> None:
    nothing = dict.fromkeys(("need", "give", "rare", "complement", "text"), "0")
    answer = sign_in(oona).post(f"{HERE}/rules", data=RULES | nothing)

    assert answer.status_code == 422
    assert "One of the five must count" in answer.text


def test_two_people_are_kept_apart_and_let_go_again(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    answer = client.post(f"{HERE}/pairs", data=PAIR | {"one": "Ada Okafor", "other": "Ben Hartwig"})
    page = client.get(f"{HERE}/pairs").text
    [line] = match_rules.pairs(oona, "meetup").pairs
    client.post(f"{HERE}/pairs/{line.id}/drop")

    assert answer.status_code == 303
    assert "Never proposed to each other" in page
    assert "Nothing decided yet" in client.get(f"{HERE}/pairs").text


def test_a_name_nobody_has_is_refused_beside_its_field(sign_in: SignIn, oona: Actor) -> None:
    answer = sign_in(oona).post(f"{HERE}/pairs", data=PAIR | {"one": "Ada Okafor", "other": "Zed"})

    assert answer.status_code == 422
    assert 'id="other-error">Nobody here is called this.' in answer.text
    assert 'value="Ada Okafor"' in answer.text


def test_the_lists_say_in_words_how_good_they_are(sign_in: SignIn, oona: Actor) -> None:
    client = sign_in(oona)
    client.post(f"{HERE}/compute")
    page = client.get(HERE).text

    assert "100 % of the people stand on somebody’s list, and nobody on more than 1." in page
    assert "All are shown about equally often." in page

"""The organiser's pages of badges: chosen, made, printed by the browser, noted as printed."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.badge_sizes import SIZES
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee

SignIn = Callable[[Actor], FlaskClient]
BADGES = "/o/e/meetup/badges"
EVERYBODY = {"size": "a4-10", "kind": "all"}


@pytest.fixture
def desk(sign_in: SignIn, oona: Actor, ada: AttendeeRef) -> FlaskClient:
    """Return the browser of who runs the event Ada goes to."""
    return sign_in(oona)


def test_a_pdf_is_asked_for_followed_and_downloaded(desk: FlaskClient) -> None:
    asked = desk.post(BADGES, data=EVERYBODY)
    followed = desk.get(asked.location).text
    [link] = set(re.findall(rf"{BADGES}/\d+\.pdf", followed))
    file = desk.get(link)

    assert (asked.status_code, "The PDF is ready." in followed) == (303, True)
    assert (file.content_type, file.data[:5]) == ("application/pdf", b"%PDF-")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="meetup-badges-')


def test_the_page_counts_what_is_printed_and_lists_the_files(desk: FlaskClient) -> None:
    before = desk.get(BADGES).text
    desk.post(BADGES, data=EVERYBODY)
    after = desk.get(BADGES).text

    counted = [re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page) for page in (before, after)]
    assert counted == [
        [("to wear a badge", "1"), ("printed", "0"), ("not printed yet", "1")],
        [("to wear a badge", "1"), ("printed", "1"), ("not printed yet", "0")],
    ]
    assert "Was not printed" in after


def test_a_file_is_taken_back(desk: FlaskClient) -> None:
    desk.post(BADGES, data=EVERYBODY)
    [path] = re.findall(rf"{BADGES}/\d+/take-back", desk.get(BADGES).text)
    page = desk.get(desk.post(path).location).text

    assert "count as not printed" in page
    assert re.findall(rf"{BADGES}/\d+\.pdf", page) == []


def test_the_browser_prints_the_same_choice(desk: FlaskClient, ben: AttendeeRef) -> None:
    chosen = desk.post(BADGES, data={**EVERYBODY, "size": "label-89x41", "last": "A", "browser": "1"})
    page = desk.get(chosen.location).text

    assert chosen.location == f"{BADGES}/print?size=label-89x41&kind=all&last=A"
    assert re.findall(r'class="badge-name"[^>]*><bdi>([^<]+)', page) == ["Ada Okafor"]
    assert "/badges/label-89x41.css" in page


def test_looking_at_badges_prints_none(desk: FlaskClient) -> None:
    desk.get(f"{BADGES}/print?size=a4-10&kind=all")

    assert "<dt>printed</dt><dd>0</dd>" in desk.get(BADGES).text


def test_what_came_out_of_the_printer_is_noted_by_a_button(desk: FlaskClient, ben: AttendeeRef) -> None:
    page = desk.get(f"{BADGES}/print?size=a4-10&kind=all").text
    [ids] = re.findall(r'name="attendees" value="([^"]+)"', page)

    noted = desk.get(desk.post(f"{BADGES}/printed", data={"attendees": ids}).location).text

    assert "2 badges are noted as printed." in noted
    assert "<dt>printed</dt><dd>2</dd>" in noted


@pytest.mark.parametrize("ids", ["", "x", "1,", "1;2", "9" * 10, ",".join(["1"] * 1001)])
def test_what_names_no_badges_is_refused(desk: FlaskClient, ids: str) -> None:
    assert desk.post(f"{BADGES}/printed", data={"attendees": ids}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"size": "a5"}, "Not a valid choice"),
        ({"kind": "king"}, "Not a valid choice"),
        ({"first": "?"}, "A letter, or the few letters"),
        ({"first": "L", "last": "K"}, "This comes before the first letter."),
        ({"first": "Z", "last": "Zz"}, "No badge fits this choice"),
    ],
)
def test_a_wrong_choice_is_told_beside_its_field_and_nothing_is_lost(
    desk: FlaskClient, wrong: dict[str, str], sentence: str
) -> None:
    answer = desk.post(BADGES, data={**EVERYBODY, "last": "Ö", **wrong})

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert f'value="{wrong.get("last", "Ö")}"' in answer.text


def test_a_print_page_with_a_wrong_address_leads_back(desk: FlaskClient) -> None:
    assert desk.get(f"{BADGES}/print?size=a5").location == BADGES


def test_one_badge_is_printed_from_its_attendees_page(desk: FlaskClient, ada: AttendeeRef) -> None:
    detail = f"/o/e/meetup/attendees/{ada.id}"
    page = desk.get(f"{detail}/badge").text
    noted = desk.post(f"{BADGES}/printed", data={"attendees": str(ada.id)})

    assert page.count('class="badge"') == 1
    assert noted.location == detail
    assert "Badge printed" in desk.get(detail).text


def test_an_attendee_without_a_printed_badge_says_so(desk: FlaskClient, ada: AttendeeRef) -> None:
    page = desk.get(f"/o/e/meetup/attendees/{ada.id}").text

    assert "not printed yet" in page
    assert "Badge printed" not in page


@pytest.mark.parametrize("path", [f"{BADGES}/999.pdf", f"{BADGES}/999/left-out", "/o/e/meetup/attendees/999/badge"])
def test_what_is_not_there_is_not_found(desk: FlaskClient, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_nobody_yet_is_told_what_to_do(sign_in: SignIn, oona: Actor, meetup: MeetupRef) -> None:
    assert "Nobody wears a badge yet" in sign_in(oona).get(BADGES).text


def test_a_private_base_url_is_warned_of(desk: FlaskClient) -> None:
    assert "which phones elsewhere cannot open" in desk.get(BADGES).text


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_each_size_has_a_style_sheet_with_its_millimetres(client: FlaskClient, size: object) -> None:
    known = SIZES[str(getattr(size, "key", ""))]
    answer = client.get(f"/badges/{known.key}.css")
    width, height = known.paper

    assert answer.content_type == "text/css; charset=utf-8"
    assert f"size: {width}mm {height}mm;" in answer.text
    assert answer.text.count(".badge:nth-child") == known.on_a_sheet


def test_there_is_no_style_for_another_size(client: FlaskClient) -> None:
    assert client.get("/badges/a5.css").status_code == 404


def test_a_name_is_isolated_from_what_stands_around_it(sign_in: SignIn, oona: Actor, meetup: MeetupRef) -> None:
    add_attendee(meetup, "שרה כהן", organisation="ACME", registered_at=NINE)
    page = sign_in(oona).get(f"{BADGES}/print?size=a4-10&kind=all").text

    assert '<article class="badge" dir="rtl">' in page
    assert "<bdi>שרה כהן</bdi>" in page
    assert "<bdi>ACME</bdi>" in page

"""The demo event's files keep the promises that its loader, the first page and the door rely on."""

import re
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).parents[2] / "eventmatch" / "demo"
EVENT: dict[str, Any] = tomllib.loads((DEMO / "event.toml").read_text("utf-8"))
DATA: dict[str, Any] = tomllib.loads((DEMO / "people.toml").read_text("utf-8"))
PEOPLE: list[dict[str, Any]] = DATA["person"]
BY_KEY: dict[str, dict[str, Any]] = {person["key"]: person for person in PEOPLE}
CAST = ["ada", "ben", "chidi", "dana", "emeka", "fatima", "grace", "hiro", "ines", "jonas", "kavya", "lena"]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TEXTS = ["key", "name", "email", "organisation", "team", "role", "headline", "about", "ask", "offer", "phone", "link"]
CHOICES = {
    "ask_hidden_from": {"", "organisation", "organiser"},
    "mode": {"in_person", "online", "either"},
    "kind": {"guest", "speaker", "crew", "press", "exhibitor"},
    "status": {"confirmed", "waitlisted", "cancelled", "barred"},
    "arrival_visible": {"nobody", "matches", "everybody"},
}
YES_OR_NO = ["glad_to_help", "can_video", "checked_in", "matching", "organiser_export"]
YES_OR_NO += ["share_email", "share_phone", "share_link"]
LISTS = ["interests", "asks", "offers", "hours"]
CODES = ["number", "ticket_code", "badge_code"]
# Ranges that regulators keep free for fiction: Germany, Great Britain, France, North America.
FICTIONAL_PHONE = re.compile(
    r"\+49 (30 23125|40 66969|69 90009|89 99998|221 4710) \d{3}|\+44 (7700 900\d{3}|20 7946 0\d{3})"
    r"|\+33 1 99 00 \d\d \d\d|\+1 \d{3}-555-01\d\d"
)


def matched() -> list[dict[str, Any]]:
    """People who are coming and agreed to be matched."""
    return [person for person in PEOPLE if person["matching"] and person["status"] == "confirmed"]


def tags_of(person: dict[str, Any]) -> list[str]:
    """Every tag of a person, in the order written."""
    return [*person["interests"], *person["asks"], *person["offers"]]


def is_empty(person: dict[str, Any]) -> bool:
    """Whether a person left nothing but name and e-mail address."""
    texts = any(person[field] for field in TEXTS if field not in {"key", "name", "email"})
    return not texts and not tags_of(person) and not person["hours"]


def script_of(name: str) -> str:
    """The script of the first letter of a name."""
    return unicodedata.name(next(letter for letter in name if letter.isalpha())).split()[0]


def test_there_are_120_people_and_the_cast_comes_first() -> None:
    assert len(PEOPLE) == len(BY_KEY) == 120
    assert [person["key"] for person in PEOPLE[:12]] == CAST


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person["key"]))
def test_every_person_has_every_field_with_an_allowed_value(person: dict[str, Any]) -> None:
    assert set(person) == {*TEXTS, *CHOICES, *YES_OR_NO, *LISTS, *CODES}
    assert all(isinstance(person[field], str) for field in TEXTS)
    assert all(isinstance(person[field], bool) for field in YES_OR_NO)
    assert all(person[field] in allowed for field, allowed in CHOICES.items())


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person["key"]))
def test_nobody_real_can_be_reached_through_the_demo(person: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z][a-z.-]*@example\.(org|net|com)", person["email"])
    assert not person["phone"] or FICTIONAL_PHONE.fullmatch(person["phone"])
    assert not person["link"] or re.fullmatch(r"https://example\.(org|net|com)/[a-z-]+", person["link"])


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person["key"]))
def test_texts_are_normalised_and_fit_their_fields(person: dict[str, Any]) -> None:
    texts = [person[field] for field in TEXTS]
    assert texts == [unicodedata.normalize("NFC", text).strip() for text in texts]
    assert len(person["headline"]) <= 80
    assert max(len(person["about"]), len(person["ask"]), len(person["offer"])) <= 300


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person["key"]))
def test_hours_are_quarter_hours_inside_the_event(person: dict[str, Any]) -> None:
    length = EVENT["event"]["ends_minutes"] - EVENT["event"]["starts_minutes"]
    edges = [edge for window in person["hours"] for edge in window]
    assert edges == sorted(set(edges))
    assert all(len(window) == 2 for window in person["hours"])
    assert all(edge % 15 == 0 and 0 <= edge <= length for edge in edges)


def test_nobody_shares_a_contact_field_that_is_empty() -> None:
    shared = [p["key"] for p in PEOPLE for field in ("phone", "link") if p[f"share_{field}"] and not p[field]]
    assert shared == []


def test_addresses_and_codes_are_all_distinct_and_well_formed() -> None:
    codes = [person[field] for person in PEOPLE for field in ("ticket_code", "badge_code")]
    numbers = [person["number"] for person in PEOPLE]
    assert len({person["email"] for person in PEOPLE}) == 120
    assert len(set(codes)) == 240
    assert len(set(numbers)) == 120
    assert all(re.fullmatch(f"[{ALPHABET}]{{26}}", code) for code in codes)
    assert all(re.fullmatch(f"[{ALPHABET}]{{6}}", number) for number in numbers)


def test_codes_stand_for_sixteen_bytes_whichever_end_is_padded() -> None:
    codes = [person[field] for person in PEOPLE for field in ("ticket_code", "badge_code")]
    assert all(ALPHABET.index(code[0]) < 8 and ALPHABET.index(code[-1]) % 4 == 0 for code in codes)


def test_at_least_eighty_tickets_are_admissible_and_some_people_are_already_here() -> None:
    confirmed = [person for person in PEOPLE if person["status"] == "confirmed"]
    here = [person for person in confirmed if person["checked_in"]]
    assert len(confirmed) - len(here) >= 80
    assert 20 <= len(here) <= 30
    assert sum(person["arrival_visible"] != "nobody" for person in here) >= 15
    assert all(person["status"] == "confirmed" for person in PEOPLE if person["checked_in"])
    assert all(person["mode"] != "online" for person in here)


def test_consents_differ() -> None:
    assert 8 <= sum(not person["matching"] for person in PEOPLE) <= 14
    assert 25 <= sum(not person["organiser_export"] for person in PEOPLE) <= 35
    assert {person["arrival_visible"] for person in PEOPLE} == CHOICES["arrival_visible"]


def test_ada_is_ordinary_and_not_yet_here() -> None:
    ada = BY_KEY["ada"]
    assert (ada["kind"], ada["status"], ada["checked_in"], ada["matching"]) == ("guest", "confirmed", False, True)
    assert ada["hours"] == []
    assert ada["asks"]
    assert ada["offers"]


def test_ada_fits_ben_and_at_least_five_others_in_both_directions() -> None:
    ada = BY_KEY["ada"]
    fits = {
        person["key"]
        for person in matched()
        if set(ada["asks"]) & set(person["offers"]) and set(ada["offers"]) & set(person["asks"])
    }
    assert {"ben"} < fits - {"ada"}
    assert len(fits) >= 6
    assert {BY_KEY[key]["organisation"] for key in fits}.isdisjoint({ada["organisation"]})


def test_tags_are_normalised_with_a_head_and_a_tail() -> None:
    counts = Counter(tag for person in PEOPLE for tag in tags_of(person))
    assert 30 <= len(counts) <= 70
    assert all(tag == " ".join(unicodedata.normalize("NFKC", tag).casefold().split()) for tag in counts)
    assert max(counts.values()) >= 25
    assert sum(count <= 5 for count in counts.values()) >= 5
    assert all(len(set(person[kind])) == len(person[kind]) for person in PEOPLE for kind in LISTS[:3])


def test_most_asks_are_offered_by_somebody_else_and_some_by_nobody() -> None:
    offered = {tag: {p["key"] for p in matched() if tag in p["offers"]} for p in matched() for tag in p["asks"]}
    helpless = {tag for p in matched() for tag in p["asks"] if not offered[tag] - {p["key"]}}
    assert helpless == {"nuclear decommissioning", "zoo relocations", "space hardware"}


def test_hardly_anybody_asks_for_what_they_offer() -> None:
    assert sum(bool(set(person["asks"]) & set(person["offers"])) for person in PEOPLE) <= 6


def test_names_come_in_several_scripts_and_lengths() -> None:
    names = [person["name"] for person in PEOPLE]
    scripts = {script_of(name) for name in names}
    assert scripts >= {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "CJK", "HANGUL"}
    assert max(map(len, names)) == 60
    assert min(map(len, names)) == 2
    assert {"Bo", "Suryani"} <= set(names)
    assert any(script_of(name) == "LATIN" and not name.isascii() for name in names)


def test_two_profiles_are_empty_and_only_one_of_them_agreed_to_matching() -> None:
    assert [(person["key"], person["matching"]) for person in PEOPLE if is_empty(person)] == [
        ("rolf", True),
        ("xenia", False),
    ]


def test_one_organisation_has_colleagues_in_many_teams_and_several_spellings() -> None:
    colleagues = [person for person in PEOPLE if person["organisation"].casefold().startswith("nordhafen logistics")]
    assert len(colleagues) >= 8
    assert len({person["team"] for person in colleagues}) >= 8
    assert len({person["organisation"] for person in colleagues}) >= 3


def test_some_asks_are_hidden_from_colleagues_or_from_the_organiser() -> None:
    hidden = Counter(person["ask_hidden_from"] for person in PEOPLE)
    assert hidden["organisation"] >= 1
    assert hidden["organiser"] >= 1
    assert all(person["ask"] or person["asks"] for person in PEOPLE if person["ask_hidden_from"])


def test_modes_video_and_hard_hours_all_occur() -> None:
    online = [person for person in PEOPLE if person["mode"] == "online"]
    leave_early = [person for person in PEOPLE if person["hours"] and person["hours"][-1][1] <= 330]
    assert {person["mode"] for person in PEOPLE} == CHOICES["mode"]
    assert {person["can_video"] for person in online} == {True, False}
    assert len(leave_early) >= 4
    assert any(len(person["hours"]) == 2 for person in PEOPLE)


def test_every_kind_of_ticket_is_there() -> None:
    assert {person["kind"] for person in PEOPLE} == CHOICES["kind"]
    assert BY_KEY["bea"]["kind"] == "crew"
    assert all("Stand" in person["team"] for person in PEOPLE if person["kind"] == "exhibitor")


def test_the_blocked_pair_are_two_people_who_would_otherwise_be_matched() -> None:
    (pair,) = DATA["blocked"]
    ends = {pair["a"], pair["b"]}
    assert len(ends) == 2
    assert ends <= {person["key"] for person in matched()} - set(CAST)


def test_no_text_is_written_twice() -> None:
    texts = [p[field] for p in PEOPLE for field in ("headline", "about", "ask", "offer") if p[field]]
    openings = Counter(" ".join(text.split()[:4]) for text in texts)
    assert len(set(texts)) == len(texts)
    assert max(openings.values()) <= 2
    assert sum(bool(p["ask"]) for p in PEOPLE) >= 90


def test_the_front_door_admits_while_the_event_is_tried() -> None:
    event = EVENT["event"]
    assert event["doors_open_minutes"] < event["starts_minutes"] < 0 < event["ends_minutes"]
    assert event["doors_close_minutes"] >= 480
    assert "capacity" not in event


def test_rooms_doors_and_sessions_fit_together() -> None:
    rooms = {room["key"]: room for room in EVENT["room"]}
    assert [room["key"] for room in rooms.values() if "capacity" not in room] == ["venue"]
    assert {door["room"] for door in EVENT["door"]} == set(rooms)
    assert [door["name"] for door in EVENT["door"] if door["entrance"]] == ["Front door", "Side entrance"]
    for session in EVENT["session"]:
        assert 0 < session["start_minutes"] < session["end_minutes"] < EVENT["event"]["ends_minutes"]
        assert rooms[session["room"]]["capacity"] > 0
        assert BY_KEY[session["facilitator"]]["kind"] == "speaker"


def test_who_sits_already_has_come_and_fits_in() -> None:
    doors, rooms = ({entry["key"]: entry for entry in EVENT[table]} for table in ("door", "room"))
    for seated in EVENT["seated"]:
        assert all(BY_KEY[key]["checked_in"] for key in seated["people"])
        assert len(set(seated["people"])) < rooms[doors[seated["door"]]["room"]]["capacity"]
    assert all(BY_KEY[key]["status"] == "confirmed" for key in EVENT["event"]["needs_space"])


def test_staff_who_also_attend_are_the_same_people() -> None:
    staff = {member["key"]: member for member in EVENT["staff"]}
    assert {member["role"] for member in staff.values()} == {"owner", "organiser", "viewer", "door", "facilitator"}
    assert staff["oona"]["role"] == "owner"
    assert staff["bea"]["role"] == "door"
    for key in staff.keys() & BY_KEY.keys():
        assert [staff[key][field] for field in ("name", "email")] == [BY_KEY[key][field] for field in ("name", "email")]


def test_suggested_tags_are_used_by_the_people() -> None:
    suggested = EVENT["event"]["tags"]
    assert 12 <= len(set(suggested)) == len(suggested) <= 20
    assert set(suggested) <= {tag for person in PEOPLE for tag in tags_of(person)}

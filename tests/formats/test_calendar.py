"""The calendar file says when and where, in the event's zone, to any calendar."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from eventmatch.formats.calendar import CalendarEvent, event_calendar

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
MEETUP = CalendarEvent(
    uid="spring-meetup@events.example.org",
    title="Spring Meetup",
    starts=datetime(2026, 11, 23, 8, tzinfo=UTC),
    ends=datetime(2026, 11, 23, 16, tzinfo=UTC),
    zone="Europe/Berlin",
    place="Old Mill, Mill Lane 1",
    url="https://events.example.org/e/spring-meetup",
    description="Bring your badge; doors open at 09:00.",
)


def test_a_reader_finds_when_and_where() -> None:
    entry = vobject.readOne(event_calendar(MEETUP, now=NOW).decode()).vevent

    assert entry.uid.value == "spring-meetup@events.example.org"
    assert entry.summary.value == "Spring Meetup"
    assert entry.location.value == "Old Mill, Mill Lane 1"
    assert entry.description.value == "Bring your badge; doors open at 09:00."
    assert entry.url.value == "https://events.example.org/e/spring-meetup"
    assert entry.dtstart.value == MEETUP.starts
    assert entry.dtend.value == MEETUP.ends
    assert entry.dtstart.value.utcoffset() == timedelta(hours=1)


def test_the_zone_travels_with_its_rules() -> None:
    text = event_calendar(MEETUP, now=NOW).decode()

    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin" in text
    assert "DTSTART;TZID=Europe/Berlin:20261123T090000" in text


def test_an_event_in_universal_time_needs_no_zone() -> None:
    text = event_calendar(replace(MEETUP, zone="UTC"), now=NOW).decode()

    assert "DTSTART:20261123T080000Z" in text
    assert "VTIMEZONE" not in text


def test_the_same_event_gives_the_same_file() -> None:
    assert event_calendar(MEETUP, now=NOW) == event_calendar(MEETUP, now=NOW)


def test_what_is_empty_has_no_line() -> None:
    text = event_calendar(replace(MEETUP, place="", url="", description=" "), now=NOW).decode()

    assert not any(word in text for word in ("LOCATION", "URL", "DESCRIPTION"))


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"])
def test_unusual_zones_keep_the_moment(zone: str) -> None:
    entry = vobject.readOne(event_calendar(replace(MEETUP, zone=zone), now=NOW).decode()).vevent

    assert entry.dtstart.value.astimezone(UTC) == MEETUP.starts


@given(st.text(), st.text())
def test_no_text_leaves_its_property(title: str, place: str) -> None:
    plain = replace(MEETUP, title="a", place="a")
    hostile = replace(MEETUP, title=f"a{title}", place=f"a{place}")

    entries = [Calendar.from_ical(event_calendar(event, now=NOW)).walk("VEVENT") for event in (plain, hostile)]

    assert len(entries[1]) == 1
    assert list(entries[1][0]) == list(entries[0][0])


def test_no_address_breaks_its_line() -> None:
    text = event_calendar(replace(MEETUP, url="https://x.example/\r\nATTENDEE:x"), now=NOW).decode()

    assert "\r\nATTENDEE" not in text

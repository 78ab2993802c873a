"""The calendar file says when and where, in the event's zone, to any calendar."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical  # type: ignore[import-untyped]  # comes with icalendar, ships no types
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


def offset_by_the_rules(text: str, moment: datetime, zone: str) -> timedelta | None:
    """Apply the zone rules inside the file, never the reader's own idea of a zone of that name."""
    unfolded = text.replace("\r\n ", "").replace("\r\n", "\n")
    rules = "BEGIN:VTIMEZONE" + unfolded.split("BEGIN:VTIMEZONE")[1].split("END:VTIMEZONE")[0] + "END:VTIMEZONE\n"
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return local.replace(tzinfo=tzical(io.StringIO(rules)).get(zone)).utcoffset()


@pytest.mark.parametrize("month", [1, 7, 11])
@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"]
)
def test_the_rules_in_the_file_give_the_zones_true_offset(zone: str, month: int) -> None:
    starts = MEETUP.starts.replace(month=month)
    text = event_calendar(replace(MEETUP, starts=starts, ends=starts, zone=zone), now=NOW).decode()

    assert offset_by_the_rules(text, starts, zone) == starts.astimezone(ZoneInfo(zone)).utcoffset()


def test_wrong_rules_in_a_file_would_be_noticed() -> None:
    text = event_calendar(MEETUP, now=NOW).decode().replace("TZOFFSETTO:+0100", "TZOFFSETTO:+0900")

    assert offset_by_the_rules(text, MEETUP.starts, "Europe/Berlin") == timedelta(hours=9)


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

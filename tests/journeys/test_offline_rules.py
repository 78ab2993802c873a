"""What a device decides alone is what the server would have said: the same verdicts, words and times."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.crowd import add_crowd, change, rows_of
from tests.journeys.devices import handed_in, lets_in, stays
from tests.journeys.pages import Story, cast, invite_device, organiser, press, stand_at_door

pytestmark = pytest.mark.browser

SLUG = "pm-meetup"
QUESTION = "Which size of T-shirt?"


def test_device_says_word_for_word_what_the_server_says(story: Story) -> None:
    desk, first, second = organiser(story), story.opens(), story.opens()
    stand_at_door(first, invite_device(desk, SLUG, "Online"))
    lets_in(first, cast("elias")["ticket_code"], cast("elias")["name"])
    shown = [cast(name)["ticket_code"] for name in ("elias", "aurelio", "harald")]
    shown += [cast("elias")["badge_code"], cast("merle")["badge_code"], "nothing we know"]
    by_the_server = [said(first, code) for code in shown] + [said(first, cast("rasmus")["ticket_code"], out=True)]

    stand_at_door(second, invite_device(desk, SLUG, "Offline"))
    stays(second)
    second.context.set_offline(True)
    by_the_device = [said(second, code) for code in shown] + [said(second, cast("rasmus")["ticket_code"], out=True)]

    assert by_the_device == by_the_server
    assert len({word for word, *_ in by_the_server}) == 6
    assert story.troubles == []


def said(page: Page, code: str, *, out: bool = False) -> tuple[str, str, str]:
    """Return word, name and sentence of the answer to a code."""
    if out:
        page.locator(".switch label").filter(has_text="Out").click()
    answers = page.evaluate("performance.getEntriesByName('frame to verdict').length")
    page.get_by_label("Code or number").fill(code)
    page.keyboard.press("Enter")
    for _ in range(100):
        if page.evaluate("performance.getEntriesByName('frame to verdict').length") > answers:
            break
        page.wait_for_timeout(50)
    expect(page.locator("body > .verdict")).to_have_count(0)
    last = page.locator("#last")
    return (
        last.locator(".status").inner_text(),
        last.locator(".name").inner_text(),
        last.locator(".reason").inner_text(),
    )


def test_device_whose_clock_is_wrong_is_told_so_and_its_scans_are_put_right(story: Story) -> None:
    desk, page = organiser(story), story.opens()
    crowd = add_crowd(story.house, desk, "Wrong clock", 1)
    [ada] = crowd.tickets
    page.clock.install(time=datetime.now(UTC) + timedelta(hours=25))
    stand_at_door(page, invite_device(desk, crowd.slug, "Phone"))
    stays(page)
    expect(page.get_by_text("The clock of this device is wrong by 25 hours.")).to_be_visible()

    page.context.set_offline(True)
    lets_in(page, ada.code, ada.name)  # by its own clock doors closed long ago
    page.context.set_offline(False)
    handed_in(page)

    query = "SELECT device_at, effective_at FROM scan JOIN ticket ON ticket.id = scan.ticket_id WHERE ticket.code = ?"
    [moments] = rows_of(story.house, query, ada.code)
    wrong, right = (datetime.fromisoformat(moment).replace(tzinfo=UTC) - datetime.now(UTC) for moment in moments)
    assert wrong > timedelta(hours=24)
    assert abs(right) < timedelta(minutes=10)


def test_question_of_the_door_is_asked_without_network_and_its_answer_handed_in(story: Story) -> None:
    desk, page = organiser(story), story.opens()
    crowd = add_crowd(story.house, desk, "T-shirts", 1)
    [ada] = crowd.tickets
    of_event = "room_id IN (SELECT room.id FROM room JOIN event ON event.id = room.event_id WHERE slug = ?)"
    change(story.house, f"UPDATE door SET rules = json_object('question', ?) WHERE {of_event}", QUESTION, crowd.slug)  # noqa: S608 - our own words
    stand_at_door(page, invite_device(desk, crowd.slug, "Phone"))
    stays(page)
    page.context.set_offline(True)

    assert said(page, ada.code) == ("Ask first", ada.name, f"Ask first: {QUESTION}")
    page.get_by_label("Their answer").fill("M")
    press(page, "Check again")
    expect(page.locator("#last .status")).to_have_text("Welcome")
    page.context.set_offline(False)
    handed_in(page)

    answers = "SELECT verdict, answers ->> ? FROM scan JOIN ticket ON ticket.id = scan.ticket_id WHERE ticket.code = ?"
    told = rows_of(story.house, answers, f'$."{QUESTION}"', ada.code)
    assert [(verdict.lower(), answer) for verdict, answer in told] == [("needs_answer", None), ("admitted", "M")]

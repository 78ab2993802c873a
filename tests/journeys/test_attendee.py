"""Ada's day: she registers with typing errors, comes in, meets people, connects with Ben and takes his card home."""

import csv
import io
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import vobject
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.house import House, camera_flags, launch, link_in, qr_in
from tests.journeys.pages import (
    Story,
    answered,
    box,
    cast,
    choose,
    confirm,
    create_event,
    download,
    fill,
    heading,
    invite_device,
    organiser,
    picture,
    press,
    qr_on,
    stand_at_door,
    type_digits,
)

pytestmark = pytest.mark.browser

ADA, BEN = cast("ada"), cast("ben")
ADAS_ADDRESS, BENS_ADDRESS = "ada@example.org", "ben@example.org"
IN_EXPORT = ("dana", "fatima", "hiro", "chidi")  # imported with both consents declared
MATCHED = ("ben", "kavya", "lena", "hyacinth", "grace", "emeka")  # imported with matching only
UNDECLARED = ("jonas",)  # imported with nothing
COLUMNS = ("name", "organisation", "role", "headline", "phone", "link", "interests", "asks", "offers")

MISTAKES = {
    "E-mail": "ada@example@org",
    "Headline": "I move a hospital " * 20,
    "Phone": "ask my assistant",
    "Link": "www dot my page",
}
AGREED = ("I am glad to help", "Suggest me people", "My matches", "The organiser may take", "get my e-mail address")
SINCE = re.compile(r"Already in since \d\d:\d\d, Front door\.")
RIGHT = {
    "E-mail": ADAS_ADDRESS,
    "Headline": ADA["headline"],
    "Phone": ADA["phone"],
    "Link": ADA["link"],
}


def test_ada_registers_comes_in_meets_people_and_takes_bens_card_home(
    story: Story, player: Playwright, tmp_path: Path
) -> None:
    desk = organiser(story)
    slug = create_event(desk, "Moving day", Where="Old Tram Depot, Hall 2")
    import_cast(story.house, slug, tmp_path)

    register_with_typing_errors(story, slug)
    ada = confirm(story, ADAS_ADDRESS, "confirm your registration")
    ticket = ticket_by_mail(story, ada)
    come_in_by_camera(story, player, ticket, invite_device(desk, slug, "Front door, tablet"), tmp_path)

    compute_lists(desk, slug)
    her_list = meet_people(ada)
    share_some(story, slug)
    connect_where_not_signed_in(story, badge_of(ada, slug))
    card = accept_and_take_home(ada)

    holds_exactly_what_ben_shared(card)
    lists_agree(desk, slug, her_list)
    export_lacks_everyone_who_did_not_agree(desk, slug)
    assert story.troubles == []


def import_cast(house: House, slug: str, folder: Path) -> None:
    """Let the cast be on the list, each file with what its people agreed to elsewhere."""
    both = ["--declare-consent", "organiser_export=Ticket shop, 3 May"]
    matching = ["--declare-consent", "matching=Ticket shop, 3 May"]
    for keys, words in ((IN_EXPORT, [*matching, *both]), (MATCHED, [*matching, "--invite"]), (UNDECLARED, [])):
        file = write_people(keys, folder / f"{keys[0]}.csv")
        result = json.loads(house.command("import-attendees", slug, str(file), *words, "--json"))
        assert (result["imported"], result["refused"]) == (len(keys), [])


def write_people(keys: Iterable[str], file: Path) -> Path:
    """Write some of the cast as a spreadsheet, at addresses of their own."""
    with file.open("w", encoding="utf-8", newline="") as text:
        rows = csv.writer(text)
        rows.writerow(("e-mail", *COLUMNS))
        for key in keys:
            cells = (cast(key)[name] for name in COLUMNS)
            texts = [", ".join(cell) if isinstance(cell, list) else cell for cell in cells]
            rows.writerow((f"{key}@example.org", *texts))
    return file


def register_with_typing_errors(story: Story, slug: str) -> None:
    """Make every kind of mistake once; be told beside each field, lose nothing, and mend only what was wrong."""
    page, before = story.opens(), len(story.house.mail.messages)
    page.goto(f"/e/{slug}")
    page.get_by_role("link", name="Register", exact=True).click()
    fill(page, {"Name": ADA["name"], "Organisation": ADA["organisation"], "Role": ADA["role"], **MISTAKES})
    for label, words in (("What I am looking for", ADA["asks"]), ("What I can offer", ADA["offers"])):
        for word in words:
            box(page, label).fill(word)
            page.keyboard.press("Enter")
    fill(page, {"My question in one sentence": ADA["ask"]})
    nothing_is_ticked_beforehand(page)
    choose(page, *AGREED)
    picture(page, "ada-1-typing-errors")
    press(page, "Register")

    messages = page.get_by_role("alert")
    expect(messages).to_be_focused()
    for label in MISTAKES:
        expect(messages.get_by_role("link", name=f"{label}:")).to_be_visible()
        expect(box(page, label)).to_have_attribute("aria-invalid", "true")
    expect(messages.get_by_role("link")).to_have_count(len(MISTAKES))
    picture(page, "ada-2-told-what-is-wrong")
    everything_typed_is_there(page)
    assert not story.house.mail.messages_to(ADAS_ADDRESS, after=before)

    fill(page, RIGHT)
    press(page, "Register")
    heading(page, "Look into your mail")
    picture(page, "ada-3-look-into-your-mail")


def nothing_is_ticked_beforehand(page: Page) -> None:
    """Assert that whoever agrees does so by their own hand."""
    expect(page.locator("input[type=checkbox]")).not_to_have_count(0)
    expect(page.locator("input[type=checkbox]:checked")).to_have_count(0)
    expect(page.locator("input[name=arrival_visible_to]:checked")).to_have_value("nobody")


def everything_typed_is_there(page: Page) -> None:
    """Assert that nothing has to be typed twice: words, chips, ticks and choices."""
    for label, words in {"Name": ADA["name"], "Organisation": ADA["organisation"], **MISTAKES}.items():
        expect(box(page, label)).to_have_value(words)
    expect(box(page, "My question in one sentence")).to_have_value(ADA["ask"])
    for name, words in (("asks", ADA["asks"]), ("offers", ADA["offers"])):
        chips = page.locator(".tag-box").filter(has=page.locator(f"input[name={name}]"))
        expect(chips.locator(".tag")).to_have_count(len(words))
        expect(chips.locator(f"input[name={name}]")).to_have_value(", ".join(words))
    for words in AGREED:
        expect(page.get_by_label(words)).to_be_checked()
    for words in ("get my phone number", "get my link", "Share at once", "I can meet people by video"):
        expect(page.get_by_label(words)).not_to_be_checked()


def ticket_by_mail(story: Story, page: Page) -> str:
    """Read the ticket out of the mail, which brings a calendar file too; the page shows the same code."""
    heading(page, "Your place is confirmed")
    picture(page, "ada-4-place")
    mail = story.house.mail.wait_for(ADAS_ADDRESS, "Your ticket for Moving day")
    text = qr_in(mail)
    assert text.casefold().startswith(f"{story.house.url}/t/".casefold())
    assert qr_on(page) == text
    [file] = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    entry = vobject.readOne(file.get_content())
    assert entry.vevent.summary.value == "Moving day"
    assert entry.vevent.location.value == "Old Tram Depot, Hall 2"
    return text


def come_in_by_camera(story: Story, player: Playwright, ticket: str, link: str, folder: Path) -> None:
    """Hold the ticket into the door's camera: welcome; a second time: already in, since when and where."""
    chromium = launch(player, *camera_flags(ticket, folder))
    try:
        door = story.opens(browser=chromium)
        stand_at_door(door, link)
        answered(door, "Welcome", "good", ADA["name"])
        picture(door, "door-1-welcome")
        door.reload()
        answered(door, "Already in", "wait", ADA["name"])
        expect(door.locator("#last .reason")).to_have_text(SINCE)
        picture(door, "door-2-already-in")
        expect(door.locator("#counts dd").first).to_have_text("1")
    finally:
        chromium.close()


def compute_lists(page: Page, slug: str) -> None:
    """Press the organiser's button and see the work end."""
    page.goto(f"/o/e/{slug}/lists")
    press(page, "Compute lists")
    expect(page.get_by_text("The new lists are complete.")).to_be_visible(timeout=60_000)
    picture(page, "desk-1-lists-computed")


def meet_people(page: Page) -> set[str]:
    """Find at least three people, each with what Ada gets from them, and return who they are."""
    page.reload()
    heading(page, "You’re in")
    picture(page, "ada-5-in")
    page.get_by_role("link", name="People to meet", exact=True).first.click()
    heading(page, "People to meet")
    picture(page, "ada-6-people")
    cards = page.locator("article.person")
    expect(cards.nth(2)).to_be_visible()
    told = [card.locator(".gets").inner_text() for card in cards.all()]
    assert all(words.removeprefix("What you get").strip() for words in told)
    words = " ".join(told)
    assert any(f"help you with {ask}" in words or f"Offers {ask}" in words for ask in ADA["asks"])
    return set(cards.locator(".name").all_inner_texts())


def share_some(story: Story, slug: str) -> None:
    """Let Ben claim his place and agree to share e-mail and phone, not his link."""
    page = story.opens()
    page.goto(link_in(story.house.mail.wait_for(BENS_ADDRESS, "invites you to Moving day"), "/in/"))
    press(page, "Sign in")
    page.wait_for_url(f"**/e/{slug}/me")
    page.get_by_role("link", name="Edit what you said").click()
    expect(box(page, "Link")).to_have_value(BEN["link"])
    expect(page.get_by_label("get my link")).not_to_be_checked()
    choose(page, "get my e-mail address", "get my phone number")
    press(page, "Save")
    expect(page.get_by_text("Your answers are saved.")).to_be_visible()


def badge_of(page: Page, slug: str) -> str:
    """Read Ada's badge from her screen, as Ben's camera does."""
    page.goto(f"/e/{slug}/me")
    text = qr_on(page)
    assert "/B/" in text
    return text


def connect_where_not_signed_in(story: Story, badge: str) -> None:
    """Open a badge in a browser that knows nobody, sign in with six digits, and be back at Connect."""
    page = story.opens()
    page.goto(badge)
    heading(page, "Somebody’s badge")
    expect(page.get_by_text(ADA["name"])).to_have_count(0)
    picture(page, "ben-1-badge-of-somebody")
    page.get_by_role("link", name="I’m at this event").click()
    page.get_by_label("E-mail").fill(BENS_ADDRESS)
    type_digits(story, page, BENS_ADDRESS)
    heading(page, f"Connect with {ADA['name']}?")
    picture(page, "ben-2-connect")
    page.get_by_role("button", name="Connect").click()
    heading(page, f"Waiting for {ADA['name']}")
    picture(page, "ben-3-waiting")


def accept_and_take_home(page: Page) -> str:
    """Accept Ben's scan and save his card."""
    page.goto("/contacts")
    picture(page, "ada-7-scanned")
    page.get_by_role("link", name="1 person scanned your badge").click()
    expect(page.locator("article").get_by_text(BEN["name"], exact=True).first).to_be_visible()
    picture(page, "ada-8-who-scanned")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Connected. You are in each other’s contact book.")).to_be_visible()
    page.get_by_role("link", name="My people").last.click()
    page.get_by_role("link", name=BEN["name"]).click()
    heading(page, BEN["name"])
    picture(page, "ada-9-ben")
    return download(page, "Save to the phone").decode()


def holds_exactly_what_ben_shared(text: str) -> None:
    """Assert that the card has what he ticked and what every contact has, and nothing else."""
    card = vobject.readOne(text)
    found = {name: [str(line.value) for line in lines] for name, lines in card.contents.items()}
    assert set(found) == {"version", "uid", "fn", "n", "org", "title", "email", "tel", "note"}
    assert found["fn"] == [BEN["name"]]
    assert found["email"] == [BENS_ADDRESS]
    assert found["tel"] == [BEN["phone"]]
    assert found["title"] == [BEN["role"]]
    assert card.org.value == [BEN["organisation"]]
    assert BEN["link"] not in text


def lists_agree(page: Page, slug: str, her_list: set[str]) -> None:
    """Assert that whoever is on somebody's list has them on theirs, on the page and in the file."""
    page.goto(f"/o/e/{slug}/lists")
    file = download(page, "Download CSV").decode("utf-8-sig")
    picture(page, "desk-2-lists")
    rows = list(csv.reader(io.StringIO(file)))[1:]
    pairs = {(row[0], row[2]) for row in rows}
    assert {other for who, other in pairs if who == ADA["name"]} == her_list
    assert (ADA["name"], BEN["name"]) in pairs
    assert pairs == {(other, who) for who, other in pairs}
    assert not {name for pair in pairs for name in pair} & {cast(key)["name"] for key in UNDECLARED}
    for who, other in ((ADA, BEN), (BEN, ADA)):
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=who["name"]))
        expect(row.locator("li a").filter(has_text=other["name"])).to_have_count(1)


def export_lacks_everyone_who_did_not_agree(page: Page, slug: str) -> None:
    """Assert that the organiser takes away those who agreed to that, and nobody else."""
    page.goto(f"/o/e/{slug}")
    picture(page, "desk-3-desk")
    rows = csv.DictReader(io.StringIO(download(page, "CSV").decode("utf-8-sig")))
    agreed = {ADAS_ADDRESS, *(f"{key}@example.org" for key in IN_EXPORT)}
    assert {row["E-mail"] for row in rows} == agreed

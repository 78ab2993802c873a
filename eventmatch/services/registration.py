"""Registering: the page answers alike for every address, the mail says what is true, the link proves and settles."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import attendee_path, sign_in_path, verify_path
from eventmatch.domain.answers import Answers, packed, unpacked
from eventmatch.domain.errors import Conflict, NotFound, Spent
from eventmatch.domain.registration import Registration, registration_at
from eventmatch.domain.sign_in import LinkPurpose
from eventmatch.domain.states import AttendeeStatus, Purpose, TicketKind
from eventmatch.models.attendee import Attendee, attendee_of_email, attendee_of_person, tags_in_use
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event, event_by_slug
from eventmatch.models.person import SignIn, addresses_of, person_of_address
from eventmatch.models.tap import move_words_about
from eventmatch.services import events, links, newcomers, outbox, profiles, seats
from eventmatch.services.account import SignedIn, clean_address, sign_in_by

SETTLED = frozenset({AttendeeStatus.CONFIRMED, AttendeeStatus.WAITLISTED})
REFUSALS = {
    Registration.CLOSED: "Registration for this event is closed.",
    Registration.OVER: "This event is over.",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What somebody who thinks of coming sees: the event, whether it takes them, and where they stand."""

    event: events.EventView
    state: Registration
    mine: AttendeeStatus | None
    name: str  # of whoever is signed in, and where to reach them
    email: str
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unproven:
    """A registration that waits for its address to be proven."""

    event: events.EventView
    address: str
    name: str
    consents: frozenset[Purpose]
    waits: bool  # no seat is kept; a turn on the waiting list is


def desk(by: Actor, slug: str, now: datetime) -> Desk:
    """Return an event as somebody sees it who may want to register."""
    event = _event(slug)
    mine = attendee_of_person(event.id, by.person_id) if by.person_id else None
    addresses = addresses_of(by.person_id) if by.person_id else []
    words = dict.fromkeys([*event.tag_suggestions, *tags_in_use(event.id, limit=80)])
    return Desk(
        event=events.view(event),
        state=_state(event, now),
        mine=mine.status if mine else None,
        name=by.name,
        email=addresses[0].address if addresses else "",
        suggestions=tuple(words),
    )


def _event(slug: str) -> Event:
    """Return an event by its public name."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound
    return event


def _state(event: Event, now: datetime) -> Registration:
    """Return how registration for an event stands."""
    free = seats.free(event, now)
    return registration_at(now, ends_at=event.ends_at, is_open=event.registration_open, free=free)


def register(slug: str, email: str, answers: Answers, *, now: datetime) -> None:
    """Take a registration: whatever is known about the address, one letter leaves and nothing else shows.

    Raises
    ------
    Conflict
        If the event takes no registrations now.
    Invalid
        If this is not an e-mail address.
    TooMany
        If this address was sent many mails just now.
    """
    event, address = _event(slug), clean_address(email)
    if not (state := _state(event, now)).takes:
        raise Conflict(REFUSALS[state])
    event_id = event.id
    with write_transaction():
        event = seats.lock(event_id)
        seats.fill(event, now)
        place = place_under(event_id, address)
        if place is not None and (place.status in SETTLED or place.barred_at is not None):
            remind(place, address, now)
            return
        place = expect(event, place, address, answers, now)
        ask_to_verify(place, address, answers, now=now)


def place_under(event_id: int, address: str) -> Attendee | None:
    """Return the place an address has at an event, by itself or through the person it belongs to."""
    person = person_of_address(address)
    mine = attendee_of_person(event_id, person.id) if person is not None else None
    return mine or attendee_of_email(event_id, address)


def remind(place: Attendee, address: str, now: datetime) -> None:
    """Mail somebody who has a place the way to it, inside an open write transaction."""
    unclaimed = place.person_id is None
    purpose = LinkPurpose.CLAIM if unclaimed else LinkPurpose.SIGN_IN
    link = links.add_link(purpose, address, now=now, next_path=attendee_path(place.event.slug))
    name = "claim_path" if unclaimed else "sign_in_path"
    letter = "invitation" if unclaimed else "already_registered"
    outbox.post(letter, address, now=now, attendee_id=place.id, **{name: sign_in_path(link.token)})


def expect(event: Event, place: Attendee | None, address: str, answers: Answers, now: datetime) -> Attendee:
    """Hold a seat or a turn for an address to be proven, inside a transaction that locked the event.

    What is typed under a proven address waits in its link: anybody could have typed it.
    """
    place = place or Attendee(event_id=event.id, email=address, name=answers.profile.name, registered_at=now)
    if place.status is AttendeeStatus.CANCELLED:
        place.kind, place.registered_at, place.waiting_since = TicketKind.GUEST, now, None
    seats.hold(event, place, now)
    db.session.add(place)
    db.session.flush()
    if place.person_id is None:
        say(place, answers, now)
    return place


def say(place: Attendee, answers: Answers, now: datetime) -> None:
    """Write down what somebody says, inside an open write transaction."""
    profiles.write_profile(place, answers.profile)
    profiles.set_consents(place.id, answers.consents, now=now)


def ask_to_verify(
    place: Attendee, address: str, answers: Answers, *, now: datetime, letter: str = "verify_registration", **said: str
) -> None:
    """Mail the link that proves the address and confirms the answers, inside an open write transaction."""
    page, kept = attendee_path(place.event.slug), packed(answers)
    link = links.add_link(LinkPurpose.VERIFY, address, now=now, next_path=page, attendee_id=place.id, answers=kept)
    outbox.post(letter, address, now=now, attendee_id=place.id, verify_path=verify_path(link.token), **said)


def ask_again(place: Attendee, now: datetime) -> None:
    """Mail a registration's link once more to who is signed in, inside a transaction that locked the event."""
    seats.hold(place.event, place, now, anew=True)
    newest = select(SignIn.answers).where(SignIn.attendee_id == place.id, SignIn.answers.is_not(None))
    kept = db.session.scalar(newest.order_by(SignIn.id.desc()).limit(1))
    ask_to_verify(place, place.email or "", unpacked(kept) if kept else heard(place), now=now)


def heard(place: Attendee) -> Answers:
    """Return what somebody has said so far."""
    return Answers(profiles.read_profile(place), profiles.consents(place.id))


def look(token: str, now: datetime) -> Unproven:
    """Return what a verification link would confirm, without using it."""
    link = links.usable_link(token, now)
    place = _place_of(link.attendee_id)
    if link.purpose is not LinkPurpose.VERIFY or place.status is not AttendeeStatus.PENDING:
        raise Spent
    answers = unpacked(link.answers) if link.answers else None
    return Unproven(
        event=events.view(place.event),
        address=link.address,
        name=answers.profile.name if answers else place.name,
        consents=answers.consents if answers else frozenset(),
        waits=not (seats.holds(place, now) or seats.has_free(place.event, now)),
    )


def _place_of(attendee_id: int | None) -> Attendee:
    """Return the place a link was mailed for."""
    place = db.session.get(Attendee, attendee_id) if attendee_id is not None else None
    if place is None:
        raise Spent
    return place


def confirm(token: str, *, browser: str, device: str = "", now: datetime) -> SignedIn:
    """Prove an address with its link: the place is confirmed or waits, and its person is signed in.

    Raises
    ------
    Spent
        If the link is used, too old, or its registration is no longer open.
    """
    event_id = _place_of(links.usable_link(token, now).attendee_id).event_id
    with write_transaction():
        event = seats.lock(event_id)
        link = links.take_link(token, frozenset({LinkPurpose.VERIFY}), now)
        place = _place_of(link.attendee_id)
        if place.status is not AttendeeStatus.PENDING:
            raise Spent
        if now >= event.ends_at:
            raise Conflict(REFUSALS[Registration.OVER])
        answers, signed_in = link.answers, sign_in_by(link, browser=browser, device=device, now=now)
        _settle(event, _own(place, signed_in.person_id), unpacked(answers) if answers else None, now)
        newcomers.announce()
        return signed_in


def _own(place: Attendee, person_id: int) -> Attendee:
    """Return the one place this person has at the event; a second one under another address gives way."""
    if place.person_id == person_id:
        return place
    if place.person_id is not None:  # the address changed hands since its link was mailed
        raise Spent
    mine = attendee_of_person(place.event_id, person_id)
    if mine is None:
        place.person_id = person_id
        return place
    if mine.status not in SETTLED:
        mine.status, mine.held_until, mine.waiting_since = place.status, place.held_until, place.waiting_since
    links.move_links(place.id, mine.id)
    move_words_about(place.id, mine.id)
    db.session.delete(place)
    db.session.flush()
    return mine


def _settle(event: Event, place: Attendee, answers: Answers | None, now: datetime) -> None:
    """Make a proven registration a place; what its link confirms is said from now on."""
    links.void_links(place.id, now)
    seats.fill(event, now)
    if place.status in SETTLED:
        return
    if answers is not None:
        say(place, answers, now)
    seats.settle(event, place, now)

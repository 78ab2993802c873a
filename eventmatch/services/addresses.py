"""A person's mail addresses: a second one is proven by a mailed link, in a browser where the person is signed in."""

from datetime import datetime

from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import sign_in_path
from eventmatch.domain.errors import Conflict, Forbidden, Invalid, NotFound
from eventmatch.domain.sign_in import LinkPurpose
from eventmatch.models.attendee import attendee_of_email, places_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import Person, PersonEmail, addresses_of, person_of_address
from eventmatch.services import outbox
from eventmatch.services.access import fresh_person_for, person_for
from eventmatch.services.account import clean_address, prove
from eventmatch.services.links import add_link, take_link, usable_link

TAKEN = "This address belongs to an account of its own already. Sign in with it to use that one."
FOREIGN = "Somebody else asked for this link. Sign in as the person who wants the address, then open it again."


def add(by: Actor, address: str, *, now: datetime) -> None:
    """Mail a link to a further address; whether it is somebody's already shows nowhere."""
    person_id, address = fresh_person_for(by), clean_address(address)
    if any(row.address == address for row in addresses_of(person_id)):
        raise Invalid("This is one of your addresses already.", field="email")
    with write_transaction():
        link = add_link(LinkPurpose.ADD_ADDRESS, address, now=now, person_id=person_id)
        outbox.post("confirm_address", address, now=now, verify_path=sign_in_path(link.token))


def check_confirming(by: Actor, token: str, now: datetime) -> None:
    """Make sure that the one who opens the link is the one who asked for it: a mistyped address lets nobody in."""
    if usable_link(token, now).person_id != person_for(by):
        raise Forbidden(FOREIGN)


def confirm(by: Actor, token: str, *, now: datetime) -> str:
    """Make the address behind a link one of the actor's and return it.

    Raises
    ------
    Conflict
        If it is another person's: two people are never made one.
    """
    check_confirming(by, token, now)
    person_id = person_for(by)
    with write_transaction():
        link = take_link(token, frozenset({LinkPurpose.ADD_ADDRESS}), now)
        owner = person_of_address(link.address)
        if owner is not None and owner.id != person_id:
            raise Conflict(TAKEN)
        prove(link.address, person_id=person_id, now=now)
        return link.address


def make_primary(by: Actor, address_id: int) -> None:
    """Make one of the actor's addresses the main one."""
    person_id = fresh_person_for(by)
    with write_transaction():
        _own(person_id, address_id)
        _set_primary(person_id, address_id)


def remove(by: Actor, address_id: int) -> None:
    """Remove one of the actor's addresses; the oldest of the others becomes the main one where it was.

    Raises
    ------
    Conflict
        If it is the last one: without an address nobody can sign in.
    """
    person_id = fresh_person_for(by)
    with write_transaction() as session:
        row = _own(person_id, address_id)
        others = [other for other in addresses_of(person_id) if other.id != address_id]
        if not others:
            raise Conflict("This is your only address; add another one first.")
        if row.primary:
            _set_primary(person_id, min(other.id for other in others))
        _move_places(person_id, row.address, [other.address for other in others])
        session.execute(delete(PersonEmail).where(PersonEmail.id == address_id))


def _move_places(person_id: int, old: str, others: list[str]) -> None:
    """Write to a person's places elsewhere from now on: whoever reads the old address next is somebody else."""
    for place in places_of(person_id):
        if place.email == old:
            free = (address for address in others if attendee_of_email(place.event_id, address) is None)
            place.email = next(free, None)


def _own(person_id: int, address_id: int) -> PersonEmail:
    """Return one of a person's addresses, the person locked: of two removals at once the second sees the first."""
    db.session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    mine = select(PersonEmail).where(PersonEmail.person_id == person_id, PersonEmail.id == address_id)
    row = db.session.scalar(mine)
    if row is None:
        raise NotFound
    return row


def _set_primary(person_id: int, address_id: int) -> None:
    """Make exactly one of a person's addresses the main one."""
    all_of_them = update(PersonEmail).where(PersonEmail.person_id == person_id)
    db.session.execute(all_of_them.values(primary=PersonEmail.id == address_id))

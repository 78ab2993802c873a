"""Setting up: the first team with its owner, and links for whoever runs the program."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from eventmatch.domain.addresses import sign_in_path
from eventmatch.domain.errors import Invalid
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.sign_in import LinkPurpose
from eventmatch.domain.states import MemberRole
from eventmatch.formats import qr
from eventmatch.models.base import db, write_transaction
from eventmatch.models.organiser import Member, organiser_named
from eventmatch.services import teams
from eventmatch.services.account import clean_address, prove
from eventmatch.services.links import enclose_link


@dataclass(frozen=True, slots=True)
class Begun:
    """A team that can begin, and where its owner signs in."""

    organiser_id: int
    organiser: str
    owner: str  # address
    created: bool
    path: str


def start(organiser: str, address: str, *, name: str = "", now: datetime) -> Begun:
    """Make a team and its owner; where both are there, only a fresh sign-in link.

    The operator vouches for the owner's address, which is proven again whenever somebody signs in by mail.
    """
    address, name, organiser = clean_address(address), clean_line(name, "name"), clean_line(organiser, "organisation")
    if not organiser:
        raise Invalid("An organiser needs a name.", field="organiser")
    with write_transaction():
        team = organiser_named(organiser)
        created = team is None
        team = team or teams.add_organiser(organiser, now=now)
        _make_owner(team.id, prove(address, name=name, now=now))
        return Begun(team.id, team.name, address, created, vouched_path(address, next_path="/o", now=now))


def _make_owner(organiser_id: int, person_id: int) -> None:
    """Let a person own a team, whatever they were there before."""
    part = update(Member).where(Member.organiser_id == organiser_id, Member.person_id == person_id)
    if db.session.scalar(part.values(role=MemberRole.OWNER).returning(Member.id)) is None:
        teams.add_member(organiser_id, person_id, MemberRole.OWNER)


def vouched_path(address: str, *, next_path: str, now: datetime) -> str:
    """Make a sign-in link that is printed, not mailed, inside an open write transaction."""
    return sign_in_path(enclose_link(LinkPurpose.SIGN_IN, address, now=now, next_path=next_path).token)


def terminal_picture(address: str) -> str:
    """Draw an address as a QR for a terminal, so that a phone need not type it."""
    return qr.terminal(address)

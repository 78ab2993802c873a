"""Organisers' teams: made once, joined by the people who run events."""

from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole
from eventmatch.models.base import db
from eventmatch.models.organiser import Member, Organiser, memberships


def is_in_a_team(actor: Actor) -> bool:
    """Tell whether somebody belongs to any organiser."""
    return actor.person_id is not None and bool(memberships(actor.person_id))


def add_organiser(name: str, *, now: datetime) -> Organiser:
    """Make a team, inside an open write transaction."""
    organiser = Organiser(name=name, created_at=now)
    db.session.add(organiser)
    db.session.flush()
    return organiser


def add_member(organiser_id: int, person_id: int, role: MemberRole) -> None:
    """Let a person into a team, inside an open write transaction."""
    db.session.add(Member(organiser_id=organiser_id, person_id=person_id, role=role))

"""Who somebody is to an event, and what of it they may reach; what they may not is as good as missing."""

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound, SignInNeeded
from eventmatch.domain.permissions import Action, Role, allows
from eventmatch.domain.states import AttendeeStatus, MemberRole, StaffRole
from eventmatch.models.attendee import Attendee, attendee_of_person
from eventmatch.models.device import serves
from eventmatch.models.event import Event, event_by_slug, staff_roles
from eventmatch.models.organiser import Organiser, member_role, memberships

_TEAM = {MemberRole.OWNER: Role.OWNER, MemberRole.ORGANISER: Role.ORGANISER, MemberRole.VIEWER: Role.VIEWER}
_STAFF = {StaffRole.DOOR: Role.DOOR, StaffRole.FACILITATOR: Role.FACILITATOR}


def event_for(actor: Actor, slug: str, action: Action) -> Event:
    """Return the event if this actor may do this there.

    Raises
    ------
    SignInNeeded
        If nobody is signed in, or only a stale session stands between the actor and the act.
    NotFound
        If there is no such event, or it is none of the actor's business.
    """
    event = event_by_slug(slug)
    if event is not None and allows(roles(actor, event), action):
        return event
    raise _refusal(actor, event, action)


def attendee_for(actor: Actor, slug: str, action: Action = Action.TAKE_PART) -> Attendee:
    """Return the actor's own place at an event, or raise as `event_for` does."""
    event = event_for(actor, slug, action)
    place = attendee_of_person(event.id, actor.person_id) if actor.person_id else None
    if place is None:
        raise NotFound
    return place


def organiser_for(actor: Actor, action: Action) -> Organiser:
    """Return the team for which this actor may do this, the oldest one first."""
    if not actor.signed_in:
        raise SignInNeeded
    for member in memberships(actor.person_id or 0):
        if allows(frozenset({_TEAM[member.role]}), action):
            if not actor.fresh:
                raise SignInNeeded(STALE)
            return member.organiser
    raise NotFound


def person_for(actor: Actor) -> int:
    """Return the signed-in person's id."""
    if actor.person_id is None:
        raise SignInNeeded
    return actor.person_id


def fresh_person_for(actor: Actor) -> int:
    """Return the signed-in person's id for what decides who can sign in: a session left open must not do that."""
    if actor.signed_in and not actor.fresh:
        raise SignInNeeded(STALE)
    return person_for(actor)


def roles(actor: Actor, event: Event) -> frozenset[Role]:
    """Return everything the actor is to this event now."""
    found = {Role.NOBODY} if not actor.signed_in else {Role.SIGNED_IN, *_person_roles(actor.person_id or 0, event)}
    if not actor.fresh:
        found -= {Role.VIEWER, Role.ORGANISER, Role.OWNER}
    if actor.device_id is not None and serves(actor.device_id, event.id):
        found.add(Role.DEVICE)
    if actor.kiosk_id is not None and serves(actor.kiosk_id, event.id):
        found.add(Role.KIOSK)
    return frozenset(found)


def _person_roles(person_id: int, event: Event) -> set[Role]:
    """Return what a person is to this event: team, staff, attendee."""
    found = {_STAFF[role] for role in staff_roles(event.id, person_id)}
    if (member := member_role(event.organiser_id, person_id)) is not None:
        found.add(_TEAM[member])
    if (place := attendee_of_person(event.id, person_id)) is not None:
        found.add(Role.REGISTERED)
        if place.status is AttendeeStatus.CONFIRMED and place.barred_at is None:
            found.add(Role.ATTENDEE)
    return found


STALE = "Please sign in again: this needs a recent sign-in."


def _refusal(actor: Actor, event: Event | None, action: Action) -> Exception:
    """Choose the answer that tells nothing to those who have no business here."""
    if not actor.signed_in and actor.device_id is None and actor.kiosk_id is None:
        return SignInNeeded()
    if event is not None and actor.signed_in and not actor.fresh:
        refreshed = Actor(person_id=actor.person_id, fresh=True)
        if allows(roles(refreshed, event), action):
            return SignInNeeded(STALE)
    return NotFound()

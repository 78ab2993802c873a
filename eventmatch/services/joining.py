"""Online attendees check in by opening their join link: the tap is a scan at a door that is nowhere."""

from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict
from eventmatch.domain.joining import ONLINE, join_url
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.check_in import is_at_venue
from eventmatch.models.event import counts_from
from eventmatch.services import unmanned
from eventmatch.services.access import attendee_for
from eventmatch.services.entries import Entry
from eventmatch.services.here import scan_own

NOT_ONLINE = "There is no link to join this event now. Look at your place for how you take part."


@dataclass(frozen=True, slots=True)
class Joined:
    """What the door answered, and the organiser's address for whom it let in."""

    entry: Entry
    url: str


def is_offered(by: Actor, slug: str, *, now: datetime) -> bool:
    """Tell whether somebody may join online at this moment, and is not at the venue anyway."""
    place = attendee_for(by, slug, Action.OWN_PLACE)
    return _is_open(place, now) and not is_at_venue(place.event_id, place.id, counts_from(place.event_id, now))


def _is_open(place: Attendee, now: datetime) -> bool:
    """Tell whether a place takes part online, and the doors are open."""
    event = place.event
    sure = place.status is AttendeeStatus.CONFIRMED and place.barred_at is None and place.mode in ONLINE
    return sure and event.opens_at <= now < event.ends_at and bool(join_url(event.settings))


def join(by: Actor, slug: str, *, now: datetime) -> Joined:
    """Check somebody in online.

    Raises
    ------
    Conflict
        If they do not take part online, or not now.
    """
    place = attendee_for(by, slug, Action.OWN_PLACE)
    if not _is_open(place, now):
        raise Conflict(NOT_ONLINE)
    url, (door, link) = join_url(place.event.settings), unmanned.join_door(place.event_id, now)
    return Joined(scan_own(place, door, link, now), url)

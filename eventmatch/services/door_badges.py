"""A badge printed where somebody has just come in, by the browser in front of them; sheets are made elsewhere."""

from dataclasses import dataclass

from eventmatch.domain.addresses import badge_path, qr_payload
from eventmatch.formats import qr
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.scan import Scan
from eventmatch.models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on a badge."""

    name: str
    organisation: str
    picture: str


def of_scan(scan_id: int, *, base_url: str) -> Badge:
    """Return the badge of whoever a door has just let in; who may see it is for the caller to decide."""
    ticket = db.session.get_one(Ticket, db.session.get_one(Scan, scan_id).ticket_id)
    attendee = db.session.get_one(Attendee, ticket.attendee_id)
    picture = qr.svg(qr_payload(base_url, badge_path(ticket.badge_code)))
    return Badge(attendee.name, attendee.organisation, picture)

"""What a door's own page asks for besides scans, by its cookie and with a token against forged requests."""

from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from eventmatch.api.bodies import json_object
from eventmatch.domain.errors import Invalid
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, whole
from eventmatch.services import rehearsal, undo
from eventmatch.services.checkin import place_for
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.paths import LARGEST_ROW

pages = Blueprint("door_api", __name__)

SMALL = 16 * 1024  # bytes
MOST_TICKETS = 100


@pages.post("/doors/<int:door_id>/takebacks")
@declares(Action.SCAN)
def take_back(door_id: int) -> ResponseReturnValue:
    """Take an admission of this browser back."""
    door, device = DoorKey(door_id), current_actor()
    place_for(door, device, utcnow())  # whoever may not is told so before the body is looked at
    scan_id = whole(json_object(at_most=SMALL), "scan_id", 1, LARGEST_ROW)
    if scan_id is None:
        raise Invalid("scan_id must be the number of a scan.", field="scan_id")
    return jsonify({"name": undo.undo(door, scan_id, by=device, at=utcnow()).name})


@pages.post("/doors/<int:door_id>/rehearsal")
@declares(Action.SCAN)
def rehearse(door_id: int) -> ResponseReturnValue:
    """Judge tickets for this browser, so that it can compare; nothing is written down."""
    door, device = DoorKey(door_id), current_actor()
    place_for(door, device, utcnow())
    tickets, secret = _tickets(json_object(at_most=SMALL)), current_app.config["EVENTMATCH"].secret_key
    found = rehearsal.rehearse(door, tickets, by=device, secret=secret, at=utcnow())
    sample = {"code": found.code, "entry": found.entry, "content": found.content}
    return jsonify({"verdicts": found.verdicts, "sample": sample})


def _tickets(values: dict[str, Any]) -> set[int]:
    """Return which tickets are meant, as the roster numbers them."""
    tickets = values.get("tickets")
    fits = isinstance(tickets, list) and len(tickets) <= MOST_TICKETS
    if not fits or not all(isinstance(ticket, int) for ticket in tickets or ()):
        raise Invalid(f"tickets must be a list of at most {MOST_TICKETS} whole numbers.", field="tickets")
    return set(tickets or ())

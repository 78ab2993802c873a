"""What a device needs to go on without network, and what it hands in afterwards: for programs, and for the scanner."""

import json
from dataclasses import fields
from typing import Any

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from eventmatch.api.bodies import json_object
from eventmatch.api.checkin import MANY, bearer, scans_of, take
from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.roster import held_of
from eventmatch.services import checkin
from eventmatch.services import roster as service
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

api = Blueprint("offline_api", __name__, url_prefix="/api/v1")
pages = Blueprint("offline", __name__)  # the scanner's own page, by its cookie and with a token against forged requests

DIGESTS = 64 * 1024  # bytes
JSON = "application/json"


@api.post("/events/<slug>/doors/<int:door_id>/roster")
@declares(Action.SCAN)
def roster(slug: str, door_id: int) -> ResponseReturnValue:
    """Bring a device up to date."""
    return _roster(DoorKey(door_id, slug), bearer())


@pages.post("/doors/<int:door_id>/roster", endpoint="roster")
@declares(Action.SCAN)
def own_roster(door_id: int) -> ResponseReturnValue:
    """Bring this browser up to date."""
    return _roster(DoorKey(door_id), current_actor())


@pages.post("/doors/<int:door_id>/uploads")
@declares(Action.SCAN)
def uploads(door_id: int) -> ResponseReturnValue:
    """Take over what this browser scanned without network."""
    door, device = DoorKey(door_id), current_actor()
    checkin.place_for(door, device, utcnow())
    return take(door, scans_of(json_object(at_most=MANY)), device)


def _roster(door: DoorKey, device: Actor) -> ResponseReturnValue:
    """Answer what differs from what a device holds."""
    checkin.place_for(door, device, utcnow())  # whoever may not is told so before the body is looked at
    held = held_of(json_object(at_most=DIGESTS))
    secret = current_app.config["EVENTMATCH"].secret_key
    found = service.roster(door, held, by=device, secret=secret, at=utcnow())
    return Response(_json({field.name: getattr(found, field.name) for field in fields(found)}), mimetype=JSON)


def _json(value: dict[str, Any]) -> str:
    """Write an answer in few bytes: a phone on bad Wi-Fi waits for it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

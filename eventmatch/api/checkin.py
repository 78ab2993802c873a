"""The scan API: what paired devices and integrations send."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from eventmatch.api.bodies import json_object
from eventmatch.api.errors import as_value
from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import DomainError, Invalid, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, reading_of
from eventmatch.services import checkin as service
from eventmatch.services import devices
from eventmatch.services.entries import Entry
from eventmatch.web.access import declares
from eventmatch.web.clock import utcnow
from eventmatch.web.errors import status_of

api = Blueprint("scan_api", __name__, url_prefix="/api/v1")

ONE, MANY = 64 * 1024, 512 * 1024  # bytes
MOST = 500


@api.post("/events/<slug>/doors/<int:door_id>/scans")
@declares(Action.SCAN)
def scan(slug: str, door_id: int) -> ResponseReturnValue:
    """Judge one reading; a retry gets the same bytes."""
    device = bearer()
    entry = service.scan(DoorKey(door_id, slug), reading_of(json_object(at_most=ONE)), by=device, at=utcnow())
    return Response(entry.json, _status(entry), mimetype="application/json")


@api.post("/events/<slug>/doors/<int:door_id>/scans/batch")
@declares(Action.SCAN)
def batch(slug: str, door_id: int) -> ResponseReturnValue:
    """Judge up to 500 readings in order, each for itself."""
    door, device = DoorKey(door_id, slug), bearer()
    scans = scans_of(json_object(at_most=MANY))
    service.place_for(door, device, utcnow())  # an empty batch too is for those who may scan here
    return take(door, scans, device)


def scans_of(values: dict[str, Any]) -> list[Any]:
    """Return the readings of a batch."""
    scans = values.get("scans")
    if not isinstance(scans, list) or len(scans) > MOST:
        raise Invalid(f"scans must be a list of at most {MOST} readings.", field="scans")
    return scans


def take(door: DoorKey, scans: list[Any], device: Actor) -> ResponseReturnValue:
    """Answer each reading of a batch."""
    return jsonify({"answers": [_answer(door, values, device) for values in scans]})


def bearer() -> Actor:
    """Return the device whose token came with the request."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return devices.device_actor(token.strip() if scheme.lower() == "bearer" else "", utcnow())


def _answer(door: DoorKey, values: Any, device: Actor) -> dict[str, Any]:
    """Judge one reading of a batch; a refusal is an answer here."""
    try:
        if not isinstance(values, dict):
            raise Invalid("A reading must be an object.")
        entry = service.scan(door, reading_of(values), by=device, at=utcnow())
    except NotFound:
        raise
    except DomainError as error:
        return {"status": status_of(error), **as_value(status_of(error), error.message, error.field)}
    return {"status": _status(entry), **json.loads(entry.json)}


def _status(entry: Entry) -> int:
    """Tell a new answer from one given again."""
    return 200 if entry.repeated else 201

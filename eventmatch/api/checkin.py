"""The scan API: what paired devices and integrations send."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from eventmatch.api.bodies import JSON, json_object
from eventmatch.api.errors import as_value
from eventmatch.domain.actor import Actor, Bearer
from eventmatch.domain.errors import DomainError, Invalid, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, Reading, reading_of
from eventmatch.services import checkin as service
from eventmatch.services import devices, uploads
from eventmatch.services.entries import Entry
from eventmatch.web.access import declares
from eventmatch.web.clock import utcnow
from eventmatch.web.errors import status_of

api = Blueprint("scan_api", __name__, url_prefix="/api/v1")

REFUSAL = "eventmatch.refusal"  # in the environment of a scan that api/lane.py has asked for in vain
ONE, MANY = 64 * 1024, 512 * 1024  # bytes
MOST = 500


@api.post("/events/<slug>/doors/<int:door_id>/scans")
@declares(Action.SCAN)
def scan(slug: str, door_id: int) -> ResponseReturnValue:
    """Judge one reading; a retry gets the same bytes."""
    if (refusal := request.environ.get(REFUSAL)) is not None:
        raise refusal
    entry = service.scan(DoorKey(door_id, slug), _reading(), by=Bearer(_token()), at=utcnow())
    return Response(entry.json, status(entry), mimetype=JSON)


def _reading() -> Reading:
    """Return the reading that was sent; what is wrong about it is told to devices only."""
    try:
        return reading_of(json_object(at_most=ONE))
    except (DomainError, HTTPException):
        bearer()
        raise


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
    """Answer each reading of a batch; what the device decided alone comes first, as it happened before."""
    read = [_read(values) for values in scans]
    facts = [reading for reading in read if isinstance(reading, Reading) and reading.decided is not None]
    taken = iter(uploads.take(door, facts, by=device, at=utcnow()))
    answers = [next(taken) if isinstance(one, Reading) and one.decided is not None else one for one in read]
    return jsonify({"answers": [_told(_judged(door, one, device)) for one in answers]})


def _read(values: Any) -> Reading | DomainError:
    """Return a reading of a batch, or what is wrong with it."""
    if not isinstance(values, dict):
        return Invalid("A reading must be an object.")
    try:
        return reading_of(values)
    except Invalid as error:
        return error


def _judged(door: DoorKey, one: Reading | Entry | DomainError, device: Actor) -> Entry | DomainError:
    """Judge a reading of a batch, where that is left to us; a refusal is an answer here."""
    if not isinstance(one, Reading):
        return one
    try:
        return service.scan(door, one, by=device, at=utcnow())
    except NotFound:
        raise
    except DomainError as error:
        return error


def _told(answer: Entry | DomainError) -> dict[str, Any]:
    """Return one answer of a batch as devices read it."""
    if isinstance(answer, DomainError):
        return {"status": status_of(answer), **as_value(status_of(answer), answer.message, answer.field)}
    return {"status": status(answer), **json.loads(answer.json)}


def bearer() -> Actor:
    """Return the device whose token came with the request."""
    return devices.device_actor(_token(), utcnow())


def _token() -> str:
    """Return the token that came with the request, if one did."""
    return token_in(request.headers.get("Authorization", ""))


def token_in(authorization: str) -> str:
    """Return the token of such a header, if it has one."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def status(entry: Entry) -> int:
    """Tell a new answer from one given again."""
    return 200 if entry.repeated else 201

"""Who is where now: how full rooms are, a session's room in its facilitator's hand, and the roll-call."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.services import inside as service
from eventmatch.services import roll_call as calling
from eventmatch.services.inside import RoomPage
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("inside", __name__, url_prefix="/e/<slug>")


@pages.get("/rooms")
@declares(Action.SEE_INSIDE)
def rooms(slug: str) -> ResponseReturnValue:
    """Show how full all rooms are."""
    view = service.rooms(current_actor(), slug, now=utcnow())
    return render_template(_page("rooms"), view=view, event=view.event)


def _page(name: str) -> str:
    """Return the template of a page, or of the part that keeps itself fresh."""
    return f"inside/_{name}.html" if "HX-Request" in request.headers else f"inside/{name}.html"


@pages.get("/rooms/<int:room_id>")
@declares(Action.SEE_INSIDE)
def room(slug: str, room_id: int) -> ResponseReturnValue:
    """Show how full one room is, and who waits for it."""
    return _room(service.room(current_actor(), slug, room_id, now=utcnow()))


@pages.get("/sessions/<int:programme_id>/room")
@declares(Action.SEE_INSIDE)
def session(slug: str, programme_id: int) -> ResponseReturnValue:
    """Show its facilitator how full a session's room is, and who waits for it."""
    return _room(service.session_room(current_actor(), slug, programme_id, now=utcnow()), programme_id)


def _room(view: RoomPage, programme_id: int = 0) -> str:
    """Render a room's page under the address it was opened by."""
    return render_template(_page("room"), view=view, event=view.event, programme_id=programme_id)


@pages.post("/rooms/<int:room_id>/close")
@declares(Action.RUN_ROOM)
def close(slug: str, room_id: int) -> ResponseReturnValue:
    """Let nobody in any more."""
    service.set_closed(current_actor(), slug, room_id, closed=True, now=utcnow())
    return _back(slug, room_id)


@pages.post("/rooms/<int:room_id>/open", endpoint="open")
@declares(Action.RUN_ROOM)
def open_again(slug: str, room_id: int) -> ResponseReturnValue:
    """Let people in again."""
    service.set_closed(current_actor(), slug, room_id, closed=False, now=utcnow())
    return _back(slug, room_id)


@pages.post("/rooms/<int:room_id>/waiting/<int:attendee_id>/off")
@declares(Action.RUN_ROOM)
def take_off(slug: str, room_id: int, attendee_id: int) -> ResponseReturnValue:
    """Take somebody off the waiting order."""
    service.take_off(current_actor(), slug, room_id, attendee_id, now=utcnow())
    return _back(slug, room_id)


@pages.post("/rooms/<int:room_id>/waiting/clear")
@declares(Action.RUN_ROOM)
def clear(slug: str, room_id: int) -> ResponseReturnValue:
    """Begin the waiting order anew."""
    service.take_off(current_actor(), slug, room_id, None, now=utcnow())
    return _back(slug, room_id)


def _back(slug: str, room_id: int) -> ResponseReturnValue:
    """Go back to the page the button was on."""
    if programme_id := request.form.get("session", 0, type=int):
        return redirect(url_for("inside.session", slug=slug, programme_id=programme_id), 303)
    return redirect(url_for("inside.room", slug=slug, room_id=room_id), 303)


@pages.get("/roll-call")
@declares(Action.SEE_INSIDE)
def roll_call(slug: str) -> ResponseReturnValue:
    """List everybody who is inside."""
    call = calling.roll_call(current_actor(), slug, now=utcnow())
    return render_template("inside/roll_call.html", call=call, event=call.event)


@pages.get("/rooms/<int:room_id>/roll-call")
@declares(Action.SEE_INSIDE)
def roll_call_of_room(slug: str, room_id: int) -> ResponseReturnValue:
    """List everybody who is in one room."""
    call = calling.roll_call(current_actor(), slug, room_id, now=utcnow())
    return render_template("inside/roll_call.html", call=call, event=call.event)

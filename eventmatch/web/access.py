"""Who is behind a request, and what each route is for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import g, request, session
from flask_babel import get_locale

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action
from eventmatch.services.access import person_for
from eventmatch.services.sessions import recognise
from eventmatch.services.teams import is_in_a_team
from eventmatch.web.browsers import spoken
from eventmatch.web.clock import utcnow

View = TypeVar("View", bound=Callable[..., Any])


def declares(action: Action) -> Callable[[View], View]:
    """Say what a route asks for; the permission matrix is generated from it, services check it."""

    def mark(view: View) -> View:
        view.action = action  # type: ignore[attr-defined]  # a mark on a function
        return view

    return mark


def current_actor() -> Actor:
    """Return who is behind this request, looked up once."""
    if "actor" not in g:
        g.actor = recognise(session.get("token"), session.get("device"), utcnow())
    actor: Actor = g.actor
    return actor


def signed_in_actor() -> Actor:
    """Return who is behind this request, or lead to the sign-in page: for forms that are empty at first."""
    person_for(current_actor())
    return current_actor()


def this_browser() -> dict[str, str]:
    """Return what this browser calls itself, for the list of own sessions, and which door device it is."""
    return {"browser": spoken(request.user_agent.string), "device": session.get("device", "")}


def remember_session(token: str, *, keeps_device: bool) -> None:
    """Make this browser the signed-in one, with nothing left of whoever used it before.

    What its camera has just read stays: it says where the browser is, not whose.
    """
    device, seen = session.get("device", ""), session.get("seen")
    session.clear()
    session.permanent = True
    session["token"] = token
    if keeps_device:
        session["device"] = device
    if seen is not None:
        session["seen"] = seen


@dataclass(frozen=True, slots=True)
class Viewer:
    """What the layout shows about who is looking."""

    name: str
    is_signed_in: bool
    is_organiser: bool
    is_device: bool
    is_kiosk: bool


def viewer() -> dict[str, object]:
    """Give templates the viewer, and the language the page is in."""
    actor = current_actor()
    team = is_in_a_team(actor)
    shown = Viewer(actor.name, actor.signed_in, team, actor.device_id is not None, actor.kiosk_id is not None)
    return {"viewer": shown, "locale": get_locale()}

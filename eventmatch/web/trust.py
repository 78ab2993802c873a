"""How a phone or laptop comes to believe a server whose certificate is its own."""

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from eventmatch.domain.addresses import trust_path
from eventmatch.domain.errors import NotFound
from eventmatch.domain.permissions import Action
from eventmatch.services import trust
from eventmatch.web.access import declares
from eventmatch.web.browsers import system_of

pages = Blueprint("trust", __name__)


@pages.get(trust_path())
@declares(Action.READ_PUBLIC)
def page() -> ResponseReturnValue:
    """Explain how to trust this server, step by step for each kind of device."""
    settings = current_app.config["EVENTMATCH"]
    found, system = trust.authority(settings.tls), system_of(request.user_agent.string)
    return render_template("trust/page.html", authority=found, system=system, base_url=settings.base_url)


@pages.get(f"{trust_path()}/eventmatch.crt")
@declares(Action.READ_PUBLIC)
def certificate() -> ResponseReturnValue:
    """Hand out the authority's certificate, in the way that phones offer to install it."""
    found = trust.authority(current_app.config["EVENTMATCH"].tls)
    if found is None:
        raise NotFound
    return Response(found.certificate, mimetype="application/x-x509-ca-cert")

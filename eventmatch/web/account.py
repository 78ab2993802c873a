"""Signing in and out, and a person's own account."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from eventmatch.domain.codes import new_token
from eventmatch.domain.permissions import Action
from eventmatch.domain.sign_in import LinkPurpose, own_path
from eventmatch.services import account as service
from eventmatch.services import addresses, links, sessions
from eventmatch.web.access import current_actor, declares, remember_session, this_browser
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt

pages = Blueprint("account", __name__)


class SignInForm(FlaskForm):
    """Whoever wants in names an address."""

    email = EmailField(_l("E-mail"), [InputRequired(_l("Type your e-mail address.")), Length(max=254)])
    next = HiddenField()


class PinForm(FlaskForm):
    """The six digits from the mail."""

    pin = StringField(_l("Six digits"), [InputRequired(_l("Type the six digits from the mail.")), Length(max=20)])


class AddressForm(FlaskForm):
    """A further address, say a private one."""

    email = EmailField(_l("Another address"), [InputRequired(_l("Type an e-mail address.")), Length(max=254)])


@pages.get("/sign-in")
@declares(Action.SIGN_IN)
def sign_in() -> ResponseReturnValue:
    """Ask for an address."""
    return render_template("account/sign_in.html", form=SignInForm(data={"next": request.args.get("next", "")}))


@pages.post("/sign-in")
@declares(Action.SIGN_IN)
def send_link() -> ResponseReturnValue:
    """Mail a link and six digits, whether we know the address or not."""
    form = SignInForm()
    browser_token = session.setdefault("browser", new_token())
    ask = {"browser_token": browser_token, "next_path": own_path(form.next.data or "/"), "now": utcnow()}
    outcome = attempt(form, lambda: service.ask_for_link(str(form.email.data), **ask))
    if outcome.refused:
        return render_template("account/sign_in.html", form=form), outcome.status
    return redirect(url_for("account.pin"), 303)


@pages.get("/sign-in/code")
@declares(Action.SIGN_IN)
def pin() -> ResponseReturnValue:
    """Ask for the six digits."""
    return render_template("account/pin.html", form=PinForm())


@pages.post("/sign-in/code")
@declares(Action.SIGN_IN)
def use_pin() -> ResponseReturnValue:
    """Sign in with the six digits."""
    form = PinForm()
    here = {"browser_token": session.get("browser", ""), **this_browser(), "now": utcnow()}
    outcome = attempt(form, lambda: service.use_pin(str(form.pin.data), **here))
    if outcome.value is None:
        return render_template("account/pin.html", form=form), outcome.status
    return welcome(outcome.value)


@pages.get("/in/<token>")
@declares(Action.SIGN_IN)
def link(token: str) -> ResponseReturnValue:
    """Show the button behind a mailed link; opening alone uses nothing up."""
    found = links.look_at_link(token, utcnow())
    if found.purpose is LinkPurpose.ADD_ADDRESS:
        addresses.check_confirming(current_actor(), token, utcnow())
    return render_template("account/link.html", link=found, form=FlaskForm())


@pages.post("/in/<token>")
@declares(Action.SIGN_IN)
def use_link(token: str) -> ResponseReturnValue:
    """Sign in with a mailed link, or prove a further address with it."""
    if links.look_at_link(token, utcnow()).purpose is LinkPurpose.ADD_ADDRESS:
        address = addresses.confirm(current_actor(), token, now=utcnow())
        flash(_("%(address)s is yours now: you can sign in with it too.", address=address), "good")
        return redirect(url_for("account.me") + "#account", 303)
    return welcome(service.use_link(token, **this_browser(), now=utcnow()))


def welcome(signed_in: service.SignedIn) -> ResponseReturnValue:
    """Make this browser the signed-in one and go where the person wanted to go."""
    remember_session(signed_in.token, keeps_device=signed_in.keeps_device)
    target = own_path(signed_in.next_path)
    return redirect(url_for("account.me") if target == "/" else target, 303)


@pages.post("/sign-out")
@declares(Action.SIGN_IN)
def sign_out() -> ResponseReturnValue:
    """End this browser's session, and its time at a door."""
    sessions.sign_out(current_actor(), session.get("device", ""), now=utcnow())
    session.clear()
    flash(_("You are signed out."))
    return redirect(url_for("home.index"), 303)


@pages.get("/me")
@declares(Action.OWN_ACCOUNT)
def me() -> ResponseReturnValue:
    """Show a person's events, addresses and browsers."""
    return render_template("account/me.html", account=service.overview(current_actor()), form=AddressForm())


@pages.post("/me/addresses")
@declares(Action.OWN_ACCOUNT)
def add_address() -> ResponseReturnValue:
    """Mail a link to a further address."""
    form, actor = AddressForm(), current_actor()
    outcome = attempt(form, lambda: addresses.add(actor, str(form.email.data), now=utcnow()))
    if outcome.refused:
        return render_template("account/me.html", account=service.overview(actor), form=form), outcome.status
    flash(_("Look into the mail of that address and open the link there, on this browser."))
    return redirect(url_for("account.me") + "#account", 303)


@pages.post("/me/addresses/<int:address_id>/primary")
@declares(Action.OWN_ACCOUNT)
def make_primary(address_id: int) -> ResponseReturnValue:
    """Make an address the main one."""
    addresses.make_primary(current_actor(), address_id)
    return redirect(url_for("account.me") + "#account", 303)


@pages.post("/me/addresses/<int:address_id>/remove")
@declares(Action.OWN_ACCOUNT)
def remove_address(address_id: int) -> ResponseReturnValue:
    """Remove an address."""
    addresses.remove(current_actor(), address_id)
    flash(_("The address is removed."))
    return redirect(url_for("account.me") + "#account", 303)


@pages.post("/me/sessions/<int:session_id>/end")
@declares(Action.OWN_ACCOUNT)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign another browser out, and end the time at a door there."""
    sessions.end_session(current_actor(), session_id, now=utcnow())
    return redirect(url_for("account.me") + "#account", 303)

"""My people: the contact book, and who scanned my badge."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired

from eventmatch.domain.permissions import Action
from eventmatch.services import connecting
from eventmatch.services import contacts as service
from eventmatch.services.contact_export import Kind, export, one_vcard
from eventmatch.services.contacts import Typed
from eventmatch.web.access import current_actor, declares, signed_in_actor
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt

pages = Blueprint("contacts", __name__)

LONGEST_SEARCH = 200
MEDIA = {
    Kind.VCARD: "text/vcard; charset=utf-8",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class NoteForm(FlaskForm):
    """What the owner of the book keeps in mind."""

    note = TextAreaField(_l("My note"), description=_l("Only you see it."))


class TypedForm(NoteForm):
    """Somebody met elsewhere."""

    name = StringField(_l("Name"), [InputRequired(_l("Type a name."))])
    organisation = StringField(_l("Organisation"))
    email = EmailField(_l("E-mail"))
    phone = TelField(_l("Phone"))

    def typed(self) -> Typed:
        """Return what was typed."""
        fields = ("name", "organisation", "email", "phone", "note")
        return Typed(**{field: self.data[field] or "" for field in fields})


@pages.get("/contacts")
@declares(Action.OWN_CONTACTS)
def book() -> ResponseReturnValue:
    """Show my people, or those a search finds."""
    actor, search = current_actor(), request.args.get("q", "")[:LONGEST_SEARCH]
    scans = [scan for scan in connecting.scans(actor) if scan.open]
    found = service.book(actor, search)
    waiting = connecting.waiting_for(actor)
    return render_template("contacts/book.html", book=found, search=search, open_scans=len(scans), waiting=waiting)


@pages.get("/contacts/new")
@declares(Action.OWN_CONTACTS)
def adding() -> ResponseReturnValue:
    """Ask for somebody met elsewhere."""
    signed_in_actor()
    return render_template("contacts/typed.html", form=TypedForm())


@pages.post("/contacts/new")
@declares(Action.OWN_CONTACTS)
def add() -> ResponseReturnValue:
    """Write somebody down."""
    by, form = signed_in_actor(), TypedForm()
    outcome = attempt(form, lambda: service.add(by, form.typed(), now=utcnow()))
    if outcome.refused:
        return render_template("contacts/typed.html", form=form), outcome.status
    return redirect(url_for("contacts.contact", contact_id=outcome.value), 303)


@pages.get("/contacts/<int:contact_id>")
@declares(Action.OWN_CONTACTS)
def contact(contact_id: int) -> ResponseReturnValue:
    """Show one of my people."""
    view = service.contact(current_actor(), contact_id)
    return render_template("contacts/contact.html", view=view, form=NoteForm(data={"note": view.entry.note}))


@pages.post("/contacts/<int:contact_id>/note")
@declares(Action.OWN_CONTACTS)
def write_note(contact_id: int) -> ResponseReturnValue:
    """Keep a note."""
    form = NoteForm()
    outcome = attempt(form, lambda: service.write_note(current_actor(), contact_id, form.note.data or ""))
    if outcome.refused:
        view = service.contact(current_actor(), contact_id)
        return render_template("contacts/contact.html", view=view, form=form), outcome.status
    flash(_("Note saved."), "good")
    return redirect(url_for("contacts.contact", contact_id=contact_id), 303)


@pages.get("/contacts/<int:contact_id>/edit")
@declares(Action.OWN_CONTACTS)
def editing(contact_id: int) -> ResponseReturnValue:
    """Show what I typed about somebody, to be changed."""
    entry = service.typed_entry(current_actor(), contact_id)
    fields = {name: getattr(entry.card, name) for name in ("name", "organisation", "email", "phone")}
    form = TypedForm(data=fields | {"note": entry.note})
    return render_template("contacts/typed.html", form=form, entry=entry)


@pages.post("/contacts/<int:contact_id>/edit")
@declares(Action.OWN_CONTACTS)
def edit(contact_id: int) -> ResponseReturnValue:
    """Change what I typed about somebody."""
    form, entry = TypedForm(), service.typed_entry(current_actor(), contact_id)
    outcome = attempt(form, lambda: service.change(current_actor(), contact_id, form.typed()))
    if outcome.refused:
        return render_template("contacts/typed.html", form=form, entry=entry), outcome.status
    return redirect(url_for("contacts.contact", contact_id=contact_id), 303)


@pages.post("/contacts/<int:contact_id>/delete")
@declares(Action.OWN_CONTACTS)
def delete(contact_id: int) -> ResponseReturnValue:
    """Take somebody out of my book."""
    service.remove(current_actor(), contact_id)
    flash(_("Deleted from your contact book."))
    return redirect(url_for("contacts.book"), 303)


@pages.get("/contacts.<any(vcf, csv, xlsx):ext>", endpoint="export")
@declares(Action.OWN_CONTACTS)
def download(ext: str) -> ResponseReturnValue:
    """Hand out the whole book as a file."""
    kind = Kind(ext)
    return file(export(current_actor(), kind), kind)


@pages.get("/contacts/<int:contact_id>.vcf")
@declares(Action.OWN_CONTACTS)
def card(contact_id: int) -> ResponseReturnValue:
    """Hand out one of my people as a card for the phone."""
    return file(one_vcard(current_actor(), contact_id), Kind.VCARD, "contact")


def file(content: bytes, kind: Kind, name: str = "contacts") -> Response:
    """Make a download."""
    disposition = {"Content-Disposition": f"attachment; filename={name}.{kind}"}
    return Response(content, content_type=MEDIA[kind], headers=disposition)


@pages.get("/contacts/scans")
@declares(Action.OWN_CONTACTS)
def scans() -> ResponseReturnValue:
    """Show who scanned my badge."""
    return render_template("contacts/scans.html", scans=connecting.scans(current_actor()))


@pages.post("/contacts/scans/<int:scan_id>/accept")
@declares(Action.OWN_CONTACTS)
def accept(scan_id: int) -> ResponseReturnValue:
    """Agree to a scan of my badge."""
    connecting.accept(current_actor(), scan_id, now=utcnow())
    flash(_("Connected. You are in each other’s contact book."), "good")
    return redirect(url_for("contacts.scans"), 303)


@pages.post("/contacts/scans/<int:scan_id>/decline")
@declares(Action.OWN_CONTACTS)
def decline(scan_id: int) -> ResponseReturnValue:
    """Say no to a scan of my badge; nobody is told."""
    connecting.decline(current_actor(), scan_id, now=utcnow())
    return redirect(url_for("contacts.scans"), 303)

"""Everything an address can name, people in every role, and every route of the application."""

import re
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import new_token, token_hash
from eventmatch.domain.permissions import ALLOWED, Action, Role
from eventmatch.domain.rounds import Seating
from eventmatch.domain.states import AttendeeStatus, DeviceKind, MemberRole, PairRule, StaffRole
from eventmatch.models.badge_print import BadgeFile
from eventmatch.models.base import db, write_transaction
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.device import Device, DeviceDoor
from eventmatch.models.event import Door, ProgrammeSession
from eventmatch.models.import_file import ImportFile
from eventmatch.models.match import Match, MatchRun, PairDecision
from eventmatch.models.person import PersonEmail, WebSession
from eventmatch.models.rounds import RoundPlan, exchange
from eventmatch.models.tap import Block, Report, Wish
from eventmatch.models.work import Job
from eventmatch.services.sessions import add_session
from eventmatch.web.clock import utcnow
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member, add_person, add_staff
from tests.services.scans import scan

NOW = utcnow()
PIN_2468 = "$argon2id$v=19$m=19456,t=2,p=1$dO0ZI/ODfzJEhugMpUv0xw$Xu/LJr+o0YgUe4DAqYC0NqvGup4XSHevc5q1wrljFm8"
SIGNED_IN = {Role.SIGNED_IN}
ROLES: dict[str, set[Role]] = {
    "nobody": {Role.NOBODY},
    "a stranger": SIGNED_IN,
    "somebody waiting": SIGNED_IN | {Role.REGISTERED},
    "Ada": SIGNED_IN | {Role.REGISTERED, Role.ATTENDEE},
    "Chidi": SIGNED_IN | {Role.REGISTERED, Role.ATTENDEE},
    "door staff": SIGNED_IN | {Role.DOOR},
    "a facilitator": SIGNED_IN | {Role.FACILITATOR},
    "a viewer": SIGNED_IN | {Role.VIEWER},
    "an organiser": SIGNED_IN | {Role.ORGANISER},
    "an owner": SIGNED_IN | {Role.OWNER},
    "an owner away for four hours": SIGNED_IN,
    "another organiser's owner": SIGNED_IN,
    "a device": {Role.NOBODY, Role.DEVICE},
    "another event's device": {Role.NOBODY},
    "a revoked device": {Role.NOBODY},
    "a kiosk": {Role.NOBODY, Role.KIOSK},
}
THREE_ROUNDS = {"rounds": 3, "minutes": 15, "pause": 5}
ADAS_OWN = {
    "contact_id",
    "met_id",
    "scan_id",
    "block_id",
    "address_id",
}  # rows of Ada's book: nobody else's business, whatever the role
LISTED_TO_ADA = re.compile(r"^people\.(?!cards)")  # Ben is on Ada's list and on no other
MET = re.compile(r"^safety\.(block|report_person|block_wearer)$")
MET_BEN = {"Ada", "somebody waiting"}


class World:
    """An event with everything on it that an address can name, and people in every role."""

    def __init__(self) -> None:
        today: dict[str, Any] = {"opens_at": NOW, "starts_at": NOW, "ends_at": NOW + timedelta(hours=8)}
        self.meetup: MeetupRef = add_meetup(**today, settings={"door": {"walk_ins": True}})
        foreign = add_meetup("elsewhere", **today)
        self.ada, self.ben = add_attendee(self.meetup, "Ada"), add_attendee(self.meetup, "Ben")
        waiting = add_attendee(self.meetup, "Waldo", status=AttendeeStatus.WAITLISTED)
        owner = add_member(self.meetup, "Oona", MemberRole.OWNER)
        self.people: dict[str, Actor] = {
            "a stranger": add_person("Stella"),
            "somebody waiting": waiting.actor,
            "Ada": self.ada.actor,
            "Chidi": add_attendee(self.meetup, "Chidi").actor,
            "door staff": add_staff(self.meetup, "Bea", StaffRole.DOOR),
            "a facilitator": add_staff(self.meetup, "Grace", StaffRole.FACILITATOR),
            "a viewer": add_member(self.meetup, "Ulrike", MemberRole.VIEWER),
            "an organiser": add_member(self.meetup, "Piet", MemberRole.ORGANISER),
            "an owner": owner,
            "an owner away for four hours": owner,
            "another organiser's owner": add_member(foreign, "Fremder", MemberRole.OWNER),
        }
        self.devices = {
            "a device": _device(self.meetup),
            "another event's device": _device(foreign),
            "a revoked device": _device(self.meetup, revoked=True),
            "a kiosk": _device(self.meetup, kind=DeviceKind.KIOSK, pin_hash=PIN_2468),
        }
        self.values = self._values(waiting)
        _certify(current_app.config["EVENTMATCH"].tls)

    def _values(self, waiting: AttendeeRef) -> dict[str, Any]:
        """Make one of everything and return what addresses call it."""
        return {
            "slug": self.meetup.slug,
            "door_id": self.meetup.front_door,
            "attendee_id": self.ben.id,
            "code": self.ben.badge,
            "token": "x" * 43,
            "extension": "csv",
            "ext": "csv",
            "door_scan_id": scan(self.meetup, self.ben, NOW),
            "size": "a4-10",
            **_rooms(self.meetup),
            **_rows(self.meetup, self.ada, self.ben, waiting),
        }


def _certify(folder: Path) -> None:
    """Put down what phones are to trust."""
    folder.mkdir(exist_ok=True)
    (folder / "authority.crt").write_text(ssl.DER_cert_to_PEM_cert(b"not looked into"), "ascii")


def _device(meetup: MeetupRef, *, revoked: bool = False, **columns: Any) -> str:
    """Pair a device with the front door and return its token."""
    token = f"emd_{new_token()}"
    with write_transaction() as session:
        device = Device(event_id=meetup.id, name="phone", token_hash=token_hash(token), created_at=NOW, **columns)
        device.revoked_at = NOW if revoked else None
        session.add(device)
        session.flush()
        session.add(DeviceDoor(device_id=device.id, door_id=meetup.front_door))
    return token


def _rooms(meetup: MeetupRef) -> dict[str, int]:
    """Plan a session in the small room, where somebody could be waiting."""
    with write_transaction() as session:
        room_id = session.get_one(Door, meetup.session_door).room_id
        times = {"starts_at": NOW, "ends_at": NOW + timedelta(hours=1)}
        talk = ProgrammeSession(event_id=meetup.id, room_id=room_id, title="Nine trams", **times)
        session.add(talk)
        session.flush()
        return {"room_id": room_id, "programme_id": talk.id}


def _rows(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, waiting: AttendeeRef) -> dict[str, int]:
    """Add one row of each kind that an address can name."""
    with write_transaction() as session:
        run = MatchRun(event_id=meetup.id, created_at=NOW, published_at=NOW, people=2)
        contact = Contact(owner_id=ada.person_id, other_id=None, card={"name": "Typed In"}, met_at=NOW)
        met = Contact(
            owner_id=ada.person_id, other_id=ben.person_id, attendee_id=ben.id, event_id=meetup.id, met_at=NOW
        )
        badge_scan = BadgeScan(scanner_id=ben.id, owner_id=ada.id, created_at=NOW)
        earlier = BadgeScan(scanner_id=waiting.id, owner_id=ben.id, created_at=NOW)
        job = Job(event_id=meetup.id, name="match", created_at=NOW)
        report = Report(event_id=meetup.id, from_id=ada.id, text="x", created_at=NOW)
        browser = WebSession(
            person_id=ada.person_id,
            token_hash="0" * 64,
            created_at=NOW,
            seen_at=NOW,
            expires_at=NOW + timedelta(days=1),
        )
        content = b"Name;E-Mail\nEmeka;emeka@example.org\n"
        upload = ImportFile(event_id=meetup.id, filename="people.csv", content=content, uploaded_at=NOW)
        device = Device(event_id=meetup.id, name="spare", created_at=NOW)
        block = Block(from_id=ada.id, to_id=waiting.id, created_at=NOW)
        agreed = [
            Wish(from_id=one.id, to_id=other.id, created_at=NOW, spot="x") for one, other in ((ada, ben), (ben, ada))
        ]
        address = PersonEmail(person_id=ada.person_id, address="ada@example.net", verified_at=NOW)
        session.add_all([address, run, contact, met, badge_scan, earlier, job, report, browser, upload, device, block])
        decision = PairDecision(low_id=ada.id, high_id=waiting.id, rule=PairRule.NEVER, created_at=NOW)
        session.add_all([*agreed, decision])
        session.flush()
        job.values, job.result = {"choice": {"size": "a4-10"}}, {"left_out": [ada.id]}
        session.add(BadgeFile(event_id=meetup.id, job_id=job.id, filename="badges.pdf", content=b"%PDF", made_at=NOW))
        terms: dict[str, Any] = {"terms": {}, "reasons": []}
        session.add(
            Match(
                run_id=run.id,
                low_id=min(ada.id, ben.id),
                high_id=max(ada.id, ben.id),
                value=0.5,
                low_score=0.5,
                high_score=0.5,
                low_rank=1,
                high_rank=1,
                low_terms=terms,
                high_terms=terms,
            )
        )
        plan = RoundPlan(event_id=meetup.id, starts_at=NOW + timedelta(hours=1), created_at=NOW, **THREE_ROUNDS)
        session.add(plan)
        session.flush()
        exchange(plan.id, [], [Seating(0, 1, (min(ada.id, ben.id), max(ada.id, ben.id)))])
        return {
            "contact_id": contact.id,
            "met_id": met.id,
            "scan_id": badge_scan.id,
            "job_id": job.id,
            "report_id": report.id,
            "session_id": browser.id,
            "file_id": upload.id,
            "device_id": device.id,
            "block_id": block.id,
            "address_id": address.id,
            "decision_id": decision.id,
        }


def routes(app: Flask) -> Iterator[tuple[Rule, str, Action]]:
    """Yield every route with one method and what it says it is for."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            action = getattr(app.view_functions[rule.endpoint], "action", None)
            assert action is not None, f"{rule.endpoint} does not declare what it is for"
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                yield rule, method, action


def expected(who: str, rule: Rule, action: Action) -> bool:
    """Say whether somebody should get through, from the table of roles and actions alone."""
    if rule.arguments & ADAS_OWN and who != "Ada":
        return False
    if LISTED_TO_ADA.match(rule.endpoint) and who != "Ada":
        return False
    if MET.match(rule.endpoint) and who not in MET_BEN and not _sees_badge(who, rule):
        return False
    of_no_event = not rule.arguments & {"slug", "door_id"}
    roles = ROLES[who] | ({Role.OWNER} if who == "another organiser's owner" and of_no_event else set())
    return not ALLOWED[action].isdisjoint(roles)


def _sees_badge(who: str, rule: Rule) -> bool:
    """Tell whether somebody may open the badge in an address: who has a sure place needs no earlier meeting."""
    return "code" in rule.arguments and Role.ATTENDEE in ROLES[who]


def turned_away(answer: TestResponse) -> bool:
    """Tell whether an answer is a refusal: missing, forbidden, or the way to the sign-in page."""
    to_sign_in = answer.status_code == 303 and (answer.location or "").startswith("/sign-in?")
    return to_sign_in or answer.status_code in {401, 403, 404}


def as_somebody(app: Flask, world: World, who: str) -> tuple[FlaskClient, dict[str, str]]:
    """Return a browser in somebody's hands, and the headers a program of theirs would send."""
    client = app.test_client()
    token = world.devices.get(who)
    with client.session_transaction() as cookie:
        if who in world.people:
            cookie["token"] = _session(world.people[who], stale="away" in who)
        if token:
            cookie["device"] = token
    return client, {"Authorization": f"Bearer {token}"} if token else {}


def _session(actor: Actor, *, stale: bool) -> str:
    """Open a session, perhaps one that was left alone for four hours."""
    with write_transaction():
        return add_session(actor.person_id or 0, browser="test", now=NOW - timedelta(hours=4 if stale else 0))


class Snapshot:
    """The database as the world was made, put back after each act so that no cell leans on another."""

    def __init__(self) -> None:
        self.file = Path(db.engine.url.database or "")
        self.kept = self.file.with_suffix(".kept")
        db.session.remove()
        with closing(sqlite3.connect(self.file)) as now, closing(sqlite3.connect(self.kept)) as kept:
            now.backup(kept)

    def restore(self) -> None:
        """Put it back."""
        db.session.remove()
        with closing(sqlite3.connect(self.kept)) as kept, closing(sqlite3.connect(self.file)) as now:
            kept.backup(now)


def filled(rule: Rule, values: dict[str, Any]) -> str:
    """Fill an address in."""
    missing = rule.arguments - values.keys()
    assert not missing, f"{rule.rule}: say in World what {missing} names"
    return str(re.sub(r"<(?:[^:<>]*:)?([^<>]+)>", lambda found: str(values[found[1]]), rule.rule))

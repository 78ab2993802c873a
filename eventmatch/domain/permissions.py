"""Who may do what: one table of roles and actions, checked in services and shown in the product."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody is to one event, worked out anew for every request."""

    NOBODY = "nobody"
    SIGNED_IN = "signed_in"
    REGISTERED = "registered"  # has a place in some state: pending, waiting, cancelled or barred included
    ATTENDEE = "attendee"  # has a confirmed place
    DOOR = "door"
    FACILITATOR = "facilitator"
    VIEWER = "viewer"
    ORGANISER = "organiser"
    OWNER = "owner"
    DEVICE = "device"
    KIOSK = "kiosk"  # a tablet in front of everybody, locked


class Action(StrEnum):
    """Everything a route can ask for."""

    READ_PUBLIC = "read public pages"
    REGISTER = "register for an event"
    SIGN_IN = "sign in"
    OWN_ACCOUNT = "manage the own account"
    OWN_CONTACTS = "keep an own contact book"
    OWN_PLACE = "see and change the own place at an event"
    OPEN_BADGE = "open a badge"
    TAKE_PART = "see people to meet, and connect with who wears a badge"
    KEEP_APART = "block and report people met at an event"
    GO_ON_DUTY = "go on duty at a door"
    PAIR = "turn a browser into a door device, and back"
    SCAN = "scan at a door"
    SHOW_WELCOME = "show the code guests check themselves in with"
    SERVE_GUESTS = "let guests in who show a code to a kiosk"
    SEE_INSIDE = "see how full rooms are, who waits for one, and who is inside"
    RUN_ROOM = "close a session's room and keep its waiting order"
    SEE_EVENT_DESK = "see arrivals, attendees and match lists"
    RUN_EVENT = "import, export, match, pair devices and bar people"
    CREATE_EVENT = "create an event"


EVERYBODY = frozenset(Role)
TEAM = frozenset({Role.VIEWER, Role.ORGANISER, Role.OWNER})
RUNNERS = frozenset({Role.ORGANISER, Role.OWNER})
SIGNED_IN = EVERYBODY - {Role.NOBODY, Role.DEVICE, Role.KIOSK}  # a device alone is nobody's account

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.READ_PUBLIC: EVERYBODY,
    Action.REGISTER: EVERYBODY,
    Action.SIGN_IN: EVERYBODY,
    Action.OWN_ACCOUNT: SIGNED_IN,
    Action.OWN_CONTACTS: SIGNED_IN,
    Action.OWN_PLACE: frozenset({Role.REGISTERED, Role.ATTENDEE}),
    Action.OPEN_BADGE: frozenset({Role.NOBODY, Role.ATTENDEE, Role.DEVICE}),  # nobody is led to signing in
    Action.TAKE_PART: frozenset({Role.ATTENDEE}),
    Action.KEEP_APART: frozenset({Role.REGISTERED, Role.ATTENDEE}),  # who was there may need it after leaving
    Action.GO_ON_DUTY: frozenset({Role.DOOR, Role.FACILITATOR}) | RUNNERS,
    Action.PAIR: EVERYBODY,
    Action.SCAN: frozenset({Role.DEVICE}),
    Action.SHOW_WELCOME: frozenset({Role.DOOR, Role.DEVICE, Role.KIOSK}) | RUNNERS,
    Action.SERVE_GUESTS: frozenset({Role.KIOSK}),
    Action.SEE_INSIDE: TEAM | {Role.FACILITATOR, Role.DEVICE},
    Action.RUN_ROOM: RUNNERS | {Role.FACILITATOR},
    Action.SEE_EVENT_DESK: TEAM,
    Action.RUN_EVENT: RUNNERS,
    Action.CREATE_EVENT: RUNNERS,
}


def allows(roles: frozenset[Role], action: Action) -> bool:
    """Return whether any of these roles may do this."""
    return not ALLOWED[action].isdisjoint(roles)

"""The small closed sets of values that tables, forms and rules share."""

from enum import StrEnum


class Mode(StrEnum):
    """How somebody takes part, or how an event is held (``either`` then means hybrid)."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    EITHER = "either"


class AttendeeStatus(StrEnum):
    """Where one attendee's place stands."""

    PENDING = "pending"  # registered, address not verified yet; a seat is held until `held_until`
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"


class TicketKind(StrEnum):
    """What somebody comes as."""

    GUEST = "guest"
    SPEAKER = "speaker"
    CREW = "crew"
    PRESS = "press"
    EXHIBITOR = "exhibitor"


class ArrivalVisibility(StrEnum):
    """Who may see that somebody has arrived."""

    NOBODY = "nobody"
    MATCHES = "matches"
    EVERYBODY = "everybody"


class HiddenFrom(StrEnum):
    """Whom an ask is kept from."""

    NOBODY = "nobody"
    ORGANISATION = "organisation"
    ORGANISER = "organiser"
    BOTH = "both"

    @property
    def colleagues(self) -> bool:
        """Whether people of the same organisation must not see it."""
        return self in {HiddenFrom.ORGANISATION, HiddenFrom.BOTH}

    @property
    def organisers(self) -> bool:
        """Whether the organiser's team must not see it."""
        return self in {HiddenFrom.ORGANISER, HiddenFrom.BOTH}


class Purpose(StrEnum):
    """What an attendee may agree to, one by one; nothing is agreed by silence."""

    MATCHING = "matching"
    ORGANISER_EXPORT = "organiser_export"
    SHARE_EMAIL = "share_email"
    SHARE_PHONE = "share_phone"
    SHARE_LINK = "share_link"
    SHARE_AUTOMATICALLY = "share_automatically"


CONSENT_TEXT_VERSION = "2026-11"


class TagRole(StrEnum):
    """What a tag says about its attendee."""

    INTEREST = "interest"
    ASK = "ask"
    OFFER = "offer"


class Direction(StrEnum):
    """Which way somebody goes through a door."""

    IN = "in"
    OUT = "out"


class DeviceKind(StrEnum):
    """What somebody is checked in by."""

    SCANNER = "scanner"  # a phone, laptop or program of the door staff
    KIOSK = "kiosk"  # a tablet guests serve themselves at
    SCREEN = "screen"  # the venue's screen with a code that changes
    POSTER = "poster"  # a printed code: nobody saw them come, they say so themselves
    LINK = "link"  # the join link of those who take part online


class Came(StrEnum):
    """What an arrival rests on."""

    SEEN = "seen"  # a scanner, a kiosk, or the screen at the venue
    SELF_REPORTED = "self_reported"  # a printed code, which may have been photographed
    ONLINE = "online"  # the join link, and nothing at the venue


class MemberRole(StrEnum):
    """What somebody may do in an organiser's team."""

    OWNER = "owner"
    ORGANISER = "organiser"
    VIEWER = "viewer"


class StaffRole(StrEnum):
    """What somebody does at one event."""

    DOOR = "door"
    FACILITATOR = "facilitator"


class HowItWas(StrEnum):
    """What one says of having met another; it is for nobody else to read."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"
    DID_NOT_HAPPEN = "did_not_happen"


class SameOrganisation(StrEnum):
    """Whether people of one organisation are proposed to each other."""

    ALLOW = "allow"
    AVOID = "avoid"
    PREFER = "prefer"


class EarlierMeetings(StrEnum):
    """What it means for the lists of an event that two met at an earlier one."""

    SIGNAL = "signal"
    AVOID = "avoid"


class PairRule(StrEnum):
    """What the organiser decided about two people."""

    MUST = "must"
    NEVER = "never"


class JobStatus(StrEnum):
    """Where a piece of background work stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

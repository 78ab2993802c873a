"""One record of a table becomes a candidate for a place, or is refused with a reason; touches no database."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from eventmatch.domain.errors import Invalid
from eventmatch.domain.import_columns import Columns
from eventmatch.domain.import_words import PlaceState, is_yes, kind_of, mode_of, state_of
from eventmatch.domain.profiles import LONGEST, Profile, clean_line, clean_link, clean_phone, clean_tags, clean_text
from eventmatch.domain.states import Mode, TicketKind
from eventmatch.formats.table import Record
from eventmatch.services.account import clean_address

LONGEST_CODE = 200


class Remark(NamedTuple):
    """Something about one record (or with none, about the file): which field, and a sentence."""

    record: int | None
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record that can become a place."""

    number: int
    email: str | None
    code: str
    kind: TicketKind
    profile: Profile


class Refused(Exception):
    """One record that cannot become a place."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep the field and the sentence."""
        super().__init__(reason)
        self.field, self.reason = field, reason


@dataclass(slots=True)
class Remarks:
    """What is said about a file beside its people."""

    warnings: list[Remark] = field(default_factory=list)
    unknown_kinds: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one record; what is odd about it goes to the remarks."""

    columns: Columns
    record: Record
    remarks: Remarks
    damaged: str = ""  # the field that lost characters of those that tell who it is

    def candidate(self, event_mode: Mode) -> Candidate:
        """Read the whole record.

        Raises
        ------
        Refused
            If it cannot become a place.
        """
        if self.damaged:
            raise Refused(self.damaged, "It holds control characters; something of it is lost.")
        self.check_state()
        name = self.name()
        code = self.code()
        email = self.email(code)
        return Candidate(self.record.number, email, code, self.kind(), self.profile(name, event_mode))

    def text(self, field: str) -> str:
        """Return what the record says about a field."""
        return self.columns.value(field, self.record.cells)

    def warn(self, field: str, reason: str) -> None:
        """Remark on something odd that does not stop the record."""
        self.remarks.warnings.append(Remark(self.record.number, field, reason))

    def check_state(self) -> None:
        """Refuse places that the ticket shop took back or that nobody has paid for; remark on tickets for several."""
        said = self.text("status")
        match state_of(said):
            case PlaceState.GONE:
                raise Refused("status", f"The ticket shop says «{said[:40]}»: there is no place any more.")
            case PlaceState.OPEN:
                raise Refused("status", f"The ticket shop says «{said[:40]}»: there is no place yet.")
            case PlaceState.UNKNOWN:
                self.warn("status", f"«{said[:40]}» is not a state known here; taken as a valid place.")
        quantity = self.text("quantity")
        if quantity not in {"", "1", "1.0"}:
            reason = (
                f"The record stands for {quantity[:20]} tickets; one record is one person, so the others are missing."
            )
            self.warn("quantity", reason)

    def name(self) -> str:
        """Return the whole name."""
        parts = f"{self.text('first_name')} {self.text('last_name')}"
        try:
            name = clean_line(self.text("name") or parts, "name")
        except Invalid as error:
            raise Refused("name", error.message) from error
        if not name:
            raise Refused("name", "The name is missing.")
        return name

    def code(self) -> str:
        """Return the foreign ticket code, if it can be kept."""
        code = self.text("code")
        if len(code) > LONGEST_CODE:
            self.warn("code", f"A ticket code may have up to {LONGEST_CODE} characters; this one was left out.")
            return ""
        return code

    def email(self, code: str) -> str | None:
        """Return the address; without one a ticket code must tell who it is."""
        text = self.text("email")
        if text:
            try:
                return clean_address(text)
            except Invalid as error:
                raise Refused("email", error.message) from error
        if not code:
            raise Refused("email", "The e-mail address is missing, and there is no ticket code to know the person by.")
        self.warn("email", "Without an address: the ticket code admits them, but they cannot be invited.")
        return None

    def kind(self) -> TicketKind:
        """Return what the person comes as."""
        said = self.text("kind")
        kind = kind_of(said) if said else TicketKind.GUEST
        if kind is None:
            self.remarks.unknown_kinds.setdefault(said, []).append(self.record.number)
        return kind or TicketKind.GUEST

    def profile(self, name: str, event_mode: Mode) -> Profile:
        """Return everything the record says about the person."""
        asks, ask = self.words_or_sentence("asks", "ask")
        offers, offer = self.words_or_sentence("offers", "offer")
        return Profile(
            name=name,
            organisation=self.cut(clean_line, "organisation"),
            team=self.cut(clean_line, "team"),
            role=self.cut(clean_line, "role"),
            headline=self.cut(clean_line, "headline"),
            about=self.cut(clean_text, "about"),
            interests=self.tags("interests"),
            asks=asks,
            offers=offers,
            ask=ask,
            offer=offer,
            glad_to_help=is_yes(self.text("glad_to_help")),
            mode=self.mode(event_mode),
            can_video=is_yes(self.text("can_video")),
            phone=self.lenient(clean_phone, "phone"),
            link=self.lenient(clean_link, "link"),
        )

    def cut(self, clean: Callable[[str, str], str], field: str) -> str:
        """Return a text, cut where it is longer than its field."""
        text = unicodedata.normalize("NFC", self.text(field))
        try:
            return clean(text, field)
        except Invalid:
            self.warn(field, f"It has {len(text)} characters; the first {LONGEST[field]} were kept.")
            return clean(text[: LONGEST[field]], field)

    def lenient(self, clean: Callable[[str], str], field: str) -> str:
        """Return a value, or nothing and a remark where it cannot be used."""
        text = self.text(field)
        try:
            return clean(f"https://{text}" if field == "link" and text and "://" not in text else text)
        except Invalid as error:
            self.warn(field, f"«{text[:40]}» was left out. {error.message}")
            return ""

    def tags(self, field: str) -> tuple[str, ...]:
        """Return words, or none and a remark where they cannot be kept."""
        try:
            return clean_tags(self.text(field), field)
        except Invalid as error:
            self.warn(field, f"It was left out. {error.message}")
            return ()

    def words_or_sentence(self, field: str, sentence: str) -> tuple[tuple[str, ...], str]:
        """Read an ask or offer: short pieces are words, anything longer is one sentence."""
        try:
            return clean_tags(self.text(field), field), ""
        except Invalid:
            text = clean_line(self.text(field)[: LONGEST[sentence]], sentence)
            if len(self.text(field)) > LONGEST[sentence]:
                self.warn(field, f"The first {LONGEST[sentence]} characters were kept.")
            return (), text

    def mode(self, event_mode: Mode) -> Mode:
        """Return how the person takes part; unless they say, as the event is held."""
        usual = Mode.ONLINE if event_mode is Mode.ONLINE else Mode.IN_PERSON
        said = self.text("mode")
        mode = mode_of(said) if said else usual
        if mode is None:
            self.warn("mode", f"«{said[:40]}» is neither in person nor online; taken as {usual.replace('_', ' ')}.")
        return mode or usual

"""What the words in other programs' cells mean here: kinds of ticket, states, ways to take part, yes and no."""

import re
from enum import StrEnum

from eventmatch.domain.import_columns import plain
from eventmatch.domain.states import Mode, TicketKind

# Beginnings of words; the first kind of which one is there wins.
_KINDS: dict[TicketKind, str] = {
    TicketKind.SPEAKER: "speaker|keynote|panelist|presenter|referent|vortragend|sprecher|intervenant|conferencier|"
    "orateur|ponente|orador|conferenciante|relator|spreker|palestrante|prelegent|foredragsholder",
    TicketKind.CREW: "crew|staff|volunteer|organis|organiz|orga|helfer|mitarbeit|personal|benevole|voluntari|"
    "volontari|vrijwillig|frivillig|equipo|team",
    TicketKind.PRESS: "press|presse|media|journalis|prensa|stampa|imprensa|pers|medien",
    TicketKind.EXHIBITOR: "exhibitor|exhibiting|sponsor|aussteller|exposant|expositor|espositor|standhouder|booth|"
    "stand",
    TicketKind.GUEST: "guest|attendee|participa|regular|standard|general|admission|normal|basic|early|late|student|"
    "reduced|member|visitor|teilnehm|gast|gaste|besucher|regular|ermassigt|frubucher|invite|visiteur|plein|reduit|"
    "asistente|invitado|entrada|partecipant|ospite|ticket|free|full|day|online|virtual|remote|person",
}
_WHOLE = frozenset(
    {"press", "presse", "media", "pers", "stand", "team", "orga", "personal", "late", "day", "full", "free"}
)

_GONE = re.compile(
    r"inactive|inaktiv|cancel|refund|delet|void|not attending|declin|reject|withdraw|expired|no longer|storn|"
    r"abgesagt|annul|rembours|"
    r"cancelad|reembols|rimborsat|geannuleerd|anulowan"
)
_OPEN = re.compile(
    r"pending|await|unpaid|reserved|incomplete|unconfirmed|waiting|waitlist|offen|unbezahlt|wartend|en attente"
)
_VALID = re.compile(
    r"attending|active|confirm|paid|complete|checked in|valid|registered|going|accept|approv|ok|yes|issued|bezahlt|"
    r"bestatigt|aktiv|gultig|paye|valide|pagad|confermat|betaald"
)
_ONLINE = re.compile(r"online|virtual|virtuell|remote|stream|digital|en ligne|en linea|distance|distanz")
_THERE = re.compile(r"in person|on site|onsite|vor ort|prasenz|presen|presencial|presenza|fysiek|in persona|venue")
_EITHER = re.compile(r"either|both|hybrid|beides|les deux|ambos|entrambi|beide")
_YES = frozenset(["yes", "y", "true", "1", "x", "ja", "j", "oui", "si", "sim", "tak", "wahr", "vrai", "on"])


class PlaceState(StrEnum):
    """What a ticket shop says of a place."""

    VALID = "valid"
    OPEN = "open"  # reserved, not paid, on a waiting list
    GONE = "gone"  # cancelled, refunded
    UNKNOWN = "unknown"


def kind_of(text: str) -> TicketKind | None:
    """Return what somebody comes as by the name of their ticket; None when no word is known."""
    words = plain(text).split()
    for kind, beginnings in _KINDS.items():
        if any(_begins(word, beginnings) for word in words):
            return kind
    return None


def _begins(word: str, beginnings: str) -> bool:
    """Tell whether a word begins in one of these ways; short words must be whole."""
    return any(word == b or (b not in _WHOLE and word.startswith(b)) for b in beginnings.split("|"))


def state_of(text: str) -> PlaceState:
    """Return what a shop's word says of a place; no word at all means it stands."""
    word = plain(text)
    for state, words in ((PlaceState.GONE, _GONE), (PlaceState.OPEN, _OPEN), (PlaceState.VALID, _VALID)):
        if words.search(word):
            return state
    return PlaceState.UNKNOWN if word else PlaceState.VALID


def mode_of(text: str) -> Mode | None:
    """Return how somebody takes part; None when no word is known."""
    word = plain(text)
    there, online = bool(_THERE.search(word)), bool(_ONLINE.search(word))
    if _EITHER.search(word) or (there and online):
        return Mode.EITHER
    return Mode.IN_PERSON if there else Mode.ONLINE if online else None


def is_yes(text: str) -> bool:
    """Read a yes in several languages; anything else is no."""
    return plain(text) in _YES

"""What of an attendee's words another attendee, or the organiser, may read."""

from collections.abc import Mapping
from typing import Any

from eventmatch.domain.organisations import differ, share_a_domain
from eventmatch.domain.reasons import Reason, Words, readable, recalled
from eventmatch.domain.states import TagRole
from eventmatch.domain.synonyms import Kind, read_as
from eventmatch.models.attendee import Attendee
from eventmatch.models.match import Match
from eventmatch.models.person import addresses_of

Tags = Mapping[TagRole, tuple[str, ...]]


def shows_asks_to(owner: Attendee, reader: Attendee) -> bool:
    """Tell whether somebody's asks may be read by another attendee.

    Asks hidden from colleagues are for those who are clearly none: of another organisation by its name, and under
    no mail domain of the owner's. An empty organisation is quickly typed, an address has to be proven. Names that the
    organiser reads as one are one here, too.
    """
    if owner.id == reader.id or not owner.ask_hidden_from.colleagues:
        return True
    synonyms = owner.event.settings.get("matching", {}).get(Kind.ORGANISATION.setting, {})
    names = owner.organisation, reader.organisation
    if not (differ(*names) and differ(*(read_as(synonyms, name) for name in names))):
        return False
    return not share_a_domain(_addresses(owner), _addresses(reader))


def _addresses(attendee: Attendee) -> set[str]:
    """Return the address of a place, and all its person has proven: what one types in the profile can change."""
    proven = {row.address for row in addresses_of(attendee.person_id)} if attendee.person_id is not None else set()
    return proven | ({attendee.email} if attendee.email else set())


def words_of(owner: Attendee, tags: Tags, *, asks: bool) -> Words:
    """Return what may be read of somebody's profile by field, named as the matcher names them."""
    plain = ("organisation", "team", "role", "headline", "about")
    words: dict[str, tuple[str, ...]] = {field: (getattr(owner, field),) for field in plain}
    words |= {"interests": tags.get(TagRole.INTEREST, ()), "offers": tags.get(TagRole.OFFER, ())}
    words["offer_text"] = (owner.offer,)
    if asks:
        words |= {"asks": tags.get(TagRole.ASK, ()), "ask_text": (owner.ask,)}
    return words


def side_of(match: Match, attendee_id: int) -> Mapping[str, Any]:
    """Return what one of a pair gets, as it is kept."""
    return match.low_terms if match.low_id == attendee_id else match.high_terms


def rank_for(match: Match, attendee_id: int) -> int:
    """Return where a match stands on one's list."""
    return match.low_rank if match.low_id == attendee_id else match.high_rank


def other_of(match: Match, attendee_id: int) -> int:
    """Return the other one of a pair."""
    return match.high_id if match.low_id == attendee_id else match.low_id


def reasons_of(match: Match, attendee_id: int, mine: Words, theirs: Words) -> tuple[Reason, ...]:
    """Return what one of a pair gets, as far as these words may be read."""
    return readable(recalled(side_of(match, attendee_id)["reasons"]), mine, theirs)

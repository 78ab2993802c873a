"""What an organiser decides about the doors of an event, and about one of them; kept as plain JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from eventmatch.domain.local_time import day_began
from eventmatch.domain.states import TicketKind

EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Way(StrEnum):
    """Where a door leads."""

    BOTH = "both"
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class EventDoors:
    """What holds at all doors of one event; kept in its settings under "door"."""

    re_entry: bool = True  # whoever went out of the venue may come back
    daily: bool = False  # each day counts anew: everybody checks in once on every day
    walk_ins: bool = False  # people may register at the door
    poster: bool = False  # a printed code checks in, marked as self-reported
    signed_tickets: bool = False  # codes that admit where nothing but a key is known
    names_offline: bool = False  # devices may keep readable names, to search without network

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """Read them from an event's settings; what is missing or strange is as usual."""
        kept = settings.get("door", {})
        return cls(**{f.name: kept[f.name] for f in fields(cls) if isinstance(kept.get(f.name), bool)})

    def stored(self) -> dict[str, bool]:
        """Return what is kept."""
        return asdict(self)

    def counts_from(self, now: datetime, zone: str) -> datetime:
        """Return since when being in a room counts: today's first moment where each day counts anew, else ever."""
        return day_began(now, zone) if self.daily else EVER


@dataclass(frozen=True, slots=True)
class DoorRules:
    """What holds at one door; kept in its rules."""

    way: Way = Way.BOTH
    kinds: frozenset[TicketKind] = frozenset()  # empty: every kind may pass
    badge_admits: bool = False  # badges were handed out in advance, and open this entrance
    question: str = ""  # must be answered before anybody gets in

    @classmethod
    def of(cls, rules: Mapping[str, Any]) -> Self:
        """Read them from a door's JSON; what is missing or strange is as usual."""
        if not rules:
            return cls()
        return cls(
            way=Way(rules["way"]) if rules.get("way") in tuple(Way) else Way.BOTH,
            kinds=frozenset(TicketKind(kind) for kind in rules.get("kinds", ()) if kind in tuple(TicketKind)),
            badge_admits=rules.get("badge_admits") is True,
            question=str(rules.get("question") or ""),
        )

    def stored(self) -> dict[str, Any]:
        """Return what is kept: only what is not as usual."""
        usual = {"way": Way.BOTH, "kinds": [], "badge_admits": False, "question": ""}
        kept = asdict(self) | {"kinds": sorted(self.kinds)}
        return {name: value for name, value in kept.items() if value != usual[name]}

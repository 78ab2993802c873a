"""Whose badges an organiser wants, and on which paper."""

from dataclasses import dataclass

from eventmatch.domain.badge_sizes import SIZES
from eventmatch.domain.errors import Invalid
from eventmatch.domain.names import fold
from eventmatch.domain.states import TicketKind

LONGEST_BEGINNING = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Which badges are meant; plain values, so that a job can carry them."""

    size: str = "a4-10"
    kind: str = ""  # "" for every kind of ticket
    first: str = ""  # names from these letters on
    last: str = ""  # up to and with names that begin like this
    unprinted: bool = False  # only those nobody has printed yet

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises
        ------
        Invalid
            If there is no such size or kind, or no name can lie in the range.
        """
        if self.size not in SIZES:
            raise Invalid("Choose one of the sizes.", field="size")
        if self.kind and self.kind not in set(TicketKind):
            raise Invalid("Choose one of the kinds of ticket.", field="kind")
        for field, text in (("first", self.first), ("last", self.last)):
            if len(text) > LONGEST_BEGINNING or bool(text.strip()) != bool(fold(text)):
                raise Invalid("A letter, or the few letters a name begins with.", field=field)
        if self.last and fold(self.first)[: len(fold(self.last))] > fold(self.last):
            raise Invalid("This comes before the first letter.", field="last")

    @property
    def narrowed_by(self) -> str:
        """What to look at first when nobody fits."""
        return next((field for field in ("first", "last", "kind") if getattr(self, field)), "unprinted")

    def wants(self, name: str, kind: TicketKind, *, printed: bool) -> bool:
        """Tell whether somebody's badge is among those meant."""
        folded, last = fold(name), fold(self.last)
        fits = folded >= fold(self.first) and folded[: len(last)] <= last
        return fits and self.kind in {"", kind} and not (self.unprinted and printed)

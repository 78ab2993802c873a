"""Meetings as edges of a graph and rounds as colours: nobody has two meetings of one colour."""

from eventmatch.matching.bookings import NOBODY, Bookings, bits


class Colouring(Bookings):
    """Bookings that grow pair by pair, moving what is there where that makes room."""

    def add(self, a: int, b: int, *, depth: int = 0) -> bool:
        """Find two people a round; False when none was found, and then nothing has changed.

        Tried in this order: a round open to both, the emptiest first; a Kempe chain, which exchanges two rounds
        along the meetings that alternate between them; a fan of Misra and Gries, which passes the rounds of one
        person's meetings on from one to the next. Where everybody is present in more rounds than anybody has
        meetings, and no limit stands in the way, a fan always succeeds.

        Parameters
        ----------
        a, b : int
            Two people without a meeting with each other.
        depth : int, default=0
            How many times others may be pushed out of a round for the two and found another one in turn.

        References
        ----------
        A. B. Kempe (1879), On the geographical problem of the four colours, American J. of Mathematics 2(3).
        V. G. Vizing (1964), On an estimate of the chromatic class of a p-graph, Diskret. Analiz 3.
        J. Misra and D. Gries (1992), A constructive proof of Vizing's theorem, Information Processing Letters 41(3).
        """
        self.done.clear()
        return self._place(a, b, depth)

    def add_near(self, a: int, b: int, *, reach: int) -> bool:
        """Find two people a round, by a chain of at most `reach` others if need be; False when none was found."""
        self.done.clear()
        return self._both_open(a, b) or self._by_chain(a, b, reach) or self._by_chain(b, a, reach)

    def moved(self) -> set[int]:
        """Everybody whom the last addition concerned."""
        return {person for a, b, _ in self.done for person in (a, b)}

    def level(self) -> None:
        """Make rounds equally large as far as people's presence allows; to within one where all are present.

        Of the chains of meetings that alternate between two rounds, those with more meetings in the larger one are
        exchanged.

        References
        ----------
        D. de Werra (1971), Equitable colorations of graphs, R.I.R.O. 5(R-3).
        """
        moved = True
        while moved:
            order = sorted(range(len(self.load)), key=self.load.__getitem__)
            moved = any(self._even(large, small) for large in reversed(order) for small in order)

    def _place(self, a: int, b: int, depth: int) -> bool:
        if not (self.open[a] and self.open[b] and min(self.load) < self.limit):
            return False  # whatever is moved, everybody has as many meetings as before
        if self._both_open(a, b) or any(
            way(*pair) for way in (self._by_chain, self._by_fan) for pair in ((a, b), (b, a))
        ):
            return True
        return depth > 0 and any(self._push(a, b, round_, depth) for round_ in bits(self.free[a] & self.free[b]))

    def _both_open(self, a: int, b: int) -> bool:
        load, round_ = min(((self.load[r], r) for r in bits(self.open[a] & self.open[b])), default=(self.limit, 0))
        if load < self.limit:
            self.book(a, b, round_)
        return load < self.limit

    def _by_chain(self, a: int, b: int, reach: int | None = None) -> bool:
        """Open a round of a's to b."""
        longest = len(self.free) if reach is None else reach + 1
        for away in bits(self.open[a] & self.free[b]):
            for back in bits(self.open[b]):
                chain = self.chain(b, away, back)
                if 1 < len(chain) <= longest and chain[-1] != a:
                    mark = len(self.done)
                    self.exchange(chain, away, back)
                    self.book(a, b, away)
                    if self._within(mark):
                        return True
        return False

    def _by_fan(self, a: int, b: int) -> bool:
        """Pass the rounds of a's meetings on, until the last one to give theirs away can take another."""
        fan = self._fan(a, b)
        for away in bits(self.open[fan[-1]]):
            for back in bits(self.open[a]):
                mark = len(self.done)
                if not self.is_open(a, away):
                    self.exchange(self.chain(a, away, back), away, back)
                if self.is_open(a, away) and self._pass_on(a, fan, away) and self._within(mark):
                    return True
                self.undo(mark)
        return False

    def _fan(self, a: int, b: int) -> list[int]:
        """The second and then people the first meets, each in a round open to the one before; as many as there are."""
        fan, grown = [b], True
        while grown:
            busy = bits(self.open[fan[-1]] & ~self.open[a])
            following = next((p for r in busy if (p := self.partner[a][r]) != NOBODY and p not in fan), NOBODY)
            if grown := following != NOBODY:
                fan.append(following)
        return fan

    def _pass_on(self, a: int, fan: list[int], last: int) -> bool:
        """Let everybody meet a in the round of the next one, and the first who can in the last round."""
        for person, following in zip(fan, [*fan[1:], NOBODY], strict=True):
            if self.is_open(person, last):
                self.book(a, person, last)
                return True
            round_ = self.partner[a].index(following) if following != NOBODY else last
            if not self.is_open(person, round_):
                return False
            self.release(a, following, round_)
            self.book(a, person, round_)
        return False

    def _push(self, a: int, b: int, round_: int, depth: int) -> bool:
        """Let two people meet in a round, and find another one for the meetings that were in the way."""
        displaced = [(p, self.partner[p][round_]) for p in (a, b) if not self.is_open(p, round_)]
        if any(other == NOBODY for _, other in displaced):
            return False
        mark = len(self.done)
        for pair in displaced:
            self.release(*pair, round_)
        self.book(a, b, round_)
        if self.load[round_] <= self.limit and all(self._place(*pair, depth - 1) for pair in displaced):
            return True
        self.undo(mark)
        return False

    def _even(self, large: int, small: int) -> bool:
        """Move meetings from one round to a smaller one, until they are even or nothing moves."""
        moved = False
        for person, row in enumerate(self.partner):
            if self.load[large] - self.load[small] <= 1:
                break
            if row[large] != NOBODY and self.is_open(person, small):
                chain = self.chain(person, large, small)
                if len(chain) % 2 == 0 and chain:
                    self.exchange(chain, large, small)
                    moved = True
        return moved

    def _within(self, mark: int) -> bool:
        """Say whether rounds changed since the mark keep to the limit; if not, change them back."""
        within = all(self.load[max(r, ~r)] <= self.limit for _, _, r in self.done[mark:])
        if not within:
            self.undo(mark)
        return within

"""Everybody knows their table, and keeps it where that costs nobody anything."""

from eventmatch.matching.seating import Meeting, Thirds, seated
from tests.matching.meetings import anybody


def test_tables_are_numbered_from_one() -> None:
    assert [m.table for m in seated([[(2, 3), (0, 1)]], None)] == [1, 2]


def test_one_of_two_keeps_the_table_of_the_round_before() -> None:
    meetings = seated([[(0, 1), (2, 3)], [(0, 4), (1, 2)]], None)

    assert [(m.people, m.table) for m in meetings[2:]] == [((0, 4), 1), ((1, 2), 2)]


def test_a_table_that_was_kept_is_not_given_away() -> None:
    meetings = seated([[(2, 3), (4, 5)], [(0, 1), (2, 5)]], 2)

    assert [(m.people, m.table) for m in meetings[2:]] == [((0, 1), 2), ((2, 5), 1)]


def test_a_round_without_meetings_has_no_tables() -> None:
    assert seated([[(0, 1)], [], [(0, 2)]], None) == (Meeting(0, (0, 1), 1), Meeting(2, (0, 2), 1))


def test_three_meet_in_three_pairs() -> None:
    assert Meeting(0, (1, 4, 6), 1).pairs == ((1, 4), (1, 6), (4, 6))


def test_a_third_joins_the_first_pair_they_have_not_met() -> None:
    thirds = Thirds([[(1, 2)], [(0, 1), (3, 4)]], lambda *pair: pair != (0, 2))

    joined = thirds.join(0, 0b01), thirds.join(5, 0b10)

    assert joined == (None, Meeting(1, (0, 1, 5), 0))
    assert thirds.rounds == [[(1, 2)], [(0, 1, 5), (3, 4)]]


def test_nobody_joins_three() -> None:
    assert Thirds([[(1, 2, 3)]], anybody).join(0, 0b1) is None


def test_who_has_taken_nobody_in_yet_is_asked_first() -> None:
    thirds = Thirds([[(0, 1), (2, 3)], [(0, 2), (4, 5)]], anybody)

    joined = thirds.join(6, 0b01), thirds.join(7, 0b10)

    assert [meeting.people for meeting in joined if meeting] == [(0, 1, 6), (4, 5, 7)]

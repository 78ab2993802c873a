"""An address is kept as the mailbox it is: what is made one must be one."""

import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.services.account import clean_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("ada@faß.de", "ada@faß.de"),  # fass.de is somebody else's
        ("ada@xn--fa-hia.de", "ada@faß.de"),
    ],
)
def test_addresses_are_made_one_only_where_they_are_one(typed: str, kept: str) -> None:
    assert clean_address(typed) == kept


def test_a_local_part_that_mail_cannot_carry_is_refused_instead_of_respelt() -> None:
    with pytest.raises(Invalid):
        clean_address("weiß@example.org")

"""What may stand in an address."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", [f"/doors/{2**31}", f"/doors/{10**40}", "/doors/-1", "/e/a%00b", "/pair/%00"])
def test_address_no_database_could_hold_is_not_found(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404

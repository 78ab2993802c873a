"""Headers that every answer carries, whatever it answers."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from eventmatch.factory import create_app
from eventmatch.settings import read_settings

ADDRESSES = ["/", "/about", "/sign-in", "/nowhere", "/me", "/static/css/base.css", "/api/v1/nowhere"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_allows_nothing_from_elsewhere_and_nothing_inline(client: FlaskClient, address: str) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_keeps_its_type_and_tells_no_address_onwards(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers

    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")


def test_what_programs_read_loads_nothing_at_all(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nowhere")

    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


def test_pages_are_kept_nowhere_and_style_sheets_for_a_while(client: FlaskClient) -> None:
    page, sheet = client.get("/").headers["Cache-Control"], client.get("/static/css/base.css").headers["Cache-Control"]

    assert (page, "max-age" in sheet) == ("no-store", True)


@pytest.mark.parametrize(("base_url", "secure"), [("https://meet.example.org", True), ("http://127.0.0.1:5000", False)])
def test_https_is_insisted_on_exactly_where_it_is_spoken(tmp_path: Path, base_url: str, *, secure: bool) -> None:
    environ = {"EVENTMATCH_INSTANCE": str(tmp_path), "EVENTMATCH_BASE_URL": base_url}
    app = create_app(read_settings(environ), embedded_queue=False)

    answer = app.test_client().get("/sign-in", base_url=base_url)

    cookie = answer.headers.get("Set-Cookie", "")
    assert ("Secure" in cookie, "Strict-Transport-Security" in answer.headers) == (secure, secure)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_readers_machine_code_is_served_as_what_it_is(client: FlaskClient) -> None:
    answer = client.get("/static/vendor/zxing-wasm/reader/zxing_reader.wasm")
    if answer.status_code == 404:
        pytest.skip("static/vendor is empty: `make install` fills it where npm is there")

    assert answer.mimetype == "application/wasm"

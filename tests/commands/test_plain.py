"""The plain door beside an https server."""

import http.client
import socket
from contextlib import closing
from pathlib import Path

import pytest

from eventmatch.commands.plain import AT_ONCE, plain_door
from eventmatch.commands.server import Place, trouble_with
from eventmatch.services import trust
from tests.commands.test_serve import Running
from tests.ports import free_port


def get(place: Place, path: str, method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
    """Ask the plain door."""
    with closing(http.client.HTTPConnection("127.0.0.1", place.plain_port, timeout=10)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer, answer.read()


def test_it_shows_how_to_trust_the_server_and_hands_out_what_to_trust(served: tuple[Place, Running]) -> None:
    place, _ = served
    authority = trust.authority(place.tls or Path())
    assert authority is not None

    page, words = get(place, "/trust")
    _, certificate = get(place, "/trust/eventmatch.crt")
    sheet, _ = get(place, "/static/css/base.css")

    assert (page.status, sheet.status) == (200, 200)
    assert f'href="{place.base_url}"'.encode() in words
    assert certificate == authority.certificate


def test_nothing_of_https_comes_along(served: tuple[Place, Running]) -> None:
    place, _ = served

    headers = get(place, "/trust")[0].headers

    assert not {"Set-Cookie", "Strict-Transport-Security"} & set(headers)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Server"] == "eventmatch"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/"),
        ("/e/pm-meetup?x=1", "/e/pm-meetup?x=1"),
        ("/trusting", "/trusting"),
        ("//elsewhere.example", "/elsewhere.example"),
        ("http://elsewhere.example/", "/"),
    ],
)
def test_all_else_leads_to_the_https_server(served: tuple[Place, Running], path: str, leads_to: str) -> None:
    place, _ = served

    answer, _ = get(place, path)

    assert (answer.status, answer.headers["Location"]) == (302, place.base_url + leads_to)


def test_it_takes_nothing(served: tuple[Place, Running]) -> None:
    place, _ = served

    assert get(place, "/trust", "POST")[0].status == 501


def test_while_the_server_does_not_answer_it_says_so_and_at_its_end_it_closes(tmp_path: Path) -> None:
    place = Place("127.0.0.1", free_port(), "https://door.example.test")
    with plain_door(place):
        assert get(place, "/trust")[0].status == 502
        assert get(place, "/")[0].status == 302

    with pytest.raises(ConnectionRefusedError):
        get(place, "/")


def test_visitors_who_say_nothing_keep_no_more_than_their_places_busy(tmp_path: Path) -> None:
    place = Place("127.0.0.1", free_port(), "https://door.example.test")
    with plain_door(place):
        silent = [socket.create_connection(("127.0.0.1", place.plain_port)) for _ in range(AT_ONCE)]
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            get(place, "/")
        silent.pop().close()

        assert answered_soon(place)
        for line in silent:
            line.close()


def answered_soon(place: Place) -> bool:
    """Tell whether a place becomes free."""
    for _ in range(100):
        try:
            return get(place, "/")[0].status == 302
        except (http.client.RemoteDisconnected, ConnectionResetError):
            continue
    return False


@pytest.mark.parametrize(("port", "plain"), [(5000, 5001), (443, 80), (65535, 65534)])
def test_it_is_beside_the_servers_own(port: int, plain: int) -> None:
    assert Place("127.0.0.1", port, "").plain_port == plain


def test_a_plain_port_in_use_is_trouble_only_where_it_is_needed(tmp_path: Path) -> None:
    with socket.socket() as taken:
        port = free_port()
        taken.bind(("127.0.0.1", port + 1))
        taken.listen()

        assert f"Port {port + 1} " in str(trouble_with(Place("127.0.0.1", port, "", tmp_path)))
        assert trouble_with(Place("127.0.0.1", port, "")) is None

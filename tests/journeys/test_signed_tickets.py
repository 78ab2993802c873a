"""Signed tickets in a real browser, by the same vectors: with its own Ed25519, and with ours where it lends none."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from eventmatch.domain.codes import ALPHABET
from tests.domain.test_signed_tickets import CASES, VALID, VECTORS
from tests.journeys.house import ROOT, launch

pytestmark = pytest.mark.browser

VENUE = "door.example.test"  # plain http on a name that is not localhost: no crypto.subtle there
VERIFY = """async ({cases, keys}) => {
  const { verify } = await import("/js/signed-ticket.js");
  return Promise.all(cases.map(({ text, now }) => verify(text, keys, Date.parse(now))));
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Files without a word on standard error."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Return where the static files are served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(ROOT / "static")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["127.0.0.1", VENUE], ids=["WebCrypto", "noble"])
def page(request: pytest.FixtureRequest, player: Playwright, port: int) -> Iterator[Page]:
    """Return a page that has Ed25519 of its own, then one that has not."""
    browser = launch(player, f"--host-resolver-rules=MAP {VENUE} 127.0.0.1")
    opened = browser.new_page()
    opened.goto(f"http://{request.param}:{port}/css/tokens.css")
    assert opened.evaluate("Boolean(crypto.subtle)") == (request.param == "127.0.0.1")
    yield opened
    browser.close()


def verified(page: Page, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let the page verify texts at moments."""
    answers: list[dict[str, Any]] = page.evaluate(VERIFY, {"cases": cases, "keys": VECTORS["keys"]})
    return answers


def expected(case: dict[str, Any]) -> dict[str, Any]:
    """Return what the page has to say of a vector."""
    answer: dict[str, Any] = {"valid": False, "why": case["why"]} if "why" in case else {"valid": True}
    if ticket := case.get("ticket"):
        answer |= {"code": ticket["code"], "eventId": ticket["event_id"], "keyId": ticket["key_number"]}
        answer |= {"from": ticket["valid_from"] * 60_000, "until": ticket["valid_until"] * 60_000}
    return answer


def test_vectors(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))

    answers = verified(page, list(CASES.values()))

    assert dict(zip(CASES, answers, strict=True)) == {name: expected(case) for name, case in CASES.items()}
    assert any("/vendor/@noble/" in url for url in fetched) == (VENUE in page.url)


def test_mutations_are_never_believed(page: Page) -> None:
    now = CASES["valid"]["now"]
    others = [ALPHABET[(ALPHABET.index(sign) + 1 + place % 31) % 32] for place, sign in enumerate(VALID)]
    mutated = [VALID[:place] + other + VALID[place + 1 :] for place, other in enumerate(others)]

    answers = verified(page, [{"text": text, "now": now} for text in [*mutated, VALID]])

    assert [answer["valid"] for answer in answers] == [False] * len(mutated) + [True]


@pytest.mark.parametrize("page", [VENUE], indirect=True)
def test_a_verifier_that_did_not_load_is_asked_for_again(page: Page) -> None:
    given = {"cases": [CASES["valid"]], "keys": VECTORS["keys"]}
    page.route("**/vendor/**", lambda route: route.abort())
    broken = page.evaluate(f"(given) => ({VERIFY})(given).catch(() => 'nothing checks')", given)
    page.unroute("**/vendor/**")

    assert broken == "nothing checks"
    assert [answer["valid"] for answer in verified(page, [CASES["valid"]])] == [True]

"""A running house for stories: the real server and its worker, a mail sink, and real Chromium browsers."""

import hashlib
import io
import os
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import qrcode
import zxingcpp
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image
from playwright.sync_api import Browser, Dialog, Page, Playwright, Response

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 900}
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@dataclass
class MailSink:
    """A real SMTP server that keeps what it gets."""

    messages: list[Any] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one message."""
        self.messages.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.SMTP))
        return "250 kept"

    def wait_for(self, address: str, subject: str, *, after: int = 0, seconds: float = 20) -> EmailMessage:
        """Return the newest mail to an address whose subject holds these words; fail if none comes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for message in reversed(self.messages[after:]):
                if address in message["To"] and subject.casefold() in message["Subject"].casefold():
                    found: EmailMessage = message
                    return found
            time.sleep(0.1)
        subjects = [(m["To"], m["Subject"]) for m in self.messages]
        raise AssertionError(f"no mail to {address} about {subject!r}; there are {subjects}")

    def messages_to(self, address: str, *, after: int = 0) -> list[EmailMessage]:
        """Return the mails to an address so far, of those after the first ones."""
        return [message for message in self.messages[after:] if address in message["To"]]


def text_of(message: EmailMessage) -> str:
    """Return a mail's plain text."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def link_in(message: EmailMessage, path: str) -> str:
    """Return the first link in a mail under a path such as /in/."""
    found = re.search(rf"https?://\S+{re.escape(path)}\S+", text_of(message))
    assert found, text_of(message)
    return found[0]


def qr_in(message: EmailMessage) -> str:
    """Read the attached ticket with an independent decoder."""
    [png] = [part for part in message.iter_attachments() if part.get_content_type() == "image/png"]
    return read_qr(png.get_content())


def read_qr(png: bytes) -> str:
    """Read the one code in a picture with a decoder that is not ours."""
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))
    return str(found.text)


@dataclass
class House:
    """A running installation."""

    url: str
    instance: Path
    environment: dict[str, str]
    mail: MailSink
    root: Path = ROOT
    cookies: list[Any] = field(default_factory=list)  # of the organiser, once she has signed in

    def command(self, *words: str) -> str:
        """Run a command of ours on this installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *words],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_house(folder: Path, name: str = "127.0.0.1", *, secure: bool = False, root: Path = ROOT) -> Iterator[House]:
    """Serve a fresh installation with a mail sink until the story is told; secure with a certificate of its own."""
    sink, port = MailSink(), free_port()
    smtp = Controller(sink, hostname="127.0.0.1", port=free_port())
    smtp.start()
    settings = {
        "PORT": str(port),
        "EVENTMATCH_BASE_URL": f"{'https' if secure else 'http'}://{name}:{port}",
        "EVENTMATCH_INSTANCE": str(folder),
        "EVENTMATCH_MAIL_URL": f"smtp://127.0.0.1:{smtp.port}",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EVENTMATCH_")}
    house = House(settings["EVENTMATCH_BASE_URL"], folder, inherited | settings, sink, root)
    house.command("demo")
    if secure:
        house.command("certificate", name)
    server = subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "serve"], cwd=root, env=house.environment)
    try:
        wait_until_served(f"{house.url.partition(':')[0]}://127.0.0.1:{port}", server, folder / "tls/authority.crt")
        yield house
    finally:
        server.terminate()
        server.wait(15)
        smtp.stop()


def wait_until_served(url: str, server: subprocess.Popen[bytes], authority: Path) -> None:
    """Wait for the first answer, over https as somebody who trusts the authority."""
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            trusting = ssl.create_default_context(cafile=authority) if authority.exists() else None
            with urllib.request.urlopen(url, timeout=1, context=trusting):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def chromium() -> str:
    """Return where Chromium is; without it stories cannot be told."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    assert found, "Chromium is missing: apt-get install chromium"
    return found


def launch(playwright: Playwright, *flags: str, home: Path | None = None) -> Browser:
    """Start a Chromium that talks to nobody but us; what it trusts beside the usual lies in its home."""
    environment: dict[str, str | float | bool] | None = {**os.environ, "HOME": str(home)} if home else None
    return playwright.chromium.launch(executable_path=chromium(), args=[*QUIET, *flags], env=environment)


def trusting(house: House, home: Path) -> list[str]:
    """Make Chromium trust a house's authority as people do, where certutil is there; else return a flag instead."""
    if certutil := shutil.which("certutil"):
        (store := home / ".pki/nssdb").mkdir(parents=True)
        database, authority = f"sql:{store}", house.instance / "tls/authority.crt"
        subprocess.run([certutil, "-N", "--empty-password", "-d", database], check=True)
        subprocess.run([certutil, "-A", "-n", "ours", "-t", "C,,", "-i", authority, "-d", database], check=True)
        return []
    server = x509.load_pem_x509_certificate((house.instance / "tls/server.crt").read_bytes())
    key = server.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return [f"--ignore-certificate-errors-spki-list={b64encode(hashlib.sha256(key).digest()).decode()}"]


def camera_flags(text: str, folder: Path) -> list[str]:
    """Make Chromium's camera show a QR of this text."""
    film = folder / "camera.mjpeg"
    picture = qrcode.make(text, border=4, box_size=8).get_image().convert("RGB").resize((360, 360))
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(picture, (140, 60))
    still = io.BytesIO()
    frame.save(still, "JPEG", quality=92)
    film.write_bytes(still.getvalue() * 10)
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]


def watch(page: Page, base_url: str) -> list[str]:
    """Collect what a page asks of other hosts, what fails, and what its scripts complain about; it must stay empty."""
    troubles: list[str] = []

    def asked(url: str) -> None:
        if not url.startswith((base_url, "data:", "blob:")):
            troubles.append(f"asked {url}")

    def got(answer: Response) -> None:
        if answer.status >= 500 or (answer.status >= 400 and "/static/" in answer.url):
            troubles.append(f"got {answer.status} for {answer.url}")

    def asked_for_an_answer(dialog: Dialog) -> None:
        troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", lambda request: asked(request.url))
    page.on("response", got)
    page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
    page.on("dialog", asked_for_an_answer)
    page.on(
        "console", lambda line: troubles.append(f"console: {line.text}") if "Content Security" in line.text else None
    )
    return troubles

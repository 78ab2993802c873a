"""A setting nobody can work with stops the start with a sentence that names it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from eventmatch.settings import ROOT, BadSetting, Settings, read_settings


def read(folder: Path, **given: str) -> Settings:
    """Read settings as from an environment with these EVENTMATCH_* names."""
    return read_settings(
        {"EVENTMATCH_INSTANCE": str(folder)} | {f"EVENTMATCH_{n.upper()}": v for n, v in given.items()}
    )


def test_a_fresh_installation_needs_no_setting(tmp_path: Path) -> None:
    settings = read_settings({"EVENTMATCH_INSTANCE": str(tmp_path / "new")})

    assert settings.database_url == f"sqlite:///{tmp_path}/new/eventmatch.db"
    assert settings.base_url == "http://127.0.0.1:5000"
    assert settings.allowed_hosts == ("127.0.0.1", "localhost")
    assert (settings.mail_url, settings.secure) == ("", False)


def test_the_port_is_part_of_the_default_address(tmp_path: Path) -> None:
    assert read_settings({"EVENTMATCH_INSTANCE": str(tmp_path), "PORT": "8000"}).base_url == "http://127.0.0.1:8000"


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path / "new"), read(tmp_path / "new")

    key = tmp_path / "new" / "secret_key"
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert read(tmp_path / "one").secret_key != read(tmp_path / "two").secret_key


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"database_url": "postgresql://oona@db.example.org/meet"}, "postgresql+psycopg://oona@db.example.org/meet"),
        ({"database_url": "postgres://db.example.org:5433/meet"}, "postgresql+psycopg://db.example.org:5433/meet"),
        ({"database_url": "sqlite:////srv/meet.db"}, "sqlite:////srv/meet.db"),
        ({"base_url": "https://meet.example.org/"}, "https://meet.example.org"),
        ({"base_url": "http://[::1]:5000"}, "http://[::1]:5000"),
        ({"mail_url": "smtps://oona:pass@mail.example.org:465"}, "smtps://oona:pass@mail.example.org:465"),
        ({"mail_url": "smtp://127.0.0.1:1025"}, "smtp://127.0.0.1:1025"),
    ],
)
def test_good_values_are_taken(tmp_path: Path, given: dict[str, str], kept: str) -> None:
    [name] = given

    assert getattr(read(tmp_path, **given), name) == kept


def test_every_name_we_answer_to_is_listed_once(tmp_path: Path) -> None:
    settings = read(tmp_path, base_url="https://meet.example.org", allowed_hosts="door.example.org, localhost,")

    assert settings.allowed_hosts == ("meet.example.org", "localhost", "127.0.0.1", "door.example.org")
    assert settings.secure


def test_https_is_insisted_on_for_a_year_and_with_a_certificate_of_ones_own_for_a_day(tmp_path: Path) -> None:
    known = read(tmp_path, base_url="https://meet.example.org")
    assert known.insists == "max-age=31536000; includeSubDomains"

    known.tls.mkdir()
    (known.tls / "server.crt").touch()

    assert known.insists == "max-age=86400"
    assert read(tmp_path, base_url="http://door.example.test").insists == ""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("foo", "1"),
        ("secret_key", "mine"),
        ("instance_", "/srv"),
        ("instance", "/dev/null/here"),
        ("database_url", "mysql://db.example.org/meet"),
        ("database_url", "sqlite://"),
        ("database_url", "sqlite:///"),
        ("database_url", "sqlite:///:memory:"),
        ("database_url", "sqlite:///file::memory:?cache=shared"),
        ("database_url", "postgresql://"),
        ("database_url", "/srv/meet.db"),
        ("base_url", "meet.example.org"),
        ("base_url", "ftp://meet.example.org"),
        ("base_url", "https://"),
        ("base_url", "https://meet.example.org:port"),
        ("base_url", "https://meet.example.org:99999"),
        ("base_url", "https://meet.example.org/?event=1"),
        ("base_url", "https://[meet"),
        ("base_url", "https://meet.example.org#door"),
        ("base_url", "https://meet.example.org:0"),
        ("allowed_hosts", "https://meet.example.org"),
        ("allowed_hosts", "meet.example.org:5000"),
        ("allowed_hosts", "meet.example.org door.example.org"),
        ("allowed_hosts", "oona@example.org"),
        ("mail_url", "mail.example.org"),
        ("mail_url", "http://mail.example.org"),
        ("mail_url", "smtp://"),
        ("mail_url", "smtp://mail.example.org:port"),
        ("mail_url", "smtp://[mail"),
    ],
)
def test_a_bad_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        read_settings({"EVENTMATCH_INSTANCE": str(tmp_path), f"EVENTMATCH_{name.upper()}": value})

    assert f"EVENTMATCH_{name.upper()}" in str(refusal.value)
    assert str(refusal.value).count("\n") == 0


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        'base_url = "https://a.example.org"\nmail_url = "smtp://mail.example.org"\n'
    )

    settings = read(tmp_path, base_url="https://b.example.org")

    assert (settings.base_url, settings.mail_url) == ("https://b.example.org", "smtp://mail.example.org")


@pytest.mark.parametrize("text", ["base_url = ", "\udcff", "colour = 'red'"], ids=["broken", "not UTF-8", "unknown"])
def test_a_bad_file_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "settings.toml").write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(BadSetting, match=r"settings\.toml|COLOUR"):
        read(tmp_path)


@pytest.mark.parametrize(("name", "value"), [("FOO", "1"), ("BASE_URL", "meet.example.org")])
def test_a_bad_setting_ends_the_start_without_a_traceback(tmp_path: Path, name: str, value: str) -> None:
    environ = os.environ | {"EVENTMATCH_INSTANCE": str(tmp_path), f"EVENTMATCH_{name}": value}
    command = [sys.executable, "-m", "flask", "--app", "app", "up"]

    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=30, check=False)

    assert done.returncode not in {0, None}
    assert done.stdout == ""
    assert f"EVENTMATCH_{name}" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_instance_folder_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "checked-out").mkdir()
    (tmp_path / "checked-out").chmod(0o755)
    read(tmp_path / "checked-out")

    assert stat.S_IMODE((tmp_path / "checked-out").stat().st_mode) == 0o700

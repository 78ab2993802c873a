"""The rules see: each violation planted in a clean house is caught, and the clean house passes."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.rules.house import House
from tests.rules.test_house import RULES

CLEAN = {
    "app.py": "from eventmatch.factory import create_app\n\napp = create_app()\n",
    "eventmatch/__init__.py": "",
    "eventmatch/factory.py": "def create_app():\n    from eventmatch.web import checkin\n    return checkin\n",
    "eventmatch/web/checkin.py": "from flask import request\n\nfrom eventmatch.services import checkin\n",
    "eventmatch/services/checkin.py": (
        "from sqlalchemy import select\n\n"
        "from eventmatch.models.base import write_transaction\n\n\n"
        "def scan():\n    with write_transaction() as session:\n        return session.scalar(select())\n"
    ),
    "eventmatch/services/matching.py": "def run():\n    from eventmatch.matching.matcher import fit\n    fit()\n",
    "eventmatch/models/base.py": (
        "import flask_sqlalchemy\n\n\ndef write_transaction():\n    flask_sqlalchemy.db.session.commit()\n"
    ),
    "eventmatch/models/scan.py": "from eventmatch.models import base\nfrom ..domain.verdicts import judge\n",
    "eventmatch/matching/matcher.py": "import numpy as np\n\n\ndef fit():\n    return np.zeros(3)\n",
    "eventmatch/domain/verdicts.py": "from datetime import datetime\n\n\ndef judge(at: datetime):\n    return at\n",
    "templates/checkin/scan.html": (
        '{# <script>alert()</script> #}{% set only = "style" %}<script src="/static/js/scan.js"></script>{{ only }}\n'
    ),
    "templates/_svg.html": "{{ drawing|safe }}\n",
    "static/js/filter.js": "export {};\n",
    "static/vendor/big/util.js": "\n" * 999,
    "tests/__init__.py": "",
    "tests/web/__init__.py": "",
    "tests/web/test_checkin_camera.py": "",
}


@dataclass(frozen=True, slots=True)
class Plant:
    """One line of code in the wrong place, and the rule that must see it."""

    rule: str
    path: str
    text: str


FUNCTION = "def f():\n    {}\n"
PLANTS = {
    "a fault logged with its words": Plant(
        "logs_faults_plainly", "eventmatch/services/checkin.py", FUNCTION.format('log.exception("failed")')
    ),
    "a fault logged with its traceback": Plant(
        "logs_faults_plainly", "eventmatch/web/checkin.py", FUNCTION.format('log.error("failed", exc_info=error)')
    ),
    "upward import": Plant(
        "looks_only_downwards", "eventmatch/models/scan.py", "from eventmatch.services import checkin"
    ),
    "relative upward import": Plant(
        "looks_only_downwards", "eventmatch/models/scan.py", "from ..services.checkin import scan"
    ),
    "deferred upward import": Plant(
        "looks_only_downwards", "eventmatch/domain/verdicts.py", FUNCTION.format("import eventmatch.models.scan")
    ),
    "type-only upward import": Plant(
        "looks_only_downwards",
        "eventmatch/services/checkin.py",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from eventmatch.web import checkin",
    ),
    "upward import by a string": Plant(
        "looks_only_downwards",
        "eventmatch/services/checkin.py",
        'import importlib\nimportlib.import_module("eventmatch.web.checkin")',
    ),
    "upward import by __import__": Plant(
        "looks_only_downwards", "eventmatch/models/scan.py", '__import__("eventmatch.services.checkin")'
    ),
    "import by a computed name": Plant(
        "imports_by_name", "eventmatch/services/checkin.py", "from importlib import import_module\nimport_module(name)"
    ),
    "tables on a page": Plant(
        "looks_only_downwards", "eventmatch/web/checkin.py", "from eventmatch.models.scan import Scan"
    ),
    "matching that knows us": Plant(
        "looks_only_downwards", "eventmatch/matching/matcher.py", "from eventmatch.domain import verdicts"
    ),
    "a new floor": Plant("looks_only_downwards", "eventmatch/plugins/x.py", "import eventmatch.domain.verdicts"),
    "SQLAlchemy on a page": Plant(
        "leaves_libraries_to_their_floor", "eventmatch/web/checkin.py", "from sqlalchemy import select"
    ),
    "deferred SQLAlchemy in the interface": Plant(
        "leaves_libraries_to_their_floor", "eventmatch/api/scans.py", FUNCTION.format("import sqlalchemy.orm")
    ),
    "Flask in a service": Plant(
        "leaves_libraries_to_their_floor", "eventmatch/services/checkin.py", "from flask import g"
    ),
    "Flask-SQLAlchemy beside base": Plant(
        "leaves_libraries_to_their_floor", "eventmatch/models/scan.py", "import flask_sqlalchemy"
    ),
    "a library in domain": Plant("leaves_libraries_to_their_floor", "eventmatch/domain/verdicts.py", "import numpy"),
    "pandas in matching": Plant("leaves_libraries_to_their_floor", "eventmatch/matching/matcher.py", "import pandas"),
    "deferred import at the door": Plant(
        "imports_at_the_top", "eventmatch/services/checkin.py", FUNCTION.format("import json")
    ),
    "sibling cycle": Plant(
        "has_no_import_cycle",
        "eventmatch/domain/verdicts.py",
        "from eventmatch.domain.rooms import full",
    ),
    "deferred sibling cycle": Plant(
        "has_no_import_cycle",
        "eventmatch/domain/verdicts.py",
        FUNCTION.format("from eventmatch.domain import rooms"),
    ),
    "type-only sibling cycle": Plant(
        "has_no_import_cycle",
        "eventmatch/domain/verdicts.py",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import eventmatch.domain.rooms",
    ),
    "commit on a page": Plant("commits_in_one_place", "eventmatch/web/checkin.py", "db.session.commit()"),
    "commit in a service": Plant("commits_in_one_place", "eventmatch/services/checkin.py", "done = session.commit"),
    "commit by the end of a block": Plant(
        "commits_in_one_place", "eventmatch/services/checkin.py", "with engine.begin() as connection:\n    pass"
    ),
    "commit beside write_transaction": Plant(
        "commits_in_one_place", "eventmatch/models/base.py", FUNCTION.format("db.session.commit()")
    ),
    "a page that writes": Plant("commits_in_one_place", "eventmatch/web/checkin.py", "base.write_transaction()"),
    "oversized function": Plant(
        "keeps_functions_short", "eventmatch/web/checkin.py", "def f():\n" + "    x = 1\n\n    # why\n" * 25
    ),
    "oversized module": Plant("keeps_modules_short", "eventmatch/web/checkin.py", "x = 1\n" * 251),
    "a vague file": Plant("uses_no_vague_names", "eventmatch/web/form_utils.py", ""),
    "a vague class": Plant("uses_no_vague_names", "eventmatch/web/checkin.py", "class ScanManager:\n    pass"),
    "pickle": Plant("runs_nothing_strangers_send", "eventmatch/services/checkin.py", "import pickle"),
    "eval": Plant("runs_nothing_strangers_send", "eventmatch/services/checkin.py", 'eval("1")'),
    "a clock in domain": Plant(
        "asks_no_clock_below_the_web", "eventmatch/domain/verdicts.py", FUNCTION.format("datetime.now(UTC)")
    ),
    "oversized template": Plant("keeps_templates_short", "templates/checkin/scan.html", "<p>\n" * 121),
    "oversized script": Plant("keeps_scripts_short", "static/js/filter.js", "f();\n" * 81),
    "oversized scanner": Plant("keeps_scripts_short", "static/js/scan.js", "f();\n" * 251),
    "oversized styles": Plant("keeps_styles_short", "static/css/base.css", "p {}\n" * 601),
    "|safe in a template": Plant("escapes_everything", "templates/checkin/scan.html", "{{ name | safe }}"),
    "inline script": Plant("keeps_code_out_of_markup", "templates/checkin/scan.html", "<script>f()</script>"),
    "inline style": Plant("keeps_code_out_of_markup", "templates/checkin/scan.html", "<p style='color: red'>"),
    "inline handler": Plant("keeps_code_out_of_markup", "templates/checkin/scan.html", '<p onclick="{{ f }}">'),
    "handler handed to a field": Plant(
        "keeps_code_out_of_markup", "templates/checkin/scan.html", '{{ form.name(onclick="f()") }}'
    ),
    "script address": Plant(
        "keeps_code_out_of_markup", "templates/checkin/scan.html", '<a href="javascript:f()">x</a>'
    ),
    "a test of nothing": Plant("tests_mirror_modules", "tests/web/test_everything.py", ""),
    "a folder of tests that is no package": Plant("tests_are_packages", "tests/api/test_scans.py", ""),
}
PARTNER = {"eventmatch/domain/rooms.py": "from eventmatch.domain.verdicts import judge\n"}  # one half of each cycle


def build(root: Path, files: dict[str, str]) -> House:
    """Write a small house down."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return House(root)


@pytest.mark.parametrize("rule", RULES)
def test_a_clean_house_passes(rule: str, tmp_path: Path) -> None:
    house = build(tmp_path, CLEAN | PARTNER)

    assert not list(RULES[rule](house))


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS)
def test_is_caught(plant: Plant, tmp_path: Path) -> None:
    planted = {plant.path: f"{CLEAN.get(plant.path, '')}\n{plant.text}\n"}

    house = build(tmp_path, CLEAN | PARTNER | planted)

    assert list(RULES[plant.rule](house))


def test_every_rule_has_its_plant() -> None:
    assert {plant.rule for plant in PLANTS.values()} == set(RULES)

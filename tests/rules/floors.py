"""Which way you may look: only downwards, and never in a circle."""

import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from tests.rules.house import COMPUTED, House, Import, Module

# Each floor and the floors it may look at, itself included. A new floor is a decision: docs/decisions/0001-floors.md.
MAY_SEE = {
    "app": {"factory"},
    "eventmatch": set[str](),
    "factory": {
        "settings",
        "cli",
        "jobs",
        "web",
        "api",
        "services",
        "models",
        "matching",
        "formats",
        "gateways",
        "domain",
    },
    "cli": {"cli", "commands"},
    "commands": {"commands", "settings", "services", "domain"},
    "jobs": {"jobs", "settings", "services", "gateways", "domain"},
    "settings": {"domain"},
    "api": {"api", "web", "services", "domain"},  # web for who is asking and what time it is
    "web": {"web", "services", "domain"},
    "services": {"services", "models", "matching", "formats", "gateways", "domain"},
    "models": {"models", "domain"},
    "formats": {"formats", "domain"},
    "gateways": {"gateways", "domain"},
    "migrations": {"migrations", "models", "domain"},
    "matching": {"matching"},
    "domain": {"domain"},
}

PAGES = {"flask", "flask_sqlalchemy", "flask_babel", "flask_wtf", "werkzeug", "wtforms"}
TABLES = {"alembic", "flask_sqlalchemy", "sqlalchemy"}
BANNED = {
    "web": TABLES,
    "api": TABLES,
    "services": PAGES,
    "models": PAGES,
    "formats": PAGES,
    "gateways": PAGES,
}
EXCUSED = {("eventmatch.models.base", "flask_sqlalchemy")}
LIBRARIES = {
    "domain": set[str](),
    "matching": {"joblib", "numpy", "scipy", "sklearn", "sp_matmul_rs", "threadpoolctl"},
}

# Heavy libraries load when first needed in these places; the factory may know everybody late.
MAY_DEFER = (
    "factory",
    "cli",
    "commands",
    "jobs",
    "migrations",
    "services.matching",
    "services.near_words",
    "models.schema",
    "formats.spreadsheet",
    "formats.badge",
    "formats.calendar",
    "formats.mail_address",
    "formats.qr",
    "formats.signature",
    "formats.roster",
    "formats.pin",
)


def looks_only_downwards(house: House) -> Iterator[str]:
    """A floor imports itself and the floors below."""
    for module, found in _imports(house):
        floor = found.target.removeprefix("eventmatch.").split(".")[0]
        if found.target.startswith("eventmatch") and floor not in MAY_SEE.get(module.floor, set()):
            yield f"{module.path}:{found.line} {module.floor} may not see {found.target}"


def leaves_libraries_to_their_floor(house: House) -> Iterator[str]:
    """Pages know no tables, tables know no pages; domain and matching know next to nothing."""
    for module, found in _imports(house):
        library = found.target.partition(".")[0]
        if library not in {"eventmatch", COMPUTED} and not _may_use(module, library):
            yield f"{module.path}:{found.line} {module.floor} may not use {library}"


def imports_at_the_top(house: House) -> Iterator[str]:
    """Imports stand at the top, except where heavy libraries wait."""
    for module, found in _imports(house):
        here = module.name.removeprefix("eventmatch.")
        if found.deferred and not here.startswith(MAY_DEFER):
            yield f"{module.path}:{found.line} imports {found.target} inside a function"


def imports_by_name(house: House) -> Iterator[str]:
    """Nobody imports what only the running program can name."""
    for module, found in _imports(house):
        if found.target == COMPUTED:
            yield f"{module.path}:{found.line} imports something nobody can read here"


def has_no_import_cycle(house: House) -> Iterator[str]:
    """No module imports itself through others, whatever the kind of import."""
    graph = {name: {found.target for found in imports} - {name} for name, imports in house.imports.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "import cycle: " + " <- ".join(error.args[1])


def _imports(house: House) -> Iterator[tuple[Module, Import]]:
    """Yield every import with the module that makes it."""
    for name, imports in house.imports.items():
        for found in imports:
            yield house.modules[name], found


def _may_use(module: Module, library: str) -> bool:
    """Say whether a module's floor may use a library from outside."""
    if library in sys.stdlib_module_names or (module.name, library) in EXCUSED:
        return True
    if module.floor in LIBRARIES:
        return library in LIBRARIES[module.floor]
    return library not in BANNED.get(module.floor, set())

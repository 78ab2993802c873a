"""How the house writes: one way to commit, small functions, plain names, nothing that runs what strangers send."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.rules.house import House, Module

FUNCTION_LINES = 25
MODULE_LINES = 250
VAGUE = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
UNSAFE_MODULES = {"cloudpickle", "dill", "marshal", "pickle", "shelve"}
UNSAFE_CALLS = {"eval", "exec"}
TIMELESS = {"domain", "formats", "matching", "models", "services"}  # there, time is an argument
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
COMMITTING = {"begin", "commit"}  # engine.begin() commits when its block ends
WRITERS = ("write_transaction", "direct_transaction")
# The two that store what people do, by the session and by the driver, and the one that changes the database's shape.
COMMITS = {"eventmatch.models.base": WRITERS, "eventmatch.models.schema": ("upgrade",)}
_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def commits_in_one_place(house: House) -> Iterator[str]:
    """Only the two transactions of models.base commit, and only services call them."""
    for module in house.modules.values():
        allowed = {node for name in COMMITS.get(module.name, ()) for node in _nodes_of(module, name)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr in COMMITTING and node not in allowed:
                yield f"{module.at(node)} commits; only {', '.join(WRITERS)} do"
            if _name(node).endswith(WRITERS) and module.floor not in {"services", "models"}:
                yield f"{module.at(node)} writes; only services do"


def keeps_functions_short(house: House) -> Iterator[str]:
    """A function can be seen at once."""
    for module in _written(house):
        code = _code_lines(module)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = len(code & set(range(node.lineno, (node.end_lineno or node.lineno) + 1)))
                if size > FUNCTION_LINES:
                    yield f"{module.at(node)} {node.name} has {size} code lines, more than {FUNCTION_LINES}"


def keeps_modules_short(house: House) -> Iterator[str]:
    """A module can be read in one sitting."""
    for module in _written(house):
        if (size := len(module.text.splitlines())) > MODULE_LINES:
            yield f"{module.path} has {size} lines, more than {MODULE_LINES}"


def uses_no_vague_names(house: House) -> Iterator[str]:
    """No file, folder or class is called after the fact that something had to go somewhere."""
    for folder in ("eventmatch", "templates", "static", "tests", "benchmarks"):
        for path in house.files(f"{folder}/**/*"):
            if _words(*house.short(path).with_suffix("").parts) & VAGUE:
                yield f"{house.short(path)} has a name that says nothing"
    for module in house.modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and _words(node.name) & VAGUE:
                yield f"{module.at(node)} class {node.name} has a name that says nothing"


def runs_nothing_strangers_send(house: House) -> Iterator[str]:
    """No pickles, no eval, no exec."""
    for module in house.modules.values():
        for found in house.imports[module.name]:
            if found.target.partition(".")[0] in UNSAFE_MODULES:
                yield f"{module.path}:{found.line} uses {found.target}"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _name(node.func) in UNSAFE_CALLS:
                yield f"{module.at(node)} calls {_name(node.func)}"


def logs_faults_plainly(house: House) -> Iterator[str]:
    """A fault's own words may be somebody's address: the log is told by domain/faults.py, not by a traceback."""
    for module in house.modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and _tells_all(node):
                yield f"{module.at(node)} logs a fault as it comes; use domain.faults.told"


def _tells_all(call: ast.Call) -> bool:
    """Say whether a call logs an exception with its own words."""
    return _ends(call.func, {"log.exception", "logging.exception"}) or any(
        keyword.arg in {"exc_info", "stack_info"} for keyword in call.keywords
    )


def asks_no_clock_below_the_web(house: House) -> Iterator[str]:
    """What happens when is said by the caller, so that a test can stand on any day."""
    for module in house.modules.values():
        for node in ast.walk(module.tree):
            if module.floor in TIMELESS and isinstance(node, ast.Attribute) and _ends(node, CLOCKS):
                yield f"{module.at(node)} asks the clock; take the time as an argument"


def tests_mirror_modules(house: House) -> Iterator[str]:
    """At least 95 of 100 test files are named after the module they test, perhaps with an aspect of it."""
    tests = [path for path in house.files("tests/**/test_*.py") if not {"rules", "journeys"} & set(path.parts)]
    astray = [house.short(path) for path in tests if not _mirrors(house, house.short(path))]
    if len(astray) * 20 > len(tests):
        yield from (f"{path} mirrors no module" for path in astray)


def tests_are_packages(house: House) -> Iterator[str]:
    """Every folder of tests has an __init__.py, or equal file names collide."""
    for folder in sorted({path.parent for path in house.files("tests/**/*.py")}):
        if not (folder / "__init__.py").exists():
            yield f"{house.short(folder)} has no __init__.py"


def _written(house: House) -> Iterator[Module]:
    """Yield the modules people write; the steps of the database are drafted by Alembic and then history."""
    yield from (
        module for name, module in house.modules.items() if not name.startswith("eventmatch.migrations.versions")
    )


def _nodes_of(module: Module, function: str) -> Iterator[ast.AST]:
    """Yield everything inside one function of a module."""
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            yield from ast.walk(node)


def _code_lines(module: Module) -> set[int]:
    """Return the numbers of lines that hold code: no blanks, no comments, no docstrings."""
    lines = module.text.splitlines()
    code = set[int]()
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type not in _SILENT:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(module.tree):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            code.difference_update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return {number for number in code if lines[number - 1].strip()}


def _name(node: ast.AST) -> str:
    """Return the dotted name a node spells, or nothing."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return f"{_name(value)}.{attr}"
    return ""


def _ends(node: ast.AST, names: set[str]) -> bool:
    """Say whether a node spells one of the names, under whatever module."""
    return ".".join(_name(node).split(".")[-2:]) in names


def _words(*names: str) -> set[str]:
    """Split names, snake or camel, into lower-case words."""
    return {word.lower() for name in names for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def _mirrors(house: House, test: Path) -> bool:
    """Say whether tests/web/test_checkin_camera.py has its eventmatch/web/checkin.py."""
    folder = house.root.joinpath("eventmatch", *test.parts[1:-1])
    words = test.stem.removeprefix("test_").split("_")
    stems = ["_".join(words[:count]) for count in range(1, len(words) + 1)]
    return any((folder / stem).is_dir() or list(folder.glob(f"{stem}.*")) for stem in stems)

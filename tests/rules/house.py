"""A checkout as its rules see it: parsed modules and who imports whom, at any depth and by any means."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

COMPUTED = "<computed>"  # the target of an import whose name is only known when it runs
_BY_NAME = {"import_module", "__import__", "import_string"}


@dataclass(frozen=True, slots=True)
class Import:
    """One module named by another: at the top, inside a function, for types only, or by a string."""

    target: str
    line: int
    deferred: bool


@dataclass(frozen=True)
class Module:
    """One Python file of the house."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def floor(self) -> str:
        """The first word below the package: web, services, factory; for app.py app."""
        return self.name.removeprefix("eventmatch.").split(".")[0]

    def at(self, node: ast.AST) -> str:
        """Say where a node stands."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


@dataclass(frozen=True)
class House:
    """A checkout: the one these tests stand in, or one planted by a test."""

    root: Path

    @cached_property
    def modules(self) -> dict[str, Module]:
        """The application's modules by dotted name."""
        paths = [*self.root.glob("app.py"), *sorted(self.root.glob("eventmatch/**/*.py"))]
        return {module.name: module for module in map(self._module, paths)}

    @cached_property
    def imports(self) -> dict[str, list[Import]]:
        """What each module imports, by whatever means."""
        return {module.name: list(self._imports_of(module)) for module in self.modules.values()}

    def files(self, pattern: str) -> list[Path]:
        """Return files below the root; what npm brought is not ours."""
        return [path for path in sorted(self.root.glob(pattern)) if path.is_file() and "vendor" not in path.parts]

    def short(self, path: Path) -> Path:
        """Return a path as a person in the checkout would write it."""
        return path.relative_to(self.root)

    def _module(self, path: Path) -> Module:
        """Parse one file."""
        short, text = self.short(path), path.read_text(encoding="utf-8")
        name = ".".join(short.with_suffix("").parts).removesuffix(".__init__")
        return Module(name, short, text, ast.parse(text))

    def _imports_of(self, module: Module) -> Iterator[Import]:
        """Find the imports of one module; a name that is itself a module counts as that module."""
        for node, deferred in _walk(module.tree):
            for target in _targets(node, module):
                found = target if target in self.modules else target.rpartition(".")[0] or target
                ours = target.partition(".")[0] == "eventmatch"
                yield Import(found if ours else target, getattr(node, "lineno", 1), deferred)


def _walk(node: ast.AST, *, deferred: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every node and whether it runs only when a function is called."""
    yield node, deferred
    inside = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from _walk(child, deferred=inside)


def _targets(node: ast.AST, module: Module) -> Iterator[str]:
    """Name what one node imports, if it imports anything."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(names=names):
            source = _source(node, module)
            yield from (f"{source}.{alias.name}" for alias in names)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[first, *_]) if name in _BY_NAME:
            yield _named_by(first, module)


def _source(node: ast.ImportFrom, module: Module) -> str:
    """Return the absolute name of the module a from-import draws from."""
    if not node.level:
        return node.module or ""
    package = module.name.split(".") + (["__init__"] if module.path.name == "__init__.py" else [])
    return ".".join([*package[: -node.level], *([node.module] if node.module else [])])


def _named_by(argument: ast.expr, module: Module) -> str:
    """Return the module a string names; werkzeug writes a colon before the attribute."""
    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
        return COMPUTED
    name = argument.value.replace(":", ".")
    return f"{module.name.rpartition('.')[0]}{name}" if name.startswith(".") else name

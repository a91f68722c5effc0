"""The laws of the house, read from the source itself."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aggregator"
FILES = sorted(PACKAGE.rglob("*.py"))

# The order of the list is the law: a room imports only what stands above it. Rooms on one line
# do not know each other.
ROOMS = (
    {"errors", "rules", "plain", "homes"},
    {"model"},
    {"curation"},
    {"urls", "taxonomy"},
    {"config"},
    {"parse"},
    {"find"},
    {"imports", "asking"},
    {"refine"},
    {"schedule"},
    {"plan"},
    {"stories", "judge", "count"},
    {"compose"},
    {"export"},
    {"fetch", "store", "workers", "publish"},
    {"update", "serve", "discover", "checking", "pictures"},
    {"following"},
    {"demo", "site"},
    {"web", "cli"},
)
PURE = {room for rooms in ROOMS[:14] for room in rooms}
IMPURE_LIBRARIES = {
    "aiohttp",
    "asyncio",
    "click",
    "datasette",
    "httpx",
    "os",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "sqlite_utils",
    "subprocess",
    "tempfile",
    "threading",
    "time",
}
CLOCK = re.compile(r"\.(?:now|utcnow|today)\(")
ENTRY_POINTS = {"__init__", "__main__"}


def room(path):
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def height(name):
    return next(level for level, rooms in enumerate(ROOMS) if name in rooms)


def imports(path):
    """Every module a file imports, at the top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            if node.module == "aggregator":
                yield from (f"aggregator.{alias.name}" for alias in node.names)


def functions(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node):
    """Lines of a function, its docstring not counted."""
    first = node.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = first.end_lineno - first.lineno + 1 if has_docstring else 0
    return node.end_lineno - node.lineno + 1 - docstring


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_stands_above_it(path):
    """The law of imports holds for every file, lazy imports included."""
    name = room(path)
    if name in ENTRY_POINTS:
        return
    below = {
        module
        for module in imports(path)
        if module.startswith("aggregator.")
        and (other := module.split(".")[1]) != name
        and other not in ENTRY_POINTS
        and height(other) >= height(name)
        # One door opens onto the other only through its shell: cli starts demo and serve.
        and not (name == "cli" and other == "demo")
    }

    assert below == set()


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if room(path) in PURE],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_pure_rooms_touch_no_world(path):
    """Time, chance, network and disk are arguments in the pure rooms."""
    impure = {module.split(".")[0] for module in imports(path)} & IMPURE_LIBRARIES

    assert impure == set()
    assert CLOCK.search(path.read_text("utf-8")) is None


def test_every_room_has_its_place():
    """A new room must be written into the law."""
    known = {name for rooms in ROOMS for name in rooms} | ENTRY_POINTS

    assert {room(path) for path in FILES} <= known


def test_sql_lives_in_one_room():
    """No statement is written outside the store."""
    statement = re.compile(
        r"[\"'](?:\s|\\n)*(?:SELECT\s.+\sFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET"
        r"|DELETE\s+FROM|CREATE\s+TABLE|PRAGMA\s)",
        re.IGNORECASE,
    )
    found = [
        path.name
        for path in FILES
        if room(path) != "store" and statement.search(path.read_text("utf-8"))
    ]

    assert found == []


def test_no_file_is_longer_than_400_lines():
    """A file is split before it outgrows a reader."""
    files = FILES + sorted((ROOT / "benchmarks").rglob("*.py"))
    long = {path.name: n for path in files if (n := path.read_text("utf-8").count("\n")) > 400}

    assert long == {}


def test_functions_fit_on_a_screen():
    """60 lines at most, and half of them 8 or fewer."""
    lengths = {
        f"{path.relative_to(PACKAGE)}:{node.name}": length(node)
        for path in FILES
        for node in functions(path)
    }
    ordered = sorted(lengths.values())

    assert {name: n for name, n in lengths.items() if n > 60} == {}
    assert ordered[len(ordered) // 2] <= 10


def test_every_test_states_its_fact():
    """A test has one sentence that says what holds."""
    silent = [
        f"{path.name}:{node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in functions(path)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_public_names_are_importable():
    """`__all__` holds what a module really has, in order."""
    for path in FILES:
        if "__all__" not in path.read_text("utf-8"):
            continue
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = import_module(dotted)

        assert sorted(module.__all__) == list(module.__all__), dotted
        assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_the_repository_speaks_of_the_project_alone():
    """No machine's path and no package index is written down."""
    forbidden = re.compile(r"/(?:work|root|tmp/w)/|--(?:extra-)?index-url|pypi\.org/simple")
    texts = [
        path
        for folder in ("aggregator", "docs", "benchmarks", "tests", ".ci")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".md", ".toml", ".txt", ".html", ".js", ".css", ""}
        and path.is_file()
        and path != Path(__file__).resolve()
    ] + [path for path in ROOT.glob("*.*") if path.suffix in {".md", ".toml", ".txt"}]

    assert [str(p) for p in texts if forbidden.search(p.read_text("utf-8", "replace"))] == []

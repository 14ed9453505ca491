"""The rules of the house that no single module can keep: its size, and who may import, print, and read the clock."""

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "digest"
HEAVY = ("openai", "arxiv", "jinja2", "pydantic", "pydantic_settings", "httpx2", "msgspec", "rich", "yaml", "markdown")
"""What only a run needs: together they take more than a second to import."""

# Programs of their own, which no command line could hand these things to: the child processes that read a PDF and send
# a notification, with the modules that hand on to them what they need of the environment; the worker elsewhere. What a
# client knows of certificates and proxies is the environment's by the custom of all programs.
_PROGRAMS = {
    "adapters/http/client.py": {"os.environ"},
    "stages/fulltext/pdf/child.py": {"sys.argv", "sys.stdin", "sys.stdout"},
    "stages/fulltext/pdf/__init__.py": {"os.environ"},
    "stages/notify/child.py": {"sys.stdin", "sys.stdout"},
    "stages/notify/sending.py": {"os.environ"},
    "pipeline/cluster/worker.py": {"os.environ", "time.time", "datetime.now"},
}
# What has no command line above it: signals that end the process before or after it, and the streams themselves.
_PROCESS = {
    "adapters/process/signals.py": {"os._exit"},
    "adapters/process/streams.py": {"sys.stdin", "sys.stdout", "sys.stderr"},
}
_COMMAND_LINE = {"cli.py", "commands/context.py"}
_FORBIDDEN = {
    "print", "input", "exit", "quit", "sys.exit", "os._exit", "os.environ", "os.getenv", "sys.stdout", "sys.stderr",
    "sys.stdin", "sys.argv", "time.time", "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
}  # fmt: skip


def _used(path: Path) -> set[str]:
    """Return the forbidden names that a file uses: bare ones when called, dotted ones anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{node.value.id}.{node.attr}")
    return found & _FORBIDDEN


def test_only_the_command_line_prints_exits_and_reads_clock_or_environment() -> None:
    guilty = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        used = _used(path) - (_PROGRAMS | _PROCESS).get(name, set())
        if used and name not in _COMMAND_LINE:
            guilty[name] = used

    assert guilty == {}


def test_imports_run_downhill() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if command is None:
        pytest.skip("import-linter is not installed")

    ran = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert "Contracts: 5 kept, 0 broken." in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"], ["--version"]])
def test_help_comes_without_what_only_a_run_needs(arguments: list[str]) -> None:
    script = (
        "import runpy, sys\n"
        f"sys.argv = ['digest', *{arguments!r}]\n"
        "try: runpy.run_module('digest', run_name='__main__')\n"
        "except SystemExit as over: assert not over.code, over.code\n"
        "print('LOADED', *sorted(name for name in sys.modules if '.' not in name))\n"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    loaded = ran.stdout.rpartition("LOADED ")[2].split()
    assert "click" in loaded
    assert sorted(set(HEAVY) & set(loaded)) == []


def test_every_file_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(PACKAGE).as_posix()
        for path in sorted(PACKAGE.rglob("*.py"))
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]

    assert silent == []


def test_no_package_binds_the_name_of_one_of_its_modules_to_something_else() -> None:
    shadowed = {}
    for path in sorted(PACKAGE.rglob("__init__.py")):
        package = ".".join(path.parent.relative_to(ROOT).parts)
        modules = {one.stem for one in path.parent.glob("*.py")} | {
            one.parent.name for one in path.parent.glob("*/*.py")
        }
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                bound = {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                bound = {node.name: "defined here"}
            else:
                continue
            shadowed |= {
                f"{package}.{name}": what
                for name, what in bound.items()
                if name in modules and what != f"{package}.{name}"
            }

    assert shadowed == {}


def _entries(folder: Path) -> list[Path]:
    """Return what a folder shows of the house: modules and folders of them."""
    return [path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()]


def test_the_top_shows_at_most_ten_things() -> None:
    shown = sorted(path.name for path in _entries(PACKAGE) if not path.name.startswith("__"))

    assert len(shown) <= 10, shown


def test_no_folder_shows_more_than_thirteen_things() -> None:
    counts = {
        folder.relative_to(PACKAGE).as_posix(): sum(path.name != "__init__.py" for path in _entries(folder))
        for folder in (path.parent for path in PACKAGE.rglob("__init__.py"))
        if folder != PACKAGE / "commands"  # a command a file
    }

    assert {folder: count for folder, count in counts.items() if count > 13} == {}


def test_files_are_read_in_one_sitting() -> None:
    lengths = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8").count("\n") for path in _files()}
    long = {name: length for name, length in lengths.items() if length > 200}

    assert {name: length for name, length in long.items() if length > 300} == {}
    assert len(long) <= 15, long


def test_imports_stand_at_the_top_but_for_thirty_with_a_reason() -> None:
    late = [
        (path.relative_to(PACKAGE).as_posix(), lines[node.lineno - 1].strip())
        for path in _files()
        for lines in [path.read_text("utf-8").splitlines()]
        for node in _late_imports(ast.parse("\n".join(lines)))
    ]

    assert len(late) <= 30, late
    assert [(name, line) for name, line in late if not re.search(r"# noqa: PLC0415\s+(?:- )?\w", line)] == []


def test_a_class_name_stands_for_one_thing() -> None:
    names = Counter(
        node.name
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    )

    assert {name: count for name, count in names.items() if count > 1} == {}


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _late_imports(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the imports inside functions, `__getattr__` included, without what only a type checker reads."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom) and inside:
            yield node
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        skipped = node.body if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test) else []
        waiting += [(child, inside) for child in ast.iter_child_nodes(node) if child not in skipped]


def test_no_docstring_tells_or_says_whether() -> None:
    idioms = [
        f"{path.relative_to(PACKAGE).as_posix()}:{number}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if line.lstrip(' "').startswith(("Tell whether", "Say whether"))
    ]

    assert idioms == []


def test_tests_are_arranged_like_the_package() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}

    assert [str(folder) for folder in sorted(folders) if not (PACKAGE / folder).is_dir()] == []

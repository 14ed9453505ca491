"""The rules of the house that no single module can keep: who may import, print, and read the clock."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "digest"
HEAVY = ("openai", "arxiv", "jinja2", "pydantic", "pydantic_settings", "httpx2", "msgspec", "rich", "yaml", "markdown")
"""What only a run needs: together they take more than a second to import."""

# Programs of their own, which no command line could hand these things to: the child processes that read a PDF and send
# a notification, with the modules that hand on to them what they need of the environment; the worker elsewhere.
_PROGRAMS = {
    "fulltext/pdf_child.py": {"sys.argv", "sys.stdin", "sys.stdout"},
    "fulltext/pdf.py": {"os.environ"},
    "notify_child.py": {"sys.stdin", "sys.stdout"},
    "notify.py": {"os.environ"},
    "worker.py": {"os.environ", "time.time", "datetime.now"},
}
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
        used = _used(path) - _PROGRAMS.get(name, set())
        if used and name != "cli.py":
            guilty[name] = used

    assert guilty == {}


def test_imports_run_downhill() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if command is None:
        pytest.skip("import-linter is not installed")

    ran = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert "Contracts: 1 kept, 0 broken." in ran.stdout, ran.stdout + ran.stderr


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


def test_no_docstring_tells_or_says_whether() -> None:
    idioms = [
        f"{path.relative_to(PACKAGE).as_posix()}:{number}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if line.lstrip(' "').startswith(("Tell whether", "Say whether"))
    ]

    assert idioms == []

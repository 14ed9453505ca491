"""The tree of errors: complete, documented, one line each."""

import importlib
import pkgutil
import re

import pytest

import digest
from digest import errors
from digest.errors import DigestError


def _all(kind: type[DigestError] = DigestError) -> list[type[DigestError]]:
    return [kind, *(deeper for one in kind.__subclasses__() for deeper in _all(one))]


@pytest.fixture(scope="module")
def kinds() -> list[type[DigestError]]:
    """Every error of the package, wherever it is defined."""
    for module in pkgutil.walk_packages(digest.__path__, "digest."):
        if module.name != "digest.__main__":
            importlib.import_module(module.name)
    return [kind for kind in dict.fromkeys(_all()) if kind.__module__.startswith("digest.")]


def _drawn() -> list[tuple[str, str]]:
    """Return the tree of the module's docstring: each error's name and its parent's."""
    parents: list[str] = []
    found = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"(?P<lead>[│├└─ ]*)(?P<name>[A-Z]\w+)  ", line):
            depth = len(match["lead"]) // 4
            parents[depth:] = [match["name"]]
            found.append((match["name"], parents[depth - 1] if depth else "Exception"))
    return found


def test_the_tree_is_drawn_as_it_is() -> None:
    defined = [
        (name, kind.__base__.__name__)
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, DigestError)
    ]

    assert sorted(_drawn()) == sorted(defined)


def test_every_error_says_what_it_means(kinds: list[type[DigestError]]) -> None:
    assert len(kinds) >= 14
    assert [kind.__name__ for kind in kinds if not kind.__dict__.get("__doc__")] == []


def test_errors_of_one_stage_descend_from_the_shared_ones(kinds: list[type[DigestError]]) -> None:
    local = [kind for kind in kinds if kind.__module__ != "digest.errors"]

    assert all(isinstance(base, type) for kind in local for base in kind.__mro__)
    assert {base.__name__ for kind in local for base in kind.__bases__ if issubclass(base, DigestError)} <= {
        name for name, _ in _drawn()
    } | {kind.__name__ for kind in local}


def test_every_error_is_one_line_with_the_fix_behind_a_dash(kinds: list[type[DigestError]]) -> None:
    for kind in kinds:
        error = kind.__new__(kind)
        DigestError.__init__(error, "config.yaml:3:\n  wrong\tkey", hint="try\nthis")

        assert str(error) == "config.yaml:3: wrong key — try this"


def test_without_a_fix_there_is_no_dash() -> None:
    assert str(DigestError("it\nbroke")) == "it broke"

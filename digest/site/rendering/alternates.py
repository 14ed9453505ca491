"""The same digest in other languages: where the page is that says the same as another one."""

from collections.abc import Iterable, Sequence

import msgspec

from digest.site import urls

_INDEX, _PAGE = "/index.html", ".html"


class Sibling(msgspec.Struct, frozen=True):
    """A site of the same digest in another language."""

    language: str
    name: str
    """What the language calls itself."""
    url: str
    way: str
    """The way from the top of this site to the top of that one: `en/`, `../`."""
    ending: str = ""
    """How the addresses of its posts end: `-en`."""
    pages: frozenset[str] = frozenset()
    """The paths of its pages."""

    def has(self, path: str, ending: str) -> str:
        """Return the path of its page for one of this site, whose posts end with `ending`; empty where it has none."""
        if path in self.pages:
            return path
        stem, tail = (path.removesuffix(_INDEX), _INDEX) if path.endswith(_INDEX) else (path.removesuffix(_PAGE), _PAGE)
        other = f"{stem.removesuffix(ending)}{self.ending}{tail}"
        return other if other in self.pages else ""


class Alternate(msgspec.Struct, frozen=True):
    """A link to another language."""

    language: str
    name: str
    href: str
    """From the top of this site."""
    url: str = ""
    """The address of the page that says the same; empty where there is none, and the link leads to the top."""


class Alternates:
    """The languages of a digest beside the one of this site."""

    def __init__(self, siblings: Sequence[Sibling] = (), ending: str = "") -> None:
        self._siblings, self._ending = siblings, ending

    @property
    def pages(self) -> bytes:
        """Stand for the pages that other languages have."""
        return "\n".join("\0".join(sorted(one.pages)) for one in self._siblings).encode("utf-8", "surrogateescape")

    def of(self, path: str) -> list[Alternate]:
        """Return the other languages of the page at `path`, in the order of the settings."""
        found = []
        for one in self._siblings:
            other = one.has(path, self._ending)
            href = urls.href(other.removesuffix("index.html"))
            exact = f"{one.url}/{href}" if other else ""
            found.append(Alternate(one.language, one.name, f"{one.way}{href}", exact))
        return found

    def key(self, paths: Iterable[str]) -> list[str]:
        """Stand for the links between the pages among some files and other languages."""
        pages = (path for path in paths if path.endswith(_PAGE))
        return [one.has(path, self._ending) for path in pages for one in self._siblings]

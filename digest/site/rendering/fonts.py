"""Finds a font with an open licence for the pictures: of an installed package, then of the system. Reads no font."""

import hashlib
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

PACKAGES = (("pylopdf_fonts_ko", "NotoSansKR-Regular.otf"),)
"""Packages that bring one: the same font everywhere, so that pictures are the same bytes on every system."""
NAMES = (
    "Pretendard-Regular.otf", "Pretendard-Regular.ttf", "NotoSansKR-Regular.otf", "NotoSansKR-Regular.ttf",
    "NotoSansCJKkr-Regular.otf", "NotoSansCJK-Regular.ttc", "SourceHanSansKR-Regular.otf", "IBMPlexSansKR-Regular.ttf",
    "SpoqaHanSansNeo-Regular.ttf", "NanumGothic.ttf", "NanumBarunGothic.ttf", "NotoSans-Regular.ttf", "DejaVuSans.ttf",
)  # fmt: skip
"""Files of open fonts, the best first; the last two have no Hangul."""
FOLDERS = (
    "~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts", "~/Library/Fonts",
    "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip


def installed(folders: tuple[str, ...] = FOLDERS) -> Iterator[Path]:
    """Yield the fonts that there are, the best first."""
    for package, name in PACKAGES:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            if (path := Path(place, name)).is_file():
                yield path
    found: dict[str, Path] = {}
    for folder in folders:
        for place, inner, names in os.walk(Path(folder).expanduser()):
            inner.sort()
            for name in names:
                if name in NAMES:
                    found.setdefault(name, Path(place, name))
    yield from (found[name] for name in NAMES if name in found)


def content_hash(font: Path) -> bytes:
    """Stand for a font, so that pictures are made anew with another one. Raises OSError."""
    return hashlib.blake2b(font.read_bytes(), digest_size=8).digest()

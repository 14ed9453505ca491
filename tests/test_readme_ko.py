"""The README in Korean keeps step with the one in English."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
KO, EN = ((ROOT / name).read_text("utf-8") for name in ("README.ko.md", "README.md"))


def _headings(text: str) -> list[str]:
    """The levels of all headings outside of code."""
    return re.findall(r"^(#+) ", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)


def _blocks(text: str) -> list[str]:
    """The code, without the comments behind commands."""
    return [re.sub(r" +# .*", "", block) for block in re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)]


def _rows(text: str) -> list[str]:
    """What stands in code in the first cells of tables, and how many rows each has."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def test_it_has_the_same_headings() -> None:
    assert _headings(KO) == _headings(EN)


def test_it_shows_the_same_commands_and_the_same_post() -> None:
    assert _blocks(KO) == _blocks(EN)


def test_its_tables_have_the_same_rows() -> None:
    assert _rows(KO) == _rows(EN)
    assert KO.count("\n|") == EN.count("\n|")


def test_it_links_to_the_same_documents() -> None:
    links = [set(re.findall(r"\]\(([^)]+)\)", text)) - {"README.md", "README.ko.md"} for text in (KO, EN)]

    assert links[0] == links[1]


def test_every_path_and_setting_of_one_is_in_the_other() -> None:
    named = [set(re.findall(r"`([\w./<>-]+[./_][\w./<>-]*)`", text)) for text in (KO, EN)]

    assert named[0] == named[1]

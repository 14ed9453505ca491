"""Templates and tables of words: the user's before the package's, and what is said of broken ones."""

from pathlib import Path

import pytest

from digest.adapters.templates import BUNDLED, Templates
from digest.errors import ConfigError
from tests.wording import Reads


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A user's folder of templates."""
    for folder in ("locale", "site", "prompt"):
        (tmp_path / folder).mkdir()
    return tmp_path


def _refusal(own: Path, name: str, **values: object) -> str:
    with pytest.raises(ConfigError) as caught:
        Templates(own).render(name, **values)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_template_of_the_user_comes_before_the_one_of_the_package(own: Path) -> None:
    (own / "prompt" / "again.md.j2").write_text("{{ complaints | join }}!")

    templates = Templates(own)

    assert templates.render("prompt/again.md.j2", complaints=["a", "b"]) == "ab!"
    assert templates.source("prompt/again.md.j2") == "{{ complaints | join }}!"
    assert templates.source("prompt/system.md.j2") == (BUNDLED / "prompt" / "system.md.j2").read_text("utf-8")


def test_a_template_of_the_user_may_build_on_one_of_the_package(own: Path) -> None:
    (own / "mine.md.j2").write_text("{% include 'prompt/again.md.j2' %}")

    assert "- too long" in Templates(own).render("mine.md.j2", complaints=["too long"])


def test_without_a_folder_of_the_user_the_package_is_enough(tmp_path: Path) -> None:
    assert Templates(tmp_path / "none").folders == Templates().folders == [BUNDLED]


def test_posts_and_prompts_are_not_escaped_and_pages_are(own: Path) -> None:
    (own / "a.md.j2").write_text("{{ x }}")
    (own / "a.html.j2").write_text("{{ x }}")
    (own / "a.xml.j2").write_text("{{ x }}")

    templates = Templates(own)

    assert templates.render("a.md.j2", x="<&>") == "<&>"
    assert templates.render("a.html.j2", x="<&>") == templates.render("a.xml.j2", x="<&>") == "&lt;&amp;&gt;"


def test_what_is_filled_in_is_never_a_template_itself(own: Path) -> None:
    (own / "a.md.j2").write_text("{{ x }}")

    assert Templates(own).render("a.md.j2", x="{{ 7 * 7 }}{% raw %}") == "{{ 7 * 7 }}{% raw %}"


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("a\n\n{{ nothing }}", "template own.md.j2, line 3: <words>"),
        ("a\n{{ x.y.z }}", "template own.md.j2, line 2: <words>"),
        ("a\n{% if %}", "template own.md.j2, line 2: <words>"),
        ("{{ x | shout }}", "template own.md.j2, line 1: <words>"),
        ("\n\n{{ 1 / 0 }}", "template own.md.j2, line 3: <words>"),
        ("\n{{ x + 1 }}", "template own.md.j2, line 2: <words>"),
        ("\n{% include 'gone.j2' %}", "template own.md.j2, line 2: gone.j2 is missing"),
        ("{% include 'site/broken.j2' %}", "template site/broken.j2, line 2: <words>"),
        ("{% include 'own.md.j2' %}", "template own.md.j2, line 1: <words>"),
    ],
)
def test_a_broken_template_is_named_with_its_line(own: Path, source: str, complaint: str) -> None:
    (own / "own.md.j2").write_text(source)
    (own / "site" / "broken.j2").write_text("\n{{ inner }}")

    assert _refusal(own, "own.md.j2", x="word") == Reads(complaint)


def test_a_template_that_is_missing_or_cannot_be_read_is_named(own: Path) -> None:
    (own / "bytes.j2").write_bytes(b"\xff")
    (own / "folder.j2").mkdir()

    assert _refusal(own, "gone.j2") == "template gone.j2 is missing — reinstall, or add it to paths.templates"
    assert _refusal(own, "bytes.j2") == Reads(f"{own / 'bytes.j2'}: cannot be read: <words>")
    assert _refusal(own, "folder.j2") == f"{own / 'folder.j2'}: cannot be read: not a regular file"
    with pytest.raises(ConfigError, match=r"template gone\.j2 is missing"):
        Templates(own).source("gone.j2")


def test_no_template_outside_of_the_folders_is_read(own: Path) -> None:
    (own.parent / "secret.j2").write_text("secret")

    assert _refusal(own, "../secret.j2").startswith("template ../secret.j2 is missing")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_bundled_table_has_all_words(language: str) -> None:
    assert {"name", "alphaxiv", "topics", "prompt", "notes", "findings", "extractive"} <= set(
        Templates().words(language)
    )


def test_a_user_may_change_single_words(own: Path) -> None:
    (own / "locale" / "ko.yaml").write_text("notes: {partial: 아직이다.}\ntopics: [하나]\n")

    words = Templates(own).words("ko")

    assert words["notes"] == {**Templates().words("ko")["notes"], "partial": "아직이다."}
    assert words["topics"] == ["하나"]
    assert words["findings"] == Templates().words("ko")["findings"]


def test_a_language_of_the_users_own_needs_only_its_table(own: Path) -> None:
    (own / "locale" / "de.yaml").write_text((BUNDLED / "locale" / "en.yaml").read_text("utf-8"))

    assert Templates(own).words("de") == Templates().words("en")


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ("name: Deutsch\n", "locale/de.yaml: native is missing — copy it from "),
        ("name: no\n", "locale/de.yaml: name must be a string — put it in quotes"),
        ("- name\n", "locale/de.yaml: expected a mapping of strings"),
        ("name: [\n", "locale/de.yaml:2: invalid YAML: "),
        ("[" * 100_000, "locale/de.yaml:1: invalid YAML: "),
    ],
)
def test_a_table_that_lacks_something_says_what(own: Path, table: str, complaint: str) -> None:
    (own / "locale" / "de.yaml").write_text(table)

    with pytest.raises(ConfigError) as caught:
        Templates(own).words("de")

    assert str(caught.value).startswith(complaint)
    assert "\n" not in str(caught.value)


def test_a_word_that_is_missing_deep_in_a_table_is_named(own: Path) -> None:
    lines = (BUNDLED / "locale" / "en.yaml").read_text("utf-8").splitlines(keepends=True)
    (own / "locale" / "de.yaml").write_text("".join(line for line in lines if not line.startswith("  preview:")))

    with pytest.raises(ConfigError, match=r"^locale/de\.yaml: notes\.preview is missing"):
        Templates(own).words("de")


def test_a_language_without_a_table_is_an_error_with_the_way_out() -> None:
    with pytest.raises(ConfigError) as caught:
        Templates().words("xx")

    assert str(caught.value) == "no locale file for language 'xx' — add templates/locale/xx.yaml"

"""The pictures of shared links: of the site, days, months and papers; the same bytes from the same words."""

import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from digest.config import SiteConfig
from digest.site.rendering import fonts
from digest.site.rendering.picture_text import PictureText

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
pictures = pytest.importorskip("digest.site.rendering.pictures", reason="Pillow is not installed")


class _Metadata(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and (name := named.get("property") or named.get("name")):
            self.found[name] = named.get("content") or ""


def metadata(html: str) -> dict[str, str]:
    """What a program that shows a link reads of its page."""
    reader = _Metadata()
    reader.feed(html)
    return reader.found


def drawn(shop: Any) -> list[str]:
    return [path for path in shop.tree() if path.endswith(".png") and "assets/icon" not in path]


@pytest.fixture
def painted(shop: Any, kit: Any) -> Any:
    shop.config = shop.config.model_copy(update={"cards": "on"})
    kit.small(shop).build()
    return shop


def test_there_are_no_pictures_unless_they_are_wanted(site: Any) -> None:
    shown = metadata(site.page("index.html"))

    assert drawn(site) == []
    assert shown["twitter:card"] == "summary"
    assert "og:image" not in shown


@pytest.mark.parametrize(("word", "meant"), [(True, "on"), (False, "off"), ("on", "on"), ("papers", "papers")])
def test_on_and_off_are_understood_as_yaml_reads_them(word: object, meant: str) -> None:
    assert SiteConfig.model_validate({"cards": word}).cards == meant


def test_site_days_weeks_and_months_have_a_picture_of_the_size_that_is_asked_for(painted: Any) -> None:
    found = drawn(painted)

    assert found == [
        "2025/11/03/daily-papers/card.png", "2025/11/04/daily-papers/card.png", "2025/11/05/daily-papers/card.png",
        "archive/2025/11.png", "assets/card.png", "weeks/2025-W45/card.png",
    ]  # fmt: skip
    for path in found:
        with Image.open(painted.out / path) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert (painted.out / path).stat().st_size < 30_000


@pytest.mark.parametrize(
    ("page", "picture"),
    [
        ("index.html", "2025/11/05/daily-papers/card.png"),
        ("2025/11/04/daily-papers/index.html", "2025/11/04/daily-papers/card.png"),
        ("archive/2025/index.html", "archive/2025/11.png"),
        ("papers/2511.00004/index.html", "assets/card.png"),
        ("about/index.html", "assets/card.png"),
    ],
)
def test_a_link_shows_the_picture_of_its_page(painted: Any, page: str, picture: str) -> None:
    shown = metadata(painted.page(page))

    assert shown["og:image"] == shown["twitter:image"] == f"https://example.org/papers/{picture}"
    assert (shown["og:image:width"], shown["og:image:height"]) == ("1200", "630")
    assert shown["twitter:card"] == "summary_large_image"
    assert (painted.out / picture).is_file()


def test_home_is_described_by_the_newest_day(site: Any) -> None:
    shown = metadata(site.page("index.html"))

    assert (
        shown["description"]
        == shown["og:description"]
        == "2025년 11월 5일 수요일: 계산을 1% 줄인다. · 계산을 6% 줄인다."
    )


def test_a_build_from_nothing_draws_the_same_bytes(painted: Any, tmp_path: Path) -> None:
    painted.build(out=tmp_path / "again", cache=tmp_path / "other")

    assert painted.tree(tmp_path / "again") == painted.tree()


def test_a_new_day_draws_its_own_picture_its_weeks_and_its_months_and_leaves_the_others(
    painted: Any, kit: Any, tmp_path: Path
) -> None:
    before = {path: (painted.out / path).stat().st_ino for path in drawn(painted)}
    painted.put(kit.edition("2025-12-01", kit.entry(7)))
    painted.build()
    after = {path: (painted.out / path).stat().st_ino for path in drawn(painted)}

    assert after.keys() - before.keys() == {
        "2025/12/01/daily-papers/card.png",
        "archive/2025/12.png",
        "weeks/2025-W49/card.png",
    }
    assert {path: after[path] for path in before} == before
    painted.build(out=tmp_path / "clean", cache=tmp_path / "other")
    assert painted.tree(tmp_path / "clean") == painted.tree()


def test_each_paper_has_one_where_that_is_wanted(shop: Any, kit: Any) -> None:
    shop.config = shop.config.model_copy(update={"cards": "papers"})
    shop.put(kit.edition("2025-11-03", kit.entry(1)))
    shop.build()

    assert "papers/2511.00001/card.png" in drawn(shop)
    assert metadata(shop.page("papers/2511.00001/index.html"))["og:image"].endswith("/papers/2511.00001/card.png")


def test_without_a_font_there_are_none_and_one_line_says_so(shop: Any, kit: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(fonts, "installed", lambda: iter(()))
    shop.config = shop.config.model_copy(update={"cards": "on"})
    shop.put(kit.edition("2025-11-03", kit.entry(1)))
    built = shop.build()

    assert drawn(shop) == []
    assert "og:image" not in metadata(shop.page("index.html"))
    assert [problem.partition(";")[0] for problem in built.problems] == [
        "site.cards: no pictures were made: no font with an open licence has the letters of the language"
    ]


def test_a_picture_of_the_users_own_stands_for_the_site(shop: Any, kit: Any) -> None:
    own = shop.own / "site" / "assets" / "card.png"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine")
    kit.small(shop).build()

    assert (shop.out / "assets/card.png").read_bytes() == b"mine"
    assert metadata(shop.page("index.html"))["og:image"] == "https://example.org/papers/assets/card.png"


def test_a_font_that_lacks_the_letters_is_passed_over() -> None:
    latin = [path for path in fonts.installed() if path.name == "DejaVuSans.ttf"]
    if not latin:
        pytest.skip("DejaVu Sans is not installed")

    assert pictures.Painter.of(iter(latin), "Monday") is not None
    assert pictures.Painter.of(iter(latin), "월요일") is None


def test_the_font_of_the_package_goes_before_those_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "NanumGothic.ttf").write_bytes(b"")
    (tmp_path / "Secret.ttf").write_bytes(b"")
    found = [path.name for path in fonts.installed((str(tmp_path),))]

    assert found == ["NotoSansKR-Regular.otf", "NanumGothic.ttf"]


def test_syllables_in_parts_and_letters_without_a_place_draw_what_is_read() -> None:
    found = pictures.Painter.of(fonts.installed(), "월요일")
    assert found is not None
    painter = found[0]
    text = PictureText("디지스트", "2025년 11월", "6편", (("DoPE", "회전 위치를 다룬다."),))
    parts = PictureText(*(unicodedata.normalize("NFD", part) for part in text[:3]), text.lines)

    assert painter.draw(text) == painter.draw(parts) == painter.draw(text._replace(sub="6\u200b편"))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("속도 🚀", "속도"), ("𝒪(n)", "O(n)"), ("10⁻⁵⁰", "10⁻⁵⁰"), ("🙂", ""), ("ｗｏｒｄ", "ｗｏｒｄ"), ("نموذج", ""),
        ("A 🚀 B", "A B"), ("Jais (جيس): 모델", "Jais: 모델"), ("نموذج: 모델", "모델"),
        ("모델 نموذج, 둘", "모델, 둘"), ("Łódź", "Lódz"),
    ],
)  # fmt: skip
def test_what_a_font_lacks_is_written_plainly_or_left_out(text: str, same: str) -> None:
    found = pictures.Painter.of(fonts.installed(), "월요일")
    assert found is not None
    shown, wanted = (PictureText("디지스트", one, "6편") for one in (text, same))

    assert found[0].draw(shown) == found[0].draw(wanted)


def test_a_name_that_cannot_be_drawn_leaves_no_colon() -> None:
    found = pictures.Painter.of(fonts.installed(), "월요일")
    assert found is not None
    shown, wanted = (found[0].draw(PictureText("디지스트", "둘", "", ((one, "말한다."),))) for one in ("جيس", ""))

    assert shown == wanted


def test_a_power_that_a_font_lacks_stays_a_power() -> None:
    found = pictures.Painter.of(fonts.installed(), "월요일")
    assert found is not None
    power, product = (found[0].draw(PictureText("디지스트", one, "")) for one in ("2⁻¹⁰", "2−10"))

    assert power != product


@pytest.mark.parametrize("long", ["가" * 900, "word " * 300, "A" * 900, "", "\n\t ", "💥" * 50])
def test_any_text_has_its_bounds(long: str) -> None:
    found = pictures.Painter.of(fonts.installed(), "월요일")
    assert found is not None
    picture = found[0].draw(PictureText(long, long, long, ((long, long), (long, ""), ("", long))))

    assert re.match(rb"\x89PNG", picture)
    assert len(picture) < 120_000

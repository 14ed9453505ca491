"""Hostile content: nothing leaves its folder, nothing executes, in posts, editions, site, feeds and notifications."""

import json
import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser

from digest import posts, site
from digest.adapters.process.interruption import Interruption
from digest.adapters.store import Archive, decode, encode
from digest.adapters.templates import Templates
from digest.cli import cli
from digest.commands.context import Context
from digest.config import Config
from digest.errors import ArchiveError, DigestError
from digest.model import (
    ArxivId,
    BadArxivId,
    BadName,
    Edition,
    Entry,
    Evidence,
    Exclusion,
    Figure,
    Finding,
    Header,
    Paper,
    Provenance,
    Skip,
    Summary,
    file_name,
)
from digest.stages import notify, render
from tests.runs import Forker
from tests.samples import HOSTILE, PIECES

DAY = date(2025, 11, 17)
TEMPLATES = Templates()

BAIT = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)><script>x</script></svg>",
    '<math href="javascript:alert(1)"><mtext>x</mtext></math>', '"><iframe src=javascript:alert(1)>',
    "[x](javascript:alert(1))", "![x](https://evil.example/p.png)", "<a href='java\tscript:alert(1)'>x</a>",
    "$\\href{javascript:alert(1)}{x}$", "$\\unicode{<script>alert(1)</script>}$", "{{ site.data }}",
    "{% include /etc/passwd %}",
    "{% raw %}{% endraw %}{{ x }}", "---\nlayout: evil\n---", "x: !!python/object/apply:os.system [id]", "{#",
    "<style>*{display:none}</style>", "<meta http-equiv=refresh content=0>", "<base href=//evil.example>",
    "<form action=//evil.example><input>", "]]><!-- -->", "<?php evil ?>", "\u202eevil\u202c", "a\x00b\x1b[31mc",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "```\n</code><script>alert(1)</script>", "[a]: javascript:alert(1)",
    "=HYPERLINK(\"http://evil\")", "../../../etc/passwd", "/etc/passwd", "..\\..\\x", "%2e%2e%2fx", "title" * 40,
)  # fmt: skip
"""Texts that would do something where they are not only shown."""


def _edition(bait: str, number: int = 1, **parts: Any) -> Edition:
    """An edition with the bait in every place that holds text."""
    named = Paper(
        id=ArxivId(f"2511.{number:05}"), title=bait, abstract=bait, authors=(bait, "Ada Byron"), categories=(bait,),
        comment=bait, organization=bait, keywords=(bait,), code=f"javascript:{bait}", project=bait, thumbnail=bait,
    )  # fmt: skip
    summary = Summary(
        goal=bait, motivation=bait, contribution=bait, method=bait, results=bait, limitations=bait, conclusion=bait,
        tldr=bait, topics=(bait,),
    )  # fmt: skip
    provenance = Provenance(
        origin="html", url=f"javascript:{bait}", backend="openai", model=bait, prompt=bait, left_out=(bait,),
        missed=(bait,), figure=Figure("javascript:alert(1)", bait), license="http://creativecommons.org/licenses/by/4.0/",
    )  # fmt: skip
    entry = Entry(
        paper=named, summary=summary, provenance=provenance, arxiv_url=f"https://arxiv.org/abs/{named.id}",
        alphaxiv_url=f"https://www.alphaxiv.org/ko/overview/{named.id}", evidence={"method": Evidence(bait, bait)},
        findings=(Finding("numbers", "results", bait, bait),),
    )  # fmt: skip
    other = Paper(id=ArxivId("2511.99999"), title=bait)
    header = {"title": bait, "date": f"{DAY} 08:15:00", "tags": (bait, "papers"), "categories": (bait,)}
    made = {
        "name": str(DAY), "day": DAY, "header": Header(**header), "entries": (entry,),
        "skips": (Skip(paper=other, stage="fulltext", reason=bait),),
        "exclusions": (Exclusion(paper=other, rule="exclude", detail=bait),),
    }  # fmt: skip
    return Edition(**made | parts)


def _publish(folder: Path, editions: list[tuple[str, Edition]]) -> Config:
    """Write posts of editions and build the site, as the program does."""
    config = Config(
        paths={n: folder / n for n in ("posts", "data", "cache", "site", "templates")},
        site={"url": "https://me.github.io/papers", "figures": "hotlink"},
    )
    archive = Archive(config.paths.posts, config.paths.data)
    for file, edition in editions:
        archive.save(edition)
        archive.write_post(file, render.of_edition(edition, TEMPLATES).encode())
    _build(config)
    return config


def _build(config: Config) -> site.BuildResult:
    paths = config.paths
    project = site.Project(
        posts=paths.posts, data=paths.data, out=paths.site, cache=paths.cache, templates=TEMPLATES, config=config.site,
        post=config.post, language="ko",
    )  # fmt: skip
    return site.build(project)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A site whose every text is bait: a post each."""
    texts = [*BAIT, *HOSTILE[:40]]
    editions = []
    for number, bait in enumerate(texts, 1):
        name = f"{DAY}-papers-{number:03}"
        editions.append((f"{name}.md", _edition(bait, number, name=name)))
    return _publish(tmp_path_factory.mktemp("hostile") / "inside", editions)


def test_the_posts_hold_no_liquid_and_no_line_that_ends_the_front_matter(published: Config) -> None:
    for path in published.paths.posts.glob("*.md"):
        text = path.read_text("utf-8")
        front, body = text.split("\n---\n", 1)

        assert "{{" not in body and "{%" not in body, path.name
        assert len(posts.parse(text).entries) == 1
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", body), path.name
        assert front.count("\n---") == 0


def test_no_page_of_the_site_executes_loads_or_links_to_anything_that_was_slipped_in(published: Config) -> None:
    bad: list[tuple[str, str]] = []
    for path in sorted(published.paths.site.rglob("*.html")):
        tree = LexborHTMLParser(path.read_text("utf-8"))
        name = path.relative_to(published.paths.site).as_posix()
        for node in tree.root.traverse() if tree.root else ():
            attributes = {key: value or "" for key, value in node.attributes.items()}
            bad += [(name, f"{node.tag} {key}") for key in attributes if key.startswith("on")]
            for key in ("href", "src", "action", "xlink:href", "srcset", "poster"):
                target = re.sub(r"[\x00-\x20]", "", attributes.get(key, "")).lower()
                foreign = target.startswith(("javascript:", "data:", "vbscript:", "//evil", "https://evil"))
                if foreign and not target.startswith("data:image/svg"):
                    bad.append((name, f"{node.tag} {key}={target[:40]}"))
            inert = attributes.get("type") == "application/ld+json"  # data; a parser that got out of it says so below
            if node.tag == "script" and not inert and "alert" in (node.text() or ""):
                bad.append((name, "script"))
            if node.tag in {"iframe", "object", "embed", "base"} or attributes.get("http-equiv") == "refresh":
                bad.append((name, str(node.tag)))

    assert bad == []


def test_feeds_sitemap_and_json_are_well_formed_whatever_the_texts_hold(published: Config) -> None:
    feeds = sorted(published.paths.site.rglob("*.xml"))
    data = sorted(published.paths.site.rglob("*.json"))
    for path in feeds:
        ElementTree.fromstring(path.read_bytes())
    for path in data:
        json.loads(path.read_bytes())

    assert feeds and data
    html = [
        LexborHTMLParser(node.text or "")
        for path in feeds
        for node in ElementTree.fromstring(path.read_bytes()).iter()
        if node.attrib.get("type") in {"html", "xhtml"} or node.tag.endswith(("encoded", "description"))
    ]
    assert html and [tree.html for tree in html if tree.css("script, iframe, style, form, [onerror], [onload]")] == []
    links = {a.attributes.get("href") or "" for tree in html for a in tree.css("[href]")}
    assert {link for link in links if not link.startswith("https://")} == set()


def test_nothing_was_written_outside_of_the_folders_and_no_name_is_odd(published: Config) -> None:
    inside = published.paths.posts.parent
    files = [path.relative_to(inside.parent).as_posix() for path in inside.parent.rglob("*") if path.is_file()]

    assert {name.split("/")[0] for name in files} == {"inside"}
    assert {name.split("/")[1] for name in files} == {"posts", "data", "cache", "site"}
    assert [name for name in files if re.search(r"[^\w./가-힣~-]|\.\./", name) or len(name) > 240] == []


def test_a_notification_is_text_whatever_it_is_about() -> None:
    for bait in (*BAIT, *PIECES):
        message = notify.day_message(_edition(bait), TEMPLATES, page=None)
        tree = LexborHTMLParser(message.html)

        assert {node.tag for node in tree.root.traverse() if tree.root} <= {
            "html", "head", "body", "h1", "ol", "li", "a", "br", "p", "-text"
        }  # fmt: skip
        assert {a.attributes["href"] for a in tree.css("a")} == {"https://arxiv.org/abs/2511.00001"}
        assert "\n" not in message.title and not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", message.text)


ESCAPES = (
    "../../etc/x",
    "/etc/x",
    "..",
    ".",
    "",
    "a/../../b",
    "..\\x",
    "x\x00y",
    "x\ny",
    "\u202ex",
    ".hidden",
    "x" * 250,
)


@pytest.mark.parametrize("name", ESCAPES)
def test_a_name_that_leads_elsewhere_is_no_name(name: str, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "posts", tmp_path / "data")
    attempts = [
        lambda: file_name(name),
        lambda: archive.load(name),
        lambda: archive.post(name),
        lambda: archive.write_post(name, b"x"),
        lambda: Edition(name=name, day=DAY, header=Header(title="", date="")),
    ]
    for attempt in attempts:
        with pytest.raises(BadName, match=r"^invalid file name "):
            attempt()

    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("name", [*ESCAPES, "astro-ph/../x", "2511.1/../../x", "2511.11111/..", "../2511.11111"])
def test_an_id_that_leads_elsewhere_is_no_id(name: str) -> None:
    with pytest.raises(BadArxivId):
        ArxivId.parse(name)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("name", "../../x"),
        ("name", "/etc/x"),
        ("name", ':{"id":2'),
        ("language", "../../etc/x"),
        ("written", {"file": "../../x.md", "sha256": ""}),
        ("written", {"file": "/etc/x.md", "sha256": ""}),
        ("header", {"title": "", "date": "", "extra_source": "a: b\n---\n{{ x }}\n"}),
        ("header", {"title": "", "date": "", "extra_source": "a: b"}),
    ],
)
def test_an_edition_that_would_write_elsewhere_is_refused_when_it_is_read(part: str, value: object) -> None:
    raw = json.loads(encode(_edition("x"))) | {part: value}

    with pytest.raises(ArchiveError, match=r"^x\.json: not a valid edition: "):
        decode(json.dumps(raw).encode(), "x.json")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://arxiv.org/abs/1) {{ x }}", "https://a/<b>", "//evil.example", "file:///etc/x"],
)
@pytest.mark.parametrize("field", ["arxiv_url", "alphaxiv_url"])
def test_an_entry_whose_links_are_none_is_refused_when_it_is_read(field: str, url: str) -> None:
    raw = json.loads(encode(_edition("x")))
    raw["entries"][0][field] = url

    with pytest.raises(ArchiveError, match="is not a page URL"):
        decode(json.dumps(raw).encode(), "x.json")


@pytest.mark.parametrize("url", ["", "ftp://example.org/x", "example.org/x"])
def test_an_entry_that_links_to_no_paper_is_refused_since_its_post_could_not_be_read(url: str) -> None:
    raw = json.loads(encode(_edition("x")))
    raw["entries"][0]["arxiv_url"] = url

    with pytest.raises(ArchiveError, match=r"^x\.json: not a valid edition: "):
        decode(json.dumps(raw).encode(), "x.json")


def test_an_edition_under_another_name_is_not_taken_for_it(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "posts", tmp_path / "data")
    archive.save(_edition("x"))
    (tmp_path / "data" / f"{DAY}.json").rename(tmp_path / "data" / "2025-11-18.json")

    with pytest.raises(ArchiveError) as caught:
        archive.load("2025-11-18")

    assert str(caught.value) == "2025-11-18.json: contains edition 2025-11-17 — rename it to 2025-11-17.json"


@pytest.mark.parametrize("name", ["../../etc/x", "../2025-11-17", "/etc/passwd", "..", "2025-11-17/../../x"])
def test_rendering_by_a_name_with_a_way_in_it_writes_nowhere_else(name: str, tmp_path: Path) -> None:
    config = Config(paths={n: tmp_path / "in" / n for n in ("posts", "data", "cache", "site", "templates")})
    Archive(config.paths.posts, config.paths.data).save(_edition("x"))
    (tmp_path / "config.yaml").write_text(json.dumps({"paths": {n: str(p) for n, p in config.paths}}))
    with suppress(DigestError):
        words = ["render", name, "--force", "--config", str(tmp_path / "config.yaml")]
        cli.main(words, standalone_mode=False, obj=Context(Interruption()))

    written = {p.relative_to(tmp_path).parts[:2] for p in tmp_path.rglob("*") if p.is_file()}
    assert written <= {("config.yaml",), ("in", "data"), ("in", "posts"), ("in", "cache")}


@pytest.mark.parametrize(
    "words",
    [
        ["render", "../../etc/x"],
        ["render", "/etc/passwd"],
        ["build", "--id", "../.."],
        ["build", "--id", "/etc/passwd"],
        ["build", "--date", "../../x"],
        ["notify", "../../x"],
        ["check", "../../../etc/passwd"],
    ],
)
def test_the_command_line_answers_a_way_out_of_the_folder_with_one_line(
    words: list[str], tmp_path: Path, forker: Forker
) -> None:
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "DIGEST_NOTIFY_URLS": "json://127.0.0.1:1/x"}
    done = forker.output(tmp_path, *words, environ=environ)

    assert done.returncode in (1, 2), done.stderr
    assert "Traceback" not in done.stderr and done.stderr.splitlines()[-1].startswith(("digest:", "Error:"))
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} <= {"run.lock", "cache.sqlite3"}


@pytest.mark.parametrize(
    "front",
    [
        "permalink: /../../../etc/x.html",
        "permalink: /a/../../b",
        'permalink: "/x\\u0000y"',
        "slug: ../../../x",
        "layout: ../../../../etc/passwd",
        "categories: [../../x, /etc]",
        "tags: [../../../x, '<script>alert(1)</script>']",
    ],
)
def test_a_post_whose_front_matter_leads_elsewhere_makes_no_file_there(front: str, tmp_path: Path) -> None:
    config = Config(paths={n: tmp_path / "in" / n for n in ("posts", "data", "cache", "site", "templates")})
    config.paths.posts.mkdir(parents=True)
    post = f"---\ntitle: x\ndate: 2025-11-17 08:00:00\n{front}\n---\nHello.\n"
    (config.paths.posts / "2025-11-17-hello.md").write_text(post)

    with suppress(ArchiveError):
        _build(config)

    assert {path.name for path in tmp_path.iterdir()} == {"in"}
    pages = [path.relative_to(config.paths.site).as_posix() for path in config.paths.site.rglob("*.html")]
    assert not any(".." in page.split("/") or "<" in page for page in pages)


def test_titles_of_200_characters_make_file_names_that_every_disk_takes(tmp_path: Path) -> None:
    title = "아주 긴 제목의 논문 " * 20
    _publish(tmp_path / "inside", [("2025-11-17-daily-papers.md", _edition(title[:200]))])

    assert max(len(part.encode()) for path in tmp_path.rglob("*") for part in path.parts) <= 200


def test_depth_and_size_of_an_edition_do_not_matter_to_the_reader() -> None:
    deep = b'{"name":' + b"[" * 200_000 + b"]" * 200_000 + b"}"

    with pytest.raises(ArchiveError, match="not a valid edition"):
        decode(deep, "x.json")


def test_an_edition_round_trips_whatever_its_texts_hold() -> None:
    for bait in (*BAIT, *PIECES):
        edition = _edition(bait)

        assert decode(encode(edition), "x.json") == edition
        assert msgspec.structs.asdict(edition)

"""Several digests from one reading: two languages, profiles, and what each of them costs."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.adapters.store import Archive
from digest.commands.demo.server import serve
from tests.runs import Forker, World, files, half_files, invented, settings
from tests.stages.summarize.batch.office import Office

DAYS = (date(2026, 1, 5), date(2026, 1, 6))
DAY = DAYS[0]


@dataclass
class Bilingual(World):
    """A model that answers in English where it is asked to."""

    topics: tuple[str, ...] = ()

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer = super().answer(asked)
        if "Language: English" in asked["messages"][0]["content"]:
            message = answer["choices"][0]["message"]
            message["content"] = json.dumps(_english(json.loads(message["content"])))
        if self.topics:
            message = answer["choices"][0]["message"]
            message["content"] = json.dumps({**json.loads(message["content"]), "topics": self.topics})
        return answer


def _english(reply: Mapping[str, Any]) -> dict[str, Any]:
    """Write a reply in English: each claim says what the sentence that it quotes says."""

    def claim(one: Mapping[str, Any]) -> dict[str, Any]:
        said = re.sub(r"^\[[^\]]*\] *", "", one["quotes"][0])
        return {**one, "text": f"The authors report the following: {said}"}

    fields = {name: [claim(value[0])] for name, value in reply.items() if name not in ("tldr", "topics")}
    return {**fields, "tldr": "One method is cheaper than the others.", "topics": ["Efficiency"]}


class Digest:
    """A folder with settings, its services, and the runs in it."""

    def __init__(self, folder: Path, world: Bilingual, url: str, forker: Forker) -> None:
        self.folder, self.world, self.forker = folder, world, forker
        folder.mkdir()
        self.environ = settings(url, OPENAI_API_KEY="k")

    def configure(self, text: str) -> None:
        (self.folder / "config.yaml").write_text(text, "utf-8")

    def run(self, *words: str, **environ: str) -> int:
        return self.forker.run(self.folder, *words, environ={**self.environ, **environ})

    @property
    def log(self) -> str:
        return (self.folder.parent / f"{self.folder.name}.log").read_text("utf-8")

    def post(self, name: str) -> str:
        return (self.folder / "_posts" / name).read_text("utf-8")

    def archive(self, series: str = "") -> Archive:
        return Archive(self.folder / "_posts" / series, self.folder / "_data" / "digests" / series)

    def papers(self, series: str = "", day: date = DAY) -> list[str]:
        edition = self.archive(series).load(str(day))
        return [entry.paper.id for entry in edition.entries] if edition else []


@pytest.fixture
def digest(tmp_path: Path, forker: Forker) -> Iterator[Digest]:
    world = Bilingual(**vars_of(invented(DAYS, 4)))
    with serve(world) as url:
        yield Digest(tmp_path / "digest", world, url, forker)


def vars_of(world: World) -> dict[str, Any]:
    return {"rows": world.rows, "papers": world.papers}


def test_two_languages_are_written_from_one_list_and_one_reading_of_each_paper(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")

    code = digest.run("build", "--date", str(DAY))

    korean, english = (digest.archive(name).load(str(DAY)) for name in ("", "en"))
    assert code == 0, digest.log
    assert korean and english
    assert (korean.language, english.language) == ("ko", "en")
    assert digest.papers() == digest.papers("en") and len(digest.papers()) == 4
    assert not [finding for entry in english.entries for finding in entry.findings]
    assert "지금보다" in digest.post(f"{DAY}-daily-papers.md")
    assert "The authors report" in digest.post(f"en/{DAY}-daily-papers-en.md")
    assert not re.search("[가-힣]", digest.post(f"en/{DAY}-daily-papers-en.md"))
    asked = Counter(re.sub(r"v\d+$", "", path) for path in digest.world.asked)
    assert [path for path, times in asked.items() if times > 1] == ["/v1/chat/completions"], asked
    assert asked["/v1/chat/completions"] == 8


def test_a_second_run_asks_and_changes_nothing(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    digest.run("build", "--date", str(DAY))
    before, asked = files(digest.folder), len(digest.world.answers)

    code = digest.run("build", "--date", str(DAY))

    assert (code, len(digest.world.answers)) == (0, asked)
    assert files(digest.folder) == before


def test_one_language_makes_the_bytes_that_it_makes_beside_another(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    digest.run("build", "--date", str(DAY))
    both = files(digest.folder)
    own = {name: body for name, body in both.items() if "/en/" not in name and name != "config.yaml"}

    alone = Digest(
        digest.folder.parent / "alone", digest.world, digest.environ["DIGEST_SERVICES__ARXIV"], digest.forker
    )
    alone.configure("language: ko\n")
    alone.run("build", "--date", str(DAY))

    assert {name: body for name, body in files(alone.folder).items() if name != "config.yaml"} == own


def test_a_language_that_is_added_later_has_the_papers_of_the_first_without_a_new_list(digest: Digest) -> None:
    digest.configure("language: ko\n")
    digest.run("build", "--date", str(DAY))
    digest.world.rows = {}

    digest.configure("languages: [ko, en]\n")
    code = digest.run("build", "--date", str(DAY))

    assert code == 0, digest.log
    assert digest.papers("en") == digest.papers()


def test_a_profile_has_its_own_limit_taste_and_language_and_pays_only_for_what_is_new(digest: Digest) -> None:
    digest.configure(
        "selection: {limit: 2}\n"
        "profiles:\n"
        "  lab: {selection: {limit: 3}}\n"
        "  reader: {language: en, selection: {limit: 1}}\n"
    )

    code = digest.run("build", "--date", str(DAY))

    assert code == 0, digest.log
    assert [len(digest.papers(name)) for name in ("", "lab", "reader")] == [2, 3, 1]
    assert len(digest.world.answers) == 3 + 1
    assert digest.world.asked.count("/api/daily_papers") == 1
    assert (digest.folder / f"_posts/reader/{DAY}-daily-papers-reader.md").exists()


def test_one_profile_alone_is_built_where_it_is_named(digest: Digest) -> None:
    digest.configure("profiles: {lab: {selection: {limit: 1}}}\n")

    codes = [digest.run("build", "--date", str(DAY), "--profile", name) for name in ("lab", "team")]

    assert codes == [0, 1]
    assert (digest.papers(), len(digest.papers("lab"))) == ([], 1)
    assert "unknown profile 'team'" in digest.log and "default, lab" in digest.log


def test_a_language_whose_model_is_down_is_made_up_for_by_a_later_run(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    whole = digest.world.answer
    digest.world.answer = lambda asked: whole(asked if "Language: English" not in str(asked) else _unknown(asked))  # type: ignore[method-assign]
    first = digest.run("build", "--date", str(DAY))
    before = digest.papers(), digest.papers("en")
    digest.world.answer = whole  # type: ignore[method-assign]

    second = digest.run("build", "--date", str(DAY))

    assert (first, second) == (4, 0), digest.log
    assert before == (digest.papers(), [])
    assert digest.papers("en") == digest.papers()
    assert half_files(digest.folder) == []


def _unknown(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {**asked, "messages": [{"role": "user", "content": "Language: English"}]}


def test_each_language_has_a_site_and_every_page_leads_to_the_other_one(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\nsite: {url: https://example.org/papers}\n")
    digest.run("build", "--date", str(DAY))

    code = digest.run("site")

    site, day = digest.folder / "_site", f"{DAY:%Y/%m/%d}/daily-papers"
    pages = {
        name: {str(path.relative_to(top)): path.read_text("utf-8") for path in top.rglob("*.html")}
        for name, top in (("ko", site), ("en", site / "en"))
    }
    pages["ko"] = {path: text for path, text in pages["ko"].items() if not path.startswith("en/")}
    assert code == 0, digest.log
    assert len(pages["ko"]) == len(pages["en"]) > 10
    for text in (text for found in pages.values() for text in found.values()):
        assert len(re.findall(r'<a class="quiet" href="\S+" lang="(?:ko|en)" hreflang="(?:ko|en)">', text)) == 1
    there = pages["ko"][f"{day}/index.html"]
    back = pages["en"][f"{day}-en/index.html"]
    assert (
        _alternates(there)
        == _alternates(back)
        == {
            "ko": f"https://example.org/papers/{day}/",
            "en": f"https://example.org/papers/en/{day}-en/",
        }
    )
    assert f'href="../../../../../en/{day}-en/' in there.replace("../../../../en", "../../../../../en")
    assert '<html lang="en">' in back and "The authors report" in back
    assert "en/sitemap.xml" in (site / "robots.txt").read_text()
    assert 'xml:lang="en"' in (site / "en" / "feed.xml").read_text("utf-8")
    for found in pages.values():
        for path, text in found.items():
            top = site if found is pages["ko"] else site / "en"
            for href in re.findall(r'<a class="quiet" href="([^"]+)"', text):
                if path not in {"404.html", "offline.html"}:
                    assert ((top / path).parent / href / "index.html").resolve().exists(), (path, href)


def test_an_unchanged_site_of_two_languages_is_not_built_again_and_a_new_day_makes_what_a_clean_build_makes(
    digest: Digest,
) -> None:
    digest.configure("languages: [ko, en]\n")
    digest.run("build", "--date", str(DAYS[0]))
    digest.run("site")
    before = files(digest.folder)
    digest.run("site")
    same = files(digest.folder)
    digest.run("build", "--date", str(DAYS[1]))
    digest.run("site")
    grown = files(digest.folder)

    shutil.rmtree(digest.folder / "_site")
    shutil.rmtree(digest.folder / ".cache")
    digest.run("site")

    assert same == before
    assert "0 files written" in digest.log
    assert files(digest.folder) == grown


def test_a_language_that_is_taken_out_of_the_settings_leaves_its_posts_and_pages_as_they_are(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    digest.run("build", "--date", str(DAY))
    digest.run("site")
    english = files(digest.folder / "_site" / "en")

    digest.configure("languages: [ko]\n")
    code = digest.run("site")

    pages = {str(path.relative_to(digest.folder / "_site")) for path in (digest.folder / "_site").rglob("*.html")}
    assert code == 0, digest.log
    assert files(digest.folder / "_site" / "en") == english
    assert f"{DAY:%Y/%m/%d}/daily-papers/index.html" in pages
    assert not [path for path in pages if path.endswith("daily-papers-en/index.html") and not path.startswith("en/")]


def _alternates(page: str) -> dict[str, str]:
    return dict(re.findall(r'<link rel="alternate" hreflang="(\w+)" href="([^"]+)">', page))


def test_the_ledger_says_which_series_took_a_paper(digest: Digest) -> None:
    digest.configure("selection: {limit: 1}\nprofiles: {lab: {selection: {limit: 2}}}\n")
    digest.run("build", "--date", str(DAY))

    code = digest.run("ledger", str(DAY))

    shown = digest.log.partition("### ")[2]
    first, second = digest.papers("lab")
    assert code == 0
    assert re.search(rf"abs/{first}\) \| published \| [^|]+ \| ko, lab \|", shown), shown
    assert re.search(rf"abs/{second}\) \| left out \| [^|]+ \| lab \|", shown), shown
    assert "## lab" in shown


def test_a_paper_that_is_taken_off_leaves_every_series_and_a_later_language_leaves_it_out(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\nprofiles: {lab: {selection: {limit: 2}}}\n")
    digest.run("build", "--date", str(DAY))
    gone, kept, *_ = digest.papers()

    removed = digest.run("remove", gone, "--because", "its author asked")
    again = digest.run("build", "--date", str(DAY))

    assert (removed, again) == (0, 0), digest.log
    for series in ("", "en", "lab"):
        assert gone not in digest.papers(series) and kept in digest.papers(series)


def test_an_entry_is_written_anew_in_every_language_and_its_posts_are_checked_in_each(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    digest.run("build", "--date", str(DAY))
    asked, digest.world.topics = len(digest.world.answers), ("LLM",)

    codes = [digest.run(*words.split()) for words in (f"redo {digest.papers()[0]}", f"render {DAY}", f"check {DAY}")]

    assert codes == [0, 0, 0], digest.log
    assert len(digest.world.answers) == asked + 2
    assert "8 entries: 8 checked, 0 with findings" in digest.log


@pytest.mark.parametrize("series", ["en", "lab", "lab-en"])
def test_an_edited_post_of_any_series_is_imported_into_its_own_and_no_other_one_changes(
    digest: Digest, series: str
) -> None:
    digest.configure("languages: [ko, en]\nprofiles:\n  lab: {languages: [ko, en]}\n")
    digest.run("build", "--date", str(DAY))
    before = files(digest.folder / "_posts") | files(digest.folder / "_data")
    file = f"{series}/{DAY}-daily-papers-{series}.md"
    edited = re.sub(r"- Goal: .*", "- Goal: Mine.", digest.post(file), count=1)
    (digest.folder / "_posts" / file).write_text(edited, "utf-8")

    codes = [digest.run(*words) for words in (["render", str(DAY)], ["import", f"_posts/{file}"], ["render", str(DAY)])]

    after = files(digest.folder / "_posts") | files(digest.folder / "_data")
    edition = digest.archive(series).load(str(DAY))
    assert codes == [1, 0, 0], digest.log
    assert {name for name in before | after if before.get(name) != after.get(name)} == {
        file,
        f"digests/{series}/{DAY}.json",
    }
    assert edition and [entry.summary.goal == "Mine." for entry in edition.entries] == [True, False, False, False]
    assert all(entry.paper.abstract and entry.claims_of("results") for entry in edition.entries)


def test_languages_that_were_set_the_other_way_round_are_told_of_by_site_build_and_backfill(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    digest.run("build", "--date", str(DAY))
    assert digest.run("site") == 0 and "this series is set to" not in digest.log
    digest.configure("languages: [en, ko]\n")

    days = ["--from", str(DAY), "--to", str(DAY)]
    codes = [digest.run(*words) for words in (["site"], ["site"], ["build", "--date", str(DAY)], ["backfill", *days])]

    said = [line for line in digest.log.splitlines() if "this series is set to" in line]
    assert codes == [0, 0, 0, 0], digest.log
    assert [line.partition("digest: ")[2].replace(str(digest.folder), "") for line in said] == [
        "/_posts: of 1 post, 1 in ko, but this series is set to en"
        " — set `languages: [ko, en]`, so that en has folders of its own"
    ] * 4


def test_a_night_builds_what_is_due_of_every_series_and_the_next_one_finds_nothing(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    today = date.today()  # noqa: DTZ011 - the runs' own clock
    for ago in (1, 2):
        digest.world.rows = {
            **digest.world.rows,
            str(today - timedelta(days=ago)): digest.world.rows[str(DAYS[ago - 1])],
        }
    digest.run("build", "--date", str(today - timedelta(days=2)))
    asked = len(digest.world.answers)

    preview = digest.run("build", "--dry-run")
    built = digest.run("build")
    between = len(digest.world.answers)
    again = digest.run("build")

    assert (preview, built, again) == (0, 0, 0), digest.log
    assert "2 days due, 8 papers to read" in digest.log
    assert (asked, between, len(digest.world.answers)) == (8, 16, 16)
    assert len(digest.papers("en", today - timedelta(days=1))) == 4


@pytest.mark.parametrize("words", [(), ("--date", "yesterday")])
def test_examples_that_a_profile_lacks_cost_that_profile_alone_and_it_is_named(
    digest: Digest, words: tuple[str, ...]
) -> None:
    digest.configure("profiles:\n  bad: {taste: {examples: {files: [none.bib]}}}\n  good: {selection: {limit: 1}}\n")
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011 - the runs' own clock
    digest.world.rows = {**digest.world.rows, str(yesterday): digest.world.rows[str(DAY)]}

    code = digest.run("build", *words, "--log-format", "plain")

    assert code == 1
    assert digest.log.splitlines()[-1] == (
        "digest: bad: taste.examples.files: none.bib: cannot be read: No such file or directory — "
        "export the library there"
    )
    assert [len(digest.papers(series, yesterday)) for series in ("", "bad", "good")] == [4, 0, 1]


def test_a_range_is_priced_and_built_in_every_series(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\nprofiles: {lab: {language: ko, selection: {limit: 5}}}\n")

    code = digest.run("backfill", "--from", str(DAYS[0]), "--to", str(DAYS[1]), "--yes")

    assert code == 0, digest.log
    assert "6 days, 24 papers to read (8 already paid for)" in digest.log
    assert all(len(digest.papers(series, day)) == 4 for series in ("", "en", "lab") for day in DAYS)
    assert len(digest.world.answers) == 16
    assert sorted(path for path in digest.world.asked if path.startswith("/html/")) == sorted(
        {path for path in digest.world.asked if path.startswith("/html/")}
    )


def test_a_post_of_named_papers_is_written_in_every_language(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    one = next(iter(digest.world.papers))

    code = digest.run("build", "--date", str(DAY), "--id", one)

    assert code == 0, digest.log
    assert (digest.folder / f"_posts/{DAY}-papers-{one}.md").exists()
    assert (digest.folder / f"_posts/en/{DAY}-papers-{one}-en.md").exists()


def test_posts_move_into_a_profile_and_are_published_there(digest: Digest) -> None:
    digest.configure("profiles: {lab: {selection: {limit: 1}}}\n")
    assert digest.run("build", "--date", str(DAY)) == 0
    blog, papers = digest.folder / "blog", digest.papers("lab")
    blog.mkdir()
    shutil.move(digest.folder / "_posts" / "lab" / f"{DAY}-daily-papers-lab.md", blog)
    shutil.rmtree(digest.folder / "_data" / "digests" / "lab")
    before = files(digest.folder)

    assert digest.run("import", "blog", "--profile", "lab") == 0

    assert digest.papers("lab") == papers
    assert files(digest.folder).keys() - before.keys() == {
        f"_posts/lab/{DAY}-daily-papers-lab.md",
        f"_data/digests/lab/{DAY}.json",
    }
    assert digest.run("import", "blog", "--profile", "nobody") == 1
    assert digest.log.splitlines()[-1].startswith("digest: unknown profile 'nobody' — ")


def test_each_series_is_sent_to_its_own_addresses_and_an_unknown_one_is_named(digest: Digest) -> None:
    digest.configure("languages: [ko, en]\n")
    digest.run("build", "--date", str(DAY))
    url = digest.environ["DIGEST_SERVICES__ARXIV"].replace("http://", "json://")

    sent = digest.run("notify", str(DAY), DIGEST_NOTIFY_URLS=f"{url}/korean en={url}/english")
    again = digest.run("notify", str(DAY), DIGEST_NOTIFY_URLS=f"{url}/korean en={url}/english")
    wrong = digest.run("notify", str(DAY), DIGEST_NOTIFY_URLS=f"{url}/korean fr={url}/french")

    told = [path for path in digest.world.asked if path in ("/korean", "/english")]
    assert (sent, again, wrong) == (4, 4, 1), digest.log  # nobody answers there
    assert set(told) == {"/korean", "/english"}
    assert "unknown profile or language 'fr'" in digest.log


def test_both_languages_are_submitted_as_batches_and_built_from_what_comes_back(tmp_path: Path, forker: Forker) -> None:
    world = Bilingual(**vars_of(invented(DAYS, 2)))
    world.on = office = Office(world)
    with serve(world) as url:
        digest = Digest(tmp_path / "digest", world, url, forker)
        digest.configure("languages: [ko, en]\n")
        days = ("--from", str(DAYS[0]), "--to", str(DAYS[1]))

        submitted = digest.run("backfill", *days, "--batch", "--yes")
        early = digest.run("backfill", "--collect", "--yes")
        office.answer_all()
        collected = [digest.run("backfill", "--collect", "--yes") for _ in range(2)]

    assert (submitted, early, *collected) == (0, 0, 0, 0), digest.log
    assert "submitted 4 requests (batch_0)" in digest.log and "en: submitted 4 requests (batch_1)" in digest.log
    assert all(len(digest.papers(series, day)) == 2 for series in ("", "en") for day in DAYS)
    assert len(office.questions) == len(world.answers) == 8
    assert "/v1/chat/completions" not in world.asked


GUIDE = (Path(__file__).parent.parent / "docs" / "languages.md").read_text("utf-8")
CONFIGURATIONS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(CONFIGURATIONS)))
def test_a_configuration_of_the_guide_builds_what_the_guide_says(digest: Digest, number: int) -> None:
    digest.configure(CONFIGURATIONS[number])

    codes = [digest.run("build", "--date", str(DAY)), digest.run("site")]

    folders = re.findall(r"`(_posts/(?:\w+/)?)", GUIDE)
    assert codes == [0, 0], digest.log
    assert {"_posts/", "_posts/en/", "_posts/lab/"} == set(folders)
    assert all(digest.papers(series) for series in (("", "en"), ("", "lab"))[number])


@dataclass
class Refusing(Bilingual):
    """A model that answers prose where the question has one of these words."""

    refused: tuple[str, ...] = ()

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        answer = super().answer(asked)
        if any(word in message["content"] for word in self.refused for message in asked["messages"]):
            answer["choices"][0]["message"]["content"] = "Here is what I think of this paper."
        return answer


@pytest.mark.parametrize("words", [("--date", "yesterday"), ()])
def test_a_language_or_profile_of_which_nothing_comes_costs_itself_alone(
    tmp_path: Path, forker: Forker, words: tuple[str, ...]
) -> None:
    world = Refusing(**vars_of(invented(DAYS, 4)), refused=("Language: English",))
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011 - the runs' own clock
    world.rows = {**world.rows, str(yesterday): world.rows[str(DAY)]}
    with serve(world) as url:
        digest = Digest(tmp_path / "digest", world, url, forker)
        digest.configure("selection: {limit: 2}\nprofiles: {lab: {languages: [en], selection: {limit: 1}}}\n")

        codes = [digest.run("build", *words), digest.run("build", *words)]

    assert codes == [4, 4], digest.log
    assert [len(digest.papers(series, yesterday)) for series in ("", "lab")] == [2, 0]
    assert "lab: " in digest.log and "1 of 1 paper failed, no post was written" in digest.log


def test_where_no_series_has_a_post_the_first_error_ends_the_run(tmp_path: Path, forker: Forker) -> None:
    world = Refusing(**vars_of(invented(DAYS, 2)), refused=("Language",))
    with serve(world) as url:
        digest = Digest(tmp_path / "digest", world, url, forker)
        digest.configure("profiles: {lab: {languages: [en]}}\n")

        code = digest.run("build", "--date", str(DAY))

    assert code == 1
    assert digest.log.splitlines()[-1].startswith(f"digest: {DAY}: 2 of 2 papers failed, no post was written")

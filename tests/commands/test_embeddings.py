"""Whole runs with a server of embeddings: what is asked, what lasts, and what happens without it."""

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.commands.demo.server import Request, Response, serve
from tests.runs import ROOT, Forker, World, files, invented, settings
from tests.stages.embed.scripted import serving
from tests.stages.summarize.batch.office import Office
from tests.test_series import Bilingual, vars_of

DAYS = (date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7))
RANGE = ("--from", str(DAYS[0]), "--to", str(DAYS[-1]))
VECTORS = {"DIGEST_LLM__EMBEDDINGS__MODEL": "tiny", "DIGEST_LLM__EMBEDDINGS__DIMENSIONS": "16"}
CONFIGURATIONS = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "embeddings.md").read_text("utf-8"), re.DOTALL)
LIBRARY = "@misc{{a, title = {{{title}}}, abstract = {{{abstract}}}, eprint = {{{id}}}, archivePrefix = {{arXiv}}}}\n"


class Embeddings:
    """Answers requests for vectors, or refuses them all; counts the texts."""

    def __init__(self, *, down: bool = False) -> None:
        self.down, self.texts, self.requests = down, Counter[str](), 0

    def __call__(self, request: Request) -> Response | None:
        if (answer := serving(request)) is None:
            return None
        self.requests += 1
        if self.down:
            return Response(503, b"down")
        self.texts.update(json.loads(request.body)["input"])
        return answer


def played(*, down: bool = False) -> tuple[World, Embeddings]:
    world, embeddings = invented(DAYS, 3), Embeddings(down=down)
    world.on = embeddings
    return world, embeddings


def entries(folder: Path, day: date) -> list[dict[str, Any]]:
    edition = json.loads((folder / "_data" / "digests" / f"{day}.json").read_text("utf-8"))
    return edition["entries"]  # type: ignore[no-any-return]


def examples(folder: Path, world: World, *ids: str) -> dict[str, str]:
    """Write a library that has some papers of the world; return the settings that name it."""
    folder.mkdir(parents=True, exist_ok=True)
    papers = [world.papers[one] for one in ids]
    bib = "".join(LIBRARY.format(title=f"Liked {one.title}", abstract=one.abstract, id="2501.00001") for one in papers)
    (folder / "library.bib").write_text(bib, "utf-8")
    return {"DIGEST_TASTE__EXAMPLES__FILES": '["library.bib"]', "DIGEST_SELECTION__LIMIT": "1"}


def log(folder: Path) -> str:
    return (folder.parent / f"{folder.name}.log").read_text("utf-8")


def test_a_text_is_paid_for_once_whatever_it_is_compared_for_and_however_often_a_day_is_built(
    tmp_path: Path, forker: Forker
) -> None:
    world, embeddings = played()
    folder = tmp_path / "papers"
    taste = examples(folder, world, "2601.10001")
    with serve(world) as url:
        environ = settings(url, **VECTORS, **taste)
        for day in DAYS[:2]:
            assert forker.run(folder, "build", "--date", str(day), environ=environ) == 0
        assert forker.run(folder, "build", "--date", str(DAYS[0]), "--force", environ=environ) == 0
        first = embeddings.requests
        assert forker.run(folder, "rank", "--date", str(DAYS[0]), environ=environ) == 0

    assert set(embeddings.texts.values()) == {1}
    assert (len(embeddings.texts), embeddings.requests) == (1 + 3 + 3, first)
    (entry,) = entries(folder, DAYS[0])
    assert (len(entry["embedding"]["values"]), entry["embedding"]["model"]) == (24, "tiny@16")
    assert next(one for one in entry["reasons"] if one["kind"] == "similar")["name"].startswith("Liked ")


def test_without_the_server_papers_are_compared_by_words_and_a_later_run_has_the_vectors(
    tmp_path: Path, forker: Forker
) -> None:
    world, embeddings = played(down=True)
    folder = tmp_path / "papers"
    with serve(world) as url:
        environ = settings(url, **VECTORS, DIGEST_LLM__ATTEMPTS="2")
        assert forker.run(folder, "backfill", *RANGE, "--jobs", "1", "--yes", environ=environ) == 0
        refused, without = embeddings.requests, files(folder)
        embeddings.down = False
        assert forker.run(folder, "backfill", *RANGE, "--yes", environ=environ) == 0
        answers = len(world.answers)
        assert forker.run(folder, "backfill", *RANGE, "--yes", environ=environ) == 0

    said = log(folder)
    assert refused == 2
    assert said.count("continuing without embeddings, papers are compared by words: embedding server 127.0.0.1") == 1
    assert "3 days, 0 papers to read; vectors: 1 call, " in said
    assert len(world.answers) == answers == 9
    assert all(one["embedding"] for day in DAYS for one in entries(folder, day))
    changed = {name for name, content in files(folder).items() if without.get(name) != content}
    assert changed == {f"_data/digests/{day}.json" for day in DAYS}
    assert said.rstrip().splitlines()[-1] == "3 days already done"


def test_the_editions_of_a_range_and_of_its_days_one_by_one_have_the_same_vectors(
    tmp_path: Path, forker: Forker
) -> None:
    world, embeddings = played()
    taste = examples(tmp_path / "days", world, "2601.10002")
    examples(tmp_path / "range", world, "2601.10002")
    with serve(world) as url:
        environ = settings(url, **VECTORS, **taste)
        for day in DAYS:
            assert forker.run(tmp_path / "days", "build", "--date", str(day), environ=environ) == 0
        assert forker.run(tmp_path / "range", "backfill", *RANGE, "--yes", environ=environ) == 0

    assert files(tmp_path / "range") == files(tmp_path / "days")
    assert len(embeddings.texts) == 1 + 9


def test_nothing_is_spent_on_vectors_by_a_look_or_before_a_price_is_agreed_to(tmp_path: Path, forker: Forker) -> None:
    world, embeddings = played()
    folder = tmp_path / "papers"
    taste = examples(folder, world, "2601.10001")
    with serve(world) as url:
        environ = settings(url, **VECTORS, **taste)
        assert forker.run(folder, "rank", "--date", str(DAYS[0]), environ=environ) == 0
        assert forker.run(folder, "build", "--date", str(DAYS[0]), "--dry-run", environ=environ) == 0
        assert forker.run(folder, "backfill", *RANGE, environ=environ) == 2

    assert (embeddings.requests, world.answers) == (0, [])
    assert "4 papers without vectors yet: compared by words" in log(folder)
    assert "; vectors: 1 call, " in log(folder)


def test_two_languages_pay_for_a_vector_once(tmp_path: Path, forker: Forker) -> None:
    spoken, embeddings = played()
    world = Bilingual(**vars_of(spoken), on=embeddings)
    folder = tmp_path / "papers"
    with serve(world) as url:
        environ = settings(url, **VECTORS, DIGEST_LANGUAGES='["ko", "en"]')
        forker.run(folder, "build", "--date", str(DAYS[0]), environ=environ)

    both = [json.loads(content) for name, content in files(folder).items() if name.endswith(f"{DAYS[0]}.json")]
    vectors = [{one["paper"]["id"]: one["embedding"] for one in edition["entries"]} for edition in both]
    assert (len(both), set(embeddings.texts.values())) == (2, {1})
    assert vectors[0] == vectors[1]
    assert len(vectors[0]) == 3


def test_by_batch_the_same_papers_are_chosen_and_have_the_same_vectors(tmp_path: Path, forker: Forker) -> None:
    world, embeddings = played()
    office = Office(world)
    world.on = lambda request: embeddings(request) or office(request)
    taste = examples(tmp_path / "batch", world, "2601.10002")
    examples(tmp_path / "online", world, "2601.10002")
    with serve(world) as url:
        environ = settings(url, **VECTORS, **taste)
        assert forker.run(tmp_path / "batch", "backfill", *RANGE, "--batch", environ=environ) == 2
        assert embeddings.requests == 0
        assert forker.run(tmp_path / "batch", "backfill", *RANGE, "--batch", "--yes", environ=environ) == 0
        office.answer_all()
        assert forker.run(tmp_path / "batch", "backfill", "--collect", "--yes", environ=environ) == 0
        online = len(world.answers)
        assert forker.run(tmp_path / "online", "backfill", *RANGE, "--yes", environ=environ) == 0

    made = {
        name: {path: re.sub(rb'"cost": [\d.e-]+', b"", content) for path, content in files(tmp_path / name).items()}
        for name in ("batch", "online")
    }
    assert made["batch"] == made["online"]
    assert sum(content.count(b'"embedding"') for content in made["batch"].values()) == len(DAYS)
    assert online == len(DAYS)
    assert set(embeddings.texts.values()) == {2}  # once for each of two caches


def test_a_clean_checkout_gives_the_same_site_and_asks_nobody(tmp_path: Path, forker: Forker) -> None:
    world, embeddings = played()
    folder = tmp_path / "papers"
    with serve(world) as url:
        environ = settings(url, **VECTORS)
        for day in DAYS:
            assert forker.run(folder, "build", "--date", str(day), environ=environ) == 0
            assert forker.run(folder, "site", environ=environ) == 0
        asked = embeddings.requests
        site = {name: content for name, content in files(folder).items() if name.startswith("_site/")}
        shutil.rmtree(folder / ".cache")
        shutil.rmtree(folder / "_site")
        assert forker.run(folder, "site", environ=environ) == 0

    assert {name: content for name, content in files(folder).items() if name.startswith("_site/")} == site
    assert embeddings.requests == asked == 3


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ({}, "ok     embeddings: tiny gives 16 numbers"),
        (
            {"DIGEST_LLM__EMBEDDINGS__KEY": "OTHER_KEY"},
            "FAIL   embeddings: llm.embeddings: OTHER_KEY is not set — set it",
        ),
        (
            {"DIGEST_LLM__EMBEDDINGS__BASE_URL": "http://127.0.0.1:9/v1"},
            "FAIL   embeddings: embedding server 127.0.0.1:9",
        ),
    ],
)
def test_doctor_asks_for_one_vector(tmp_path: Path, forker: Forker, more: dict[str, str], line: str) -> None:
    world, _ = played()
    with serve(world) as url:
        forker.run(tmp_path / "papers", "doctor", environ=settings(url, **VECTORS, **more))

    assert line in log(tmp_path / "papers")


def test_doctor_names_the_command_that_gives_an_archive_its_vectors(tmp_path: Path, forker: Forker) -> None:
    world, _ = played()
    folder = tmp_path / "papers"
    with serve(world) as url:
        assert forker.run(folder, "backfill", *RANGE, "--yes", environ=settings(url)) == 0
        forker.run(folder, "doctor", environ=settings(url, **VECTORS))
        assert forker.run(folder, "backfill", *RANGE, "--yes", environ=settings(url, **VECTORS)) == 0
        before = log(folder)
        forker.run(folder, "doctor", environ=settings(url, **VECTORS))

    line = f"9 published papers without vectors since {DAYS[0]}, compared by words — digest backfill --from {DAYS[0]}"
    assert f"warn   embeddings: {line}" in before
    assert "without vectors" not in log(folder).removeprefix(before)


def test_a_key_that_is_missing_costs_the_vectors_and_no_paper(tmp_path: Path, forker: Forker) -> None:
    world, embeddings = played()
    folder = tmp_path / "papers"
    with serve(world) as url:
        environ = settings(url, **VECTORS, DIGEST_LLM__EMBEDDINGS__KEY="OTHER_KEY")
        assert forker.run(folder, "build", "--date", str(DAYS[0]), environ=environ) == 0

    assert embeddings.requests == 0
    assert len(entries(folder, DAYS[0])) == 3
    assert "continuing without embeddings, papers are compared by words: llm.embeddings: OTHER_KEY is not set" in log(
        folder
    )


def test_a_limit_on_money_wants_a_price_of_the_vectors_too(tmp_path: Path, forker: Forker) -> None:
    world, embeddings = played()
    prices = '{"played": {"input": 1, "output": 1}}'
    with serve(world) as url:
        environ = settings(url, **VECTORS, DIGEST_LLM__PRICES=prices, DIGEST_LLM__MAX_COST_PER_RUN="1")
        assert forker.run(tmp_path / "papers", "build", "--date", str(DAYS[0]), environ=environ) == 1

    assert "llm.max_cost_per_run needs a price for tiny" in log(tmp_path / "papers")
    assert embeddings.requests == 0


@pytest.mark.parametrize("number", range(len(CONFIGURATIONS)))
def test_a_configuration_of_the_documents_asks_the_server_that_it_names(
    tmp_path: Path, forker: Forker, number: int
) -> None:
    world, embeddings = played()
    keys: list[str | None] = []

    def answer(request: Request) -> Response | None:
        if request.path.endswith("/embeddings"):
            keys.append(request.headers.get("authorization"))
        return embeddings(replace(request, path="/v1/embeddings") if request.path.endswith("/embeddings") else request)

    world.on = answer
    folder = tmp_path / "papers"
    folder.mkdir()
    with serve(world) as url:
        text = re.sub(r"base_url: \S+//[^/]+", f"base_url: {url}/other", CONFIGURATIONS[number])
        (folder / "config.yaml").write_text(text, "utf-8")
        given = {"OPENAI_API_KEY": "sk-marked-main", "EMBEDDINGS_API_KEY": "sk-marked-other"}
        environ = {**settings(url), **given}
        assert forker.run(folder, "build", "--date", str(DAYS[0]), environ=environ) == 0

    assert all(one["embedding"] for one in entries(folder, DAYS[0]))
    assert keys == [["Bearer sk-marked-main", None, "Bearer sk-marked-other"][number]]

"""A day from list to post, with fakes for everything outside."""

import time
from pathlib import Path

import msgspec
import pytest

from digest.errors import EditedByHand, FetchError, ModelRefused, NothingPublished, Unavailable
from digest.model import ArxivId, Document, Draft, Exclusion, Finding, Listing, Paper, Section, Usage
from tests.fakes import DAY, Bench, FakeSummarizer, broken, paper, summary

POST = f"_posts/{DAY}-daily-papers.md"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, listing=Listing(papers=(paper(1), paper(2), paper(3))))


def titles(bench: Bench) -> list[str]:
    return [line for line in bench.files()[POST].decode().splitlines() if line.startswith("# ")]


def test_a_day_becomes_an_edition_and_a_post(bench: Bench) -> None:
    outcome = bench.build()

    assert (outcome.status, outcome.made) == ("published", 3)
    assert sorted(bench.files()) == ["_data/2025-11-17.json", POST]
    assert titles(bench) == [f"# {n}. [Paper {n}](https://arxiv.org/abs/2511.{n:05})" for n in (1, 2, 3)]


def test_papers_stand_by_upvotes_however_late_they_are_done(bench: Bench) -> None:
    bench.listing = Listing(papers=(paper(1, upvotes=5), paper(2, upvotes=50), paper(3, upvotes=5)))

    bench.build()

    assert [entry.paper.id for entry in bench.edition().entries] == ["2511.00002", "2511.00001", "2511.00003"]


def test_a_second_run_of_a_finished_day_asks_nobody_and_changes_no_byte(bench: Bench) -> None:
    bench.build()
    before, asked = bench.files(), list(bench.summarizer.asked)

    outcome = bench.build()

    assert (outcome.status, outcome.made) == ("unchanged", 0)
    assert (bench.files(), bench.summarizer.asked, len(bench.listed)) == (before, asked, 1)


def test_one_papers_fault_is_a_skip_and_the_rest_is_published(bench: Bench) -> None:
    bench.unreadable["2511.00001"] = Unavailable("arxiv: answered 500")
    bench.summarizer.faults["2511.00002"] = broken("cut off")

    outcome = bench.build()

    assert outcome.status == "published"
    assert [(s.paper.id, s.stage, s.reason) for s in bench.edition().skips] == [
        ("2511.00001", "fulltext", "arxiv: answered 500"),
        ("2511.00002", "summarize", "cut off"),
    ]
    assert titles(bench) == ["# 1. [Paper 3](https://arxiv.org/abs/2511.00003)"]


def test_a_skip_records_what_it_cost(bench: Bench) -> None:
    unusable = broken("cut off")
    unusable.usage = Usage(2, 200, 0, 20, 0.4)
    bench.summarizer.faults = {"2511.00001": unusable, "2511.00002": broken()}

    bench.build()

    assert [skip.usage for skip in bench.edition().skips] == [Usage(2, 200, 0, 20, 0.4), Usage()]


def test_the_next_run_tries_only_what_failed_and_puts_it_in_its_place(bench: Bench) -> None:
    bench.summarizer.faults["2511.00001"] = broken()
    bench.build()
    bench.summarizer.faults.clear()
    bench.summarizer.asked.clear()

    outcome = bench.build()

    assert (outcome.status, outcome.made) == ("published", 1)
    assert (bench.summarizer.asked, len(bench.listed)) == (["2511.00001"], 1)
    assert [line[:11] for line in titles(bench)] == ["# 1. [Paper", "# 2. [Paper", "# 3. [Paper"]
    assert bench.edition().skips == ()


def test_a_day_on_which_nothing_could_be_summarised_has_no_post_and_is_an_error(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.summarizer.faults[f"2511.{number:05}"] = broken("server on fire")

    with pytest.raises(NothingPublished, match=r"3 of 3 papers failed, no post was written.*server on fire"):
        bench.build()

    assert sorted(bench.files()) == ["_data/2025-11-17.json"]
    assert len(bench.edition().skips) == 3


def test_a_day_without_papers_has_no_post_and_is_no_error(bench: Bench) -> None:
    bench.listing = Listing()

    outcome = bench.build()

    assert outcome.status == "no list"
    assert sorted(bench.files()) == ["_data/2025-11-17.json"]


def test_a_list_that_was_empty_is_asked_for_again(bench: Bench) -> None:
    papers, bench.listing = bench.listing, Listing()
    bench.build()
    bench.listing = papers

    assert bench.build().status == "published"


def test_a_day_whose_papers_are_all_left_out_says_so(bench: Bench) -> None:
    bench.listing = Listing(papers=(paper(1, withdrawn=True, comment="Withdrawn by the authors"),))

    outcome = bench.build()

    assert outcome.status == "all left out"
    assert outcome.edition.exclusions == (
        Exclusion(paper=bench.listing.papers[0], rule="withdrawn", detail="Withdrawn by the authors"),
    )
    assert POST not in bench.files()


def test_a_list_that_cannot_be_fetched_is_an_error_and_leaves_nothing_behind(bench: Bench) -> None:
    bench.fault = Unavailable("huggingface: answered 500, tried 4 times")

    with pytest.raises(Unavailable):
        bench.build()

    assert bench.files() == {}


def test_a_post_that_was_edited_by_hand_is_not_overwritten_and_nothing_is_spent(bench: Bench) -> None:
    bench.summarizer.faults["2511.00001"] = broken()
    bench.build()
    post = bench.folder / POST
    post.write_text(post.read_text() + "\nMy own words.\n")
    before = bench.files()
    bench.summarizer.asked.clear()

    with pytest.raises(EditedByHand, match="--force"):
        bench.build()

    assert (bench.files(), bench.summarizer.asked) == (before, [])


def test_force_overwrites_it(bench: Bench) -> None:
    bench.build()
    (bench.folder / POST).write_text("gone")

    bench.build(force=True)

    assert len(titles(bench)) == 3


def test_an_edited_post_of_a_finished_day_is_left_alone(bench: Bench) -> None:
    bench.build()
    (bench.folder / POST).write_text("mine")

    assert bench.build().status == "unchanged"
    assert (bench.folder / POST).read_text() == "mine"


def test_a_post_by_another_program_is_not_overwritten(bench: Bench) -> None:
    (bench.folder / "_posts").mkdir()
    (bench.folder / POST).write_text("somebody else's")

    with pytest.raises(EditedByHand):
        bench.build()

    assert bench.summarizer.asked == []


def test_a_run_that_died_between_edition_and_post_is_finished_by_the_next(bench: Bench) -> None:
    bench.build()
    whole = bench.files()
    (bench.folder / POST).unlink()

    outcome = bench.build()

    assert (outcome.status, bench.files()) == ("unchanged", whole)


def test_a_run_that_died_before_rewriting_an_older_post_is_finished_by_the_next(bench: Bench) -> None:
    bench.summarizer.faults["2511.00001"] = broken()
    bench.build()
    old_post = (bench.folder / POST).read_bytes()
    bench.summarizer.faults.clear()
    bench.build()
    whole = bench.files()
    (bench.folder / POST).write_bytes(old_post)

    bench.build()

    assert bench.files() == whole


def test_the_list_that_was_seen_is_pinned(bench: Bench) -> None:
    bench.summarizer.faults["2511.00003"] = broken()
    bench.build()
    bench.listing = Listing(papers=(paper(9),))
    bench.summarizer.faults.clear()

    bench.build()

    assert [entry.paper.id for entry in bench.edition().entries] == ["2511.00001", "2511.00002", "2511.00003"]


def test_a_day_that_was_not_over_is_listed_again(bench: Bench) -> None:
    bench.build(partial=True)
    partial_post = bench.files()[POST].decode()
    bench.listing = Listing(papers=(*bench.listing.papers, paper(4)))

    outcome = bench.build()

    assert "> 아직 집계 중인 목록이다" in partial_post
    assert "집계 중" not in bench.files()[POST].decode()
    assert (outcome.made, outcome.edition.listing) == (1, "complete")
    assert [entry.paper.id for entry in outcome.edition.entries][-1] == "2511.00004"


def test_refresh_adds_what_joined_later_and_nothing_that_was_left_out(bench: Bench) -> None:
    bench.limit = 2
    bench.build()
    bench.listing = Listing(papers=(paper(1), paper(2), paper(3, upvotes=500), paper(4, upvotes=400)))
    bench.limit = 4
    bench.summarizer.asked.clear()

    outcome = bench.build(refresh=True)

    assert bench.summarizer.asked == ["2511.00004"]
    assert [e.paper.id for e in outcome.edition.entries] == ["2511.00004", "2511.00001", "2511.00002"]
    assert [e.paper.id for e in outcome.edition.exclusions] == ["2511.00003"]


def test_refresh_summarises_a_new_version_and_says_what_changed(bench: Bench) -> None:
    bench.listing = Listing(papers=(paper(1, version=1), paper(2, version=1)))
    bench.build()
    bench.listing = Listing(papers=(paper(1, version=2), paper(2, version=1)))
    bench.summarizer.asked.clear()
    first = bench.edition().entries[0].summary
    bench.summarizer.revisions = {}
    bench.summarizer.summarize = lambda p, d: Draft(  # type: ignore[method-assign]
        summary=msgspec.structs.replace(first, results="결과가 달라졌다."), document=d
    )

    bench.build(refresh=True)

    entry = bench.edition().entries[0]
    assert (entry.replaces, entry.provenance.version, entry.changed) == (1, 2, ("Results",))
    assert "> 논문이 개정되어 다시 요약했다(v1 → v2). 바뀐 항목: Results\n" in bench.files()[POST].decode()


def test_refresh_without_news_changes_no_byte(bench: Bench) -> None:
    bench.build()
    before = bench.files()

    assert bench.build(refresh=True).status == "unchanged"
    assert bench.files() == before


def test_a_new_version_that_fails_leaves_the_old_entry_in_place(bench: Bench) -> None:
    bench.listing = Listing(papers=(paper(1, version=1),))
    bench.build()
    bench.listing = Listing(papers=(paper(1, version=2),))
    bench.summarizer.faults["2511.00001"] = broken()

    outcome = bench.build(refresh=True)

    assert [entry.provenance.version for entry in outcome.edition.entries] == [1]


def test_papers_of_an_earlier_day_are_left_out_and_recorded(bench: Bench) -> None:
    bench.build()
    tomorrow = DAY.replace(day=18)
    bench.listing = Listing(papers=(paper(2), paper(7)))

    outcome = bench.build(tomorrow)

    assert [entry.paper.id for entry in outcome.edition.entries] == ["2511.00007"]
    assert outcome.edition.exclusions == (Exclusion(paper=paper(2), rule="published", detail="2025-11-17"),)


def test_a_refused_key_stops_the_run_with_the_reason_and_writes_nothing(bench: Bench) -> None:
    for number in (1, 2, 3):
        bench.summarizer.faults[f"2511.{number:05}"] = ModelRefused("401: bad key")

    with pytest.raises(ModelRefused, match="bad key"):
        bench.build()

    assert bench.files() == {}


def test_a_quota_that_ends_half_way_keeps_what_was_done(bench: Bench) -> None:
    bench.summarizer.faults["2511.00003"] = ModelRefused("quota is used up")

    outcome = bench.build()

    assert str(outcome.stopped) == "quota is used up"
    assert [entry.paper.id for entry in outcome.edition.entries] == ["2511.00001", "2511.00002"]
    assert [(skip.paper.id, skip.reason) for skip in outcome.edition.skips] == [("2511.00003", "quota is used up")]


def test_after_a_stop_no_further_paper_is_begun(bench: Bench) -> None:
    class Slow(FakeSummarizer):
        def summarize(self, paper: Paper, document: Document) -> Draft:
            time.sleep(0.3)
            return super().summarize(paper, document)

    bench.listing = Listing(papers=tuple(paper(number) for number in range(1, 41)))
    bench.limit = 40
    bench.summarizer = Slow({f"2511.{number:05}": ModelRefused("bad key") for number in range(2, 41)})

    outcome = bench.build()

    assert len(outcome.edition.skips) == 39
    assert len(bench.summarizer.asked) < 30
    assert {skip.reason for skip in outcome.edition.skips} == {"bad key", "stopped early: bad key"}


def test_a_bug_stops_the_run_and_writes_nothing(bench: Bench) -> None:
    bench.summarizer.faults["2511.00002"] = ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError):
        bench.build()

    assert bench.files() == {}


def test_when_time_is_up_the_rest_is_left_to_the_next_run(bench: Bench) -> None:
    turns = iter([2.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    bench.left = lambda: next(turns)

    outcome = bench.build()

    assert outcome.edition.skips and {skip.stage for skip in outcome.edition.skips} == {"run"}
    assert POST in bench.files() or not outcome.edition.entries


def finding(field: str = "results", where: str = "87%") -> Finding:
    return Finding("numbers", field, f"{where} does not occur in the paper", where)


def test_a_finding_is_sent_back_once_and_the_better_draft_is_published(bench: Bench) -> None:
    bench.findings["2511.00001"] = (finding(),)
    better = Draft(
        summary=summary("!"), document=Document(id=ArxivId("2511.00001"), origin="html", sections=(Section("a", "b"),))
    )
    bench.summarizer.revisions["2511.00001"] = better

    bench.build()

    entry = bench.edition().entries[0]
    assert (entry.summary, entry.findings) == (better.summary, ())
    assert "again 2511.00001" in bench.summarizer.asked


def test_what_remains_is_marked_under_the_entry(bench: Bench) -> None:
    bench.findings["2511.00001"] = (finding(), finding("method", "DGHC"))

    bench.build()

    assert bench.edition().entries[0].findings == (finding(), finding("method", "DGHC"))
    assert (
        "\n> 자동 검사 결과 확인이 필요한 부분: Method: “DGHC” (논문에 없음); Results: “87%” (논문에 없음)\n"
        in bench.files()[POST].decode()
    )


def test_with_skip_the_paper_is_not_published(bench: Bench) -> None:
    bench.unresolved = "skip"
    bench.findings["2511.00001"] = (finding(),)

    bench.build()

    assert [(s.stage, s.reason) for s in bench.edition().skips] == [
        ("check", "results: 87% does not occur in the paper")
    ]


def test_with_drop_only_the_sentences_in_question_go(bench: Bench) -> None:
    bench.unresolved = "drop"
    bench.summarizer.summarize = lambda p, d: Draft(  # type: ignore[method-assign]
        summary=summary(results="첫 문장은 맞다. 정확도는 87%다. 끝 문장도 맞다."), document=d
    )
    bench.findings["2511.00001"] = (finding(),)

    bench.build()

    entry = bench.edition().entries[0]
    assert (entry.summary.results, entry.findings) == ("첫 문장은 맞다. 끝 문장도 맞다.", ())


def test_with_drop_a_field_that_would_be_empty_skips_the_paper(bench: Bench) -> None:
    bench.unresolved = "drop"
    bench.findings["2511.00001"] = (Finding("language", "results", "results is not Korean"),)

    bench.build()

    assert [skip.stage for skip in bench.edition().skips] == ["check"]


def test_named_papers_stand_as_they_were_named(bench: Bench) -> None:
    ids = (ArxivId("2511.00003"), ArxivId("2511.00001"))
    bench.listing = Listing(papers=(paper(3), paper(1)))

    outcome = bench.build(name="2025-11-17-papers-x", file="2025-11-17-papers-x.md", ids=ids)

    assert [entry.paper.id for entry in outcome.edition.entries] == list(ids)
    assert outcome.edition.listing == "named"


def test_a_list_that_was_full_and_is_empty_now_is_not_believed(bench: Bench) -> None:
    bench.build()
    before, bench.listing = bench.files(), Listing()

    with pytest.raises(FetchError, match=r"is now empty \(it had 3 papers\)"):
        bench.build(force=True)

    assert bench.files() == before


def test_building_anew_without_success_leaves_what_was_there(bench: Bench) -> None:
    bench.build()
    before = bench.files()
    for number in (1, 2, 3):
        bench.summarizer.faults[f"2511.{number:05}"] = broken()

    with pytest.raises(NothingPublished):
        bench.build(force=True)

    assert bench.files() == before


def test_named_papers_that_nobody_knows_are_an_error(bench: Bench) -> None:
    bench.listing = Listing(problems=("not found on arXiv: 2511.99999",))

    with pytest.raises(FetchError, match=r"not found: 2511\.99999"):
        bench.build(ids=(ArxivId("2511.99999"),))

    assert bench.files() == {}


def test_a_day_with_nothing_to_do_says_why(bench: Bench) -> None:
    reasons = [bench.build().reason, bench.build().reason]
    (bench.folder / POST).write_text("mine")
    reasons.append(bench.build().reason)
    (bench.folder / POST).unlink()
    reasons += [bench.build().reason, bench.build(refresh=True).reason]

    assert reasons == [
        "",
        "complete since 2025-11-18, post unchanged",
        "complete since 2025-11-18, post edited by hand and kept",
        "complete since 2025-11-18, post rewritten",
        "the list has no new papers and no newer versions, post unchanged",
    ]


@pytest.mark.parametrize("unresolved", ["mark", "drop", "skip"])
def test_a_summary_in_another_language_is_no_summary_whatever_is_unresolved(bench: Bench, unresolved: str) -> None:
    bench.unresolved = unresolved
    fields = ("goal", "method", "results", "conclusion")
    bench.findings["2511.00002"] = tuple(Finding("language", one, f"{one} is not Korean") for one in fields)

    edition = bench.build().edition

    assert [(skip.paper.id, skip.stage) for skip in edition.skips] == [("2511.00002", "check")]
    assert "2511.00002" not in [entry.paper.id for entry in edition.entries]


def test_a_sentence_in_another_language_in_each_field_is_marked(bench: Bench) -> None:
    fields = ("goal", "method", "results", "conclusion")
    bench.findings["2511.00002"] = tuple(
        Finding("language", one, f"a sentence of {one} is hardly translated", "We add gates.") for one in fields
    )

    assert bench.build().edition.skips == ()


def test_a_field_that_says_nothing_is_never_published_whatever_is_unresolved(bench: Bench) -> None:
    nothing = Finding("complete", "method", "method is a placeholder (“TODO”)", "TODO", empty=True)
    bench.findings["2511.00002"] = (nothing,)

    bench.build()

    assert [(skip.paper.id, skip.reason) for skip in bench.edition().skips] == [
        ("2511.00002", "method: method is a placeholder (“TODO”)")
    ]


def test_a_one_line_summary_that_says_nothing_is_left_out_alone(bench: Bench) -> None:
    bench.findings["2511.00002"] = (Finding("complete", "tldr", "tldr is a placeholder (“-”)", "-", empty=True),)

    bench.build()

    assert [(entry.summary.tldr, entry.findings) for entry in bench.edition().entries] == [("", ())] * 3

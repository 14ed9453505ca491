"""Which days a night owes, what becomes of provisional entries, and what became known after publication."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest.adapters.store import Archive
from digest.adapters.store.removals import Removals
from digest.config import Config
from digest.errors import ArchiveError, EditedByHand, SummaryError, Unavailable, WrongClock
from digest.model import Document, Entry, Listing, Paper, Section, Skip
from digest.model.editions import EXAMPLE
from digest.pipeline import day as pipeline
from digest.pipeline.days import backfill, due
from digest.pipeline.days.survey import take_survey
from digest.pipeline.papers import entries
from digest.pipeline.papers.lookup import Lookup
from digest.pipeline.plan import Order, order_for
from tests.fakes import Bench, broken, paper

MONDAY = date(2025, 11, 10)


def night(number: int) -> date:
    """The night after the first Monday, and those after it."""
    return MONDAY + timedelta(days=number)


@dataclass
class Nights(Bench):
    """A site that is built night by night, without a date."""

    lists: dict[date, tuple[Paper, ...]] = field(default_factory=dict)
    down: set[date] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    withdrawn: dict[str, str] = field(default_factory=dict)
    config: Config = field(default_factory=Config)
    today: date = MONDAY

    def run(self, today: date) -> list[str]:
        """Build what is due on a night; return the days that something was done for."""
        self.today = today
        stages, archive = self.stages(), self.archive
        orders = due.window(self.config, archive, today)
        survey = take_survey(orders, stages, archive)
        with Lookup(due.published(orders, archive), stages.enrich) as lookup:
            newest_first = sorted(survey.days, key=lambda day: day.order.day, reverse=True)
            results = backfill.run(newest_first, stages, archive, jobs=1, begin=lambda: self.left)
            lookup.wait()
            due.mark_withdrawn(orders, lookup, stages, archive)
        return [result.name for result in results if result.outcome]

    def stages(self) -> pipeline.DayDependencies:
        stages = super().stages()
        paper = replace(stages.paper, today=self.today, look_back=self.config.run.look_back)
        return replace(stages, enrich=self._enrich, paper=paper)

    def entry(self, day: date, number: int = 0) -> Entry:
        return self.edition(str(day)).entries[number]

    def post(self, day: date) -> str:
        return self.files()[f"_posts/{day}-daily-papers.md"].decode()

    def _list(self, asked: object) -> Listing:
        self.listed.append(str(asked))
        assert isinstance(asked, date)
        if asked in self.down:
            raise Unavailable("huggingface: answered 500")
        return Listing(papers=self.lists.get(asked, ()))

    def _enrich(self, papers: tuple[Paper, ...], **_: Any) -> Listing:
        return Listing(
            papers=tuple(
                msgspec.structs.replace(one, withdrawn=True, comment=self.withdrawn[one.id])
                if one.id in self.withdrawn
                else one
                for one in papers
            )
        )

    def _read(self, paper: Paper) -> Document:
        origin = "abstract" if paper.id in self.blocked else "html"
        return Document(
            id=paper.id.at(paper.version),
            origin=origin,
            sections=(Section("Introduction", "Text."),),
            missed=("html: arxiv: answered 403",) if origin == "abstract" else (),
            provisional=origin == "abstract",
        )


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    lists = {night(number): (paper(number + 1),) for number in range(12) if night(number).weekday() < 5}
    return Nights(tmp_path, lists=lists)


def test_in_an_empty_archive_only_yesterday_is_due(nights: Nights) -> None:
    assert nights.run(night(3)) == [str(night(2))]


def test_a_night_that_did_not_run_is_built_by_the_next_one_newest_first(nights: Nights) -> None:
    nights.run(night(1))

    assert nights.run(night(4)) == [str(night(3)), str(night(2)), str(night(1))]
    assert nights.run(night(4)) == []


def test_days_further_back_than_the_window_stay_missing_and_are_told(nights: Nights) -> None:
    nights.config = Config.model_validate({"run": {"look_back": 1}})
    nights.run(night(1))

    assert nights.run(night(4)) == [str(night(3)), str(night(2))]
    assert nights.archive.holes() == (night(1),)


def test_a_day_whose_list_was_down_is_built_when_it_is_up(nights: Nights) -> None:
    nights.run(night(1))
    nights.down.add(night(1))
    first = nights.run(night(2))
    nights.down.clear()

    assert (first, nights.run(night(3))) == ([], [str(night(2)), str(night(1))])


def test_a_failed_paper_is_tried_on_the_next_night(nights: Nights) -> None:
    nights.summarizer.faults["2511.00002"] = broken()
    nights.run(night(1))
    nights.run(night(2))
    nights.summarizer.faults.clear()

    assert nights.run(night(3)) == [str(night(2)), str(night(1))]
    assert nights.edition(str(night(1))).skips == ()


def test_an_empty_list_of_a_weekday_is_asked_for_on_two_more_nights(nights: Nights) -> None:
    thursday = night(3)
    nights.lists[thursday] = ()
    for number in range(1, 9):
        nights.run(night(number))
        nights.run(night(number))

    assert nights.listed.count(str(thursday)) == 3
    assert nights.listed.count("2025-11-15") == 1  # a Saturday
    assert nights.edition(str(thursday)).asked == (night(4), night(5), night(6))


def test_an_entry_from_the_abstract_is_read_again_and_replaced_with_a_mark(nights: Nights) -> None:
    nights.blocked.add("2511.00001")
    nights.run(night(1))
    provisional, asked = nights.entry(night(0)), list(nights.summarizer.asked)
    nights.run(night(2))
    standing = nights.entry(night(0))
    again = nights.summarizer.asked[len(asked) :]
    nights.blocked.clear()
    nights.run(night(3))
    replaced = nights.entry(night(0))

    assert (provisional.provenance.origin, provisional.provenance.provisional) == ("abstract", night(8))
    assert (standing, again) == (provisional, ["2511.00002"])
    assert (replaced.provenance.origin, replaced.provenance.provisional, replaced.rewritten) == (
        "html",
        None,
        "full text",
    )
    assert nights.summarizer.asked.count("2511.00001") == 2


def test_an_entry_from_the_abstract_is_final_after_the_window(nights: Nights) -> None:
    nights.blocked.add("2511.00001")
    for number in range(1, 12):
        nights.run(night(number))
    nights.blocked.clear()

    assert str(night(0)) not in nights.run(night(12))
    assert nights.entry(night(0)).provenance.origin == "abstract"


def test_a_provisional_entry_says_so_in_its_post_and_until_when(nights: Nights) -> None:
    nights.blocked.add("2511.00001")
    nights.run(night(1))

    assert [line for line in nights.post(night(0)).splitlines() if line.startswith("> ")][1:] == [
        "> arXiv에서 본문을 받지 못해 초록만 읽고 쓴 임시 요약이다. 2025-11-18까지 본문을 다시 찾아, 찾으면 새로 쓴다."
    ]


def test_a_paper_withdrawn_after_publication_is_marked_and_not_summarised_anew(nights: Nights) -> None:
    nights.run(night(1))
    asked = list(nights.summarizer.asked)
    nights.withdrawn["2511.00001"] = "This paper has been withdrawn"

    nights.run(night(1))

    assert nights.entry(night(0)).paper.withdrawn
    assert "> arXiv에서 철회된 논문이다." in nights.post(night(0))
    assert nights.summarizer.asked == asked


def test_a_paper_that_failed_and_was_withdrawn_since_is_left_out(nights: Nights) -> None:
    nights.lists[night(0)] = (paper(1), paper(20))
    nights.summarizer.faults["2511.00001"] = broken()
    nights.run(night(1))
    nights.withdrawn["2511.00001"] = "This paper has been withdrawn"
    asked = list(nights.summarizer.asked)
    nights.run(night(2))

    edition = nights.edition(str(night(0)))
    assert [(one.paper.id, one.rule) for one in edition.exclusions] == [("2511.00001", "withdrawn")]
    assert (edition.skips, nights.summarizer.asked[len(asked) :]) == ((), ["2511.00002"])


def test_a_paper_that_turns_out_to_be_withdrawn_makes_room_for_the_next_one(nights: Nights) -> None:
    nights.limit = 2
    nights.lists[night(0)] = (paper(1), paper(2), paper(3))
    nights.withdrawn["2511.00001"] = "withdrawn"
    nights.run(night(1))

    assert [entry.paper.id for entry in nights.edition(str(night(0))).entries] == ["2511.00002", "2511.00003"]


def test_a_paper_on_two_days_is_published_once_whichever_day_is_built_first(nights: Nights) -> None:
    nights.lists = {night(0): (paper(1), paper(2)), night(1): (paper(1), paper(3))}
    for day in (night(1), night(0)):
        pipeline.build(order_for(nights.config, day, (), night(5)), nights.stages(), nights.archive)

    published = [entry.paper.id for day in (night(0), night(1)) for entry in nights.edition(str(day)).entries]
    assert published == ["2511.00002", "2511.00001", "2511.00003"]


def test_a_removed_paper_leaves_its_post_and_is_remembered(nights: Nights) -> None:
    nights.lists[night(0)] = (paper(1), paper(2))
    nights.run(night(1))

    files = entries.remove(paper(1).id, "its author asked", nights.archive, nights.stages().render)

    assert files == ["2025-11-10-daily-papers.md"]
    assert "2511.00001" not in nights.post(night(0))
    assert nights.archive.removed() == {"2511.00001": "its author asked"}


def test_a_post_whose_only_paper_is_removed_goes(nights: Nights) -> None:
    nights.run(night(1))

    entries.remove(paper(1).id, "its author asked", nights.archive, nights.stages().render)

    assert list(nights.files()) == ["_data/2025-11-10.json", "_data/removed.txt"]
    assert nights.run(night(1)) == []


def test_a_removed_paper_stays_off_when_its_edition_was_deleted_and_its_day_is_built_again(nights: Nights) -> None:
    nights.lists[night(0)] = (paper(1), paper(2))
    nights.run(night(1))
    entries.remove(paper(1).id, "its author asked", nights.archive, nights.stages().render)
    nights.archive.edition_path(str(night(0))).unlink()

    order = order_for(nights.config, night(0), (), night(1), force=True)
    outcome = pipeline.build(order, nights.stages(), nights.archive)

    assert [entry.paper.id for entry in outcome.edition.entries] == ["2511.00002"]
    assert [(one.paper.id, one.detail) for one in outcome.edition.exclusions] == [("2511.00001", "its author asked")]


def test_a_paper_that_is_removed_is_not_owed_where_it_had_failed(nights: Nights) -> None:
    nights.lists[night(0)] = (paper(1), paper(2))
    nights.run(night(1))
    edition = nights.edition(str(night(0)))
    skip = Skip(paper=edition.entries[0].paper, stage="summarize", reason="no JSON")
    other = Archive(nights.archive.posts / "en", nights.archive.data / "en")
    other.save(msgspec.structs.replace(edition, entries=edition.entries[1:], skips=(skip,)))

    several = [(one, nights.stages().render) for one in (nights.archive, other)]
    entries.remove_everywhere(paper(1).id, "its author asked", several)

    owed = other.load(str(night(0)))
    assert owed is not None
    assert (owed.skips, [one.rule for one in owed.exclusions]) == ((), ["removed"])
    assert other.removed() == {"2511.00001": "its author asked"}


def test_a_paper_that_failed_and_is_left_out_by_the_rules_since_is_not_owed_any_more(nights: Nights) -> None:
    nights.lists[night(0)] = (paper(1), paper(2))
    nights.run(night(1))
    edition = nights.edition(str(night(0)))
    skip = Skip(paper=edition.entries[0].paper, stage="summarize", reason="no JSON")
    nights.archive.save(msgspec.structs.replace(edition, entries=edition.entries[1:], skips=(skip,)))
    Removals(nights.archive.data).add({paper(1).id: "its author asked"})
    calls = nights.summarizer.asked[:]

    outcome = pipeline.build(order_for(nights.config, night(0), (), night(1)), nights.stages(), nights.archive)

    assert (outcome.edition.skips, nights.edition(str(night(0))).skips) == ((), ())
    assert nights.summarizer.asked == calls


@pytest.mark.parametrize("line", ["<<<<<<< HEAD", "kim@example.com asked"])
def test_a_list_of_removals_that_cannot_be_read_publishes_nothing(nights: Nights, line: str) -> None:
    Removals(nights.archive.data).add({paper(1).id: "its author asked"})
    (nights.archive.data / "removed.txt").write_text(f"{line}\n2511.00001 its author asked\n", "utf-8")

    with pytest.raises(ArchiveError, match=r"removed\.txt: line 1 does not begin with the ID of a paper"):
        nights.archive.removed()


def test_an_entry_is_written_anew_and_the_others_stay(nights: Nights) -> None:
    nights.lists[night(0)] = (paper(1), paper(20))
    nights.run(night(1))
    before = nights.edition(str(night(0)))
    nights.summarizer.mark = "다시"
    edition, entry = entries.find(paper(1).id, nights.archive)

    made = entries.redo(edition, entry, lambda one: one, nights.stages().paper, nights.archive, nights.stages().render)

    after = nights.edition(str(night(0)))
    assert (after.entries[0], after.entries[1]) == (made, before.entries[1])
    assert (made.rewritten, made.summary.goal) == ("redo", "goal다시을 다룬다.")


def test_redo_with_the_same_answer_leaves_the_entry_and_its_post_as_they_are(nights: Nights) -> None:
    nights.run(night(1))
    before = nights.files()
    edition, entry = entries.find(paper(1).id, nights.archive)

    made = entries.redo(edition, entry, lambda one: one, nights.stages().paper, nights.archive, nights.stages().render)

    assert made is entry
    assert nights.files() == before
    assert nights.summarizer.asked == ["2511.00001", "2511.00001"]


def edited(nights: Nights, old: str, new: str) -> str:
    """Publish three papers, edit their post, and return it."""
    nights.lists[night(0)] = (paper(1), paper(2), paper(3))
    nights.run(night(1))
    text = nights.post(night(0)).replace(old, new, 1)
    (nights.archive.posts / f"{night(0)}-daily-papers.md").write_bytes(text.encode())
    return text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## Conclusion", "## 내 생각\n- 별로다.\n\n## Conclusion"),
        ("# 1. ", "오늘의 인사말이다.\n\n# 1. "),
        ("# 3. ", "# 마치며\n\n끝이다.\n\n# 3. "),
        ("# 1. [", "# ["),
    ],
    ids=["a section", "a greeting", "a heading", "no number"],
)
def test_a_paper_is_cut_out_of_an_edited_post_whose_rest_stays(nights: Nights, old: str, new: str) -> None:
    text = edited(nights, old, new)

    entries.remove(paper(2).id, "its author asked", nights.archive, nights.stages().render)

    left = nights.post(night(0))
    gone = re.search(r"(?ms)^# 2\. .*?(?=^# )", text)
    assert gone is not None
    assert left == text.replace(gone[0], "").replace("# 3. ", "# 2. ")
    assert "2511.00002" not in left and "2511.00003" in left
    assert nights.archive.removed() == {"2511.00002": "its author asked"}
    assert [entry.paper.id for entry in nights.edition(str(night(0))).entries] == ["2511.00001", "2511.00003"]


def test_an_edited_post_that_names_the_paper_elsewhere_is_left_alone_and_says_what_to_do(nights: Nights) -> None:
    text = edited(nights, "# 1. ", "> 2511.00002를 먼저 읽자.\n\n# 1. ")

    with pytest.raises(EditedByHand, match=r"names 2511\.00002 outside of its entry — delete that from the post"):
        entries.remove(paper(2).id, "its author asked", nights.archive, nights.stages().render)

    assert nights.post(night(0)) == text
    assert nights.archive.removed() == {}


def test_a_clock_behind_the_archive_stops_before_anything_is_written(nights: Nights) -> None:
    nights.run(night(5))

    with pytest.raises(WrongClock, match="says 2025-11-10, but there is an edition of 2025-11-14"):
        due.window(nights.config, nights.archive, MONDAY)


def test_an_edition_of_named_papers_is_no_day(nights: Nights) -> None:
    nights.run(night(1))
    edition = nights.edition(str(night(0)))
    nights.archive.save(msgspec.structs.replace(edition, name="2025-11-10-papers-x"))

    assert [order.name for order in _window(nights, night(2))] == [str(night(0)), str(night(1))]


def _window(nights: Nights, today: date) -> tuple[Order, ...]:
    return due.window(nights.config, nights.archive, today)


def test_the_example_of_a_fork_is_no_beginning_and_leaves_no_hole(nights: Nights) -> None:
    nights.run(night(1))
    example = nights.edition(str(night(0)))
    replayed = [
        msgspec.structs.replace(one, provenance=msgspec.structs.replace(one.provenance, model=EXAMPLE))
        for one in example.entries
    ]
    nights.archive.save(msgspec.structs.replace(example, entries=tuple(replayed)))

    assert [order.name for order in _window(nights, night(4))] == [str(night(3))]
    nights.run(night(4))
    assert nights.archive.holes() == ()


def test_a_provisional_day_is_looked_at_as_long_as_it_was_promised_however_old_it_is(nights: Nights) -> None:
    nights.config = Config.model_validate({"run": {"look_back": 3}})
    nights.run(night(1))
    nights.blocked.add("2511.00002")
    nights.run(night(4))  # the second day, three days late
    promised = nights.entry(night(1)).provenance.provisional
    nights.blocked.clear()

    assert promised == night(7)
    assert str(night(1)) in nights.run(night(7))
    assert nights.entry(night(1)).provenance.origin == "html"


def test_an_edition_that_cannot_be_read_costs_its_day_alone(nights: Nights) -> None:
    nights.run(night(1))
    nights.archive.edition_path(str(night(0))).write_text("<<<<<<< HEAD")

    assert nights.run(night(3)) == [str(night(2)), str(night(1))]


def test_a_provisional_paper_that_was_withdrawn_is_marked_and_not_summarised_anew(nights: Nights) -> None:
    nights.blocked.add("2511.00001")
    nights.run(night(1))
    nights.blocked.clear()
    nights.withdrawn["2511.00001"] = "withdrawn"
    nights.run(night(2))

    entry = nights.entry(night(0))
    assert (entry.paper.withdrawn, entry.provenance.origin, entry.provenance.provisional) == (True, "abstract", None)
    assert nights.summarizer.asked.count("2511.00001") == 1


def test_redo_writes_no_entry_from_an_abstract_over_one_from_a_full_text(nights: Nights) -> None:
    nights.run(night(1))
    nights.blocked.add("2511.00001")
    edition, entry = entries.find(paper(1).id, nights.archive)
    stages = nights.stages()

    with pytest.raises(SummaryError, match="its full text is out of reach — the old entry still stands"):
        entries.redo(edition, entry, lambda one: one, stages.paper, nights.archive, stages.render)

    assert nights.summarizer.asked == ["2511.00001"]

"""The review of a week or a month: its overview, written once when it is over, and its post where one is wanted."""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from digest.adapters.store import Archive, Reviews
from digest.config import Config
from digest.errors import ArchiveError, EditedByHand, OutOfTime, RunStopped, SummaryError
from digest.model import Entry, Event, Overview, PaperId, Span
from digest.model.corpus.periods import KINDS, compared_with, kind_of, name_of, over, span
from digest.model.corpus.ranking import noted
from digest.model.corpus.reviews import Review
from digest.model.text import counted
from digest.pipeline import post
from digest.pipeline.papers.overview import LEAST, held_to, left_out_of, mark_of

MOST = 40
"""Entries that an overview is written from: the best by votes and by taste."""
_WAIT = 3
"""Days for which a review waits for those of its days that could not be finished."""

RenderReview = Callable[[Review, Sequence[Entry], Sequence[Entry]], str]
"""A review, its entries and those of the periods that it is compared with → its post."""
_FILES = {"weeks": "week", "months": "month"}


@dataclass(frozen=True)
class ReviewWriter:
    """Writes the reviews of one series. Sites are built from what it keeps; they ask no model."""

    archive: Archive
    config: Config
    render: RenderReview
    report: Callable[[Event], None]
    today: date
    ask: Callable[[Sequence[Entry], Span], Overview] | None = None
    """None where no overviews are wanted."""

    @property
    def reviews(self) -> Reviews:
        """What is kept of them."""
        return Reviews(self.archive.data)

    def waiting(self) -> list[str]:
        """Name the weeks and months that are over and have no overview yet; none where none are wanted."""
        names = over(self.today, self.config.run.look_back) if self.ask else ()
        return [name for name in names if self._waits(name)]

    def write_due(self, unfinished: Collection[date]) -> None:
        """Write what is due of the periods that are over; those with `unfinished` days wait a little."""
        for name in over(self.today, self.config.run.look_back):
            first, last = span(name)
            late = (self.today - last).days > _WAIT
            if late or not any(first <= day <= last for day in unfinished):
                try:
                    self.write(name)
                except ArchiveError as error:  # days do not wait for it
                    self._tell(f"{name}: not reviewed: {error}")

    def write(self, name: str, *, force: bool = False) -> Review | None:
        """Write a review, as far as it is not there; return it where it has anything of its own.

        A post that was edited is left as it is, and reported, unless `force` overwrites it.
        """
        entries, known = self.entries(name), self.reviews.load(name)
        if known is None and len(entries) < LEAST:
            return None
        review = known or Review(name=name, language=self.config.language)
        review = self._with_overview(review, entries)
        review = self._with_post(review, entries, force=force)
        if review.overview or review.written:
            self.reviews.save(review)
        return review

    def renew(self, days: Collection[date]) -> None:
        """Hold the reviews of some days to their entries as they are now. Asks no model."""
        names = {name_of(kind, day) for day in days for kind in KINDS}
        quiet = replace(self, ask=None)
        for name in sorted(names & set(self.reviews.names())):
            quiet.write(name)

    def entries(self, name: str) -> list[Entry]:
        """Return the entries of a week or month, each once, without withdrawn papers.

        Newest day first, within a day as the day has them.
        """
        first, last = span(name)
        found: dict[PaperId, Entry] = {}
        for edition_name in reversed(self.archive.names()):
            if str(first) <= edition_name[:10] <= str(last) and (edition := self.archive.load(edition_name)):
                for entry in edition.entries:
                    found.setdefault(entry.paper.id.base, entry)
        return [entry for entry in found.values() if not entry.paper.withdrawn]

    def _waits(self, name: str) -> bool:
        with suppress(ArchiveError):
            review = self.reviews.load(name)
            return (review is None or review.overview is None) and len(self.entries(name)) >= LEAST
        return False

    def _with_overview(self, review: Review, entries: Sequence[Entry]) -> Review:
        best = noted(entries, MOST)
        mark, known = mark_of(best), review.overview
        if known is not None:
            same = known.of == mark
            held = known if same else msgspec.structs.replace(held_to(known, entries, review.language), of=mark)
            return msgspec.structs.replace(review, overview=held)
        if self.ask is None or len(best) < LEAST:
            return review
        try:
            written = self.ask(best, "week" if kind_of(review.name) == "weeks" else "month")
        except (SummaryError, RunStopped, OutOfTime) as error:
            self._tell(f"{review.name}: no overview yet: {error}")
            return review
        held = msgspec.structs.replace(held_to(written, best, review.language), of=mark)
        if left_out := left_out_of(written, held):
            self._tell(f"{review.name}: {left_out}")
        self.report(Event(kind="saved", text=f"{review.name}: overview of {counted(len(best), 'paper')}"))
        return msgspec.structs.replace(review, overview=held, made=self.today)

    def _with_post(self, review: Review, entries: Sequence[Entry], *, force: bool) -> Review:
        """Write the post: one that is wanted, and one that is there, so that it says what the review says."""
        last, kind = review.written, kind_of(review.name)
        style = self.config.post
        if not (style.weeks if kind == "weeks" else style.months) and last is None:
            return review
        file = last.file if last else f"{span(review.name)[1]}-{style.slug}-{_FILES[str(kind)]}.md"
        before = [entry for name in compared_with(review.name) for entry in self.entries(name)]
        content = self.render(review, entries, before).encode()
        try:
            post.refuse_edited(file, review, self.archive, content, force=force)
        except EditedByHand as error:
            over_it = f"`digest render {review.name} --force` overwrites it"
            self._tell(f"{review.name}: its post was kept: {error.what} — {over_it}")
            return review
        there = self.archive.post(file)
        review = msgspec.structs.replace(review, written=post.written(file, content, there, review))
        if there != content:
            self.reviews.save(review)
            self.archive.write_post(file, content)
            self.report(Event(kind="saved", text=f"{file} of {review.name}"))
        return review

    def _tell(self, text: str) -> None:
        self.report(Event(kind="problem", text=text))

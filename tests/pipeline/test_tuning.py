"""Weights tried on past days."""

from datetime import date
from pathlib import Path

from digest.config import TasteConfig
from digest.model import Example, Listing
from digest.pipeline.days.tuning import Trial, tune
from tests.fakes import Bench, paper

WORDS = ("speech", "vision", "robots", "graphs", "proofs", "music", "games", "maps")


def test_the_weights_that_find_examples_on_their_days_are_proposed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, limit=1)
    liked = []
    for day in (3, 4):
        listed = tuple(
            paper(100 * day + number, title=f"On {word}", abstract=f"We study {word} of {word}.", upvotes=50 - number)
            for number, word in enumerate(WORDS)
        )
        bench.listing = Listing(papers=listed)
        bench.build(date(2025, 11, day), name=f"2025-11-0{day}", file=f"2025-11-0{day}-daily-papers.md")
        liked.append(Example(title=listed[4].title, abstract=listed[4].abstract, id=str(listed[4].id)))
    liked.append(Example(title="Machine-checked proofs", abstract="We write proofs."))

    found = tune(TasteConfig(), liked, bench.archive, limit=2, shown=1)

    assert found.examples == 2
    assert found.trials[0] == Trial(votes=1.0, similarity=8.0, found=2)
    assert Trial(votes=1.0, similarity=0.0, found=0) in found.trials
    assert [(day, papers[0].title) for day, papers in found.days.items()] == [(date(2025, 11, 4), "On proofs")]

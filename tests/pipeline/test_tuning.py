"""Weights tried on past days."""

from datetime import date
from pathlib import Path

from digest.config import TasteConfig
from digest.model import Example
from digest.pipeline.days.tuning import Trial, tune
from tests.fakes import Bench, build_themes


def test_the_weights_that_find_examples_on_their_days_are_proposed(tmp_path: Path) -> None:
    bench = Bench(tmp_path, limit=1)
    liked = [Example(title=one.title, abstract=one.abstract, id=str(one.id)) for one in build_themes(bench)]
    liked.append(Example(title="Machine-checked proofs", abstract="We write proofs."))

    found = tune(TasteConfig(), liked, bench.archive, limit=2, shown=1)

    assert found.examples == 2
    assert found.trials[0] == Trial(votes=1.0, similarity=8.0, found=2)
    assert Trial(votes=1.0, similarity=0.0, found=0) in found.trials
    assert [(day, papers[0].title) for day, papers in found.days.items()] == [(date(2025, 11, 4), "On proofs")]

"""One folder, the services of a test, and runs of `digest backfill` in it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from digest.commands.demo.server import serve
from tests.runs import Forker, invented
from tests.stages.summarize.batch.office import Office, Setup


@pytest.fixture
def setup(tmp_path: Path, forker: Forker) -> Iterator[Setup]:
    world = invented([date(2026, 1, 5), date(2026, 1, 8)], 3)
    world.on = office = Office(world)
    with serve(world) as url:
        yield Setup(tmp_path, url, world, office, forker)

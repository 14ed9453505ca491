"""The table of a day before anything is spent: of the papers that a build would see, whoever lists them."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from digest.commands.demo.server import NOT_FOUND, serve
from tests.arxiv import played
from tests.runs import Forker


def test_a_day_of_arxiv_is_ranked_as_it_was_announced(tmp_path: Path, forker: Forker) -> None:
    today = datetime.now(UTC).replace(microsecond=0)
    first = today.date() - timedelta(days=today.weekday() + 22)  # a Sunday
    day = first + timedelta(days=4)
    arxiv = played(first, 24, restless=False)
    arxiv.now = today

    with serve(lambda request: arxiv(request) or NOT_FOUND) as url:
        environ = {
            "DIGEST_SERVICES__ARXIV_OAI": url,
            "DIGEST_PACE__ARXIV_OAI": "0",
            "DIGEST_SOURCES": '[{"use": "arxiv", "categories": ["cs.CL", "cs.LG"]}]',
        }
        done = forker.output(tmp_path, "rank", "--date", str(day), environ={**os.environ, **environ})

    announced = arxiv.announced(("cs.CL", "cs.LG"))[day]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{day}: {len(announced)} papers listed, 6 to read"

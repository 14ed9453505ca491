"""Memory and time of a backfill over months of arXiv: 30,000 records of OAI-PMH, listed and surveyed day by day.

    python bench/harvest.py [RECORDS]

Prints what the harvest, the months as Parquet (extra `archive`) and the survey of all days take. The service is played
in this process, a page of 1,300 records at a time, so that its own share is small.
"""

import resource
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from digest.adapters.store import Harvest  # noqa: E402
from digest.config import ArxivSource, Config  # noqa: E402
from digest.model import Fetched  # noqa: E402
from digest.pipeline.days.survey import take_survey  # noqa: E402
from digest.pipeline.plan import orders_for  # noqa: E402
from digest.stages.sources.arxiv import Announcements  # noqa: E402
from tests.fakes import Bench  # noqa: E402

FIRST, A_DAY, PAGE = date(2026, 1, 5), 500, 1300
ABSTRACT = "We study how large language models reason about long documents, and find that they do not. " * 13
RECORD = """<record><header><identifier>oai:arXiv.org:{id}</identifier><datestamp>{stamp}</datestamp></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{id}</id><version version="v1"><date>{sent} GMT</date></version>
<title>On {id}, and on reasoning</title><authors>{authors}</authors><categories>cs.CL cs.LG</categories>
<comments>12 pages</comments><abstract>{id} {abstract}</abstract></arXivRaw></metadata></record>"""
AUTHORS = ", ".join(f"Ada Byron{number}" for number in range(7))


def main(records: int) -> None:
    """Measure the steps one after another; each line has the peak so far."""
    days = working_days(records // A_DAY)
    today = days[-1] + timedelta(days=40)
    with tempfile.TemporaryDirectory() as folder:
        show("imported", time.monotonic())
        begun = time.monotonic()
        bench = Bench(Path(folder), limit=6)
        with closing(Harvest(Path(folder) / ".cache")) as harvest:
            source = Announcements(
                ArxivSource(categories=("cs.CL",)), lambda _, path: page(days, path, today), harvest, today
            )
            source.list_day(days[0])
            show("harvested", begun)
            begun = time.monotonic()
            found = sum(len(source.list_day(day).papers) for day in days)
            show(f"listed {found:,} papers of {len(days)} days", begun)
            begun = time.monotonic()
            stages = replace(bench.stages(), list_day=source.list_day, late=source.late)
            survey = take_survey(orders_for(Config(), days[0], days[-1], today), stages, bench.archive)
            show(f"surveyed {len(survey.days)} days", begun)
        size = sum(path.stat().st_size for path in (Path(folder) / ".cache").rglob("*") if path.is_file())
        print(f"on disk: {size / 2**20:.0f} MB")


def working_days(number: int) -> list[date]:
    """Return the first so many days of lists."""
    days = (FIRST + timedelta(days=offset) for offset in range(2 * number + 7))
    return [day for day in days if day.weekday() < 5][:number]


def page(days: list[date], path: str, today: date) -> Fetched:
    """Answer as the service does."""
    query = {key: values[0] for key, values in parse_qs(urlsplit(path).query).items()}
    first, last, skip = (
        query.get("resumptionToken") or f"{query['from']} {query.get('until', '9999-12-31')} 0"
    ).split()
    numbers = [
        index * A_DAY + place for index, day in enumerate(days) if first <= str(day) <= last for place in range(A_DAY)
    ]
    shown = numbers[int(skip) : int(skip) + PAGE]
    more = f"{first} {last} {int(skip) + PAGE}" if len(numbers) > int(skip) + PAGE else ""
    rows = "".join(record(days[number // A_DAY], number) for number in shown)
    body = f"<ListRecords>{rows}<resumptionToken>{more}</resumptionToken></ListRecords>"
    if not shown:
        body = '<error code="noRecordsMatch"/>'
    head = f"<responseDate>{today}T01:00:00Z</responseDate>"
    return Fetched("", "", f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{head}{body}</OAI-PMH>'.encode())


def record(day: date, number: int) -> str:
    """Write a record that was submitted at noon in Europe on the working day before."""
    before = day - timedelta(days=3 if day.weekday() == 0 else 1)
    sent = datetime.combine(before, datetime.min.time(), UTC) + timedelta(hours=11)
    name = f"{day:%y%m}.{10000 + number % 90000:05}"
    return RECORD.format(id=name, stamp=day, sent=f"{sent:%a, %d %b %Y %H:%M:%S}", authors=AUTHORS, abstract=ABSTRACT)


def show(step: str, begun: float) -> None:
    """Print a step with its time and the peak of this process."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{step}: {time.monotonic() - begun:.1f} s, peak {peak:.0f} MB", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)

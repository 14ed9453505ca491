"""Any RSS or Atom feed: its items of the last days, as papers."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from digest.config import RssSource
from digest.errors import Unavailable
from digest.model import ArxivId, BadPaperId, Fetched, Listing, Paper, PaperId
from digest.model.text import counted, one_line
from digest.stages.sources import feed_items
from digest.stages.sources.atom import InvalidFeed
from digest.stages.sources.feed_items import Item
from digest.stages.sources.records import Records

_MOST = 1_000
_LONGEST = 20_000
"""Characters of an item's text that are kept."""


def list_day(day: date, get: Callable[[str, str], Fetched], config: RssSource) -> Listing:
    """List the items that are dated within `config.days` up to a day, and those without a date.

    What a feed says is nobody's promise: an item without title or address is a record that could not be read.
    Raises Unavailable where the answer is no feed.
    """
    try:
        answer = get("web", config.url)
        items = feed_items.items(answer.body, answer.url or config.url)
    except InvalidFeed as cause:
        raise Unavailable(f"{config.label}: the feed cannot be read: {one_line(str(cause))[:80]}") from cause
    records = Records(config.label)
    for item in items[:_MOST]:
        if item.replaces:
            continue
        if item.moment is not None and not day - timedelta(days=config.days) < item.moment.date() <= day:
            continue
        try:
            records.add(_paper(item, config))
        except (BadPaperId, ValueError) as cause:
            records.leave_out(cause, item.title)
    if len(items) <= _MOST:
        return records.listing()
    beyond = counted(len(items) - _MOST, "item")
    return records.listing(f"{config.label}: {beyond} beyond the first {_MOST:,} were not read")


def _paper(item: Item, config: RssSource) -> Paper:
    """Make a paper of an item. Raises BadPaperId without any address, ValueError without a title."""
    if not item.title:
        raise ValueError("no title")
    ids = list(_ids(item.ids))
    if not ids:
        raise BadPaperId("no link, DOI or arXiv ID")
    best = next((one for one in ids if isinstance(one, ArxivId)), next((one for one in ids if one.doi), ids[0]))
    # arXiv's own feeds begin with it: https://info.arxiv.org/help/rss_specifications.html
    text = item.text.partition("Abstract:")[2] if item.text.startswith("arXiv:") else item.text
    on_arxiv = isinstance(best, ArxivId)
    return Paper(
        id=best,
        title=item.title,
        abstract=text.strip()[:_LONGEST],
        authors=item.authors,
        submitted=item.moment,
        doi=next((one.doi for one in ids if one.doi and one != best), None),
        html=(item.page or None) if config.open_pages and not on_arxiv else None,
        pdf=(item.pdf or None) if not on_arxiv else None,
        categories=item.categories if on_arxiv else (),
        keywords=() if on_arxiv else item.categories,
    )


def _ids(raw: Iterable[str]) -> Iterable[PaperId]:
    for one in raw:
        try:
            yield PaperId.parse(one).base
        except BadPaperId:
            continue

"""What a run is asked for: the edition of a day, of named papers, or of each day of a range."""

from datetime import date, timedelta

from digest.adapters.store import sha256_hex
from digest.config import Config
from digest.errors import ConfigError
from digest.model import ArxivId, Header
from digest.pipeline.day import Order


def order_for(config: Config, day: date, ids: tuple[ArxivId, ...], **flags: bool) -> Order:
    """Name what is to be built: a day, or a post of its own for named papers."""
    title = config.post.title.replace("{date}", str(day))
    if ids:
        shown = [paper_id.slug for paper_id in ids[:3]]
        if len(ids) > 3:
            shown += [f"and-{len(ids) - 3}-more", sha256_hex(" ".join(ids).encode())[:6]]
        name, title = f"{day}-papers-{'-'.join(shown)}", f"{title}: {', '.join(paper_id.base for paper_id in ids[:3])}"
    else:
        name = str(day)
    header = Header(
        title=title, date=f"{day} {config.post.time}", tags=config.post.tags, categories=config.post.categories
    )
    file = f"{name}.md" if ids else f"{name}-{config.post.slug}.md"
    return Order(day=day, name=name, file=file, header=header, ids=ids, language=config.language, **flags)


def orders(config: Config, first: date, last: date, today: date) -> tuple[Order, ...]:
    """Name the days of a range, both ends included. Raises ConfigError where it runs backwards."""
    if last < first:
        raise ConfigError(f"--from {first} is later than --to {last}", hint="swap them")
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(order_for(config, day, (), partial=day == today) for day in days)

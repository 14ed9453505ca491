"""What is handed texts from outside, each as a function of a text, and the units that such a text is made of.

Called by bench/growth.py and tests/test_growth.py. A reader may refuse a text; it may not take out of proportion long.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from digest import config, posts
from digest.adapters import redaction, store
from digest.adapters.templates import Templates
from digest.config import HuggingFaceSource
from digest.errors import DigestError
from digest.model import (
    ArxivId,
    Claim,
    Document,
    Edition,
    Evidence,
    Fetched,
    Paper,
    PaperId,
    Post,
    Section,
    Summary,
    schema,
)
from digest.model.references.citations import bibtex
from digest.pipeline import importer
from digest.posts import escaping, frontmatter
from digest.posts.repair import repair
from digest.site.content import cards, loader, markup
from digest.site.pages.data.places import citation
from digest.site.search import files as search
from digest.site.search.keys import SearchKeys
from digest.stages import notify, render
from digest.stages.check import CHECKS
from digest.stages.check.subject import Subject, read_subject
from digest.stages.fulltext import hf_markdown, html, sections, trimming
from digest.stages.fulltext.pdf import blocks
from digest.stages.fulltext.pdf.lines import Line
from digest.stages.selection.keywords import is_in
from digest.stages.sources import arxiv_api, feed_items, huggingface, list_named, reading_list
from digest.stages.summarize import extractive, reply
from digest.stages.summarize.client import wording

END = "\x03"
"""A unit that ends with it is followed by a letter at last: a pattern has to go back all the way from there."""
UNITS = (
    "a", "1", "A", "[", "(", "{", "<", "-", "_", "\n", " ", "  \n", "\t", "$", "$a", "\\", "|", "~", "가", "가 ",
    "1.", "1,", "a-", "A-", "A ", "A. ", "Aa ", "(A", "A (", "Long Form (LF) ", "e.g. ", "1 1", "1%", "± ", "×", "1x",
    "a.", "/", "=", ":", ";", "'", '"', "`", "# ", "- ", "> ", "<p>", "<a ", "<!--", "x_{", "^", "\u00ad", "n=1,",
    "1/", "1e", "–", "Fig. 1", "A1", "aA", "GPT-", "vs. ", "10 × ", "1.1.", "% ", "$\\", "\\(", "[a](", "![", "[a]",
    "* ", "**", "*a ", "__", "~~~", "```\n", "<id ", "<id> ", "&", "&#", "{{", "{%", "@", "a, ", "and ", "one-", "백",
    "한 ", "한다. ", "다", "http://", "\x02", "\x0ea", "(1", "[1,", "\\frac{1}", "..", ".", "?", "<think>", '{"a',
    "# [a",
    "\n# [a](https://arxiv.org/abs/2501.00001)\n", "\n## Method\n", "\n- Goal: a", "a | 1\n", "| a ", "of ", "<td>",
    "1 of ", "Table 1 ", "[1,1],", '{"id":1},', "<entry>", "T2I ", "1~", "$a$", "**a", "a\n", "<b>", "a  ", "\n\n> a",
    "](", "](a", "<img ", "- a\na\n", "a-\n", "a\x02", ">", "1. ", "`a``b", "[[a]]", ",", "\r", "_a", "- - ", "(http://",
    *(f"{unit}{END}" for unit in (" ", "\t", "\n", "*", "`", "1", "a", "-", ":")),
)  # fmt: skip
"""Repeated, each of these has made some pattern or library somewhere take the square of its length."""

FIRST = "We reach 93.5% with BERT-Base on the GLUE benchmark in 2 hours. "
"""The sentence before a paper's text: what an honest summary speaks of."""
_FIELD = "우리는 BERT를 써서 3.5%의 개선을 얻었다. LLM 대비 2배 빠르며 GPT-4o를 세 가지 면에서 앞선다. "
_ID = "2511.00001"
_HEAD = '---\nlayout: post\ntitle: "Papers"\ndate: 2025-11-17 08:00:00\ntags: [a]\ncategories: [b]\n---\n'
_TITLE = f"# 1. [A title](https://arxiv.org/abs/{_ID})\n\n"
_POST = f"{_HEAD}{_TITLE}## Introduction\n- Goal: a\n- Motivation: b\n- Contribution: c\n\n## Method\n"
_RULES = loader.Rules("/:year/:month/:day/:title/", "Asia/Seoul", "daily-papers", "off", frozenset({"post"}), ())

Reader = Callable[[str], object]


def _fetched(text: str, kind: str = "text/html") -> Fetched:
    return Fetched(f"http://127.0.0.1/html/{_ID}v1", kind, text.encode("utf-8", "surrogatepass"))


def _paper(**others: str) -> Paper:
    return Paper(**{"id": ArxivId(_ID), "title": "A title", "abstract": "We do 1 thing.", **others})


def _document(text: str, *tables: str) -> Document:
    return Document(id=ArxivId(f"{_ID}v1"), origin="pdf", sections=(Section("Introduction", text, tables=tables),))


def _summary(text: str) -> Summary:
    return Summary(**dict.fromkeys(schema.NAMES, text), tldr=text)


def _claims(text: str, quote: str) -> dict[str, tuple[Claim, ...]]:
    return dict.fromkeys(schema.NAMES, (Claim(text=text, anchors=(Evidence(quote),)),))


def _judging(check: Callable[[Subject], object], made: Callable[[str], Subject]) -> Reader:
    return lambda text: [*check(made(text))]  # type: ignore[call-overload]


def _of_paper(text: str) -> Subject:
    return read_subject(_summary(_FIELD), _claims(_FIELD, FIRST), _paper(), _document(FIRST + text), "ko")


def _of_table(text: str) -> Subject:
    document = _document(FIRST, "Table 1: Latency (ms)\nName | Score (%) | " + text)
    return read_subject(_summary(_FIELD), _claims(_FIELD, FIRST), _paper(), document, "ko")


def _of_record(text: str) -> Subject:
    paper = _paper(title=f"A title {text}", abstract=FIRST + text, organization=text)
    return read_subject(_summary(_FIELD), _claims(_FIELD, FIRST), paper, _document(FIRST), "ko")


def _of_summary(text: str) -> Subject:
    return read_subject(_summary(_FIELD + text), _claims(_FIELD + text, FIRST + text), _paper(), _document(FIRST), "ko")


def _of_english(text: str) -> Subject:
    return read_subject(_summary(f"We do 2 things. {text}"), {}, _paper(), _document(FIRST), "en")


def _listing(body: str) -> object:
    answers = iter((body, "[]"))
    return huggingface.list_day(date(2025, 11, 17), lambda *_: _fetched(next(answers)), HuggingFaceSource())


def _record(**values: str) -> str:
    return json.dumps([{"paper": {"id": _ID, "title": "A title", **values}}])


def _pdf(lines: Iterable[str]) -> object:
    page = [Line(text, 72.0, 300.0, 700.0 - 12 * (at % 50), 10.0, 0) for at, text in enumerate(lines)]
    pages = [page[start : start + 50] for start in range(0, len(page), 50)]
    return sections.sections(blocks.blocks(pages))


def _chunks(text: str, size: int) -> list[str]:
    """Cut a text as pdf_child does, which ends a line after so many characters."""
    return [text[start : start + size] for start in range(0, len(text), size)]


@cache
def _templates() -> Templates:
    return Templates()


def _edition(text: str) -> Edition:
    read = posts.parse(f"{_POST}{text}\n")
    return importer.edition_of(read, "2025-11-17-daily-papers.md", "ko", "daily-papers")


def _shown(text: str) -> object:
    read = Post(
        header=frontmatter.parse(_HEAD)[0],
        entries=(msgspec.structs.replace(_entry(), fields=dict.fromkeys(schema.NAMES, text), title=f"A {text}"),),
    )
    return render.render(read, _templates())


@cache
def _entry():  # type: ignore[no-untyped-def]
    return posts.parse(f"{_POST}a\n").entries[0]


def _card(markup: bool) -> Reader:
    return lambda text: cards.make(
        msgspec.structs.replace(_entry(), fields={"method": text}, markup=markup, notes=(text,)), None, (), "off"
    )


def _bibtex(text: str) -> object:
    card = msgspec.structs.replace(cards.make(_entry(), None, (), "off"), title=text, authors=(text, f"{text} B"))
    return bibtex.entry(citation(card))


def _message(text: str) -> object:
    made = _edition("a")
    entry = made.entries[0]
    paper = msgspec.structs.replace(entry.paper, title=text)
    summary = msgspec.structs.replace(entry.summary, tldr="", goal=text, markup=True)
    entry = msgspec.structs.replace(entry, paper=paper, summary=summary)
    return notify.day_message(msgspec.structs.replace(made, entries=(entry,)), _templates(), page=None)


def _settings(text: str) -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder, "config.yaml")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        return config.load(path, {})


def _moved(text: str) -> object:
    with TemporaryDirectory() as folder:
        path = Path(folder, "2025-11-17-daily-papers.md")
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        archive = store.Archive(Path(folder, "posts"), Path(folder, "data"))
        return importer.import_post(
            path, archive, lambda edition: render.of_edition(edition, _templates()), "ko", "daily-papers", force=False
        )


def _reply(text: str) -> str:
    claim = {"quotes": [text], "keywords": [text], "text": text}
    return json.dumps({**dict.fromkeys(schema.NAMES, "a"), "goal": [claim], "method": text, "tldr": text})


def _named(page: str) -> object:
    address = PaperId.parse("https://example.org/a")
    return list_named((address,), lambda *_: _fetched(page))


READERS: Mapping[str, Reader] = {
    "arXiv's feed, as it is": lambda text: arxiv_api.read(f"<feed {text}".encode()),
    "arXiv's feed, ids": lambda text: arxiv_api.read(
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>{text}</id></feed>'.encode()
    ),
    "the list, as it is": lambda text: _listing(f"[{text}"),
    "the list, records": lambda text: _listing(f"[{(text.rstrip(',') or '1')}]"),
    "the list, an abstract": lambda text: _listing(_record(summary=text, title=f"A {text}", projectPage=text)),
    "a feed": lambda text: feed_items.items(f"<rss><item><title>{text}</title></item></rss>".encode()),
    "a reading list": lambda text: list(reading_list._of_lines(text)),
    "a page that is named": lambda text: _named(f"<head>{text}"),
    "words of a taste": lambda text: [is_in(word, text) for word in ("speech recognition", "AI", "감정", "感情")],
    "HTML, as it is": lambda text: html.parse(_paper(), _fetched(f"<article class=ltx_document>{text}")),
    "HTML, a paragraph": lambda text: html.parse(
        _paper(), _fetched(f"<article class=ltx_document><h2 class='ltx_title ltx_title_section'>M</h2><p>{text}</p>")
    ),
    "HTML, a formula": lambda text: html.parse(
        _paper(), _fetched(f"<article class=ltx_document><p><math alttext='{text.replace(chr(39), '')}'></math></p>")
    ),
    "HTML, a style": lambda text: html.parse(
        _paper(), _fetched(f"<article class=ltx_document><p style='{text.replace(chr(39), '')}'>a</p>")
    ),
    "Markdown of a paper": lambda text: hf_markdown.parse(_paper(), _fetched(f"# A\n{text}", "text/plain")),
    "raised in a PDF": lambda text: _pdf(f"{line}\x0e2" for line in _chunks(text.replace("\n", " "), 3000)),
    "lines of a PDF": lambda text: _pdf(text.split("\n") if "\n" in text else _chunks(text, 80)),
    "long lines of a PDF": lambda text: _pdf(_chunks(text, 3000)),
    "the budget": lambda text: trimming.trim(_document(text, text), 24_000),
    "quotations": lambda text: extractive.ExtractiveSummarizer(_templates().words("ko")).summarize(
        _paper(), _document(FIRST + text)
    ),
    "a reply, as it is": lambda text: reply.parse(text, ("LLM",)),
    "a reply, behind a brace": lambda text: reply.parse('{"goal": "' + text, ("LLM",)),
    "a reply, its fields": lambda text: reply.parse(_reply(text), ("LLM",)),
    "an error of a model's server": lambda text: wording.own_words({"error": {"message": text}}),
    **{f"{check.__name__}, a paper": _judging(check, _of_paper) for check in CHECKS},
    **{f"{check.__name__}, a table": _judging(check, _of_table) for check in CHECKS},
    **{f"{check.__name__}, a record": _judging(check, _of_record) for check in CHECKS},
    **{f"{check.__name__}, a summary": _judging(check, _of_summary) for check in CHECKS},
    **{f"{check.__name__}, in English": _judging(check, _of_english) for check in CHECKS},
    "a post, as it is": posts.parse,
    "a post, its front matter": lambda text: posts.parse(f"---\ntitle: x\nextra: {text}\n---\n{_TITLE}"),
    "a post, its entries": lambda text: posts.parse(_HEAD + _TITLE + text),
    "a post, a section": lambda text: posts.parse(f"{_POST}{text}\n"),
    "a post, a heading": lambda text: posts.parse(f"{_POST}a\n\n## {text}\n"),
    "repairing, a heading": lambda text: repair(f"{_HEAD}{_TITLE}## {text}\n"),
    "repairing, a title": lambda text: repair(f"{_HEAD}# [{text}\n"),
    "repairing": lambda text: repair(f"{_HEAD}{text}"),
    "repairing, front matter": lambda text: repair(f"---\ntitle: {text}\n---\n{_TITLE}"),
    "moving in": lambda text: _moved(f"{_HEAD}# [a{text}"),
    "moving in, a post": lambda text: _moved(f"{_POST}{text}\n"),
    "an edition, as it is": lambda text: store.decode(text.encode("utf-8", "surrogatepass"), "x.json"),
    "escaping": lambda text: escaping.unescape("\n".join(map(escaping.escape, text.split("\n")))),
    "words of Markdown": escaping.plain,
    "a post, rendered": _shown,
    "config.yaml": lambda text: _settings(f"language: {text}"),
    "a post for the site": lambda text: loader.load(
        "2025-11-17-daily-papers.md", f"{_POST}{text}\n".encode("utf-8", "surrogatepass"), "", None, _RULES
    ),
    "a page for the site": lambda text: loader.load(
        "2025-11-17-about.md", f"{_HEAD}{text}\n".encode("utf-8", "surrogatepass"), "", None, _RULES
    ),
    "blocks on a page": lambda text: markup.markdown("\n\n".join(_chunks(text, 7_900))),
    "formulas on a page": lambda text: markup.line(f"$ {text}"),
    "prose on a page": markup.prose,
    "Markdown on a page": markup.markdown,
    "a marked quotation": lambda text: markup.mark(markup.line(text), "93.5%", "<b>", "</b>"),
    "text of a page": lambda text: markup.bare(markup.line(text)),
    "a card": _card(markup=False),
    "a card of Markdown": _card(markup=True),
    "BibTeX": _bibtex,
    "the search index": lambda text: search.block(
        [search.Record("x/", text, "2025-11-17", fields=(text,))], SearchKeys([])
    ),
    "a notification": _message,
    "masking": lambda text: redaction.redact(text, {"OPENAI_API_KEY": "sk-12345678", "HTTPS_PROXY": f"http://{text}"}),
}  # fmt: skip


def text_of(unit: str, size: int) -> str:
    """Repeat a unit up to a number of characters."""
    repeated = unit.removesuffix(END)
    text = (repeated * (size // len(repeated) + 1))[:size]
    return text if repeated == unit else f"{text}x"


def feed(reader: Reader, text: str) -> None:
    """Hand a text to a reader; that it refuses the text is an answer."""
    with suppress(DigestError, ValueError):
        reader(text)

"""What the played services send: arXiv's HTML in two kinds, its feed, the daily records, the model's replies."""

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any

from digest.commands.demo.papers import RecordedPaper, RecordedSection

_FORMULA = re.compile(r"\$([^$]+)\$")


def record(paper: RecordedPaper) -> dict[str, Any]:
    """Return the paper as a row of the daily list, in the shape of November 2025. What is unknown is absent."""
    inner: dict[str, Any] = {
        "id": paper.id,
        "authors": [{"name": name, "hidden": False} for name in paper.authors],
        "publishedAt": f"{paper.submitted:%Y-%m-%dT%H:%M:%S}.000Z",
        "submittedOnDailyAt": f"{paper.featured:%Y-%m-%dT%H:%M:%S}.000Z",
        "title": paper.title,
        "summary": paper.abstract,
        "upvotes": paper.upvotes,
        "projectPage": paper.project,
        "githubRepo": paper.code,
        "githubStars": paper.stars,
        "organization": {"name": paper.organization, "fullname": paper.organization} if paper.organization else None,
    }
    return {
        "paper": {key: value for key, value in inner.items() if value is not None},
        "publishedAt": inner["publishedAt"],
        "title": paper.title,
        "summary": paper.abstract,
        "numComments": paper.comments,
    }


def feed(papers: Iterable[RecordedPaper]) -> str:
    """Return arXiv's Atom answer for the papers it knows."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{paper.id}v{paper.version}</id>"
        f"<updated>{paper.submitted:%Y-%m-%dT%H:%M:%SZ}</updated><published>{paper.submitted:%Y-%m-%dT%H:%M:%SZ}</published>"
        f"<title>{escape(paper.title)}</title><summary>{escape(paper.abstract)}</summary>"
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
        + (f"<arxiv:comment>{escape(paper.comment)}</arxiv:comment>" if paper.comment else "")
        + f'<arxiv:primary_category term="{paper.categories[0]}"/>'
        + "".join(f'<category term="{category}"/>' for category in paper.categories)
        + "</entry>"
        for paper in papers
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom"><title>arXiv Query</title>'
        f"<updated>2025-11-18T00:00:00Z</updated>{entries}</feed>"
    )


def html(paper: RecordedPaper) -> str:
    """Return the paper's page in the markup of 2025 or 2026 (LaTeXML, "LaTeXML oxide")."""
    oxide = paper.text == "html2026"
    name = f"{paper.id}v{paper.version}"
    head = '<meta name="generator" content="LaTeXML oxide">' if oxide else f'<base href="/html/{name}/">'
    extra = (
        f'<div id="infobox"><a href="/abs/{name}">arXiv:{name}</a></div>'
        if oxide
        else '<nav class="ltx_TOC">Contents</nav>'
    )
    sections = "".join(_section(number, part) for number, part in enumerate(paper.sections, 1))
    references = "".join(f'<li class="ltx_bibitem">{escape(reference)}</li>' for reference in paper.references)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{escape(paper.title)}</title>{head}</head><body>{extra}'
        f'<article class="ltx_document"><h1 class="ltx_title ltx_title_document">{escape(paper.title)}</h1>'
        f'<div class="ltx_authors">{escape(", ".join(paper.authors))}</div>'
        f'<div class="ltx_abstract"><h6 class="ltx_title ltx_title_abstract">Abstract</h6>'
        f"{_paragraph(paper.abstract)}</div>"
        f"{sections}"
        f'<section class="ltx_bibliography"><h2 class="ltx_title">References</h2><ul>{references}</ul></section>'
        "</article></body></html>"
    )


def _section(number: int, part: RecordedSection) -> str:
    table = ""
    if part.table:
        rows = "".join(
            "<tr>" + "".join(f'<td class="ltx_td">{escape(cell)}</td>' for cell in row) + "</tr>"
            for row in part.table.rows
        )
        table = (
            f'<figure class="ltx_table"><figcaption class="ltx_caption">{escape(part.table.caption)}</figcaption>'
            f'<table class="ltx_tabular">{rows}</table></figure>'
        )
    return (
        f'<section class="ltx_section" id="S{number}"><h2 class="ltx_title ltx_title_section">'
        f'<span class="ltx_tag ltx_tag_section">{number} </span>{escape(part.title)}</h2>'
        + "".join(f'<div class="ltx_para">{_paragraph(text)}</div>' for text in part.paragraphs)
        + f"{table}</section>"
    )


def _paragraph(text: str) -> str:
    """Write a paragraph, formulas as arXiv writes them: readable twice unless one looks at `alttext` alone."""
    pieces = _FORMULA.split(text)
    marked = [
        f'<math class="ltx_Math" alttext="{escape(piece)}" display="inline"><semantics><mi>x</mi><annotation '
        f'encoding="application/x-tex">{escape(piece)}</annotation></semantics></math>'
        if odd % 2
        else escape(piece)
        for odd, piece in enumerate(pieces)
    ]
    return f'<p class="ltx_p">{"".join(marked)}</p>'


def completion(paper: RecordedPaper | None, model: str, prompt: str) -> dict[str, Any]:
    """Return a chat completion: the paper's reply as JSON, no objection, or an apology where nobody knows the paper."""
    raw = json.dumps(paper.reply, ensure_ascii=False) if paper else "I do not know this paper."
    if '{"unsupported": [' in prompt:  # the question of the second reading
        raw = '{"unsupported": []}'
    sent = len(prompt) // 4
    return {
        "id": "replayed",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": raw}}],
        "usage": {
            "prompt_tokens": sent,
            "completion_tokens": len(raw) // 2,
            "total_tokens": sent + len(raw) // 2,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }

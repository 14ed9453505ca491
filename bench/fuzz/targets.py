"""What is fuzzed: a reader each, and what must hold of whatever it lets through. Called by tests/test_fuzz.py too."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from digest import posts
from digest.adapters import store
from digest.adapters.templates import Templates
from digest.commands.demo.papers import bundled
from digest.errors import DigestError
from digest.model import Edition, Post, file_name, schema
from digest.model.text import one_line
from digest.pipeline import importer
from digest.posts.repair import repair
from digest.stages import notify, render
from digest.stages.summarize import reply

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = Templates()
WORDS = {language: TEMPLATES.words(language) for language in ("ko", "en")}
NAME = "2025-11-17-daily-papers.md"


def post(data: bytes) -> None:
    """A post is read or refused with a reason; what was read is an edition that gives the same post back."""
    text = data.decode("utf-8", "ignore")
    for source in (text, repair(text).text):
        try:
            read = posts.parse(source)
            edition = importer.edition_of(read, NAME, "ko", "daily-papers")
        except (DigestError, ValueError) as error:
            _is_a_sentence(error)
            continue
        again = posts.parse(_written(edition))
        assert _said(again) == _said(read)


def edition(data: bytes) -> None:
    """An edition is read or refused; what was read survives being written, and its post can be made and notified.

    Bytes are tried as they are, and as changes to a good edition: few mutations of JSON are JSON.
    """
    for raw in (data, altered(data)):
        _edition(raw)


def altered(data: bytes) -> bytes:
    """Change up to four values of a good edition: two bytes say where, one what kind, one how much of the rest."""
    whole = json.loads(seeds("edition")[0])
    for _ in range(4):
        if len(data) < 5:
            break
        places = list(_places(whole))
        into, key = places[int.from_bytes(data[:2]) % len(places)]
        text = data[4 : 4 + data[3]].decode("utf-8", "ignore")
        values = (text, text, text, f"{into[key]}{text}", None, -1, [text], {"file": text, "sha256": text}, True, 1e99)
        into[key] = values[data[2] % len(values)]
        data = data[4 + data[3] :]
    return json.dumps(whole).encode()


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    pairs = list(node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ())
    for key, value in pairs:
        yield node, key
        yield from _places(value)


def _edition(data: bytes) -> None:
    try:
        read = store.decode(data, "x.json")
    except DigestError as error:
        _is_a_sentence(error)
        return
    assert store.decode(store.encode(read), "x.json") == read
    file_name(read.name)
    if read.language in WORDS and read.entries:
        try:
            text = _written(read)
        except DigestError as error:
            _is_a_sentence(error)
            return
        if not read.notes and not any(entry.summary.markup or entry.notes for entry in read.entries):
            assert len(posts.parse(text).entries) == len(read.entries)
        assert "\n" not in notify.day_message(read, TEMPLATES, page=None).title


def answer(data: bytes) -> None:
    """A model's reply is a whole summary or unusable; a summary goes through a post unchanged."""
    text = data.decode("utf-8", "ignore")
    try:
        summary, claims = reply.parse(text, ("LLM", "Agents"))
    except reply.InvalidReply as error:
        _is_a_sentence(error)
        return
    fields = {name: summary.field(name) for name in schema.NAMES}
    assert all(fields.values()) and claims.keys() <= fields.keys()
    good = posts.parse((ROOT / "_posts" / NAME).read_text("utf-8"))
    entry = msgspec.structs.replace(good.entries[0], fields=fields, markup=False)
    whole = Post(header=good.header, entries=(entry,))
    assert dict(posts.parse(render.render(whole, TEMPLATES)).entries[0].fields) == fields


TARGETS: dict[str, Callable[[bytes], None]] = {"post": post, "edition": edition, "reply": answer}


@cache
def seeds(name: str) -> list[bytes]:
    """Good input to start from."""
    if name == "post":
        return [(ROOT / "_posts" / NAME).read_bytes(), b"---\ntitle: x\n---\n# [a](https://arxiv.org/abs/2511.09146)\n"]
    if name == "edition":
        made = importer.edition_of(posts.parse((ROOT / "_posts" / NAME).read_text("utf-8")), NAME, "ko", "daily-papers")
        return [store.encode(made), *(path.read_bytes() for path in sorted((ROOT / "_data").rglob("*.json"))[:3])]
    return [json.dumps(dict(paper.reply), ensure_ascii=False).encode() for paper in bundled()]


def _written(made: Edition) -> str:
    return render.render(render.compose(made, WORDS[made.language]), TEMPLATES)


def _said(read: Post) -> list[tuple[str, str, dict[str, str]]]:
    """What a post says: links, titles, and the words of its fields."""
    return [
        (entry.arxiv_url, one_line(entry.title), {k: one_line(v) for k, v in entry.fields.items() if one_line(v)})
        for entry in read.entries
    ]


def _is_a_sentence(error: Exception) -> None:
    assert str(error) and "\n" not in str(error).strip()

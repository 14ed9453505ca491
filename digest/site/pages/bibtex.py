"""A paper → its BibTeX entry, in characters that BibTeX and Biber both read."""

import re
import unicodedata
from functools import lru_cache

from digest.site.pages import places
from digest.site.records import Card

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_SPECIAL = re.compile(r"[\\{}&%$#_~^]")
_FORMULA = re.compile(r"\$[^$]+\$")
_KNOWN = 8192
"""Words and names are kept by the thousand: papers share most of theirs, and a look costs a tenth of the work."""
_CAPITALS = re.compile(r"(?<![\w{])([A-Za-z0-9-]*[a-z0-9-][A-Z][A-Za-z0-9-]*|[A-Z]{2,}[A-Za-z0-9-]*)")
_SMALL = {
    "a", "an", "the", "on", "in", "of", "for", "from", "to", "and", "with", "via", "is", "are", "how", "what",
    "why", "do", "does", "can",
}  # fmt: skip


def entry(card: Card) -> str:
    """Write the entry of one paper. The key is the first author, the year and the first telling word of the title."""
    year = f"20{card.id[:2]}" if re.match(r"\d{4}\.", card.id) else (card.submitted[:4] or _old_year(card.id))
    rows = [("title", _title(card.title))]
    if card.authors:
        rows.append(("author", " and ".join(map(_author, card.authors))))
    rows += [("year", year)] if year else []
    if places.on_arxiv(card):
        rows += [("eprint", card.id), ("archivePrefix", "arXiv")]
        rows += [("primaryClass", card.categories[0])] if card.categories else []
    elif doi := places.doi_of(card):
        rows.append(("doi", _bare(doi)))
    if card.arxiv_url:
        rows.append(("url", _bare(card.arxiv_url)))
    body = ",\n".join(f"  {name:<13} = {{{value}}}" for name, value in rows)
    return f"@misc{{{_key(card, year)},\n{body}\n}}\n"


def _bare(raw: str) -> str:
    return raw.replace("}", "").replace("{", "")


def _key(card: Card, year: str) -> str:
    first = card.authors[0].split()[-1] if card.authors and card.authors[0].split() else "arxiv"
    telling = next((word for word in re.findall(r"[A-Za-z0-9]+", card.title) if word.lower() not in _SMALL), "")
    tail = re.sub(r"[^A-Za-z0-9]", "", card.id if places.on_arxiv(card) else card.slug[-16:])
    return f"{_ascii(first) or 'arxiv'}{year}{telling}_{tail}".lower()


@lru_cache(_KNOWN)
def _ascii(word: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", unicodedata.normalize("NFKD", word))


@lru_cache(_KNOWN)
def _author(name: str) -> str:
    """Write `Given Family` as `Family, Given`; a name of one word stays whole, as does one that BibTeX would split."""
    if " and " in name:
        return f"{{{_tex(name)}}}"
    given, _, family = name.rpartition(" ")
    return _tex(f"{family}, {given}" if given else name)


def _title(title: str) -> str:
    """Keep formulas as they are, escape the rest, and keep capitals that mean something."""
    if "$" not in title:
        return _words(title)
    pieces, end = [], 0
    for found in _FORMULA.finditer(title):
        pieces += [_words(title[end : found.start()]), found[0]]
        end = found.end()
    whole = "".join([*pieces, _words(title[end:])])
    return whole if _balanced(whole) else _tex(title)


def _words(text: str) -> str:
    return " ".join(map(_word, text.split(" ")))


@lru_cache(_KNOWN)
def _word(word: str) -> str:
    return _CAPITALS.sub(r"{\1}", _tex(word))


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _TEX[found[0]], text)


def _balanced(text: str) -> bool:
    depth = 0
    for sign in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _old_year(paper_id: str) -> str:
    if ":" in paper_id:
        return ""
    digits = paper_id.rpartition("/")[2][:2]
    return f"{'19' if digits > '90' else '20'}{digits}" if digits.isdigit() else ""

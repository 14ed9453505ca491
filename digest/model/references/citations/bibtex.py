"""A citation → its BibTeX entry, in characters that BibTeX and Biber both read."""

import re
from functools import lru_cache
from itertools import pairwise

from digest.model.references.citations.citation import Citation
from digest.model.references.citations.names import not_named, parted

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_LONE = {**_TEX, "{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
"""BibTeX counts braces also behind a backslash: one without its other ends the entry, or swallows those that follow."""
_SPECIAL = re.compile(r"[\\{}&%$#_~^]")
_FORMULA = re.compile(r"\$[^$]+\$")
_KNOWN = 2048
"""Words and names are kept by the thousand: papers share most of theirs, and a look costs a tenth of the work."""
_LETTERS = r"(?:[^\W_]|[-\u0300-\u036f])+"
_RUN = re.compile(rf"{_LETTERS}(?:(?:\.(?=\d)|\^(?=[^\W_])){_LETTERS})*")
"""A word with its accents, version and power: DeepSeek-V3.2, Benchmark^2."""


def entry(cited: Citation) -> str:
    """Write the entry of one paper, without its abstract."""
    year = cited.year
    rows = [("title", _title(cited.title))]
    if cited.authors:
        rows.append(("author", " and ".join(map(_author, cited.authors))))
    rows += [("year", year)] if year else []
    if cited.on_arxiv:
        rows += [("eprint", cited.id), ("archivePrefix", "arXiv")]
        rows += [("primaryClass", cited.categories[0])] if cited.categories else []
    if doi := cited.own_doi or ("" if cited.on_arxiv else cited.doi):
        rows.append(("doi", _bare(doi)))
    if cited.url:
        rows.append(("url", _bare(cited.url)))
    body = ",\n".join(f"  {name:<13} = {{{value}}}" for name, value in rows)
    return f"@misc{{{cited.key},\n{body}\n}}\n"


def _bare(raw: str) -> str:
    return raw.replace("}", "").replace("{", "")


@lru_cache(_KNOWN)
def _author(name: str) -> str:
    """Write `Given Family` as `Family, Given`; other names stay whole, in braces where BibTeX would split them."""
    if not_named(name):
        return "others"
    family, given, suffix = parted(name)
    if given:
        return _whole(", ".join(filter(None, (family, suffix, given))))
    return f"{{{_whole(family)}}}" if re.search(r"[\s,]", family) else _whole(family)


def _title(title: str) -> str:
    """Keep formulas as they are, escape the rest, and keep capitals that mean something."""
    if "$" not in title:
        return _words(title) if _balanced(title) else _whole(title)
    pieces, end = [], 0
    for found in _FORMULA.finditer(title):
        pieces += [_words(title[end : found.start()]), found[0]]
        end = found.end()
    whole = "".join([*pieces, _words(title[end:])])
    return whole if _balanced(whole) else _whole(title)


def _words(text: str) -> str:
    return " ".join(map(_word, text.split(" ")))


@lru_cache(_KNOWN)
def _word(word: str) -> str:
    """Escape a word, and put what of it has capitals that mean something into braces."""
    pieces, end = [], 0
    for found in _RUN.finditer(word):
        run = _tex(found[0])
        pieces += [_tex(word[end : found.start()]), f"{{{run}}}" if _is_meant(found[0]) else run]
        end = found.end()
    return "".join([*pieces, _tex(word[end:])])


def _is_meant(run: str) -> bool:
    """Return whether capitals of a run of letters mean something, as in GraphRAG, self-BLEU, LLM, K3, X^2."""
    inside = any(after.isupper() and not before.isupper() for before, after in pairwise(run))
    numbered = any(map(str.isupper, run)) and any(map(str.isdigit, run))
    return inside or numbered or (len(run) > 1 and all(map(str.isupper, run[:2])))


def _whole(text: str) -> str:
    return _tex(text) if _balanced(text) else _SPECIAL.sub(lambda found: _LONE[found[0]], text)


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda found: _TEX[found[0]], text)


def _balanced(text: str) -> bool:
    """Return whether braces are, as BibTeX counts them: also those behind a backslash."""
    depth = 0
    for sign in re.findall(r"[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0

"""The words around a link → the title of a paper, without numbers, votes, labels and what only says "link". Pure."""

import re

from digest.model import ArxivId
from digest.posts import escaping

_LINK = re.compile(r"!?\[((?:[^\[\]\\]|\\.|\[[^\[\]]{0,200}\]){0,400})\]\(([^()\s]{0,500})(?:\s+\"[^\"]{0,200}\")?\)")
_ADDRESS = re.compile(r"<?https?://[^\s<>|)\]]+>?")
_ID = re.compile(r"(?:arxiv ?:? ?)?\b\d{4}\.\d{4,5}(?:v\d+)?\b", re.IGNORECASE)
_LABEL = re.compile(r"\W*(?:paper title|title|paper|제목|논문 ?(?:제목|명)?)\s*\**\s*[:：]\s*\**\s*", re.IGNORECASE)
_DETAIL = re.compile(
    r"\W*(?:authors?|affiliations?|institutions?|organi[sz]ations?|abstract|summary|tl;?dr|code|github|project|date"
    r"|published|submitted|tags?|keywords?|category|categories|subjects?|score|votes?|upvotes?|comments?|links?"
    r"|저자|기관|소속|초록|요약|한 ?줄 ?요약|코드|날짜|발표일|등록일|분야|카테고리|키워드|추천|링크|핵심|의의|한계)"
    r"\s*\**\s*[:：]",
    re.IGNORECASE,
)
_BOLD = re.compile(r"[^\w*]{0,12}(?:\d{1,3}[.)]\s*)?\*\*([^*]{3,400})\*\*")
_NUMBER = re.compile(r"^(?:\[?\d{1,3}\]?[.)\]:]\s+|#\d{1,3}\s+|no\.? ?\d{1,3}[.:]?\s+)", re.IGNORECASE)
_VOTES = re.compile(
    r"[\s|·:(\[–—-]{1,6}(?:[^\w\s$)\]\"'.?!]{1,3}|upvotes?|votes?|likes?|추천|좋아요)[\s:]{0,3}\d[\d,.]{0,9}[kK]?\s?"
    r"(?:개|upvotes?|votes?|likes?)?[)\]]?\s*$"
    r"|\s*[(\[]\d[\d,.]{0,9}[kK]? ?(?:upvotes?|votes?|likes?|추천|좋아요)[)\]]\s*$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\b(?:19|20)\d\d[-./년]\s?\d{1,2}[-./월]\s?\d{1,2}")
_WORD = re.compile(r"[^\W\d_]+")
_EMPTY = re.compile(r"\(\s*[,|/·]*\s*\)|\[\s*[,|/·]*\s*\]|\{\s*\}")
_SAYS_LINK = frozenset({
    "a", "abs", "abstract", "alphaxiv", "an", "arxiv", "available", "blog", "click", "code", "daily", "demo",
    "digest", "doi", "download", "face", "full", "github", "go", "here", "hf", "html", "hugging", "huggingface",
    "link", "links", "list", "more", "of", "official", "on", "open", "original", "page", "pdf", "paper", "papers",
    "project", "read", "repo", "site", "source", "text", "the", "this", "to", "today", "top", "url", "v",
    "version", "video", "view", "web", "webpage", "website", "weekly", "그", "이", "해당",
    "같이", "공식", "관련", "글", "깃허브",
    "논문", "논문링크", "다운로드", "데모", "링크", "목록", "바로", "바로가기", "보기", "보러가기", "본문",
    "사이트", "상세", "아카이브", "여기", "영상", "오늘의", "요약", "원문", "원본", "자세히", "전문", "초록",
    "추천", "출처", "코드", "페이지", "페이퍼", "프로젝트", "허깅페이스",
})  # fmt: skip
_COLUMNS = frozenset({"title", "paper", "papers", "name", "paper title", "제목", "논문", "논문명", "논문 제목", "이름"})


def of_link(text: str, number: ArxivId) -> str:
    """Return the words of the link that leads to a paper; empty where they say no more than that it is a link."""
    for words, address in _LINK.findall(text):
        if any(found == number for _, found in ArxivId.linked(address)) and (title := _cleaned(words)):
            return title
    return ""


def labelled(text: str) -> str:
    """Return the title that a line like `Title: …` gives to what it stands below."""
    return _cleaned(text) if _LABEL.match(text) else ""


def of_line(text: str) -> str:
    """Return the title that a heading or an item begins with; empty where it holds a detail, or only links."""
    if _DETAIL.match(text):
        return ""
    bold = _BOLD.match(text)
    return (_cleaned(bold[1].strip(" :")) if bold and not _LABEL.fullmatch(f"{bold[1]}:") else "") or _cleaned(text)


def of_row(text: str, columns: tuple[str, ...]) -> str:
    """Return the title that a row of a table holds: in the column that is called so, else in the first that may be."""
    found = cells(text)
    named = [cell for name, cell in zip(columns, found, strict=False) if name.casefold() in _COLUMNS]
    return next(filter(None, map(of_line, (*named, *found))), "")


def cells(row: str) -> tuple[str, ...]:
    """Return the cells of a row."""
    return tuple(cell.strip(" \t*") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|")))


def is_bold(text: str) -> bool:
    """Return whether an item begins with a title in bold."""
    bold = _BOLD.match(text)
    return bold is not None and bool(_cleaned(bold[1].strip(" :"))) and not _DETAIL.match(text)


def leading_id(text: str) -> ArxivId | None:
    """Return the id that a heading begins with: `2511.09146 — DoPE`."""
    found = re.match(r"\W{0,3}(\d{4}\.\d{5})(?!\d)", text, re.ASCII)
    return ArxivId(found[1]) if found else None


def leads(text: str, number: ArxivId) -> bool:
    """Return whether a paragraph begins with the link to a paper, but for a mark or a short label."""
    found = next((link for link in _LINK.finditer(text) if number in link[2]), None)
    before = _LABEL.sub("", text[: found.start()], 1) if found else text
    return (
        found is not None
        and not text[found.end() : found.end() + 1].isalpha()
        and not _WORD.search(re.sub(r"^\W*[\w ]{0,12}[:：]", "", before))
    )


def is_link_alone(text: str) -> bool:
    """Return whether a paragraph holds links and nothing else."""
    return not _cleaned(text)


def _cleaned(text: str) -> str:
    bare = _LINK.sub(lambda link: "" if link[0].startswith("!") or _says_link(link[1]) else link[1], text)
    bare = _ID.sub("", _ADDRESS.sub("", bare))
    bare = re.sub(r"\*{1,3}|`|(?<!\w)_{1,2}|_{1,2}(?!\w)", "", escaping.unescape(bare))
    bare = _LABEL.sub("", " ".join(bare.split()), count=1) if _LABEL.match(bare) else " ".join(bare.split())
    bare = _NUMBER.sub("", re.sub(r"^[^\w$(\[“‘\"'«「<#@]+", "", bare), count=1) if bare else ""
    bare = re.sub(r"^[^\w$(\[“‘\"'«「<@]+", "", _EMPTY.sub("", _VOTES.sub("", bare)))
    bare = bare.strip(" \t|·,:;–—-/→").strip()
    if len(bare) > 1 and bare[0] + bare[-1] in {'""', "“”", "''", "‘’", "「」", "«»"}:
        bare = bare[1:-1]
    return "" if _says_link(bare) or _DATE.search(bare) else bare[:300]


def _says_link(words: str) -> bool:
    """Return whether words name no paper: "논문 링크", "arXiv PDF", "2511.09146"."""
    found = _WORD.findall(_ID.sub("", words).casefold())
    return sum(map(len, found)) < 2 or all(word in _SAYS_LINK for word in found)

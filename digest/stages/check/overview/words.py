"""Whether a sentence of an overview speaks of its entries at all, of nothing to be visited, and counts them rightly."""

import re

from digest.stages.check.figures import figures
from digest.stages.check.index.figures import index_figures

_ADDRESS = re.compile(
    r"https?:|\bwww\.|[\w.+-]+@[\w-]+\.\w|(?<![\w.-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|ai|kr|cn|me|co|dev|app|xyz|info|example)"
    r"(?![A-Za-z0-9-])|hxxps?|\S://",
    re.IGNORECASE,
)
_GRAVE = re.compile(r"철회|조작|표절|위조|날조|(?i:retract|withdrawn|plagiari|fabricat|fraud)")
_WORD = re.compile(r"[가-힣]{2,}|[A-Za-z][A-Za-z0-9]{2,}|\d+(?:[.,]\d+)*")
_ANY = """논문 연구 방법 기법 모델 결과 이들 오늘 저자 데이 요약 사용 위해 다룬 보인 제안 모두 하나 가운 함께
실렸 실린 다섯 여섯 일곱
여덟 아홉 있다 좋다 한다 pape this that thes stud auth both with from have meth mode resu they them"""
_EMPTY = frozenset(_ANY.split())
"""How words begin that any sentence over papers may have."""
_PAPERS = re.compile(
    r"\s?(?:편(?=$|[^가-힣]|[이은을의 ]|으로|가운데)|(?:개\s?)?(?:논문|연구)|papers?\b|works?\b|studies\b)"
)
_COUNTS_PAPERS = re.compile(r"(?:편|논문|연구|papers?|works?|studies)$")


def address(text: str) -> str:
    """Return the address of a page or a person that a text has, else nothing."""
    found = _ADDRESS.search(text)
    return found[0] if found else ""


def grave(text: str, entry: str) -> str:
    """Return the word by which a text calls a paper withdrawn or faked where the entries do not say it."""
    return next((word for word in _GRAVE.findall(text) if word.lower() not in entry.lower()), "")


def has_content(text: str, entry: str) -> bool:
    """Return whether a text has a word in common with the entries, or none but words of every paper."""
    mine = _stems(text)
    return not mine or bool(mine & _stems(entry))


def _stems(text: str) -> set[str]:
    """Reduce words to what particles and endings leave alone: two syllables, four letters."""
    stems = {word[:2] if "가" <= word[0] <= "힣" else word[:4].lower() for word in _WORD.findall(text)}
    return stems - _EMPTY


def wrong_count(text: str, named: int, listed: int, entry: str) -> str:
    """Return the words of a count of papers that is not that of the sentence's entries, nor that of all.

    Several counts may make up the entries together: `두 편은 …, 한 편은 …`. What entries count themselves is theirs.
    """
    counted = []
    for figure in figures(text):
        behind = _PAPERS.match(text, figure.end) or _COUNTS_PAPERS.search(text[: figure.end])
        if figure.kind in ("", "count") and figure.form in ("digits", "word") and behind:
            counted.append(figure)
    if not counted or sum(figure.value for figure in counted) == named:
        return ""
    index = index_figures(entry)
    for figure in counted:
        if figure.value not in (1, named, listed) and not any(
            _PAPERS.match(index.text, place.end) or _COUNTS_PAPERS.search(index.text[: place.end])
            for place in index.written(figure.value)
        ):
            return text[figure.start : figure.end]
    return ""

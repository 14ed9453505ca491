from collections.abc import Callable, Sequence

import pytest

from digest.model import ArxivId, Claim, Document, Evidence, Finding, Paper, Section, Summary, Verdict
from digest.model.schema import NAMES
from digest.stages.check import check

WHOLE = {
    "goal": "본 연구는 캐시의 크기를 줄이는 것을 목표로 한다.",
    "motivation": "기존 방법은 오래된 토큰을 버리는 문제가 있었다.",
    "contribution": "새로운 병합 규칙을 제안하였다.",
    "method": "이웃한 항목을 거리에 따라 합친 뒤 필요할 때 되살린다.",
    "results": "모든 실험에서 기준 방법보다 나은 결과를 얻었다.",
    "limitations": "표 형식의 입력에서는 성능이 떨어진다.",
    "conclusion": "버리는 것보다 낮은 해상도로 남기는 편이 낫다는 점을 보였다.",
}
PROSE = "The aim of this work is to reduce the memory of the cache. Old tokens are merged instead of being thrown away."


def judged(
    text: str = "",
    field: str = "results",
    paper: str = "",
    claim: str | None = None,
    language: str = "ko",
    title: str = "A Paper",
    tables: Sequence[str] = (),
    quoted: Sequence[str] = (),
    **others: str,
) -> Verdict:
    fields = {**WHOLE, **others} if language == "ko" else dict.fromkeys(NAMES, "") | others
    if text:
        fields[field] = text
    arxiv_id = ArxivId("9901.00001")
    sections = (Section("Introduction", PROSE), Section("Results", paper, tables=tuple(tables)))
    quotes = dict.fromkeys(NAMES, "The aim of this work is to reduce the memory of the cache.")
    if claim is not None:
        quotes[field] = claim
    claims = {name: (Claim(anchors=(Evidence(quote),)),) for name, quote in quotes.items() if quote}
    if quoted:
        claims[field] = (Claim(text=text, anchors=tuple(Evidence(quote) for quote in quoted)),)
    return check(
        Summary(**fields),
        claims,
        Paper(id=arxiv_id, title=title),
        Document(id=arxiv_id, origin="html", sections=sections),
        language=language,
    )


@pytest.fixture
def judge() -> Callable[..., Verdict]:
    """Judge one field of an otherwise good summary beside a short paper."""
    return judged


@pytest.fixture
def words() -> Callable[..., list[str]]:
    """Return the words that the findings of one check point at."""

    def found(check_name: str, *args: str, **kwargs: str) -> list[str]:
        return [finding.where for finding in judged(*args, **kwargs).findings if finding.check == check_name]

    return found


@pytest.fixture
def findings() -> Callable[..., list[Finding]]:
    def found(*args: str, **kwargs: str) -> list[Finding]:
        return list(judged(*args, **kwargs).findings)

    return found

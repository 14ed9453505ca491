"""What somebody asks for → words of one script, without particles and without what says nothing. Pure."""

import re
from collections.abc import Iterator

from digest.site.search import letters

# The site's search has the same particles (`assets/search-query.js`; a test compares them).
ANY = (
    "밖에", "만큼", "에서는", "에서도", "으로는", "에게서", "이라는", "에서의", "으로의", "에서", "에게", "까지",
    "부터", "처럼", "보다", "마다", "조차", "이나", "라는", "들을", "들이", "들은", "들의", "들", "하는", "하기",
    "한다", "되는", "적인", "에는", "에도", "의", "에", "도", "만",
)  # fmt: skip
CLOSED, OPEN = ("으로", "이랑", "을", "은", "과", "이"), ("로", "랑", "를", "는", "와", "가")
"""Particles behind a consonant, and behind a vowel."""
_RIEUL = 8
_YEAR = re.compile(r"(?:19|20)\d\d년?")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
NOTHING = (
    "논문들?|페이퍼|동향|소식|최신|최근|요즘|가장|제일|좀|혹시|그|것|거|등|및|중|중에|또는|그리고",
    "무엇|무슨|어떤|어떻게|어디|누가|누구|왜|뭔|뭔가|뭘|뭐(?:가|야|지|였지|였더라|더라)?|교수님?|박사님?",
    "관련(?:된|한)?|관한|관해서?|대한|대해서?|위한|위해|통한|통해|다룬|다루는|나온|나왔던|발표[된한]|있(?:는|던|었던)",
    "(?:찾아|찾는|알려|보여|말해|소개해|추천해|설명해|정리해|궁금).*|.*(?:주세요|줄래|나요|까요|습니까|었지|었나)",
    "(?:있|없|였|이었)(?:어|나|지|음|었어|는지|을까)요?",
    "papers?|articles?|latest|newest|recent|about|please|find|show|tell|give|looking|that|this|there|any|some|the|an?",
    "what|which|who|when|where|why|how|of|on|in|for|to|by|with|from|and|or|is|are|was|were|do|does|did|have|has",
    "i|me|my|we|you",
)
"""Patterns of what a question holds beside what it is about. The site's search has the same, too."""
_NOTHING = re.compile("|".join(NOTHING))
LITTLE = frozenset(
    """
    코드 깃허브 공개 공개된 공개한 연구 방법 방법론 기법 기술 기반 모델 시스템 알고리즘 성능 문제 해결 개선 향상 분석
    비교 차이 종류 원리 개념 개요 소개 이해 정리 목록 리스트 구현 예제 예시 활용 응용 이용 이용한 활용한 사용 사용한
    적용 분야 사례 현황 트렌드 서베이 튜토리얼 한국어 영어 입문 설명 장점 단점 한계 한계점 좋은 새로운 새 효율적인 잘
    더 법 수 하는 되는 평가 지표 평가지표 code github work works new better best method methods model models survey
    tutorial explained explanation overview list review introduction guide example examples vs versus
    """.split()  # noqa: SIM905 - a list of ninety strings is harder to read
)
"""Words that say little of a paper beside others. The site's search has the same."""


def fold(text: str) -> str:
    """Write a text so that case, form and accents of its letters do not count."""
    return letters.fold(text).casefold()


def asked(query: str) -> dict[str, str]:
    """Return the words of a query, without particles, and how each was typed; no single Latin letters."""
    words = [word for word in _split(fold(query)) if len(word) > 1 or letters.is_dense(word)]
    return {_noun(word): word for word in words}


def says_nothing(word: str) -> bool:
    """Return whether a word only asks, as papers, about, 찾아줘."""
    return _NOTHING.fullmatch(word) is not None


def says_little(word: str) -> bool:
    """Return whether a word says little beside others, as 목록, survey, a year."""
    return word in LITTLE or _YEAR.fullmatch(word) is not None


def joined(text: str) -> str:
    """Return the words of a text as one, without the signs that join them."""
    return "".join(re.sub(r"[-.'’/+_]", "", form) for form in letters.FORM.findall(fold(text)))


def singular(word: str) -> str:
    """Return the one of what a Latin word names as many; other words as they are."""
    if not word.isascii() or not word.isalpha() or len(word) < 5 or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def stem(word: str) -> str:
    """Return how other forms of a word begin that grammar makes, or nothing: internaliz of internalizing."""
    latin = re.fullmatch(r"([a-z]{4,}?)(?:ing|ings|ed|es?|ations?|izations?)", word)
    return re.sub(r"([bdglmnprt])\1$", r"\1", latin[1]) if latin else ""


def _split(folded: str) -> Iterator[str]:
    """Yield words of one script: of RoPE의 the first part, of KV캐시 both; 70만 stays whole."""
    last, end = "", -1
    for found in letters.FORM.finditer(folded):
        form, beside = found[0], found.start() == end
        end = found.end()
        if beside and letters.is_dense(form) and not letters.is_dense(last):
            counted = _NUMBER.fullmatch(last)
            if counted and (form in ("만", "도") or form not in (*ANY, *CLOSED, *OPEN)):
                last += form
                continue
            if form in (*ANY, *CLOSED, *OPEN):
                continue
        if last:
            yield last
        last = form
    if last:
        yield last


def _noun(word: str) -> str:
    """Take a particle off a word of Hangul, if two letters stay."""
    for ending in (*ANY, *CLOSED, *OPEN):
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < 2 or not "가" <= rest[-1] <= "힣":
            continue
        tail = (ord(rest[-1]) - ord("가")) % 28
        if (ending in CLOSED and not tail) or (ending in OPEN and tail and (ending, tail) != ("로", _RIEUL)):
            continue
        return rest
    return word

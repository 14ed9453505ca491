"""Cut a field into its sentences, find how each ends, and know the scripts and small words of languages.

Knows bullets and Korean; judges nothing. Not a language detector: enough to tell a field in the wrong language from one
with foreign names in it.
"""

import re

_MATHS = re.compile(r"(?<![\\$])\$[^$\n]{1,200}\$|`[^`\n]*`|https?://[^\s)가-힣]+")
_BULLET = re.compile(r"^\s*(?:[-*•·▪]\s+|\(?\d{1,2}[.)]\s+|[①-⑳]\s*)+")
_END = re.compile(r"(?<=[.!?。])[\"'”’)\]]*\s+|(?<=[가-힣][.!?。])(?=[가-힣A-Z\"“(])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|cf|etc|vs|al|Fig|Eq|Sec|No|approx|resp|[A-Z])|(?<!\d)\d{1,2})\.\s*$")
_TRAILING = " \n.!?。,;:…·*_~\"'”’」』】]"
_BRACKETS = {")": "(", "）": "（"}
_NO_LIMITATIONS = re.compile(
    r"""(?:한계|제한점|제약|limitation)[^.]{0,30}
        (?:명시|언급|밝히|서술|기술|논의|제시|확인|다루|적)[^.]{0,12}(?:않|없|못)
      | 초록만|초록에서는
      | (?:\bno\b|\bany\b|not\ state|does\ not\ (?:state|discuss|mention|report))[^.]{0,30}limitations?
      | limitations?\ (?:is|are|was|were)\ not|abstract\ only|only\ the\ abstract""",
    re.IGNORECASE | re.VERBOSE,
)

SCRIPTS: dict[str, re.Pattern[str]] = {
    "Hangul": re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"),
    "Han": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "Kana": re.compile("[\u3041-\u30ff]"),
    "Cyrillic": re.compile("[\u0400-\u04ff]"),
    "Arabic": re.compile("[\u0600-\u06ff]"),
    "Hebrew": re.compile("[\u0590-\u05ff]"),
    "Devanagari": re.compile("[\u0900-\u097f]"),
    "Thai": re.compile("[\u0e00-\u0e7f]"),
    "Latin": re.compile("[A-Za-z\u00c0-\u024f]"),
}
EXPECTED: dict[str, tuple[str, ...]] = {
    "ko": ("Hangul",), "ja": ("Kana", "Han"), "zh": ("Han",), "ru": ("Cyrillic",), "uk": ("Cyrillic",),
    "ar": ("Arabic",), "he": ("Hebrew",), "hi": ("Devanagari",), "th": ("Thai",),
    "en": ("Latin",), "de": ("Latin",), "fr": ("Latin",), "es": ("Latin",), "it": ("Latin",), "pt": ("Latin",),
    "nl": ("Latin",),
}  # fmt: skip
"""Language → the scripts it is written in. A language that is not listed is not judged."""

_STOPS = {
    "en": "the of and to in is that for with are this by from on as we which be it an was at not can has our their",
    "de": "der die das und ist nicht mit ein eine von zu auf den dem des für sich auch werden wird als im bei durch",
    "fr": "le la les des et est une dans pour que qui par sur avec pas plus ce cette nous sont du au aux en ne se",
    "es": "el la los las de que y en un una es por con para se del como más su sus al este esta son no lo",
    "it": "il lo la gli le di che e un una è per con del della dei non si come più nel sono questo questa da al",
    "pt": "o os as um uma de que e em é por com para se do da dos das não como mais no na este esta são ao",
    "nl": "de het een en van is dat niet met op voor te zijn aan door als ook bij naar wordt worden deze uit die",
}
STOP_WORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _STOPS.items()}
_CLAUSE = """the we is are was were that which this these those our it its they can has have had be been than when while
does do will because since where whose however therefore it's"""
CLAUSE_WORDS = frozenset(_CLAUSE.split())
"""English words that make a clause; no name or term of the trade has them."""
_FUNCTION = """a an and or of for in on at to by with without from into over under between per as both each not no only
more most less few all any such other than via vs"""
FUNCTION_WORDS = frozenset(_FUNCTION.split()) | CLAUSE_WORDS


def without_maths(text: str) -> str:
    """Blank formulas, code and addresses, keeping every place where it is."""
    return _MATHS.sub(lambda maths: " " * len(maths[0]), text)


def sentences_of(text: str) -> list[str]:
    """List the sentences of a field as they are written, without bullets and list numbers."""
    found: list[str] = []
    for line in text.split("\n"):
        bare = line[end.end() :] if (end := _BULLET.match(line)) else line
        start = 0
        for stop in _END.finditer(bare):
            if _ABBREVIATION.search(bare[max(start, stop.start() - 12) : stop.start()]):
                continue
            found.append(bare[start : stop.end()].strip())
            start = stop.end()
        found.append(bare[start:].strip())
    return [sentence for sentence in found if any(char.isalpha() for char in sentence)]


def ending_of(sentence: str) -> str:
    """Return a sentence without what may trail its last word: full stop, quotes, emphasis, a gloss in parentheses."""
    end = _bare(sentence)
    while end and (opening := _BRACKETS.get(end[-1])):
        start = end.rfind(opening)
        if start < 0 or end.find(end[-1], start) < len(end) - 1:
            break
        end = _bare(end[:start])
    return end


def _bare(text: str) -> str:
    # White space is more than the signs name: rstrip() without signs knows all of it.
    while (shorter := text.rstrip().rstrip(_TRAILING)) != text:
        text = shorter
    return text


def states_no_limitations(text: str) -> bool:
    """Return whether a limitations field says that the paper states none, or that only the abstract was read."""
    return bool(_NO_LIMITATIONS.search(text))

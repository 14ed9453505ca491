"""Literal tables of languages: their scripts and, for those in Latin script, the words that give them away.

Not a language detector: enough to tell a field in the wrong language from one with foreign names in it.
"""

import re

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
